import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Freeze } from "../../src/model/desired.ts";
import { addDays, type Day, DAY_MS, daysBetween, HOUR_MS } from "../../src/model/time.ts";
import { earliestEnd, handOverDay, latestStart, type Move } from "../../src/plan/latest-start.ts";

const EPOCH = "2027-03-01" as Day;
const day = fc.integer({ min: 0, max: 60 }).map((days) => addDays(EPOCH, days));
const windows: fc.Arbitrary<readonly Freeze[]> = fc.array(
  fc.record({ from: day, length: fc.nat(9) }).map(({ from, length }) => ({
    from,
    to: addDays(from, length),
    why: "testing",
  })),
  { maxLength: 5 },
);
const move: fc.Arbitrary<Move> = fc
  .record({
    freeze: windows,
    quietMs: fc.integer({ min: HOUR_MS, max: 6 * DAY_MS }),
    vendorDays: fc.nat(4),
    changesUserIds: fc.boolean(),
    deliverFrom: fc.option(day, { nil: undefined }),
  })
  .map(({ deliverFrom, ...rest }) => ({ ...rest, ...(deliverFrom === undefined ? {} : { deliverFrom }) }));

/** Far enough back for every window, period and day of these moves. */
const FAR = 140;

describe("the latest start of a move", () => {
  it("law: is the last of all days from which the move can be over in time, found by trying every one", () => {
    fc.assert(
      fc.property(move, day, (one, last) => {
        const starts = Array.from({ length: FAR + 30 }, (_, index) => addDays(last, 30 - index));
        const tried = starts.find((start) => earliestEnd(one, start) <= last);
        const found = latestStart(one, last);
        // Begun earlier than the day from which values may be handed over, a move is over at the same time.
        if (one.deliverFrom !== undefined && found === undefined) expect(tried).toBeUndefined();
        else expect(found).toBe(tried);
      }),
      { numRuns: 400 },
    );
  });

  it("law: never lies later for an earlier last day, and a later start never ends earlier", () => {
    fc.assert(
      fc.property(move, day, fc.nat(20), (one, last, more) => {
        const [early, late] = [latestStart(one, last), latestStart(one, addDays(last, more))];
        if (early !== undefined) expect(late !== undefined && late >= early).toBe(true);
        expect(earliestEnd(one, addDays(last, more)) >= earliestEnd(one, last)).toBe(true);
      }),
    );
  });

  it("law: ends and hand-overs never lie in a window that forbids them", () => {
    fc.assert(
      fc.property(move, day, (one, start) => {
        const frozen = (on: Day): boolean => one.freeze.some(({ from, to }) => from <= on && on <= to);
        expect(frozen(earliestEnd(one, start))).toBe(false);
        if (one.changesUserIds) expect(frozen(handOverDay(one, start))).toBe(false);
      }),
    );
  });

  it("law: leaves the vendor its days and its sync period", () => {
    fc.assert(
      fc.property(move, day, (one, last) => {
        const start = latestStart(one, last);
        if (start === undefined) return;
        const needed = one.vendorDays + Math.ceil(one.quietMs / DAY_MS);
        expect(daysBetween(start, last)).toBeGreaterThanOrEqual(needed);
      }),
    );
  });

  it("goes back over a freeze at the end, and over one at the hand-over where ids change", () => {
    const testing = { from: "2027-04-12" as Day, to: "2027-04-30" as Day, why: "state testing" };
    const simple: Move = { freeze: [testing], quietMs: 2 * DAY_MS, vendorDays: 1, changesUserIds: false };
    expect(latestStart(simple, "2027-04-20" as Day)).toBe("2027-04-08");
    expect(latestStart(simple, "2027-05-02" as Day)).toBe("2027-04-29");
    expect(latestStart({ ...simple, changesUserIds: true }, "2027-05-02" as Day)).toBe("2027-04-11");
    expect(latestStart({ ...simple, deliverFrom: "2027-04-09" as Day }, "2027-04-20" as Day)).toBeUndefined();
  });
});
