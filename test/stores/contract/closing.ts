import { describe, expect } from "vitest";
import type { LiveConnection } from "../../../src/model/live.ts";
import { DAY_MS, HOUR_MS } from "../../../src/model/time.ts";
import { inNewEpochOf } from "../../../src/model/use.ts";
import {
  at,
  attest,
  CANVAS,
  connectionOf,
  done,
  establish,
  open,
  OTUS,
  probe,
  pull,
  REQUIRES,
  slotOf,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** Closing, giving up and turning round: the store itself judges, and a working connection survives until then. */
export function closePromises(openWorld: OpenWorld): void {
  waitingPromises(openWorld);
  closedPromises(openWorld);
  abandonPromises(openWorld);
  tiePromises(openWorld);
}

const close = async ({ writer }: World, address = OTUS) => done(await writer.closeCutover(await at(writer, address)));

/** A current connection in use, and a candidate for the same address. */
async function switching(world: World): Promise<{ readonly old: LiveConnection; readonly next: LiveConnection }> {
  const old = await establish(world, OTUS);
  await pull(world, old.id);
  return { old, next: done(await open(world.writer, OTUS)) };
}

/** Each: what is the case, how it comes about, and what the store then says is missing. */
const WAITING: readonly (readonly [
  string,
  (world: World, next: LiveConnection, old: LiveConnection) => Promise<void>,
  object[],
])[] = [
  [
    "was never probed",
    async (world, next) => {
      done(await attest(world, OTUS, next.id));
    },
    [{ kind: "probed", who: "rosterform", verdict: "never" }],
  ],
  [
    "was refuted",
    async (world, next) => {
      done(await attest(world, OTUS, next.id));
      done(await probe(world, OTUS, next.id));
      done(await probe(world, OTUS, next.id, "refuted"));
    },
    [{ kind: "probed", who: "rosterform", verdict: "refuted" }],
  ],
  [
    "was probed inconclusively",
    async (world, next) => {
      done(await attest(world, OTUS, next.id));
      done(await probe(world, OTUS, next.id, "inconclusive"));
    },
    [{ kind: "probed", who: "rosterform", verdict: "inconclusive" }],
  ],
  [
    "was probed too long ago",
    async (world, next) => {
      done(await attest(world, OTUS, next.id));
      done(await probe(world, OTUS, next.id));
      world.clock.pass(DAY_MS + 1);
    },
    [{ kind: "probed", who: "rosterform", verdict: "stale" }],
  ],
  [
    "works but the consumer never came",
    async (world, next) => {
      world.clock.pass(REQUIRES.quietMs);
      await pull(world, next.id, "probe");
      done(await probe(world, OTUS, next.id));
    },
    [
      { kind: "pull", who: "vendor" },
      { kind: "attested", who: "person", contradicted: false },
    ],
  ],
  [
    "is pulled while the old one is not quiet",
    async (world, next) => {
      await pull(world, next.id);
      world.clock.pass(REQUIRES.quietMs - 1);
      done(await probe(world, OTUS, next.id));
    },
    [
      { kind: "quiet", who: "vendor" },
      { kind: "attested", who: "person", contradicted: false },
    ],
  ],
  [
    "was attested, and then the consumer came back to the old one",
    async (world, next, old) => {
      done(await probe(world, OTUS, next.id));
      done(await attest(world, OTUS, next.id));
      world.clock.pass(1);
      await pull(world, old.id);
    },
    [
      { kind: "pull", who: "vendor" },
      { kind: "quiet", who: "vendor" },
      { kind: "attested", who: "person", contradicted: true },
    ],
  ],
];

function waitingPromises(openWorld: OpenWorld): void {
  describe("closing waits, and the old connection stays, while the candidate", () => {
    for (const [what, bringAbout, missing] of WAITING) {
      story(openWorld, what, async (world) => {
        const { old, next } = await switching(world);
        await bringAbout(world, next, old);
        const before = await slotOf(world.writer, OTUS);
        const outcome = await close(world);
        expect(outcome).toMatchObject({ kind: "waiting", judgement: { met: false } });
        expect(outcome.kind === "waiting" && outcome.judgement.missing).toMatchObject(missing);
        expect(await slotOf(world.writer, OTUS)).toEqual(before);
        expect((await connectionOf(world, old.id)).status).toEqual({ kind: "active" });
      });
    }

    story(openWorld, "is disabled by hand", async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: next.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, OTUS, next.id));
      done(await attest(world, OTUS, next.id));
      expect(await close(world)).toMatchObject({
        kind: "waiting",
        judgement: { missing: [{ kind: "candidate-active", who: "district" }] },
      });
      expect((await connectionOf(world, old.id)).status).toEqual({ kind: "active" });
    });

    story(openWorld, "has only a requirement that is too low to disable a working connection", async (world) => {
      await establish(world, OTUS);
      const next = done(await open(world.writer, OTUS, { requires: { clauses: ["probed"], quietMs: 0 } }));
      done(await probe(world, OTUS, next.id));
      expect((await close(world)).kind).toBe("waiting");
    });
  });
}

