import { describe, expect } from "vitest";
import type { Statement } from "../../../src/model/evidence.ts";
import type { LiveConnection } from "../../../src/model/live.ts";
import { DAY_MS, HOUR_MS, shift } from "../../../src/model/time.ts";
import type { Traffic } from "../../../src/model/traffic.ts";
import {
  at,
  attest,
  connectionOf,
  done,
  establish,
  listOf,
  open,
  OTUS,
  probe,
  probed,
  pull,
  slotOf,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** Hand-over, findings, statements, and what voids them. */
export function proofPromises(openWorld: OpenWorld): void {
  deliveryPromises(openWorld);
  evidencePromises(openWorld);
  usePromises(openWorld);
}

function deliveryPromises(openWorld: OpenWorld): void {
  const begin = async ({ writer }: World, { id }: LiveConnection, target: string) =>
    await writer.beginDelivery({ ...(await at(writer, OTUS)), connection: id, target });
  const finish = async ({ writer }: World, { id }: LiveConnection, target: string) =>
    await writer.recordDelivery({ ...(await at(writer, OTUS)), connection: id, target });

  describe("delivering", () => {
    story(openWorld, "remembers a delivery that was begun and shows it after a crash", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const begun = done(await begin(world, live, "file:a"));
      expect(begun.delivery).toEqual({ state: "begun", target: "file:a", at: world.clock.now() });
      expect(begun.epoch).toBe(live.epoch);
      expect(await connectionOf(await world.reopen(), live.id)).toEqual(begun);
    });

    story(openWorld, "lets the same target begin again and refuses another until it is done", async (world) => {
      const live = done(await open(world.writer, OTUS));
      done(await begin(world, live, "file:a"));
      const { revision } = await at(world.writer, OTUS);
      expect((await begin(world, live, "file:a")).kind).toBe("done");
      expect((await at(world.writer, OTUS)).revision).toBe(revision);
      expect((await begin(world, live, "file:b")).kind).toBe("refused");
      expect((await finish(world, live, "file:b")).kind).toBe("refused");
      done(await finish(world, live, "file:a"));
      expect(done(await begin(world, live, "file:b")).delivery).toMatchObject({ state: "begun", target: "file:b" });
    });

    story(openWorld, "starts a new epoch when it is done, and not again for the same target", async (world) => {
      const live = done(await open(world.writer, OTUS));
      done(await probe(world, OTUS, live.id));
      await pull(world, live.id);
      done(await begin(world, live, "file:a"));
      world.clock.pass(HOUR_MS);
      const delivered = done(await finish(world, live, "file:a"));
      expect(delivered).toMatchObject({ epoch: live.epoch + 1, epochAt: world.clock.now(), evidence: [] });
      expect(delivered.use).toEqual({ ...live.use, pulled: {}, last: shift(world.clock.now(), -HOUR_MS) });
      expect(delivered.delivery).toEqual({ state: "done", target: "file:a", at: world.clock.now() });
      const { revision } = await at(world.writer, OTUS);
      world.clock.pass(HOUR_MS);
      expect(done(await begin(world, live, "file:a"))).toEqual(delivered);
      expect(done(await finish(world, live, "file:a"))).toEqual(delivered);
      expect((await at(world.writer, OTUS)).revision).toBe(revision);
    });

    story(openWorld, "refuses to note as done what was never begun", async (world) => {
      const live = done(await open(world.writer, OTUS));
      expect((await finish(world, live, "file:a")).kind).toBe("refused");
    });

    story(openWorld, "refuses to hand over a disabled connection, or one the address does not hold", async (world) => {
      const live = done(await open(world.writer, OTUS));
      await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
      expect((await begin(world, live, "file:a")).kind).toBe("refused");
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
      expect((await begin(world, live, "file:a")).kind).toBe("refused");
    });
  });
}

