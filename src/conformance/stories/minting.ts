import type { ConnectionId } from "../../model/live.ts";
import { Secret } from "../../model/secret.ts";
import type { OpenCommand } from "../../stores/store.ts";
import { at, connectionOf, districtOf, done, establish, open, probe, pull, slotOf } from "../acts.ts";
import { aNumber, anAddress, expect, expectThrown } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { canvas, moment, otus, REQUIRES, siteOf, TRAITS, type World } from "../world.ts";

/** Generating: never twice, only on the facts it was planned on, and with credentials that work. */
export const MINTING: readonly Area[] = [
  area("generating", [
    promise("opens a cut-over to a new connection", [], async (world) => {
      const { writer } = world;
      const live = done(await writer.open(first(world)));
      expect(live).toMatchObject({
        district: world.district,
        application: "Otus",
        kind: "other",
        version: "1.1",
        rotate: 0,
        schools: ["East", "North"],
        share: ["demographics"],
        status: { kind: "active" },
        provenance: "generated",
        createdAt: moment(world),
        use: writer.can.observesUse ? { kind: "observed", since: moment(world), pulled: {} } : { kind: "unobservable" },
        evidence: [],
        tokenUrl: anAddress,
        baseUrl: anAddress,
      });
      const district = await districtOf(writer, world.district);
      expect(district.site).toMatchObject(siteOf(world.district));
      expect(district.connections).toEqual([live]);
      expect(district.slots).toMatchObject([
        {
          address: otus(world),
          revision: aNumber,
          generation: 1,
          cutover: { to: live.id, generation: 1, requires: REQUIRES, openedAt: moment(world) },
        },
      ]);
    }),

    promise("answers a retry after a lost acknowledgement with the first connection", [], async (world) => {
      const live = done(await world.writer.open(first(world)));
      const again = (await world.reopen()).writer;
      expect(done(await again.open(first(world)))).toEqual(live);
      expect((await districtOf(again, world.district)).connections).toHaveLength(1);
    }),

    promise("answers a retry that names the new revision the same way", [], async (world) => {
      const written = await world.writer.open(first(world));
      expect(written.kind).toBe("done");
      const { revision } = await at(world.writer, otus(world));
      expect(await world.writer.open({ ...first(world), revision })).toEqual(written);
      expect(await count(world)).toBe(1);
    }),

    promise("mints once when two writers open the same generation at once", [], async (world) => {
      const [one, other] = [await world.signedBy(world.witness), await world.signedBy(world.me)];
      const answers = await Promise.all([
        one.open(first(world)),
        other.open(first(world)),
        world.writer.open(first(world)),
      ]);
      expect(new Set(answers.map((answer) => done(answer).id)).size).toBe(1);
      expect(await count(world)).toBe(1);
    }),

    promise("mints once when two writers want different things", [], async (world) => {
      const other = { ...first(world), make: { ...TRAITS, version: "1.2" } } as const;
      const answers = await Promise.all([
        world.writer.open(first(world)),
        (await world.signedBy(world.witness)).open(other),
      ]);
      expect(answers.map((answer) => answer.kind).sort()).toEqual(["done", "stale"]);
      expect(await count(world)).toBe(1);
    }),

    promise("does not mint again for a generation that was given up", [], async (world) => {
      done(await world.writer.open(first(world)));
      done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }));
      expect((await world.writer.open(first(world))).kind).toBe("stale");
      expect((await world.writer.open({ ...first(world), ...(await at(world.writer, otus(world))) })).kind).toBe(
        "refused",
      );
      expect(await count(world)).toBe(1);
    }),

    promise("writes nothing on a revision that is not the present one", [], async (world) => {
      expect(await world.writer.open({ ...first(world), revision: 7 })).toMatchObject({
        kind: "stale",
        expected: 7,
        found: 0,
      });
      expect(await districtOf(world.writer, world.district)).toMatchObject({ revision: 0, connections: [], slots: [] });
    }),

    promise("refuses a generation that is not the next one", [], async (world) => {
      expect((await world.writer.open({ ...first(world), generation: 2 })).kind).toBe("refused");
      expect(await count(world)).toBe(0);
    }),

    promise("refuses a second candidate while a cut-over is open", [], async (world) => {
      done(await world.writer.open(first(world)));
      expect((await open(world.writer, otus(world))).kind).toBe("refused");
      expect(await count(world)).toBe(1);
    }),

    promise("refuses to mix two sites under one district", [], async (world) => {
      done(await world.writer.open(first(world)));
      for (const site of [
        { ...siteOf(world.district), app: "shelbyville" },
        { ...siteOf(world.district), kind: "production" as const },
      ]) {
        expect((await open(world.writer, canvas(world), { site })).kind).toBe("refused");
      }
    }),

    promise("gives a candidate credentials that work", [], async (world) => {
      const { writer } = world;
      const live = done(await writer.open(first(world)));
      const credentials = await writer.credentials(live.id);
      expect(credentials).toMatchObject({ clientId: live.clientId, tokenUrl: live.tokenUrl, baseUrl: live.baseUrl });
      expect(String(credentials.clientSecret)).toBe("[secret]");
      expect(await world.works(credentials), "that the credentials work").toBe(true);
      const guessed = { ...credentials, clientSecret: new Secret("guessed") };
      expect(await world.works(guessed), "that a guessed secret works").toBe(false);
      const nobody = { ...credentials, clientId: "nobody" };
      expect(await world.works(nobody), "that the secret works with another Client ID").toBe(false);
    }),

    promise("says so when it is asked for a connection it does not hold", [], async ({ writer }) => {
      const missing = "c-none" as ConnectionId;
      await expectThrown(
        writer.credentials(missing),
        "stores/no-such-connection",
        "asking for the credentials of a connection that is not there",
      );
    }),

    promise("goes on to the next generation after a closed one", [], async (world) => {
      const old = await establish(world, otus(world));
      const second = done(await open(world.writer, otus(world), { make: { ...TRAITS, version: "1.2" } }));
      expect(second).toMatchObject({ version: "1.2", baseUrl: anAddress });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({
        generation: 2,
        current: old.id,
        cutover: { from: old.id, to: second.id, generation: 2 },
      });
    }),
  ]),

  area("naming the connection to take over from", [
    promise("refuses to leave the address's own current connection behind", [], async (world) => {
      const { id } = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      const { from: _, ...bare } = {
        ...first(world),
        ...(await at(world.writer, otus(world))),
        generation: 2,
        from: id,
      };
      expect((await world.writer.open(bare)).kind).toBe("refused");
      expect((await world.writer.open({ ...bare, from: other.id })).kind).toBe("refused");
    }),

    promise("refuses one that no address has as its current one", ["hands"], async (world) => {
      const found = await world.campus.createByHand(byHand(world));
      const candidate = done(await open(world.writer, canvas(world)));
      for (const from of [found.id, candidate.id, "c-none" as ConnectionId]) {
        expect((await open(world.writer, otus(world), { from })).kind, from).toBe("refused");
      }
    }),

    promise("refuses one that is in another open cut-over", [], async (world) => {
      const old = await establish(world, canvas(world));
      done(await open(world.writer, otus(world), { from: old.id }));
      expect((await open(world.writer, canvas(world))).kind).toBe("refused");
      expect(await slotOf(world.writer, canvas(world))).toMatchObject({ current: old.id, generation: 1 });
    }),

    promise("accepts one that a person disabled by hand", ["hands"], async (world) => {
      const old = await establish(world, otus(world));
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      expect((await open(world.writer, otus(world))).kind).toBe("done");
    }),
  ]),

  area("a closed switch", [
    promise("leaves the new credentials working and the old ones not", ["use", "clock"], async (world) => {
      const old = await establish(world, otus(world));
      const next = done(await open(world.writer, otus(world)));
      await pull(world, next.id);
      await world.clock.pass(REQUIRES.quietMs);
      done(await probe(world, otus(world), next.id));
      expect(done(await world.writer.closeCutover(await at(world.writer, otus(world))))).toMatchObject({
        kind: "closed",
        current: next.id,
        disabled: old.id,
      });
      for (const [live, works] of [
        [old, false],
        [next, true],
      ] as const) {
        const credentials = await world.writer.credentials(live.id);
        expect(await world.works(credentials), "that the credentials work").toBe(works);
      }
      expect((await connectionOf(world, old.id)).status).toMatchObject({
        kind: "disabled",
        at: moment(world),
        by: world.me,
        how: "closed",
      });
    }),
  ]),
];

/** The first generation of an address. */
function first(world: World): OpenCommand {
  return {
    address: otus(world),
    revision: 0,
    site: siteOf(world.district),
    generation: 1,
    application: "Otus",
    make: { ...TRAITS, schools: ["North", "East", "North"], share: ["demographics"] },
    requires: REQUIRES,
  };
}

async function count(world: World): Promise<number> {
  return (await districtOf(world.writer, world.district)).connections.length;
}

/** What a person generates. */
function byHand({ district }: World) {
  return { district, site: siteOf(district), application: "Otus", make: TRAITS, by: "lee" };
}
