import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/evidence.ts";
import { comparedJson, describeCompared } from "../../src/views/compared.ts";

const finding = { rung: "data", verdict: "confirmed", code: "ok", says: "Seen." } as const;
const findings: readonly Finding[] = [
  { ...finding, rung: "schools", compared: [{ what: "schools", old: 12, now: 12, again: 12 }] },
  {
    ...finding,
    compared: [
      { what: "users", old: 5020, now: 4990, again: 4988 },
      { what: "enrollments", old: 20_110, now: 20_150 },
    ],
  },
];

describe("the comparison with the old connection", () => {
  it("is a small table with numbers below each other", () => {
    expect(describeCompared(findings)).toEqual([
      "  compared       old    new  difference  found again",
      "  schools         12     12           0  12 of 12",
      "  users         5020   4990         -30  4988 of 5020",
      "  enrollments  20110  20150         +40  not compared",
    ]);
  });

  it("fits eighty columns with the largest numbers that a district can have", () => {
    const large = [{ ...finding, compared: [{ what: "enrollments", old: 99_999_999, now: 1, again: 99_999_999 }] }];
    for (const line of describeCompared(large as readonly Finding[])) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("is no table where nothing was compared", () => {
    expect(describeCompared([finding])).toEqual([]);
    expect(comparedJson([finding])).toEqual([]);
  });

  it("is the same for machines", () => {
    expect(comparedJson(findings)).toEqual([
      { what: "schools", old: 12, new: 12, difference: 0, found_again: 12 },
      { what: "users", old: 5020, new: 4990, difference: -30, found_again: 4988 },
      { what: "enrollments", old: 20_110, new: 20_150, difference: 40 },
    ]);
  });
});
