import type { Statement } from "../../model/evidence.ts";
import type { LiveConnection } from "../../model/live.ts";
import { DAY_MS, HOUR_MS, shift } from "../../model/time.ts";
import type { Traffic } from "../../model/traffic.ts";
import {
  aboutOf,
  at,
  attest,
  connectionOf,
  done,
  establish,
  listOf,
  nowFor,
  open,
  probe,
  probed,
  pull,
  slotOf,
} from "../acts.ts";
import { expect, expectThrown } from "../expect.ts";
import { area, promise, type Area, type Need } from "../promise.ts";
import { moment, otus, type World } from "../world.ts";

const CUT_OFF = { kind: "accepted-cut-off" } as const;

/** What voids evidence, what telling it needs, and how it comes about. */
const DISTURBANCES: readonly (readonly [
  string,
  readonly Need[],
  (world: World, live: LiveConnection) => Promise<void>,
])[] = [
  [
    "an update",
    [],
    async (world, { id }) => {
      done(
        await world.writer.update({
          ...(await at(world.writer, otus(world))),
          connection: id,
          changes: { schools: ["North"], share: [] },
        }),
      );
    },
  ],
  [
    "an edit by hand",
    ["hands"],
    async ({ campus }, { id }) => {
      await campus.changeByHand({
        connection: id,
        by: "lee",
        change: { kind: "edit", schools: "all", share: ["demographics"] },
      });
    },
  ],
  [
    "a disable by hand",
    ["hands"],
    async ({ campus }, { id }) => {
      await campus.changeByHand({ connection: id, by: "lee", change: { kind: "disable" } });
    },
  ],
];

