import { describe, expect, it } from "vitest";
import {
  describeSchools,
  describeShare,
  type FixedTraits,
  isSameEditable,
  isSameFixed,
  isSameScope,
  sortedUnique,
} from "../../src/model/traits.ts";

const fixed: FixedTraits = { kind: "supported", version: "1.1", rotate: 0 };

describe("what cannot be edited", () => {
  it("is tile kind, version and the rotate number", () => {
    expect(isSameFixed(fixed, { ...fixed })).toBe(true);
    expect(isSameFixed(fixed, { ...fixed, kind: "other" })).toBe(false);
    expect(isSameFixed(fixed, { ...fixed, version: "1.2" })).toBe(false);
    expect(isSameFixed(fixed, { ...fixed, rotate: 1 })).toBe(false);
  });
});

describe("what can be edited", () => {
  it("is compared without regard to order and repetition", () => {
    const [a, b] = [
      ["Lincoln", "Roosevelt"],
      ["Roosevelt", "Lincoln", "Lincoln"],
    ];
    expect(isSameEditable({ schools: a, share: [] }, { schools: b, share: [] })).toBe(true);
    expect(isSameEditable({ schools: a, share: [] }, { schools: ["Lincoln"], share: [] })).toBe(false);
    expect(isSameEditable({ schools: "all", share: ["demographics"] }, { schools: "all", share: [] })).toBe(false);
  });

  it("tells all schools from one that is called all, and a comma in a name from two names", () => {
    expect(isSameScope("all", "all")).toBe(true);
    expect(isSameScope("all", ["all"])).toBe(false);
    expect(isSameScope(["all"], "all")).toBe(false);
    expect(isSameScope(["Lincoln, North"], ["Lincoln", "North"])).toBe(false);
  });

  it("is described the way people write it", () => {
    expect(describeSchools("all")).toBe("all");
    expect(describeSchools(["Roosevelt", "Lincoln", "Lincoln"])).toBe("Lincoln, Roosevelt");
    expect(describeShare([])).toBe("none");
    expect(describeShare(["demographics"])).toBe("demographics");
    expect(sortedUnique(["b", "a", "b"])).toEqual(["a", "b"]);
  });
});