function evidencePromises(openWorld: OpenWorld): void {
  describe("evidence", () => {
    story(openWorld, "keeps statements, and of the climbs the latest", async (world) => {
      const live = done(await open(world.writer, OTUS));
      done(await probe(world, OTUS, live.id, "inconclusive"));
      done(await attest(world, OTUS, live.id));
      world.clock.pass(HOUR_MS);
      done(await probe(world, OTUS, live.id));
      const { evidence } = await connectionOf(world, live.id);
      expect(evidence.map(({ kind, by, at: moment }) => [kind, by, moment])).toEqual([
        ["attested", "kim", shift(world.clock.now(), -HOUR_MS)],
        ["probed", "dana", world.clock.now()],
      ]);
      expect(evidence.at(-1)).toEqual(probed(live, world.clock.now()));
    });

    story(openWorld, "takes the same statement once", async (world) => {
      const live = done(await open(world.writer, OTUS));
      // What is waived is what the latest climb left open.
      const summer = { rung: "sessions", verdict: "inconclusive", code: "no-current-session", says: "None." } as const;
      const climb = { ...probed(live, world.clock.now()), findings: [summer] };
      done(await world.writer.recordFindings({ ...(await at(world.writer, OTUS)), probed: climb }));
      const waiver = async (reason: string) => {
        const about = { connection: live.id, fingerprint: live.fingerprint, epoch: live.epoch };
        const statement: Statement = {
          kind: "waived",
          rung: "sessions",
          about,
          at: world.clock.now(),
          by: "kim",
          reason,
        };
        return done(await world.writer.recordStatement({ ...(await at(world.writer, OTUS)), statement }));
      };
      await waiver("July.");
      const { revision } = await at(world.writer, OTUS);
      expect((await waiver("July.")).evidence).toHaveLength(2);
      expect((await at(world.writer, OTUS)).revision).toBe(revision);
      expect((await waiver("Still July.")).evidence).toHaveLength(3);
      done(await attest(world, OTUS, live.id));
      expect(done(await attest(world, OTUS, live.id)).evidence).toHaveLength(4);
    });

    story(openWorld, "is refused when it is about an older epoch or another secret", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const now = world.clock.now();
      const wrong = [
        probed(live, now, "confirmed", { epoch: live.epoch - 1 }),
        probed(live, now, "confirmed", { epoch: live.epoch + 1 }),
        probed(live, now, "confirmed", { fingerprint: "0123456789abcdef" }),
      ];
      for (const item of wrong) {
        expect((await world.writer.recordFindings({ ...(await at(world.writer, OTUS)), probed: item })).kind).toBe(
          "refused",
        );
      }
      expect((await connectionOf(world, live.id)).evidence).toEqual([]);
    });

    story(openWorld, "is never kept as from the future: it is refused, or dated now", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const now = world.clock.now();
      const later = shift(now, DAY_MS);
      const findings = await world.writer.recordFindings({
        ...(await at(world.writer, OTUS)),
        probed: probed(live, later),
      });
      const about = { connection: live.id, fingerprint: live.fingerprint, epoch: live.epoch };
      const statement = { kind: "attested", about, at: later, by: "kim", reason: "Said so." } as const;
      const said = await world.writer.recordStatement({ ...(await at(world.writer, OTUS)), statement });
      const kept = (await connectionOf(world, live.id)).evidence;
      expect(kept).toHaveLength([findings, said].filter(({ kind }) => kind === "done").length);
      expect(kept.every((item) => item.at === now)).toBe(true);
    });

    story(openWorld, "is refused when it is about a connection that the address does not hold", async (world) => {
      const old = await establish(world, OTUS);
      done(await world.writer.disable({ ...(await at(world.writer, OTUS)), connection: old.id, grounds: CUT_OFF }));
      expect((await probe(world, OTUS, old.id)).kind).toBe("refused");
    });

    story(
      openWorld,
      "is refused as a statement when it was made before the connection became what it is",
      async (world) => {
        const live = done(await open(world.writer, OTUS));
        const about = { connection: live.id, fingerprint: live.fingerprint, epoch: live.epoch };
        const said = async (moment: typeof live.epochAt) => {
          const statement = { kind: "attested", about, at: moment, by: "kim", reason: "Said so." } as const;
          return (await world.writer.recordStatement({ ...(await at(world.writer, OTUS)), statement })).kind;
        };
        expect(await said(shift(live.epochAt, -DAY_MS))).toBe("refused");
        // Dated by day: the first moment of the very day counts.
        expect(await said(`${live.epochAt.slice(0, 10)}T00:00:00.000Z` as typeof live.epochAt)).toBe("done");
      },
    );

    for (const [what, disturb] of DISTURBANCES) {
      story(openWorld, `is void after ${what}`, async (world) => {
        const live = done(await open(world.writer, OTUS));
        done(await probe(world, OTUS, live.id));
        done(await attest(world, OTUS, live.id));
        await pull(world, live.id);
        world.clock.pass(HOUR_MS);
        await disturb(world, live);
        const after = await connectionOf(world, live.id);
        expect(after).toMatchObject({ epoch: live.epoch + 1, epochAt: world.clock.now(), evidence: [] });
        expect(after.use).toEqual({ ...live.use, pulled: {}, last: shift(world.clock.now(), -HOUR_MS) });
        expect(
          (
            await world.writer.recordFindings({
              ...(await at(world.writer, OTUS)),
              probed: probed(live, world.clock.now()),
            })
          ).kind,
        ).toBe("refused");
      });
    }
  });
}

