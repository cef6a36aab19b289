import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import { judgeDigests, kindsOf } from "../../src/plan/said-digests.ts";
import * as world from "./world.ts";

const hash = (text: string): string => `#${text}`;
const NAMES = ["ogdenville", "shelbyville", "springfield"] as const;
const districts = NAMES.map((name) => {
  const district = name as DistrictId;
  return world.district([world.line("Otus", { district })], { district });
});

/** In each of these districts Otus is to be switched; in the others nothing is to be done. */
function planWith(...switched: readonly string[]) {
  const wanted = districts.map((one) =>
    switched.includes(one.district)
      ? world.district([world.line("Otus", { district: one.district, rotate: 1 })], { district: one.district })
      : one,
  );
  return world.planOf(world.documents(...wanted), districts.map(world.matchingWorld));
}

const reviewed = digestPlan(planWith("springfield", "shelbyville"), hash);
const of = (district: string) => ({ digest: reviewed.districts[district] ?? "" });

describe("digests that were handed in", () => {
  it("of the whole plan speak of every district", () => {
    const plan = planWith("springfield", "shelbyville");
    const found = judgeDigests([{ digest: reviewed.whole }], plan, hash);
    expect(found).toMatchObject({ approved: new Set(NAMES), moved: [], unknown: [], unsaid: [] });
  });

  it("of the whole plan speak of none once one moved, and what is to be done is named", () => {
    const plan = planWith("springfield", "ogdenville");
    const found = judgeDigests([{ digest: reviewed.whole }], plan, hash);
    expect(found.approved.size).toBe(0);
    expect(found.unknown).toEqual([{ digest: reviewed.whole }]);
    expect(found.unsaid).toEqual(["ogdenville", "springfield"]);
  });

  it("of a district hold where another one moved, and name the one that moved", () => {
    const plan = planWith("springfield");
    const said = [of("springfield"), { district: "shelbyville", ...of("shelbyville") }];
    const found = judgeDigests(said, plan, hash);
    expect([...found.approved]).toEqual(["springfield"]);
    expect(found.moved).toEqual([said[1]]);
  });

  it("of one district say nothing about another", () => {
    const found = judgeDigests([of("springfield")], planWith("springfield", "shelbyville"), hash);
    expect([...found.approved]).toEqual(["springfield"]);
    expect(found.unsaid).toEqual(["shelbyville"]);
  });

  it("do not count for a district under another's name", () => {
    const plan = planWith("springfield", "shelbyville");
    const found = judgeDigests([{ district: "shelbyville", ...of("springfield") }], plan, hash);
    expect(found.approved.size).toBe(0);
    expect(found.moved).toHaveLength(1);
  });

  it("never approve a district whose digest was not among them, nor that of the whole", () => {
    const some = fc.subarray([...NAMES]);
    fc.assert(
      fc.property(some, some, some, fc.boolean(), (then, now, handed, isNamed) => {
        const before = digestPlan(planWith(...then), hash);
        const after = digestPlan(planWith(...now), hash);
        const said = handed.map((district) => ({
          digest: before.districts[district] ?? "",
          ...(isNamed ? { district } : {}),
        }));
        const { approved } = judgeDigests(said, planWith(...now), hash);
        const expected = handed.filter((district) => before.districts[district] === after.districts[district]);
        expect([...approved].sort()).toEqual(expected.sort());
      }),
    );
  });
});

it("a district is told in a few words", () => {
  expect(kindsOf(planWith("springfield"), "springfield")).toBe("springfield/Otus: switch");
  expect(kindsOf(planWith("springfield"), "shelbyville")).toBe("nothing to do");
  expect(kindsOf(planWith("springfield"), "nowhere")).toBe("nothing to do");
  const many = world.district(["A", "B", "C", "D", "E", "F", "G"].map((vendor) => world.line(vendor)));
  const empty = { ...world.matchingWorld(many), slots: [], connections: [] };
  expect(kindsOf(world.planOf(world.documents(many), [empty]), "springfield")).toMatch(/E: generate and 2 more$/);
});