function closedPromises(openWorld: OpenWorld): void {
  describe("closing", () => {
    story(openWorld, "makes a first connection current once it was probed", async (world) => {
      const live = done(await open(world.writer, OTUS));
      expect((await close(world)).kind).toBe("waiting");
      done(await probe(world, OTUS, live.id));
      expect(await close(world)).toEqual({ kind: "closed", current: live.id });
      const { kind, version, schools, share, rotate } = live;
      expect(await slotOf(world.writer, OTUS)).toEqual({
        address: OTUS,
        revision: expect.any(Number),
        generation: 1,
        current: live.id,
        applied: { connection: live.id, at: world.clock.now(), kind, version, schools, share, rotate },
      });
    });

    story(openWorld, "takes a statement where the consumer was not seen to move", async (world) => {
      const { old, next } = await switching(world);
      done(await probe(world, OTUS, next.id));
      done(await attest(world, OTUS, next.id));
      expect(await close(world)).toEqual({ kind: "closed", current: next.id, disabled: old.id });
      const slot = await slotOf(world.writer, OTUS);
      expect(slot).toMatchObject({ current: next.id, previous: old.id, applied: { connection: next.id } });
      expect(slot?.cutover).toBeUndefined();
    });

    story(openWorld, "asks only for working credentials where the old one was disabled by hand", async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, OTUS, next.id));
      expect(await close(world)).toEqual({ kind: "closed", current: next.id });
      expect((await connectionOf(world, old.id)).status).toMatchObject({ how: "outside", by: "lee" });
    });

    story(openWorld, "judges again when the old one was enabled by hand meanwhile", async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, OTUS, next.id));
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "enable" } });
      expect((await close(world)).kind).toBe("waiting");
    });

    story(openWorld, "writes nothing on an old revision, and has nothing to do a second time", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const planned = await at(world.writer, OTUS);
      done(await probe(world, OTUS, live.id));
      expect((await world.writer.closeCutover(planned)).kind).toBe("stale");
      expect((await close(world)).kind).toBe("closed");
      expect((await world.writer.closeCutover(await at(world.writer, OTUS))).kind).toBe("refused");
    });

    story(openWorld, "of an address that replaces another one takes over from that one", async (world) => {
      const old = await establish(world, CANVAS);
      const next = done(await open(world.writer, OTUS, { from: old.id }));
      done(await probe(world, OTUS, next.id));
      done(await attest(world, OTUS, next.id));
      const before = await slotOf(world.writer, CANVAS);
      expect(await close(world)).toEqual({ kind: "closed", current: next.id, disabled: old.id });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: next.id, previous: old.id });
      const after = await slotOf(world.writer, CANVAS);
      expect(after).toMatchObject({ previous: old.id, applied: { connection: old.id } });
      expect(after?.current).toBeUndefined();
      expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    });
  });
}

