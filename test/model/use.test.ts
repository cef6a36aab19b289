import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, shift } from "../../src/model/time.ts";
import { hasPulled, isQuiet, isUsed, type Use, watchedQuietFrom } from "../../src/model/use.ts";
import { NOW, pullsAt } from "../plan/world.ts";

const ago = (ms: number): Instant => shift(NOW, -ms);
const seen = (since: number, last?: number): Extract<Use, { kind: "observed" }> => ({
  kind: "observed",
  since: ago(since),
  pulled: {},
  ...(last === undefined ? {} : { last: ago(last) }),
});

describe("the use of a connection", () => {
  it("is a sync only when organisations, people and enrolments were all read", () => {
    const pulled = pullsAt(NOW);
    const { users: _, ...partly } = pulled;
    expect(hasPulled({ ...seen(DAY_MS), pulled })).toBe(true);
    expect(hasPulled({ ...seen(DAY_MS), pulled: partly })).toBe(false);
    expect(hasPulled({ kind: "unobservable" })).toBe(false);
  });

  it("is any traffic of the consumer", () => {
    expect(isUsed(seen(DAY_MS, HOUR_MS))).toBe(true);
    expect(isUsed(seen(DAY_MS))).toBe(false);
    expect(isUsed({ kind: "unobservable" })).toBe(false);
  });
});

describe("quiet", () => {
  it("begins with the last use, to the millisecond", () => {
    expect(isQuiet(seen(9 * DAY_MS, DAY_MS), DAY_MS, NOW)).toBe(true);
    expect(isQuiet(seen(9 * DAY_MS, DAY_MS - 1), DAY_MS, NOW)).toBe(false);
  });

  it("begins no earlier than the watching did", () => {
    expect(isQuiet(seen(DAY_MS), DAY_MS, NOW)).toBe(true);
    expect(isQuiet(seen(HOUR_MS), DAY_MS, NOW)).toBe(false);
    expect(isQuiet(seen(HOUR_MS, 9 * DAY_MS), DAY_MS, NOW)).toBe(false);
    expect(watchedQuietFrom(seen(HOUR_MS, 9 * DAY_MS))).toBe(ago(HOUR_MS));
  });

  it("is never said of a last use that lies in the future", () => {
    expect(isQuiet(seen(9 * DAY_MS, -HOUR_MS), 0, NOW)).toBe(false);
  });

  it("is never said where nothing can be seen", () => {
    expect(isQuiet({ kind: "unobservable" }, 0, NOW)).toBe(false);
  });
});
