import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectionId } from "../../src/model/live.ts";
import { SYNC_PAUSE_MS } from "../../src/model/sync.ts";
import { goodSyncs, type SyncRun, syncRunAfter } from "../../src/model/sync-run.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, shift } from "../../src/model/time.ts";
import type { Traffic } from "../../src/model/traffic.ts";
import { type Pull, PULLS } from "../../src/model/pull.ts";

const NIGHT = "2026-10-05T02:00:00.000Z" as Instant;

const read = (pull: Pull, afterMs: number): Traffic => ({
  connection: "c-1" as ConnectionId,
  at: shift(NIGHT, afterMs),
  by: "consumer",
  what: pull,
  pull,
  ok: true,
});
const token = (afterMs: number, ok = true): Traffic => {
  const { pull: _, ...line } = read("orgs", afterMs);
  return { ...line, what: "token", ok };
};
const refused = (what: string, afterMs: number): Traffic => ({ ...token(afterMs, false), what });
const sync = (afterMs: number): readonly Traffic[] => [token(afterMs), ...PULLS.map((pull) => read(pull, afterMs))];
const runOf = (...lines: readonly Traffic[]): SyncRun | undefined =>
  lines.reduce<SyncRun | undefined>(syncRunAfter, undefined);
const good = (...lines: readonly Traffic[]): number => goodSyncs(runOf(...lines));

describe("good syncs in a row", () => {
  it("are none before anything was read, and tokens alone begin no sync", () => {
    expect(runOf()).toBeUndefined();
    expect(runOf(token(0))).toBeUndefined();
    expect(good()).toBe(0);
  });

  it("count each sync in which orgs, users and enrollments were read, the one that goes on included", () => {
    expect(good(...sync(0))).toBe(1);
    expect(good(...sync(0), ...sync(DAY_MS))).toBe(2);
    expect(good(...sync(0), ...sync(SYNC_PAUSE_MS))).toBe(1);
  });

  it("begin anew after a sync that ended on a refusal, of a token too", () => {
    expect(good(...sync(0), refused("users", DAY_MS))).toBe(0);
    expect(good(...sync(0), token(DAY_MS, false), ...sync(2 * DAY_MS))).toBe(1);
  });

  it("forgive a refusal that the same sync got over", () => {
    expect(good(...sync(0), token(DAY_MS, false), token(DAY_MS + 1), ...sync(DAY_MS + 2))).toBe(2);
    expect(good(...sync(0), refused("users", DAY_MS), ...sync(DAY_MS + 2))).toBe(2);
    expect(good(refused("users", 0), token(1), ...sync(2))).toBe(1);
  });

  it("do not mind what was read in part, or a token between syncs", () => {
    expect(good(...sync(0), read("users", 5 * HOUR_MS), ...sync(DAY_MS))).toBe(2);
    expect(good(...sync(0), token(5 * HOUR_MS), ...sync(DAY_MS))).toBe(2);
  });

  it("hold what is read between other rostering, however long that takes, and not between a grade book's requests", () => {
    const between = (what: string) => [10, 30, 50].map((minutes) => ({ ...token(minutes * MINUTE_MS), what }));
    const [orgs, users, enrollments] = [
      read("orgs", 0),
      read("users", 60 * MINUTE_MS),
      read("enrollments", 61 * MINUTE_MS),
    ];
    expect(good(orgs, ...between("classes"), users, enrollments)).toBe(1);
    expect(good(orgs, ...between("results"), users, enrollments)).toBe(0);
    expect(good(orgs, ...between("token"), users, enrollments)).toBe(0);
    expect(good(...sync(0), refused("demographics", MINUTE_MS))).toBe(1);
  });

  it("do not mind a grade book's refusals", () => {
    expect(good(...sync(0), refused("results", MINUTE_MS))).toBe(1);
  });

  it("count a day of whoever never pauses as one sync", () => {
    const all = Array.from({ length: 3 * 24 * 6 }, (_, index) => sync(index * 10 * MINUTE_MS)).flat();
    expect(good(...all)).toBe(3);
  });

  it("take no notice of what is told after its sync is over", () => {
    const run = runOf(...sync(DAY_MS));
    expect(runOf(...sync(DAY_MS), refused("users", 0))).toEqual(run);
    expect(runOf(read("users", HOUR_MS), read("orgs", HOUR_MS + 2), read("users", HOUR_MS + 1))?.to).toBe(
      shift(NIGHT, HOUR_MS + 2),
    );
  });

  it("name what stays refused once, in a fixed order", () => {
    const run = runOf(refused("users", 0), token(1, false), refused("users", 2), read("orgs", 3));
    expect(run).toMatchObject({ failing: ["token", "users"], pulled: ["orgs"] });
  });

  it("are never more than there were days with a read of each", () => {
    const line = fc.record({ hour: fc.nat(200), what: fc.constantFrom(...PULLS), isOk: fc.boolean() });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const told = lines
          .sort((a, b) => a.hour - b.hour)
          .map(({ hour, what, isOk }) => (isOk ? read(what, hour * HOUR_MS) : refused(what, hour * HOUR_MS)));
        const least = Math.min(...PULLS.map((pull) => told.filter((one) => one.ok && one.pull === pull).length));
        expect(good(...told)).toBeLessThanOrEqual(least);
      }),
    );
  });
});
