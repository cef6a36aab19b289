import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import type { DesiredDistrict } from "../../src/model/desired.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { reviewedOf, whatMoved } from "../../src/plan/saved.ts";
import * as world from "./world.ts";

const hash = (text: string): string => `#${text}`;
const SHELBYVILLE = "shelbyville" as DistrictId;

const springfield = world.district([world.line("Otus"), world.line("Schoology")]);
const shelbyville = world.district([world.line("Otus", { district: SHELBYVILLE })], { district: SHELBYVILLE });
const live = [world.matchingWorld(springfield), world.matchingWorld(shelbyville)];

function planOf(...districts: readonly DesiredDistrict[]): Plan {
  return world.planOf(world.documents(...districts), live);
}

/** Springfield with something else at Otus. */
function withOtus(fields: Parameters<typeof world.line>[1]): DesiredDistrict {
  return world.district([world.line("Otus", fields), world.line("Schoology")]);
}

const reviewed = reviewedOf(planOf(springfield, shelbyville), hash);

describe("a saved plan", () => {
  it("has not moved when the same would be done", () => {
    expect(whatMoved(reviewed, planOf(springfield, shelbyville), hash)).toEqual([]);
  });

  it("names the address and what it was and is, and no other district", () => {
    expect(whatMoved(reviewed, planOf(withOtus({ rotate: 1 }), shelbyville), hash)).toEqual([
      { district: "springfield", what: ["springfield/Otus: reviewed as keep, now switch"] },
    ]);
  });

  it("says when an address is blocked now", () => {
    expect(whatMoved(reviewed, planOf(withOtus({ rotate: 1, protected: true }), shelbyville), hash)[0]?.what).toEqual([
      "springfield/Otus: reviewed as keep, now switch (blocked)",
    ]);
  });

  it("tells the same kind about other facts from no change", () => {
    const rotated = reviewedOf(planOf(withOtus({ rotate: 1 }), shelbyville), hash);
    expect(whatMoved(rotated, planOf(withOtus({ rotate: 2 }), shelbyville), hash)[0]?.what).toEqual([
      "springfield/Otus: still switch, but about other facts",
    ]);
  });

  it("names addresses that came and went", () => {
    const now = planOf(world.district([world.line("Otus"), world.line("Edlink")]), shelbyville);
    expect(whatMoved(reviewed, now, hash)[0]?.what).toEqual([
      "springfield/Edlink: was not part of the reviewed plan, now generate",
      "springfield/Schoology: reviewed as keep, no longer part of the plan",
    ]);
  });

  it("names districts that came and went", () => {
    expect(whatMoved(reviewed, planOf(springfield), hash)).toEqual([
      { district: "shelbyville", what: ["shelbyville/Otus: reviewed as keep, no longer part of the plan"] },
    ]);
    expect(whatMoved(reviewedOf(planOf(springfield), hash), planOf(springfield, shelbyville), hash)).toEqual([
      { district: "shelbyville", what: ["shelbyville/Otus: was not part of the reviewed plan, now keep"] },
    ]);
  });

  it("moves as a whole where something is said about the district and no address changes", () => {
    const empty = world.district([]);
    const site = { ...world.SITE, app: "elsewhere" };
    expect(whatMoved(reviewedOf(planOf(empty), hash), planOf({ ...empty, site }), hash)).toEqual([
      { district: "springfield", what: [] },
    ]);
  });
});