function abandonPromises(openWorld: OpenWorld): void {
  const abandon = async ({ writer }: World, hold = false) =>
    await writer.abandon({ ...(await at(writer, OTUS)), hold });

  describe("giving up a candidate", () => {
    story(openWorld, "disables it and keeps the survivor", async (world) => {
      const { old, next } = await switching(world);
      expect(done(await abandon(world))).toEqual({ kind: "abandoned", connection: next.id });
      expect((await connectionOf(world, next.id)).status).toMatchObject({
        kind: "disabled",
        how: "abandoned",
        by: "dana",
      });
      expect((await connectionOf(world, old.id)).status).toEqual({ kind: "active" });
      const slot = await slotOf(world.writer, OTUS);
      expect(slot).toMatchObject({ current: old.id, generation: 2 });
      expect(slot).not.toHaveProperty("cutover");
      expect(slot).not.toHaveProperty("aborted");
    });

    story(openWorld, "with hold remembers what was given up, until the next one is opened", async (world) => {
      await switching(world);
      done(await abandon(world, true));
      expect((await slotOf(world.writer, OTUS))?.aborted).toEqual({
        kind: "other",
        version: "1.1",
        rotate: 0,
        at: world.clock.now(),
        by: "dana",
      });
      done(await open(world.writer, OTUS));
      expect(await slotOf(world.writer, OTUS)).not.toHaveProperty("aborted");
    });

    story(openWorld, "is not done to one that the consumer was seen on", async (world) => {
      const { next } = await switching(world);
      const token = { connection: next.id, at: world.clock.now(), by: "consumer", what: "token", ok: true } as const;
      await world.campus.recordTraffic(token);
      const before = await slotOf(world.writer, OTUS);
      expect(done(await abandon(world))).toEqual({ kind: "in-use", connection: next.id });
      expect(await slotOf(world.writer, OTUS)).toEqual(before);
      expect((await connectionOf(world, next.id)).status).toEqual({ kind: "active" });
    });

    story(openWorld, "is not done to one that somebody says is in use", async (world) => {
      const { next } = await switching(world);
      done(await attest(world, OTUS, next.id));
      expect(done(await abandon(world)).kind).toBe("in-use");
    });

    story(openWorld, "is always possible once a person disabled it", async (world) => {
      const { next } = await switching(world);
      await pull(world, next.id);
      await world.campus.changeByHand({ connection: next.id, by: "lee", change: { kind: "disable" } });
      expect(done(await abandon(world)).kind).toBe("abandoned");
      expect((await connectionOf(world, next.id)).status).toMatchObject({ how: "outside" });
    });

    story(openWorld, "is refused where there is none, and writes nothing on an old revision", async (world) => {
      const planned = await at(world.writer, OTUS);
      expect((await abandon(world)).kind).toBe("refused");
      done(await open(world.writer, OTUS));
      expect((await world.writer.abandon({ ...planned, hold: false })).kind).toBe("stale");
    });
  });
}

