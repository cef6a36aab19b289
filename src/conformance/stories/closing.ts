import type { ConnectionId, LiveConnection } from "../../model/live.ts";
import { DAY_MS } from "../../model/time.ts";
import type { CloseOutcome } from "../../stores/store.ts";
import { close, switching, switchingInUse } from "./switching.ts";
import { at, attest, connectionOf, done, establish, open, probe, pull, slotOf } from "../acts.ts";
import { aNumber, expect } from "../expect.ts";
import { area, promise, type Area, type Need } from "../promise.ts";
import { canvas, moment, otus, REQUIRES, type World } from "../world.ts";

/** Each: what is the case, what telling it needs, how it comes about, and what the store then says is missing. */
const WAITING: readonly (readonly [
  string,
  readonly Need[],
  (world: World, next: LiveConnection, old: LiveConnection) => Promise<void>,
  object[],
])[] = [
  [
    "was never probed",
    [],
    async (world, next) => {
      done(await attest(world, otus(world), next.id));
    },
    [{ kind: "probed", who: "rosterform", verdict: "never" }],
  ],
  [
    "was refuted",
    [],
    async (world, next) => {
      done(await attest(world, otus(world), next.id));
      done(await probe(world, otus(world), next.id));
      done(await probe(world, otus(world), next.id, "refuted"));
    },
    [{ kind: "probed", who: "rosterform", verdict: "refuted" }],
  ],
  [
    "was probed inconclusively",
    [],
    async (world, next) => {
      done(await attest(world, otus(world), next.id));
      done(await probe(world, otus(world), next.id, "inconclusive"));
    },
    [{ kind: "probed", who: "rosterform", verdict: "inconclusive" }],
  ],
  [
    "was probed too long ago",
    ["clock"],
    async (world, next) => {
      done(await attest(world, otus(world), next.id));
      done(await probe(world, otus(world), next.id));
      await world.clock.pass(DAY_MS + 1);
    },
    [{ kind: "probed", who: "rosterform", verdict: "stale" }],
  ],
  [
    "works but the consumer never came",
    ["use", "clock"],
    async (world, next) => {
      await world.clock.pass(REQUIRES.quietMs);
      await pull(world, next.id, "probe");
      done(await probe(world, otus(world), next.id));
    },
    [
      { kind: "pull", who: "vendor" },
      { kind: "attested", who: "person", contradicted: false },
    ],
  ],
  [
    "is pulled while the old one is not quiet",
    ["use", "clock"],
    async (world, next) => {
      await pull(world, next.id);
      await world.clock.pass(REQUIRES.quietMs - shortOf(world));
      done(await probe(world, otus(world), next.id));
    },
    [
      { kind: "quiet", who: "vendor" },
      { kind: "attested", who: "person", contradicted: false },
    ],
  ],
  [
    "was attested, and then the consumer came back to the old one",
    ["use", "clock"],
    async (world, next, old) => {
      done(await probe(world, otus(world), next.id));
      done(await attest(world, otus(world), next.id));
      await world.clock.pass(1 + world.clock.slackMs);
      await pull(world, old.id);
    },
    [
      { kind: "pull", who: "vendor" },
      { kind: "quiet", who: "vendor" },
      { kind: "attested", who: "person", contradicted: true },
    ],
  ],
];

