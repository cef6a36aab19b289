import { type Address, addressOf } from "../../model/address.ts";
import type { Grounds } from "../../model/grounds.ts";
import type { LiveConnection } from "../../model/live.ts";
import { DAY_MS } from "../../model/time.ts";
import { at, connectionOf, districtOf, done, establish, open, pull, slotOf } from "../acts.ts";
import { aList, aNumber, expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { canvas, districtNumber, otus, REQUIRES, siteOf, TRAITS, type World } from "../world.ts";

/** What is done with an address as a whole: update, adopt, rename, release, disable. */
export const ADDRESSES: readonly Area[] = [
  area("updating", [
    promise("edits schools and shared data in place, with the same credentials", [], async (world) => {
      const live = await establish(world, otus(world));
      const after = done(await update(world, live, ["North", "East", "North"]));
      expect(after).toMatchObject({ id: live.id, schools: ["East", "North"], share: ["demographics"] });
      expect(after.fingerprint).toBe(live.fingerprint);
      expect((await slotOf(world.writer, otus(world)))?.applied).toMatchObject({
        schools: ["East", "North"],
        share: ["demographics"],
      });
    }),

    promise("of a candidate leaves what was last applied alone", [], async (world) => {
      const old = await establish(world, otus(world));
      const next = done(await open(world.writer, otus(world)));
      done(await update(world, next, ["North"]));
      expect((await slotOf(world.writer, otus(world)))?.applied).toMatchObject({ connection: old.id, schools: "all" });
    }),

    promise("to what it is already changes nothing", [], async (world) => {
      const live = await establish(world, otus(world));
      const after = done(await update(world, live, ["North"]));
      const before = await slotOf(world.writer, otus(world));
      expect(done(await update(world, live, ["North"]))).toEqual(after);
      expect(await slotOf(world.writer, otus(world))).toEqual(before);
    }),

    promise("to what a person made it by hand only notes that this is wanted", ["hands"], async (world) => {
      const live = await establish(world, otus(world));
      const change = { kind: "edit", schools: ["North"], share: ["demographics"] } as const;
      const edited = await world.campus.changeByHand({ connection: live.id, by: "lee", change });
      expect(done(await update(world, live, ["North"]))).toEqual(edited);
      expect((await slotOf(world.writer, otus(world)))?.applied).toMatchObject({ schools: ["North"] });
    }),

    promise(
      "is refused for a disabled connection, one held elsewhere, and on an old revision",
      ["hands"],
      async (world) => {
        const other = await establish(world, canvas(world));
        const live = await establish(world, otus(world));
        expect((await update(world, other, "all")).kind).toBe("refused");
        await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
        expect((await update(world, live, "all")).kind).toBe("refused");
        const stale = {
          address: otus(world),
          revision: 0,
          connection: live.id,
          changes: { schools: "all", share: [] },
        } as const;
        expect((await world.writer.update(stale)).kind).toBe("stale");
      },
    ),
  ]),

  area("adopting", [
    promise("makes a found connection the current one", ["hands"], async (world) => {
      const live = await found(world);
      expect(live).toMatchObject({ provenance: "found", status: { kind: "active" } });
      const adopted = done(await adopt(world, live));
      expect(adopted).toEqual({ ...live, provenance: "adopted", rotate: 2 });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({
        generation: 0,
        current: live.id,
        applied: { connection: live.id, rotate: 2 },
      });
      const { revision } = await at(world.writer, otus(world));
      expect(done(await adopt(world, live))).toEqual(adopted);
      expect((await at(world.writer, otus(world))).revision).toBe(revision);
    }),

    promise("is refused where the address has a connection or a cut-over", ["hands"], async (world) => {
      const live = await found(world);
      await establish(world, otus(world));
      done(await open(world.writer, canvas(world)));
      expect((await adopt(world, live)).kind).toBe("refused");
      expect((await adopt(world, live, canvas(world))).kind).toBe("refused");
    }),

    promise("is refused for what is managed, disabled, unknown, or on another site", ["hands"], async (world) => {
      const managed = await establish(world, canvas(world));
      const disabled = await found(world);
      await world.campus.changeByHand({ connection: disabled.id, by: "lee", change: { kind: "disable" } });
      for (const live of [managed, disabled, { ...managed, id: "c-none" as never }]) {
        expect((await adopt(world, live)).kind).toBe("refused");
      }
      const command = { ...(await at(world.writer, otus(world))), connection: (await found(world)).id, rotate: 0 };
      expect(
        (await world.writer.adopt({ ...command, site: { ...siteOf(world.district), host: "elsewhere.example.org" } }))
          .kind,
      ).toBe("refused");
      expect((await world.writer.adopt({ ...command, site: siteOf(world.district), revision: 5 })).kind).toBe("stale");
    }),
  ]),

  area("renaming", [
    promise("moves the slot with all it holds and mints nothing", [], async (world) => {
      const old = await establish(world, otus(world));
      const next = done(await open(world.writer, otus(world)));
      const held = await slotOf(world.writer, otus(world));
      const planned = await at(world.writer, otus(world));
      expect((await world.writer.rename({ ...planned, to: north(world) })).kind).toBe("done");
      expect(await slotOf(world.writer, otus(world))).toBeUndefined();
      expect(await slotOf(world.writer, north(world))).toEqual({ ...held, address: north(world), revision: aNumber });
      expect((await districtOf(world.writer, world.district)).connections.map(({ id }) => id)).toEqual([
        old.id,
        next.id,
      ]);
      expect((await world.writer.rename({ ...planned, to: north(world) })).kind).toBe("stale");
      // The generation moved along: it is not minted again under the new name.
      done(await world.writer.abandon({ ...(await at(world.writer, north(world))), hold: false }));
      expect(done(await open(world.writer, north(world))).id).not.toBe(next.id);
    }),

    promise("is refused when the new address is taken, in another district, or nothing is there", [], async (world) => {
      expect((await world.writer.rename({ address: otus(world), revision: 0, to: north(world) })).kind).toBe("refused");
      await establish(world, otus(world));
      await establish(world, canvas(world));
      const planned = await at(world.writer, otus(world));
      expect((await world.writer.rename({ ...planned, to: canvas(world) })).kind).toBe("refused");
      const elsewhere = otus({ district: districtNumber(world, 1) });
      expect((await world.writer.rename({ ...planned, to: elsewhere })).kind).toBe("refused");
    }),
  ]),

  area("releasing", [
    promise("leaves the connections live and untouched, as found ones", [], async (world) => {
      const old = await establish(world, otus(world));
      const next = done(await open(world.writer, otus(world)));
      const released = await world.writer.release(await at(world.writer, otus(world)));
      expect(released).toMatchObject({ kind: "done", revision: 0 });
      expect(await slotOf(world.writer, otus(world))).toBeUndefined();
      for (const live of [old, next]) {
        expect(await connectionOf(world, live.id)).toEqual({
          ...live,
          evidence: aList,
          provenance: "found",
        });
      }
    }),

    promise("lets the address begin anew and be adopted again, on revisions never met before", [], async (world) => {
      const live = await establish(world, otus(world));
      const planned = await at(world.writer, otus(world));
      done(await world.writer.release(planned));
      const fresh = done(await open(world.writer, otus(world)));
      expect(fresh.id).not.toBe(live.id);
      expect((await at(world.writer, otus(world))).revision).toBeGreaterThan(planned.revision);
      const adopt = {
        ...(await at(world.writer, canvas(world))),
        site: siteOf(world.district),
        connection: live.id,
        rotate: 0,
      };
      expect(done(await world.writer.adopt(adopt)).provenance).toBe("adopted");
    }),

    promise("is refused while another address takes over from it, and where there is nothing", [], async (world) => {
      expect((await world.writer.release({ address: otus(world), revision: 0 })).kind).toBe("refused");
      const old = await establish(world, canvas(world));
      done(await open(world.writer, otus(world), { from: old.id }));
      expect((await world.writer.release(await at(world.writer, canvas(world)))).kind).toBe("refused");
      expect((await world.writer.release({ address: canvas(world), revision: 0 })).kind).toBe("stale");
    }),
  ]),

  area("disabling because the document says so", [
    promise("is done to a connection that was quiet for its sync period", ["use", "clock"], async (world) => {
      const live = await establish(world, otus(world));
      await pull(world, live.id);
      await world.clock.pass(REQUIRES.quietMs);
      expect(done(await disable(world, live))).toMatchObject({ kind: "disabled", connection: live.id });
      expect((await connectionOf(world, live.id)).status).toMatchObject({
        kind: "disabled",
        how: "disabled",
        by: world.me,
      });
      const slot = await slotOf(world.writer, otus(world));
      expect(slot).toMatchObject({ previous: live.id, generation: 1, applied: { connection: live.id } });
      expect(slot).not.toHaveProperty("current");
    }),

    promise("is not done to one in use, nor to one that was watched for too short", ["use", "clock"], async (world) => {
      const live = await establish(world, otus(world));
      await world.clock.pass(REQUIRES.quietMs - 1 - 2 * world.clock.slackMs);
      expect(done(await disable(world, live))).toMatchObject({ kind: "in-use", connection: live.id });
      await world.clock.pass(DAY_MS);
      await pull(world, live.id);
      await world.clock.pass(REQUIRES.quietMs - 1 - 2 * world.clock.slackMs);
      expect(done(await disable(world, live)).kind).toBe("in-use");
      expect((await connectionOf(world, live.id)).status).toMatchObject({ kind: "active" });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: live.id });
    }),

    promise("is done to one in use where the cut-off is accepted", ["use"], async (world) => {
      const live = await establish(world, otus(world));
      await pull(world, live.id);
      expect(done(await disable(world, live, { kind: "accepted-cut-off" })).kind).toBe("disabled");
    }),

    promise("lets go of one that a person disabled by hand", ["hands"], async (world) => {
      const live = await establish(world, otus(world));
      await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: live.id });
      expect(done(await disable(world, live)).kind).toBe("disabled");
      expect((await connectionOf(world, live.id)).status).toMatchObject({ how: "outside", by: "lee" });
      expect(await slotOf(world.writer, otus(world))).not.toHaveProperty("current");
    }),

    promise("is refused while the connection is part of a cut-over, of whatever address", [], async (world) => {
      const live = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      const ends = { kind: "accepted-cut-off" } as const;
      // As the one to take over from, at its own address.
      const next = done(await open(world.writer, otus(world)));
      expect((await disable(world, live, ends)).kind).toBe("refused");
      expect((await disable(world, next, ends)).kind).toBe("refused");
      done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }));
      // As the one that another address's connection takes over from.
      const tied = { ...(await at(world.writer, canvas(world))), from: live.id, to: other.id, requires: REQUIRES };
      done(await world.writer.tie(tied));
      expect((await disable(world, live, ends)).kind).toBe("refused");
      // As the one that takes over.
      const command = { ...(await at(world.writer, canvas(world))), connection: other.id, grounds: ends };
      expect((await world.writer.disable(command)).kind).toBe("refused");
      for (const { id } of [live, other])
        expect((await connectionOf(world, id)).status).toMatchObject({ kind: "active" });
    }),

    promise("is refused while another address's connection is to replace the current one", [], async (world) => {
      const live = await establish(world, otus(world));
      done(await open(world.writer, canvas(world), { from: live.id }));
      expect((await disable(world, live, { kind: "accepted-cut-off" })).kind).toBe("refused");
    }),

    promise("is refused for any but the current connection, and on an old revision", [], async (world) => {
      const live = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      expect((await disable(world, other)).kind).toBe("refused");
      const stale = { address: otus(world), revision: 0, connection: live.id, grounds: UNUSED };
      expect((await world.writer.disable(stale)).kind).toBe("stale");
    }),

    promise("lets a later generation begin without a connection to take over from", [], async (world) => {
      const live = await establish(world, otus(world));
      done(await disable(world, live, { kind: "accepted-cut-off" }));
      done(await open(world.writer, otus(world)));
      const slot = await slotOf(world.writer, otus(world));
      expect(slot).toMatchObject({ generation: 2, previous: live.id });
      expect(slot?.cutover).not.toHaveProperty("from");
    }),
  ]),
];

const UNUSED: Grounds = { kind: "unused", quietMs: REQUIRES.quietMs };

async function update(world: World, { id }: LiveConnection, schools: "all" | readonly string[]) {
  const changes = { schools, share: ["demographics"] } as const;
  return await world.writer.update({ ...(await at(world.writer, otus(world))), connection: id, changes });
}

/** A connection that a person generated. */
async function found({ campus, district }: World): Promise<LiveConnection> {
  return await campus.createByHand({ district, site: siteOf(district), application: "Otus", make: TRAITS, by: "lee" });
}

async function adopt(world: World, { id }: Pick<LiveConnection, "id">, address: Address = otus(world)) {
  const planned = await at(world.writer, address);
  return await world.writer.adopt({ ...planned, site: siteOf(world.district), connection: id, rotate: 2 });
}

/** The address that another one is renamed to. */
function north({ district }: World): Address {
  return addressOf(district, "Otus", "north");
}

async function disable(world: World, { id }: LiveConnection, grounds: Grounds = UNUSED) {
  return await world.writer.disable({ ...(await at(world.writer, otus(world))), connection: id, grounds });
}