function tiePromises(openWorld: OpenWorld): void {
  const tie = async ({ writer }: World, from: LiveConnection, to: LiveConnection) =>
    await writer.tie({ ...(await at(writer, OTUS)), from: from.id, to: to.id, requires: REQUIRES });

  describe("turning back to the survivor", () => {
    story(openWorld, "opens a cut-over from the candidate, which needs evidence of its own", async (world) => {
      const { old, next } = await switching(world);
      done(await attest(world, OTUS, old.id));
      await pull(world, next.id);
      const { use } = await connectionOf(world, old.id);
      world.clock.pass(HOUR_MS);
      const tied = done(await tie(world, next, old));
      expect(tied).toMatchObject({ id: old.id, evidence: [] });
      expect(tied.use).toEqual(inNewEpochOf(use));
      expect(await slotOf(world.writer, OTUS)).toMatchObject({
        current: old.id,
        generation: 2,
        cutover: { from: next.id, to: old.id, openedAt: world.clock.now() },
      });
      done(await probe(world, OTUS, old.id));
      expect((await close(world)).kind).toBe("waiting");
      await pull(world, old.id);
      world.clock.pass(REQUIRES.quietMs);
      done(await probe(world, OTUS, old.id));
      expect(await close(world)).toEqual({ kind: "closed", current: old.id, disabled: next.id });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: old.id, previous: next.id });
    });

    story(openWorld, "can be asked for twice, and be turned round again", async (world) => {
      const { old, next } = await switching(world);
      done(await tie(world, next, old));
      const before = await slotOf(world.writer, OTUS);
      done(await tie(world, next, old));
      expect(await slotOf(world.writer, OTUS)).toEqual(before);
      done(await tie(world, old, next));
      expect((await slotOf(world.writer, OTUS))?.cutover).toMatchObject({ from: old.id, to: next.id });
    });

    story(openWorld, "when given up only forgets the cut-over and disables nothing", async (world) => {
      const { old, next } = await switching(world);
      done(await tie(world, next, old));
      expect(done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }))).toEqual({
        kind: "abandoned",
        connection: old.id,
      });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: old.id });
      expect(await slotOf(world.writer, OTUS)).not.toHaveProperty("cutover");
      expect(await connectionOf(world, old.id)).toMatchObject({ status: { kind: "active" } });
      // No address holds the former candidate any more, so it shows as found rather than being lost.
      expect(await connectionOf(world, next.id)).toMatchObject({ status: { kind: "active" }, provenance: "found" });
    });

    story(openWorld, "is refused when the survivor is disabled", async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      expect((await tie(world, next, old)).kind).toBe("refused");
    });
  });

  describe("tying two addresses", () => {
    story(openWorld, "lets the own current connection take over from the other's", async (world) => {
      const own = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      done(await tie(world, other, own));
      expect((await close(world)).kind).toBe("waiting");
      done(await probe(world, OTUS, own.id));
      done(await attest(world, OTUS, own.id));
      expect(await close(world)).toEqual({ kind: "closed", current: own.id, disabled: other.id });
      expect(await slotOf(world.writer, CANVAS)).not.toHaveProperty("current");
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: own.id, previous: other.id });
    });

    story(openWorld, "when given up disables neither", async (world) => {
      const own = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      done(await tie(world, other, own));
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: true }));
      for (const { id } of [own, other]) {
        expect(await connectionOf(world, id)).toMatchObject({ status: { kind: "active" }, provenance: "generated" });
      }
      expect(await slotOf(world.writer, CANVAS)).toMatchObject({ current: other.id });
    });

    story(openWorld, "is not turned round: the other's connection would have two holders", async (world) => {
      const own = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      done(await tie(world, other, own));
      expect((await tie(world, own, other)).kind).toBe("refused");
    });

    story(openWorld, "is refused for connections that do not stand like that", async (world) => {
      const own = await establish(world, OTUS);
      const other = await establish(world, CANVAS);
      const candidate = done(await open(world.writer, CANVAS));
      expect((await tie(world, own, own)).kind).toBe("refused");
      expect((await tie(world, own, other)).kind).toBe("refused");
      expect((await tie(world, candidate, own)).kind).toBe("refused");
      // The other one is leaving already, for its own successor.
      expect((await tie(world, other, own)).kind).toBe("refused");
      expect((await tie(world, { ...other, id: "c-none" as never }, own)).kind).toBe("refused");
      expect((await tie(world, other, { ...own, id: "c-none" as never })).kind).toBe("refused");
    });

    story(openWorld, "is refused at an address without connection, and on an old revision", async (world) => {
      const other = await establish(world, CANVAS);
      expect((await tie(world, other, other)).kind).toBe("refused");
      expect(
        (await world.writer.tie({ address: OTUS, revision: 3, from: other.id, to: other.id, requires: REQUIRES })).kind,
      ).toBe("stale");
    });
  });
}