/** Closing, giving up and turning round: the store itself judges, and a working connection survives until then. */
export const CLOSING: readonly Area[] = [
  area("closing waits, and the old connection stays, while the candidate", [
    ...WAITING.map(([what, needs, bringAbout, missing]) =>
      promise(what, needs, async (world: World) => {
        const { old, next } = needs.includes("use") ? await switchingInUse(world) : await switching(world);
        await bringAbout(world, next, old);
        const before = await slotOf(world.writer, otus(world));
        const outcome = await close(world);
        expect(outcome, "closing").toMatchObject({ kind: "waiting", judgement: { met: false, missing } });
        expect(await slotOf(world.writer, otus(world)), "the slot").toEqual(before);
        expect((await connectionOf(world, old.id)).status, "the old one's status").toMatchObject({ kind: "active" });
      }),
    ),

    promise("is disabled by hand", ["hands"], async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: next.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, otus(world), next.id));
      done(await attest(world, otus(world), next.id));
      expect(await close(world)).toMatchObject({
        kind: "waiting",
        judgement: { missing: [{ kind: "candidate-active", who: "district" }] },
      });
      expect((await connectionOf(world, old.id)).status).toMatchObject({ kind: "active" });
    }),

    promise("has only a requirement that is too low to disable a working connection", [], async (world) => {
      await establish(world, otus(world));
      const next = done(await open(world.writer, otus(world), { requires: { clauses: ["probed"], quietMs: 0 } }));
      done(await probe(world, otus(world), next.id));
      expect((await close(world)).kind).toBe("waiting");
    }),

    promise("is to close without any silence: an hour is the least, whatever was asked for", ["use"], async (world) => {
      const old = await establish(world, otus(world));
      await pull(world, old.id);
      const requires = { clauses: ["probed", "used-or-attested"], quietMs: 0 } as const;
      const next = done(await open(world.writer, otus(world), { requires }));
      await pull(world, next.id);
      done(await probe(world, otus(world), next.id));
      expect((await close(world)).kind).toBe("waiting");
    }),
  ]),

  area("closing", [
    promise("makes a first connection current once it was probed", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      expect((await close(world)).kind).toBe("waiting");
      done(await probe(world, otus(world), live.id));
      expectFirst(await close(world), live.id);
      const { kind, version, schools, share, rotate } = live;
      const slot = await slotOf(world.writer, otus(world));
      expect(slot).toMatchObject({
        address: otus(world),
        revision: aNumber,
        generation: 1,
        current: live.id,
        applied: { connection: live.id, at: moment(world), kind, version, schools, share, rotate },
      });
      for (const gone of ["cutover", "previous", "aborted"]) expect(slot).not.toHaveProperty(gone);
    }),

    promise("takes a statement where the consumer was not seen to move", [], async (world) => {
      const { old, next } = await switching(world);
      done(await probe(world, otus(world), next.id));
      done(await attest(world, otus(world), next.id));
      expect(await close(world)).toMatchObject({ kind: "closed", current: next.id, disabled: old.id });
      const slot = await slotOf(world.writer, otus(world));
      expect(slot).toMatchObject({ current: next.id, previous: old.id, applied: { connection: next.id } });
      expect(slot?.cutover).toBeUndefined();
    }),

    promise("asks only for working credentials where the old one was disabled by hand", ["hands"], async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, otus(world), next.id));
      expectFirst(await close(world), next.id);
      expect((await connectionOf(world, old.id)).status).toMatchObject({ how: "outside", by: "lee" });
    }),

    promise("judges again when the old one was enabled by hand meanwhile", ["hands"], async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      done(await probe(world, otus(world), next.id));
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "enable" } });
      expect((await close(world)).kind).toBe("waiting");
    }),

    promise("writes nothing on an old revision, and has nothing to do a second time", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const planned = await at(world.writer, otus(world));
      done(await probe(world, otus(world), live.id));
      expect((await world.writer.closeCutover(planned)).kind).toBe("stale");
      expect((await close(world)).kind).toBe("closed");
      expect((await world.writer.closeCutover(await at(world.writer, otus(world)))).kind).toBe("refused");
    }),

    promise("of an address that replaces another one takes over from that one", [], async (world) => {
      const old = await establish(world, canvas(world));
      const next = done(await open(world.writer, otus(world), { from: old.id }));
      done(await probe(world, otus(world), next.id));
      done(await attest(world, otus(world), next.id));
      const before = await slotOf(world.writer, canvas(world));
      expect(await close(world)).toMatchObject({ kind: "closed", current: next.id, disabled: old.id });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: next.id, previous: old.id });
      const after = await slotOf(world.writer, canvas(world));
      expect(after).toMatchObject({ previous: old.id, applied: { connection: old.id } });
      expect(after?.current).toBeUndefined();
      expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    }),
  ]),

  area("giving up a candidate", [
    promise("disables it and keeps the survivor", [], async (world) => {
      const { old, next } = await switching(world);
      expect(done(await abandon(world))).toMatchObject({ kind: "abandoned", connection: next.id });
      expect((await connectionOf(world, next.id)).status).toMatchObject({
        kind: "disabled",
        how: "abandoned",
        by: world.me,
      });
      expect((await connectionOf(world, old.id)).status).toMatchObject({ kind: "active" });
      const slot = await slotOf(world.writer, otus(world));
      expect(slot).toMatchObject({ current: old.id, generation: 2 });
      expect(slot).not.toHaveProperty("cutover");
      expect(slot).not.toHaveProperty("aborted");
    }),

    promise("with hold remembers what was given up, until the next one is opened", [], async (world) => {
      await switching(world);
      done(await abandon(world, true));
      expect((await slotOf(world.writer, otus(world)))?.aborted).toMatchObject({
        kind: "other",
        version: "1.1",
        rotate: 0,
        at: moment(world),
        by: world.me,
      });
      done(await open(world.writer, otus(world)));
      expect(await slotOf(world.writer, otus(world))).not.toHaveProperty("aborted");
    }),

    promise("is not done to one that the consumer was seen on", ["use"], async (world) => {
      const { next } = await switching(world);
      const token = { connection: next.id, at: world.clock.now(), by: "consumer", what: "token", ok: true } as const;
      await world.campus.recordTraffic(token);
      const before = await slotOf(world.writer, otus(world));
      expect(done(await abandon(world))).toMatchObject({ kind: "in-use", connection: next.id });
      expect(await slotOf(world.writer, otus(world))).toEqual(before);
      expect((await connectionOf(world, next.id)).status).toMatchObject({ kind: "active" });
    }),

    promise("is not done to one that somebody says is in use", [], async (world) => {
      const { next } = await switching(world);
      done(await attest(world, otus(world), next.id));
      expect(done(await abandon(world)).kind).toBe("in-use");
    }),

    promise("is always possible once a person disabled it", ["hands", "use"], async (world) => {
      const { next } = await switching(world);
      await pull(world, next.id);
      await world.campus.changeByHand({ connection: next.id, by: "lee", change: { kind: "disable" } });
      expect(done(await abandon(world)).kind).toBe("abandoned");
      expect((await connectionOf(world, next.id)).status).toMatchObject({ how: "outside" });
    }),

    promise("is refused where there is none, and writes nothing on an old revision", [], async (world) => {
      const planned = await at(world.writer, otus(world));
      expect((await abandon(world)).kind).toBe("refused");
      done(await open(world.writer, otus(world)));
      expect((await world.writer.abandon({ ...planned, hold: false })).kind).toBe("stale");
    }),
  ]),
];

/** A little less than it takes, by as much as the clocks of two machines may differ. */
function shortOf({ clock }: World): number {
  return 1 + 2 * clock.slackMs;
}

async function abandon(world: World, hold = false) {
  return await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold });
}

/** Closed, and nothing was disabled by it. */
function expectFirst(outcome: CloseOutcome, current: ConnectionId): void {
  expect(outcome, "closing").toMatchObject({ kind: "closed", current });
  expect(outcome, "closing").not.toHaveProperty("disabled");
}
