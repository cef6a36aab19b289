import { describe, expect } from "vitest";
import { type Address, addressOf, type DistrictId } from "../../../src/model/address.ts";
import type { Grounds } from "../../../src/model/grounds.ts";
import type { LiveConnection } from "../../../src/model/live.ts";
import { DAY_MS } from "../../../src/model/time.ts";
import {
  at,
  CANVAS,
  connectionOf,
  districtOf,
  done,
  establish,
  open,
  OTUS,
  pull,
  REQUIRES,
  SITE,
  slotOf,
  SPRINGFIELD,
  TRAITS,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** What is done with an address as a whole: update, adopt, rename, release, disable. */
export function addressPromises(openWorld: OpenWorld): void {
  updatePromises(openWorld);
  adoptPromises(openWorld);
  renamePromises(openWorld);
  releasePromises(openWorld);
  disablePromises(openWorld);
}

function updatePromises(openWorld: OpenWorld): void {
  const update = async ({ writer }: World, { id }: LiveConnection, schools: "all" | readonly string[]) =>
    await writer.update({ ...(await at(writer, OTUS)), connection: id, changes: { schools, share: ["demographics"] } });

  describe("updating", () => {
    story(openWorld, "edits schools and shared data in place, with the same credentials", async (world) => {
      const live = await establish(world, OTUS);
      const after = done(await update(world, live, ["North", "East", "North"]));
      expect(after).toMatchObject({ id: live.id, schools: ["East", "North"], share: ["demographics"] });
      expect(after.fingerprint).toBe(live.fingerprint);
      expect((await slotOf(world.writer, OTUS))?.applied).toMatchObject({
        schools: ["East", "North"],
        share: ["demographics"],
      });
    });

    story(openWorld, "of a candidate leaves what was last applied alone", async (world) => {
      const old = await establish(world, OTUS);
      const next = done(await open(world.writer, OTUS));
      done(await update(world, next, ["North"]));
      expect((await slotOf(world.writer, OTUS))?.applied).toMatchObject({ connection: old.id, schools: "all" });
    });

    story(openWorld, "to what it is already changes nothing", async (world) => {
      const live = await establish(world, OTUS);
      const after = done(await update(world, live, ["North"]));
      const before = await slotOf(world.writer, OTUS);
      expect(done(await update(world, live, ["North"]))).toEqual(after);
      expect(await slotOf(world.writer, OTUS)).toEqual(before);
    });

    story(openWorld, "to what a person made it by hand only notes that this is wanted", async (world) => {
      const live = await establish(world, OTUS);
      const change = { kind: "edit", schools: ["North"], share: ["demographics"] } as const;
      const edited = await world.campus.changeByHand({ connection: live.id, by: "lee", change });
      expect(done(await update(world, live, ["North"]))).toEqual(edited);
      expect((await slotOf(world.writer, OTUS))?.applied).toMatchObject({ schools: ["North"] });
    });

    story(
      openWorld,
      "is refused for a disabled connection, one held elsewhere, and on an old revision",
      async (world) => {
        const other = await establish(world, CANVAS);
        const live = await establish(world, OTUS);
        expect((await update(world, other, "all")).kind).toBe("refused");
        await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
        expect((await update(world, live, "all")).kind).toBe("refused");
        const stale = {
          address: OTUS,
          revision: 0,
          connection: live.id,
          changes: { schools: "all", share: [] },
        } as const;
        expect((await world.writer.update(stale)).kind).toBe("stale");
      },
    );
  });
}

function adoptPromises(openWorld: OpenWorld): void {
  const found = (world: World) =>
    world.campus.createByHand({ district: SPRINGFIELD, site: SITE, application: "Otus", make: TRAITS, by: "lee" });
  const adopt = async ({ writer }: World, { id }: LiveConnection, address: Address = OTUS) =>
    await writer.adopt({ ...(await at(writer, address)), site: SITE, connection: id, rotate: 2 });

  describe("adopting", () => {
    story(openWorld, "makes a found connection the current one", async (world) => {
      const live = await found(world);
      expect(live).toMatchObject({ provenance: "found", status: { kind: "active" } });
      const adopted = done(await adopt(world, live));
      expect(adopted).toEqual({ ...live, provenance: "adopted", rotate: 2 });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({
        generation: 0,
        current: live.id,
        applied: { connection: live.id, rotate: 2 },
      });
      const { revision } = await at(world.writer, OTUS);
      expect(done(await adopt(world, live))).toEqual(adopted);
      expect((await at(world.writer, OTUS)).revision).toBe(revision);
    });

    story(openWorld, "is refused where the address has a connection or a cut-over", async (world) => {
      const live = await found(world);
      await establish(world, OTUS);
      done(await open(world.writer, CANVAS));
      expect((await adopt(world, live)).kind).toBe("refused");
      expect((await adopt(world, live, CANVAS)).kind).toBe("refused");
    });

    story(openWorld, "is refused for what is managed, disabled, unknown, or on another site", async (world) => {
      const managed = await establish(world, CANVAS);
      const disabled = await found(world);
      await world.campus.changeByHand({ connection: disabled.id, by: "lee", change: { kind: "disable" } });
      for (const live of [managed, disabled, { ...managed, id: "c-none" as never }]) {
        expect((await adopt(world, live)).kind).toBe("refused");
      }
      const command = { ...(await at(world.writer, OTUS)), connection: (await found(world)).id, rotate: 0 };
      expect((await world.writer.adopt({ ...command, site: { ...SITE, host: "elsewhere.example.org" } })).kind).toBe(
        "refused",
      );
      expect((await world.writer.adopt({ ...command, site: SITE, revision: 5 })).kind).toBe("stale");
    });
  });
}

function renamePromises(openWorld: OpenWorld): void {
  const to = addressOf(SPRINGFIELD, "Otus", "north");

  describe("renaming", () => {
    story(openWorld, "moves the slot with all it holds and mints nothing", async (world) => {
      const old = await establish(world, OTUS);
      const next = done(await open(world.writer, OTUS));
      const {
        address: _,
        revision: __,
        ...held
      } = (await slotOf(world.writer, OTUS)) ?? { address: OTUS, revision: 0 };
      const planned = await at(world.writer, OTUS);
      expect((await world.writer.rename({ ...planned, to })).kind).toBe("done");
      expect(await slotOf(world.writer, OTUS)).toBeUndefined();
      expect(await slotOf(world.writer, to)).toMatchObject(held);
      expect((await districtOf(world.writer)).connections.map(({ id }) => id)).toEqual([old.id, next.id]);
      expect((await world.writer.rename({ ...planned, to })).kind).toBe("stale");
      // The generation moved along: it is not minted again under the new name.
      done(await world.writer.abandon({ ...(await at(world.writer, to)), hold: false }));
      expect(done(await open(world.writer, to)).id).not.toBe(next.id);
    });

    story(
      openWorld,
      "is refused when the new address is taken, in another district, or nothing is there",
      async (world) => {
        expect((await world.writer.rename({ address: OTUS, revision: 0, to })).kind).toBe("refused");
        await establish(world, OTUS);
        await establish(world, CANVAS);
        const planned = await at(world.writer, OTUS);
        expect((await world.writer.rename({ ...planned, to: CANVAS })).kind).toBe("refused");
        const elsewhere = addressOf("shelbyville" as DistrictId, "Otus");
        expect((await world.writer.rename({ ...planned, to: elsewhere })).kind).toBe("refused");
      },
    );
  });
}

function releasePromises(openWorld: OpenWorld): void {
  describe("releasing", () => {
    story(openWorld, "leaves the connections live and untouched, as found ones", async (world) => {
      const old = await establish(world, OTUS);
      const next = done(await open(world.writer, OTUS));
      expect(await world.writer.release(await at(world.writer, OTUS))).toEqual({
        kind: "done",
        value: undefined,
        revision: 0,
      });
      expect(await slotOf(world.writer, OTUS)).toBeUndefined();
      for (const live of [old, next]) {
        expect(await connectionOf(world, live.id)).toEqual({
          ...live,
          evidence: expect.any(Array),
          provenance: "found",
        });
      }
    });

    story(
      openWorld,
      "lets the address begin anew and be adopted again, on revisions never met before",
      async (world) => {
        const live = await establish(world, OTUS);
        const planned = await at(world.writer, OTUS);
        done(await world.writer.release(planned));
        const fresh = done(await open(world.writer, OTUS));
        expect(fresh.id).not.toBe(live.id);
        expect((await at(world.writer, OTUS)).revision).toBeGreaterThan(planned.revision);
        const adopt = { ...(await at(world.writer, CANVAS)), site: SITE, connection: live.id, rotate: 0 };
        expect(done(await world.writer.adopt(adopt)).provenance).toBe("adopted");
      },
    );

    story(
      openWorld,
      "is refused while another address takes over from it, and where there is nothing",
      async (world) => {
        expect((await world.writer.release({ address: OTUS, revision: 0 })).kind).toBe("refused");
        const old = await establish(world, CANVAS);
        done(await open(world.writer, OTUS, { from: old.id }));
        expect((await world.writer.release(await at(world.writer, CANVAS))).kind).toBe("refused");
        expect((await world.writer.release({ address: CANVAS, revision: 0 })).kind).toBe("stale");
      },
    );
  });
}

function disablePromises(openWorld: OpenWorld): void {
  const UNUSED: Grounds = { kind: "unused", quietMs: REQUIRES.quietMs };
  const disable = async ({ writer }: World, { id }: LiveConnection, grounds: Grounds = UNUSED) =>
    await writer.disable({ ...(await at(writer, OTUS)), connection: id, grounds });

  describe("disabling because the document says so", () => {
    story(openWorld, "is done to a connection that was quiet for its sync period", async (world) => {
      const live = await establish(world, OTUS);
      await pull(world, live.id);
      world.clock.pass(REQUIRES.quietMs);
      expect(done(await disable(world, live))).toEqual({ kind: "disabled", connection: live.id });
      expect((await connectionOf(world, live.id)).status).toMatchObject({
        kind: "disabled",
        how: "disabled",
        by: "dana",
      });
      const slot = await slotOf(world.writer, OTUS);
      expect(slot).toMatchObject({ previous: live.id, generation: 1, applied: { connection: live.id } });
      expect(slot).not.toHaveProperty("current");
    });

    story(openWorld, "is not done to one in use, nor to one that was watched for too short", async (world) => {
      const live = await establish(world, OTUS);
      world.clock.pass(REQUIRES.quietMs - 1);
      expect(done(await disable(world, live))).toEqual({ kind: "in-use", connection: live.id });
      world.clock.pass(DAY_MS);
      await pull(world, live.id);
      world.clock.pass(REQUIRES.quietMs - 1);
      expect(done(await disable(world, live)).kind).toBe("in-use");
      expect((await connectionOf(world, live.id)).status).toEqual({ kind: "active" });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: live.id });
    });

    story(openWorld, "is done to one in use where the cut-off is accepted", async (world) => {
      const live = await establish(world, OTUS);
      await pull(world, live.id);
      expect(done(await disable(world, live, { kind: "accepted-cut-off" })).kind).toBe("disabled");
    });

    story(openWorld, "lets go of one that a person disabled by hand", async (world) => {
      const live = await establish(world, OTUS);
      await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: live.id });
      expect(done(await disable(world, live)).kind).toBe("disabled");
      expect((await connectionOf(world, live.id)).status).toMatchObject({ how: "outside", by: "lee" });
      expect(await slotOf(world.writer, OTUS)).not.toHaveProperty("current");
    });

    story(openWorld, "is refused while the connection is part of a cut-over, of whatever address", async (world) => {
      const live = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      world.clock.pass(REQUIRES.quietMs);
      const ends = { kind: "accepted-cut-off" } as const;
      // As the one to take over from, at its own address.
      const next = done(await open(world.writer, OTUS));
      expect((await disable(world, live, ends)).kind).toBe("refused");
      expect((await disable(world, next, ends)).kind).toBe("refused");
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
      // As the one that another address's connection takes over from.
      const tied = { ...(await at(world.writer, CANVAS)), from: live.id, to: other.id, requires: REQUIRES };
      done(await world.writer.tie(tied));
      expect((await disable(world, live, ends)).kind).toBe("refused");
      // As the one that takes over.
      const command = { ...(await at(world.writer, CANVAS)), connection: other.id, grounds: ends };
      expect((await world.writer.disable(command)).kind).toBe("refused");
      for (const { id } of [live, other]) expect((await connectionOf(world, id)).status).toEqual({ kind: "active" });
    });

    story(openWorld, "is refused while another address's connection is to replace the current one", async (world) => {
      const live = await establish(world, OTUS);
      done(await open(world.writer, CANVAS, { from: live.id }));
      expect((await disable(world, live, { kind: "accepted-cut-off" })).kind).toBe("refused");
    });

    story(openWorld, "is refused for any but the current connection, and on an old revision", async (world) => {
      const live = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      expect((await disable(world, other)).kind).toBe("refused");
      const stale = { address: OTUS, revision: 0, connection: live.id, grounds: UNUSED };
      expect((await world.writer.disable(stale)).kind).toBe("stale");
    });

    story(openWorld, "lets a later generation begin without a connection to take over from", async (world) => {
      const live = await establish(world, OTUS);
      done(await disable(world, live, { kind: "accepted-cut-off" }));
      done(await open(world.writer, OTUS));
      const slot = await slotOf(world.writer, OTUS);
      expect(slot).toMatchObject({ generation: 2, previous: live.id });
      expect(slot?.cutover).not.toHaveProperty("from");
    });
  });
}
