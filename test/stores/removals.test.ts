import { describe, expect, it } from "vitest";
import { REMOVALS, UNTRIED } from "./exploration/removals.ts";

/** The same walk as in exploration.test.ts, through the rules without one of their guards: it has to find who is harmed. */

describe("without one guard, somebody is harmed", () => {
  it("every guard is taken away once", () => {
    expect(UNTRIED).toEqual([]);
  });

  it.each(REMOVALS.map((one) => [one.name, one] as const))(
    "%s",
    (_, { harm, violation }) => {
      const found = violation();
      expect(found?.laws.join("; ")).toContain(harm);
    },
    120_000,
  );
});