/** Hand-over, findings, statements, and what voids them. */
export const PROOF: readonly Area[] = [
  area("delivering", [
    promise("remembers a delivery that was begun and shows it after a crash", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const begun = done(await begin(world, live, "file:a"));
      expect(begun.delivery).toMatchObject({ state: "begun", target: "file:a", at: moment(world) });
      expect(begun.epoch).toBe(live.epoch);
      expect(await connectionOf({ ...world, writer: (await world.reopen()).writer }, live.id)).toEqual(begun);
    }),

    promise("lets the same target begin again and refuses another until it is done", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      done(await begin(world, live, "file:a"));
      const { revision } = await at(world.writer, otus(world));
      expect((await begin(world, live, "file:a")).kind).toBe("done");
      expect((await at(world.writer, otus(world))).revision).toBe(revision);
      expect((await begin(world, live, "file:b")).kind).toBe("refused");
      expect((await finish(world, live, "file:b")).kind).toBe("refused");
      done(await finish(world, live, "file:a"));
      expect(done(await begin(world, live, "file:b")).delivery).toMatchObject({ state: "begun", target: "file:b" });
    }),

    promise("hands the values of one that is being taken over to nobody any more", [], async (world) => {
      const old = await establish(world, otus(world));
      done(await begin(world, old, "file:a"));
      const next = done(await open(world.writer, otus(world)));
      expect((await finish(world, old, "file:a")).kind, "noting the old one's delivery").toBe("refused");
      expect((await begin(world, old, "file:b")).kind, "delivering the old one").toBe("refused");
      expect((await begin(world, next, "file:b")).kind, "delivering the new one").toBe("done");
    }),

    promise(
      "starts a new epoch when it is done, and not again for the same target",
      ["use", "clock"],
      async (world) => {
        const live = done(await open(world.writer, otus(world)));
        done(await probe(world, otus(world), live.id));
        await pull(world, live.id);
        done(await begin(world, live, "file:a"));
        await world.clock.pass(HOUR_MS);
        const delivered = done(await finish(world, live, "file:a"));
        expect(delivered).toMatchObject({ epoch: live.epoch + 1, epochAt: moment(world), evidence: [] });
        expect(delivered.use).toEqual({ ...live.use, pulled: {}, last: moment(world, -HOUR_MS) });
        expect(delivered.delivery).toMatchObject({ state: "done", target: "file:a", at: moment(world) });
        const { revision } = await at(world.writer, otus(world));
        await world.clock.pass(HOUR_MS);
        expect(done(await begin(world, live, "file:a"))).toEqual(delivered);
        expect(done(await finish(world, live, "file:a"))).toEqual(delivered);
        expect((await at(world.writer, otus(world))).revision).toBe(revision);
      },
    ),

    promise("refuses to note as done what was never begun", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      expect((await finish(world, live, "file:a")).kind).toBe("refused");
    }),

    promise(
      "refuses to hand over a disabled connection, or one the address does not hold",
      ["hands"],
      async (world) => {
        const live = done(await open(world.writer, otus(world)));
        await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
        expect((await begin(world, live, "file:a")).kind).toBe("refused");
        done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }));
        expect((await begin(world, live, "file:a")).kind).toBe("refused");
      },
    ),
  ]),

  area("evidence", [
    promise("keeps statements, and of the climbs the latest", ["clock", "another"], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      done(await probe(world, otus(world), live.id, "inconclusive"));
      done(await attest(world, otus(world), live.id));
      await world.clock.pass(HOUR_MS);
      done(await probe(world, otus(world), live.id));
      const { evidence } = await connectionOf(world, live.id);
      expect(evidence).toMatchObject([
        { kind: "attested", by: world.witness, at: moment(world, -HOUR_MS), about: aboutOf(live) },
        { ...probed(live, { at: live.epochAt, by: world.me }), at: moment(world) },
      ]);
    }),

    promise("takes the same statement once", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      // What is waived is what the latest climb left open.
      const summer = { rung: "sessions", verdict: "inconclusive", code: "no-current-session", says: "None." } as const;
      const climb = { ...probed(live, { at: nowFor(world, live), by: world.me }), findings: [summer] };
      done(await world.writer.recordFindings({ ...(await at(world.writer, otus(world))), probed: climb }));
      const said = nowFor(world, live);
      const waiver = async (reason: string) => {
        const statement: Statement = {
          kind: "waived",
          rung: "sessions",
          about: aboutOf(live),
          at: said,
          by: world.me,
          reason,
        };
        return done(await world.writer.recordStatement({ ...(await at(world.writer, otus(world))), statement }));
      };
      await waiver("July.");
      const { revision } = await at(world.writer, otus(world));
      expect((await waiver("July.")).evidence).toHaveLength(2);
      expect((await at(world.writer, otus(world))).revision).toBe(revision);
      expect((await waiver("Still July.")).evidence).toHaveLength(3);
      const speaker = await world.signedBy(world.witness);
      const statement: Statement = {
        kind: "attested",
        about: aboutOf(live),
        at: said,
        by: world.witness,
        reason: "They told me.",
      };
      const attestation = async () =>
        done(await speaker.recordStatement({ ...(await at(speaker, otus(world))), statement })).evidence;
      expect(await attestation()).toHaveLength(4);
      expect(await attestation()).toHaveLength(4);
    }),

    promise("is refused when it is about an older epoch or another secret", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const said = { at: nowFor(world, live), by: world.me };
      const wrong = [
        ...(live.epoch === 0 ? [] : [probed(live, said, "confirmed", { epoch: live.epoch - 1 })]),
        probed(live, said, "confirmed", { epoch: live.epoch + 1 }),
        probed(live, said, "confirmed", { fingerprint: "0123456789abcdef" }),
      ];
      for (const item of wrong) {
        const written = await world.writer.recordFindings({ ...(await at(world.writer, otus(world))), probed: item });
        expect(written.kind, "what became of it").toBe("refused");
      }
      expect((await connectionOf(world, live.id)).evidence).toEqual([]);
    }),

    promise("is never kept as from the future: it is refused, or dated now", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const later = shift(world.clock.now(), DAY_MS);
      const findings = await world.writer.recordFindings({
        ...(await at(world.writer, otus(world))),
        probed: probed(live, { at: later, by: world.me }),
      });
      const about = aboutOf(live);
      const statement = { kind: "attested", about, at: later, by: world.me, reason: "Said so." } as const;
      const said = await world.writer.recordStatement({ ...(await at(world.writer, otus(world))), statement });
      const kept = (await connectionOf(world, live.id)).evidence;
      expect(kept).toHaveLength([findings, said].filter(({ kind }) => kind === "done").length);
      for (const item of kept) expect(item.at, "the moment of evidence").toMatchObject(moment(world));
    }),

    promise("is refused when it is about a connection that the address does not hold", [], async (world) => {
      const old = await establish(world, otus(world));
      done(
        await world.writer.disable({ ...(await at(world.writer, otus(world))), connection: old.id, grounds: CUT_OFF }),
      );
      expect((await probe(world, otus(world), old.id)).kind).toBe("refused");
    }),

    promise("is refused as a statement when it was made before the connection became what it is", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const about = aboutOf(live);
      const said = async (when: typeof live.epochAt) => {
        const statement = { kind: "attested", about, at: when, by: world.me, reason: "Said so." } as const;
        return (await world.writer.recordStatement({ ...(await at(world.writer, otus(world))), statement })).kind;
      };
      expect(await said(shift(live.epochAt, -DAY_MS))).toBe("refused");
      // Dated by day: the first moment of the very day counts.
      expect(await said(`${live.epochAt.slice(0, 10)}T00:00:00.000Z` as typeof live.epochAt)).toBe("done");
    }),

    ...DISTURBANCES.map(([what, needs, disturb]) =>
      promise(`is void after ${what}`, [...needs, "use", "clock"], async (world: World) => {
        const live = done(await open(world.writer, otus(world)));
        done(await probe(world, otus(world), live.id));
        done(await attest(world, otus(world), live.id));
        await pull(world, live.id);
        await world.clock.pass(HOUR_MS);
        await disturb(world, live);
        const after = await connectionOf(world, live.id);
        expect(after).toMatchObject({ epoch: live.epoch + 1, epochAt: moment(world), evidence: [] });
        expect(after.use).toEqual({ ...live.use, pulled: {}, last: moment(world, -HOUR_MS) });
        const again = probed(live, { at: nowFor(world, live), by: world.me });
        const written = await world.writer.recordFindings({ ...(await at(world.writer, otus(world))), probed: again });
        expect(written.kind, "what became of findings about before").toBe("refused");
      }),
    ),
  ]),

  area("use", [
    promise("is what the consumer did, with the latest pull of each family", ["use"], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const { revision } = (await slotOf(world.writer, otus(world))) ?? {};
      const seen = { connection: live.id, by: "consumer", what: "orgs", pull: "orgs", ok: true } as const;
      const [early, late] = [nowFor(world, live), shift(nowFor(world, live), HOUR_MS)];
      await world.campus.recordTraffic({ ...seen, at: late });
      await world.campus.recordTraffic({ ...seen, at: early });
      await world.campus.recordTraffic({ ...seen, what: "users", pull: "users", at: early, ok: false });
      await world.campus.recordTraffic({
        connection: live.id,
        by: "consumer",
        what: "token",
        at: shift(late, 1),
        ok: false,
      });
      expect((await connectionOf(world, live.id)).use).toMatchObject({
        kind: "observed",
        since: moment(world),
        last: shift(late, 3),
        pulled: { orgs: late },
        syncs: { good: 0, from: late, to: shift(late, 1), pulled: ["orgs"], failing: ["token"] },
      });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ revision });
    }),

    promise("does not count what was read before the present epoch", ["hands", "use", "clock"], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const before = world.clock.now();
      await world.clock.pass(HOUR_MS);
      await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
      await world.campus.recordTraffic({
        connection: live.id,
        by: "consumer",
        what: "orgs",
        pull: "orgs",
        at: before,
        ok: true,
      });
      expect((await connectionOf(world, live.id)).use).toEqual({ ...live.use, last: before, pulled: {} });
    }),

    promise("never counts the tool's own probes", ["use"], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      await pull(world, live.id, "probe");
      expect((await connectionOf(world, live.id)).use).toEqual(live.use);
      const log = await listOf(world.campus.traffic(live.id));
      expect(log.map(({ by, what, pull: family }) => [by, what, family])).toEqual([
        ["probe", "token", undefined],
        ["probe", "orgs", "orgs"],
        ["probe", "users", "users"],
        ["probe", "enrollments", "enrollments"],
      ]);
    }),

    promise("is kept with what was answered, and read from a moment on", ["use", "clock"], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      const connection = live.id;
      const early = world.clock.now();
      await world.clock.pass(HOUR_MS);
      const late = world.clock.now();
      const line = { connection, by: "consumer", ok: true } as const;
      const lines: readonly Traffic[] = [
        { ...line, at: early, what: "users", pull: "users", status: 200, rows: 12, isDelta: false },
        { ...line, at: late, what: "users", pull: "users", status: 200, rows: 0, isDelta: true },
        { ...line, at: late, what: "results", status: 201, wrote: "created" },
      ];
      for (const one of lines) await world.campus.recordTraffic(one);
      expect(await listOf(world.campus.traffic(connection))).toEqual(lines);
      expect(await listOf(world.campus.traffic(connection, late))).toEqual(lines.slice(1));
      expect(await listOf(world.campus.traffic("c-none" as never))).toEqual([]);
    }),

    promise("is refused for a connection that does not exist", ["use"], async ({ campus, clock }) => {
      const traffic = {
        connection: "c-none" as never,
        at: clock.now(),
        by: "consumer",
        what: "token",
        ok: true,
      } as const;
      await expectThrown(
        campus.recordTraffic(traffic),
        "stores/no-such-connection",
        "noting traffic of a connection that is not there",
      );
    }),
  ]),
];

async function begin(world: World, { id }: LiveConnection, target: string) {
  return await world.writer.beginDelivery({ ...(await at(world.writer, otus(world))), connection: id, target });
}

async function finish(world: World, { id }: LiveConnection, target: string) {
  return await world.writer.recordDelivery({ ...(await at(world.writer, otus(world))), connection: id, target });
}