const CUT_OFF = { kind: "accepted-cut-off" } as const;

const DISTURBANCES: readonly (readonly [string, (world: World, live: LiveConnection) => Promise<void>])[] = [
  [
    "an update",
    async ({ writer }, { id }) => {
      done(
        await writer.update({
          ...(await at(writer, OTUS)),
          connection: id,
          changes: { schools: ["North"], share: [] },
        }),
      );
    },
  ],
  [
    "an edit by hand",
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
    async ({ campus }, { id }) => {
      await campus.changeByHand({ connection: id, by: "lee", change: { kind: "disable" } });
    },
  ],
];

function usePromises(openWorld: OpenWorld): void {
  describe("use", () => {
    story(openWorld, "is what the consumer did, with the latest pull of each family", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const { revision } = (await slotOf(world.writer, OTUS)) ?? {};
      const seen = { connection: live.id, by: "consumer", what: "orgs", pull: "orgs", ok: true } as const;
      const [early, late] = [world.clock.now(), shift(world.clock.now(), HOUR_MS)];
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
      expect((await connectionOf(world, live.id)).use).toEqual({
        kind: "observed",
        since: early,
        last: shift(late, 3),
        pulled: { orgs: late },
        syncs: { good: 0, from: late, to: shift(late, 1), pulled: ["orgs"], failing: ["token"] },
      });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ revision });
    });

    story(openWorld, "does not count what was read before the present epoch", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const before = world.clock.now();
      world.clock.pass(HOUR_MS);
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
    });

    story(openWorld, "never counts the tool's own probes", async (world) => {
      const live = done(await open(world.writer, OTUS));
      await pull(world, live.id, "probe");
      expect((await connectionOf(world, live.id)).use).toEqual(live.use);
      const log = await listOf(world.campus.traffic(live.id));
      expect(log.map(({ by, what, pull: family }) => [by, what, family])).toEqual([
        ["probe", "token", undefined],
        ["probe", "orgs", "orgs"],
        ["probe", "users", "users"],
        ["probe", "enrollments", "enrollments"],
      ]);
    });

    story(openWorld, "is kept with what was answered, and read from a moment on", async (world) => {
      const live = done(await open(world.writer, OTUS));
      const connection = live.id;
      const early = world.clock.now();
      world.clock.pass(HOUR_MS);
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
    });

    story(openWorld, "is refused for a connection that does not exist", async ({ campus, clock }) => {
      const traffic = {
        connection: "c-none" as never,
        at: clock.now(),
        by: "consumer",
        what: "token",
        ok: true,
      } as const;
      await expect(campus.recordTraffic(traffic)).rejects.toMatchObject({ code: "stores/no-such-connection" });
    });
  });
}
