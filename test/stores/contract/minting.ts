import { describe, expect } from "vitest";
import type { ConnectionId } from "../../../src/model/live.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { OpenCommand } from "../../../src/stores/store.ts";
import {
  at,
  CANVAS,
  connectionOf,
  districtOf,
  done,
  establish,
  open,
  OTUS,
  probe,
  pull,
  REQUIRES,
  SITE,
  slotOf,
  START,
  TRAITS,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** Generating: never twice, only on the facts it was planned on, and with credentials that work. */
export function mintPromises(openWorld: OpenWorld): void {
  const command: OpenCommand = {
    address: OTUS,
    revision: 0,
    site: SITE,
    generation: 1,
    application: "Otus",
    make: { ...TRAITS, schools: ["North", "East", "North"], share: ["demographics"] },
    requires: REQUIRES,
  };
  const count = async (world: World) => (await districtOf(world.writer)).connections.length;

  describe("generating", () => {
    story(openWorld, "opens a cut-over to a new connection", async ({ writer }) => {
      const live = done(await writer.open(command));
      expect(live).toMatchObject({
        district: "springfield",
        application: "Otus",
        kind: "other",
        version: "1.1",
        rotate: 0,
        schools: ["East", "North"],
        share: ["demographics"],
        status: { kind: "active" },
        provenance: "generated",
        createdAt: START,
        use: { kind: "observed", since: START, pulled: {} },
        evidence: [],
        tokenUrl: "http://127.0.0.1:8642/campus/oauth2/token?appName=springfield",
        baseUrl: "http://127.0.0.1:8642/campus/api/oneroster/v1p1/springfield/ims/oneroster/v1p1",
      });
      const district = await districtOf(writer);
      expect(district.site).toEqual(SITE);
      expect(district.connections).toEqual([live]);
      expect(district.slots).toEqual([
        {
          address: OTUS,
          revision: expect.any(Number),
          generation: 1,
          cutover: { to: live.id, generation: 1, requires: REQUIRES, openedAt: START },
        },
      ]);
    });

    story(openWorld, "answers a retry after a lost acknowledgement with the first connection", async (world) => {
      const first = done(await world.writer.open(command));
      const again = await (await world.reopen()).signedBy("a next run");
      expect(done(await again.open(command))).toEqual(first);
      expect((await districtOf(again)).connections).toHaveLength(1);
    });

    story(openWorld, "answers a retry that names the new revision the same way", async (world) => {
      const first = await world.writer.open(command);
      expect(first.kind).toBe("done");
      const { revision } = await at(world.writer, OTUS);
      expect(await world.writer.open({ ...command, revision })).toEqual(first);
      expect(await count(world)).toBe(1);
    });

    story(openWorld, "mints once when two writers open the same generation at once", async (world) => {
      const [kim, lee] = [await world.signedBy("kim"), await world.signedBy("lee")];
      const answers = await Promise.all([kim.open(command), lee.open(command), world.writer.open(command)]);
      expect(new Set(answers.map((answer) => done(answer).id)).size).toBe(1);
      expect(await count(world)).toBe(1);
    });

    story(openWorld, "mints once when two writers want different things", async (world) => {
      const other = { ...command, make: { ...TRAITS, version: "1.2" } } as const;
      const answers = await Promise.all([world.writer.open(command), (await world.signedBy("kim")).open(other)]);
      expect(answers.map((answer) => answer.kind).sort()).toEqual(["done", "stale"]);
      expect(await count(world)).toBe(1);
    });

    story(openWorld, "does not mint again for a generation that was given up", async (world) => {
      done(await world.writer.open(command));
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
      expect((await world.writer.open(command)).kind).toBe("stale");
      expect((await world.writer.open({ ...command, ...(await at(world.writer, OTUS)) })).kind).toBe("refused");
      expect(await count(world)).toBe(1);
    });

    story(openWorld, "writes nothing on a revision that is not the present one", async (world) => {
      expect(await world.writer.open({ ...command, revision: 7 })).toEqual({ kind: "stale", expected: 7, found: 0 });
      expect(await districtOf(world.writer)).toMatchObject({ revision: 0, connections: [], slots: [] });
    });

    story(openWorld, "refuses a generation that is not the next one", async (world) => {
      expect((await world.writer.open({ ...command, generation: 2 })).kind).toBe("refused");
      expect(await count(world)).toBe(0);
    });

    story(openWorld, "refuses a second candidate while a cut-over is open", async (world) => {
      done(await world.writer.open(command));
      expect((await open(world.writer, OTUS)).kind).toBe("refused");
      expect(await count(world)).toBe(1);
    });

    story(openWorld, "refuses to mix two sites under one district", async (world) => {
      done(await world.writer.open(command));
      for (const site of [
        { ...SITE, app: "shelbyville" },
        { ...SITE, kind: "production" as const },
      ]) {
        expect((await open(world.writer, CANVAS, { site })).kind).toBe("refused");
      }
    });

    story(openWorld, "gives a candidate credentials that work", async ({ writer, campus }) => {
      const live = done(await writer.open(command));
      const credentials = await writer.credentials(live.id);
      expect(credentials).toMatchObject({ clientId: live.clientId, tokenUrl: live.tokenUrl, baseUrl: live.baseUrl });
      expect(String(credentials.clientSecret)).toBe("[secret]");
      const right = await campus.authenticate(credentials.clientId, credentials.clientSecret);
      expect(right).toEqual({ connection: live, isRight: true });
      const wrong = await campus.authenticate(credentials.clientId, new Secret("guessed"));
      expect(wrong).toEqual({ connection: live, isRight: false });
      expect(await campus.authenticate("nobody", credentials.clientSecret)).toBeUndefined();
    });

    story(openWorld, "says so when it is asked for a connection it does not hold", async ({ writer, campus }) => {
      const missing = "c-none" as ConnectionId;
      await expect(writer.credentials(missing)).rejects.toMatchObject({ code: "stores/no-such-connection" });
      expect(await campus.connection(missing)).toBeUndefined();
    });

    story(openWorld, "goes on to the next generation after a closed one", async (world) => {
      const first = await establish(world, OTUS);
      const second = done(await open(world.writer, OTUS, { make: { ...TRAITS, version: "1.2" } }));
      expect(second.baseUrl).toBe("http://127.0.0.1:8642/campus/api/oneroster/v1p2/springfield/ims/oneroster");
      expect(await slotOf(world.writer, OTUS)).toMatchObject({
        generation: 2,
        current: first.id,
        cutover: { from: first.id, to: second.id, generation: 2 },
      });
    });
  });

  describe("naming the connection to take over from", () => {
    story(openWorld, "refuses to leave the address's own current connection behind", async (world) => {
      const { id } = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      const { from: _, ...bare } = { ...command, ...(await at(world.writer, OTUS)), generation: 2, from: id };
      expect((await world.writer.open(bare)).kind).toBe("refused");
      expect((await world.writer.open({ ...bare, from: other.id })).kind).toBe("refused");
    });

    story(openWorld, "refuses one that no address has as its current one", async (world) => {
      const found = await world.campus.createByHand({ ...BY_HAND, make: TRAITS });
      const candidate = done(await open(world.writer, CANVAS));
      for (const from of [found.id, candidate.id, "c-none" as ConnectionId]) {
        expect((await open(world.writer, OTUS, { from })).kind, from).toBe("refused");
      }
    });

    story(openWorld, "refuses one that is in another open cut-over", async (world) => {
      const old = await establish(world, CANVAS);
      done(await open(world.writer, OTUS, { from: old.id }));
      expect((await open(world.writer, CANVAS)).kind).toBe("refused");
      expect(await slotOf(world.writer, CANVAS)).toMatchObject({ current: old.id, generation: 1 });
    });

    story(openWorld, "accepts one that a person disabled by hand", async (world) => {
      const old = await establish(world, OTUS);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      expect((await open(world.writer, OTUS)).kind).toBe("done");
    });
  });

  describe("a closed switch", () => {
    story(openWorld, "leaves the new credentials working and the old ones not", async (world) => {
      const old = await establish(world, OTUS);
      const next = done(await open(world.writer, OTUS));
      await pull(world, next.id);
      world.clock.pass(REQUIRES.quietMs);
      done(await probe(world, OTUS, next.id));
      expect(done(await world.writer.closeCutover(await at(world.writer, OTUS)))).toEqual({
        kind: "closed",
        current: next.id,
        disabled: old.id,
      });
      for (const [live, works] of [
        [old, false],
        [next, true],
      ] as const) {
        const { clientId, clientSecret } = await world.writer.credentials(live.id);
        const answer = await world.campus.authenticate(clientId, clientSecret);
        expect(answer?.connection.status.kind === "active" && answer.isRight).toBe(works);
      }
      expect((await connectionOf(world, old.id)).status).toEqual({
        kind: "disabled",
        at: world.clock.now(),
        by: "dana",
        how: "closed",
      });
    });
  });
}

const BY_HAND = { district: "springfield" as never, site: SITE, application: "Otus", by: "lee" };
