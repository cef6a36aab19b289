import { describe, expect, it } from "vitest";
import { openCampus, storeTest, those } from "./stage.ts";

describe("the reference campus", () => {
  it("keeps every promise, and nothing is left untried", { timeout: 60_000 }, async () => {
    const { results, left } = await storeTest(await openCampus());
    expect(results.filter(({ outcome }) => outcome.kind !== "kept")).toEqual([]);
    expect(results.length).toBeGreaterThan(120);
    expect(left.filter(({ active }) => active !== 0)).toEqual([]);
  });
});
