import { describe, expect, it } from "vitest";
import { describeClauses, isEnoughToSupersede, sortedClauses } from "../../src/model/requirement.ts";

describe("a requirement", () => {
  it("is written as people say it, in a fixed order and each clause once", () => {
    expect(describeClauses(["used-or-attested", "probed", "probed"])).toBe("probed, and used or attested");
    expect(describeClauses(["attested", "used", "probed"])).toBe("probed, and used, and attested");
    expect(sortedClauses(["attested", "probed", "attested"])).toEqual(["probed", "attested"]);
  });

  it("is enough to supersede only with both facts", () => {
    expect(isEnoughToSupersede(["probed", "used-or-attested"])).toBe(true);
    expect(isEnoughToSupersede(["probed", "attested"])).toBe(true);
    expect(isEnoughToSupersede(["probed"])).toBe(false);
    expect(isEnoughToSupersede(["used", "attested"])).toBe(false);
    expect(isEnoughToSupersede([])).toBe(false);
  });
});
