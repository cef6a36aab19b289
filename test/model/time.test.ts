import { describe, expect, it } from "vitest";
import {
  addDays,
  DAY_MS,
  type Day,
  dayOf,
  daysBetween,
  describeDuration,
  elapsedMs,
  epochMsOf,
  HOUR_MS,
  type Instant,
  instantOf,
  MINUTE_MS,
  parseDay,
  parseDuration,
  parseInstant,
  shift,
  startOf,
} from "../../src/model/time.ts";

const noon = "2027-06-15T12:00:00.000Z" as Instant;

describe("a moment", () => {
  it("is read from ISO 8601 and written in UTC with milliseconds", () => {
    expect(parseInstant("2027-06-15T14:00:00+02:00")).toBe(noon);
    expect(parseInstant("2027-06-15T12:00Z")).toBe(noon);
    expect(parseInstant("2027-06-15")).toBe("2027-06-15T00:00:00.000Z");
  });

  it("is not read without its zone, because it would be another moment on another machine", () => {
    expect(parseInstant("2027-06-15T12:00:00")).toBeUndefined();
  });

  it.each(["", "yesterday", "2027-06-15T25:00Z", "2027-02-30T12:00:00Z", "2027-06-15T", "15 June 2027"])(
    "is not read from %j",
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );

  it("moves by milliseconds, also backwards", () => {
    expect(shift(noon, HOUR_MS)).toBe("2027-06-15T13:00:00.000Z");
    expect(shift(noon, -DAY_MS)).toBe("2027-06-14T12:00:00.000Z");
    expect(elapsedMs(noon, shift(noon, 5))).toBe(5);
    expect(elapsedMs(shift(noon, 5), noon)).toBe(-5);
    expect(instantOf(epochMsOf(noon))).toBe(noon);
  });
});

describe("a day", () => {
  it("is read only when it exists", () => {
    expect(parseDay("2028-02-29")).toBe("2028-02-29");
    expect(parseDay("2027-02-29")).toBeUndefined();
    expect(parseDay("2027-13-01")).toBeUndefined();
    expect(parseDay("2027-6-1")).toBeUndefined();
  });

  it("is a day in UTC, from its first moment on", () => {
    expect(dayOf("2027-06-15T23:59:59.999Z" as Instant)).toBe("2027-06-15");
    expect(startOf("2027-06-15" as Day)).toBe("2027-06-15T00:00:00.000Z");
  });

  it("is counted across months and the end of summer time", () => {
    expect(addDays("2027-10-30" as Day, 3)).toBe("2027-11-02");
    expect(daysBetween("2027-11-02" as Day, "2027-10-30" as Day)).toBe(-3);
  });
});

describe("a duration", () => {
  it.each([
    ["30m", 30 * MINUTE_MS],
    ["48h", 48 * HOUR_MS],
    ["21d", 21 * DAY_MS],
    ["2w", 14 * DAY_MS],
  ])("is read from %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "h", "5 h", "-5h", "5s", "1.5h", "5constructor", "100000m"])("is not read from %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("is written in the largest unit that keeps it whole, and in minutes at least", () => {
    expect(describeDuration(48 * HOUR_MS)).toBe("2d");
    expect(describeDuration(36 * HOUR_MS)).toBe("36h");
    expect(describeDuration(90 * MINUTE_MS)).toBe("90m");
    expect(describeDuration(1)).toBe("1m");
  });
});
