import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import type { DesiredDistrict, Limits } from "../../src/model/desired.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, type Day, HOUR_MS, shift } from "../../src/model/time.ts";
import { planDistricts } from "../../src/plan/make-plan.ts";
import type { Plan, PlanInput } from "../../src/plan/plan.ts";
import { describeLoss } from "../../src/plan/refusals.ts";
import * as world from "./world.ts";

/** A district of which `count` connections are to be disabled and `rest` are kept; the disabled ones are unused. */
function district(
  name: string,
  count: number,
  rest: number,
): { readonly desired: DesiredDistrict; readonly live: LiveDistrict } {
  const id = name as DistrictId;
  const lines = Array.from({ length: count + rest }, (_, index) => world.line(`Vendor ${index}`, { district: id }));
  const active = world.district(lines, { district: id });
  const live = world.matchingWorld(active);
  return {
    desired: {
      ...active,
      connections: lines.map((one, index) => (index < count ? { ...one, state: "disabled" } : one)),
    },
    live: { ...live, connections: live.connections.map((one) => ({ ...one, use: world.usedBefore(9 * DAY_MS) })) },
  };
}

function planOf(
  limits: Limits,
  districts: readonly { readonly desired: DesiredDistrict; readonly live: LiveDistrict }[],
  more: Partial<PlanInput> = {},
): Plan {
  const desired = { districts: districts.map((one) => one.desired), limits };
  return world.planOf(
    desired,
    districts.map((one) => one.live),
    more,
  );
}

describe("limits", () => {
  const loose: Limits = { disable: 1, switch: 1, atLeast: 0 };

  it("are a fraction of what is managed, rounded down", () => {
    const ten = [district("a", 2, 18)];
    expect(planOf({ ...loose, disable: 0.1 }, ten).counts.disable).toBe(2);
    expect(planOf({ ...loose, disable: 0.099 }, ten).counts).toMatchObject({ disable: 0, blocked: 2 });
  });

  it("take 29 % of 100 for 29, whatever binary fractions make of it", () => {
    const hundred = district("a", 29, 71);
    const limits = { disable: 0.29, switch: 1, atLeast: 0 };
    expect(planOf(limits, [{ ...hundred, desired: { ...hundred.desired, limits } }]).counts.disable).toBe(29);
  });

  it("hold over all districts together, and say so once", () => {
    const plan = planOf({ ...loose, disable: 0.1 }, [district("a", 2, 2), district("b", 1, 3)]);
    expect(plan.diagnostics).toMatchObject([
      {
        code: "plan/limit-exceeded",
        severity: "error",
        detail: expect.stringContaining("all districts: 3 to disable, at most 0 of 8 allowed (10%, but at least 0)"),
      },
    ]);
    expect(plan.counts).toMatchObject({ disable: 0, blocked: 3 });
  });

  it("count nothing that is held back in its own district", () => {
    const a = district("a", 5, 5);
    const strict = { ...a, desired: { ...a.desired, limits: { disable: 0.1, switch: 1, atLeast: 0 } } };
    const plan = planOf({ ...loose, disable: 0.1 }, [strict, district("b", 1, 9)]);
    expect(plan.diagnostics).toEqual([]);
    expect(plan.counts).toMatchObject({ disable: 1, blocked: 5 });
  });

  it("count what is managed, also where only a part is planned", () => {
    const [a, b] = [district("a", 1, 9), district("b", 0, 10)];
    const selection = { districts: ["a" as DistrictId] };
    const plan = planOf({ ...loose, disable: 0.05 }, [a, b], { selection });
    expect(plan.counts.disable).toBe(1);
    expect(plan.partial).toBe(true);
  });
});

describe("a plan of several districts", () => {
  it("is sorted, and holds only the chosen ones", () => {
    const limits = { disable: 1, switch: 1, atLeast: 0 };
    const all = [district("c", 0, 1), district("a", 0, 1), district("b", 0, 1)];
    const names = (plan: Plan) => plan.districts.map((one) => one.district);
    expect(names(planOf(limits, all))).toEqual(["a", "b", "c"]);
    const selection = { districts: ["c", "a"] as DistrictId[] };
    expect(names(planOf(limits, all, { selection }))).toEqual(["a", "c"]);
  });

  it("refuses a selection that names what no document has, and suggests what was meant", () => {
    const limits = { disable: 1, switch: 1, atLeast: 0 };
    const districts = ["springfeld" as DistrictId];
    const targets = [world.addressFrom("Zzz"), world.addressFrom("Vendor 0")];
    const plan = planOf(limits, [district("springfield", 1, 0)], { selection: { districts, targets } });
    expect(plan.diagnostics.map((one) => [one.code, one.detail])).toEqual([
      [
        "plan/selection-unknown",
        expect.stringMatching(/^springfield\/Zzz is in no document, so nothing is applied\. `rosterform render`/),
      ],
      ["plan/selection-unknown", expect.stringMatching(/^springfeld is .*Did you mean springfield\?$/)],
    ]);
  });

  it("is not made from a district that was not read: unknown is not empty", () => {
    const desired = world.documents(world.district([world.line("Otus")]));
    expect(() => planDistricts({ desired, live: new Map(), now: world.NOW })).toThrow(
      /springfield .* after the store was read/,
    );
  });

  it("is not made from a slot that names what the district does not list", () => {
    const desired = world.district([world.line("Otus")]);
    const live = { ...world.matchingWorld(desired), connections: [] };
    expect(() => world.planOf(world.documents(desired), [live])).toThrow(/a slot names connection otus/);
  });
});

describe("a candidate that is edited", () => {
  it("is shown as it will be: without evidence, in its next epoch", () => {
    const lines = [world.line("Otus", { share: ["demographics"] })];
    const fresh = world.connection("new", { use: world.neverUsed() });
    const requires = { clauses: ["probed"], quietMs: 0 } as const;
    const cutover = { to: fresh.id, generation: 1, requires, openedAt: world.NOW };
    const live = {
      ...world.matchingWorld(world.district([])),
      slots: [world.slotFor(world.addressFrom("Otus"), { cutover })],
      connections: [{ ...fresh, evidence: [world.probed(fresh)] }],
    };
    const plan = world.planOf(world.documents(world.district(lines)), [live]);
    expect(plan.districts[0]?.addresses[0]?.actions[1]).toMatchObject({
      kind: "wait",
      candidate: { id: "new", epoch: 2, epochAt: world.NOW, evidence: [] },
    });
  });
});

describe("what a plan says", () => {
  const said = (fields: Parameters<typeof world.line>[1], live?: (district: LiveDistrict) => LiveDistrict) => {
    const wanted = world.district([world.line("Otus", fields)]);
    const settled = world.matchingWorld(world.district([world.line("Otus")]));
    const plan = world.planOf(world.documents(wanted), [live?.(settled) ?? settled]);
    return plan.districts.flatMap((one) => one.addresses.flatMap((address) => address.diagnostics));
  };
  const place = { file: "vendors.yaml", document: 0, path: ["x"] };

  it("stands where the key is written, and on the connection where it is not", () => {
    expect(said({ rotate: 1, protected: true, places: { protected: place } })[0]?.place).toEqual(place);
    expect(said({ rotate: 1, protected: true })[0]?.place?.path).toEqual(["vendors", "Otus"]);
    expect(said({ version: "1.2", places: { version: place } })[0]?.place).toEqual(place);
    expect(said({ ends: "2027-06-20" as Day, places: { ends: place } })[0]?.place).toEqual(place);
  });

  it("names the words that accept a loss", () => {
    expect(said({ kind: "other" }).map((one) => one.detail)).toEqual([
      expect.stringContaining('`accept: ["grade-book supported->other"]`'),
      expect.stringContaining('`accept: ["assessments supported->other"]`'),
    ]);
    expect(describeLoss({ kind: "cut-off" })).toBe("the vendor still uses the connection");
  });

  it("tells who disabled a connection, and when, as far as that is known", () => {
    const by = (who: string) => (live: LiveDistrict) => ({
      ...live,
      connections: live.connections.map((one) => ({
        ...one,
        status: { kind: "disabled", at: world.NOW, by: who, how: "outside" } as const,
      })),
    });
    expect(said({}, by("kim"))[0]?.detail).toContain("was disabled by kim at 2027-06-17T08:00:00.000Z. ");
    expect(said({}, by("unknown"))[0]?.detail).toContain("was disabled at 2027-06-17T08:00:00.000Z. ");
    expect(said({}, by("kim"))[0]?.detail).toContain("`rotate: 1`");
  });

  it("tells why a connection counts as used", () => {
    const using = (use: LiveDistrict["connections"][number]["use"]) => (live: LiveDistrict) => ({
      ...live,
      connections: live.connections.map((one) => ({ ...one, use })),
    });
    const detail = (use: LiveDistrict["connections"][number]["use"]) =>
      said({ state: "disabled" }, using(use))[0]?.detail;
    expect(detail(world.usedBefore(HOUR_MS))).toContain("last used at 2027-06-17T07:00:00.000Z");
    expect(detail(world.neverUsed(HOUR_MS))).toContain("watched only since 2027-06-17T07:00:00.000Z");
    expect(detail({ kind: "unobservable" })).toContain("this store cannot see whether it is used");
  });

  it("says whom to ask about a cut-over that is open for too long", () => {
    const overdue = (fields: Parameters<typeof world.line>[1]) =>
      said({ rotate: 1, withinMs: DAY_MS, ...fields }, (live) => ({
        ...live,
        connections: [...live.connections, world.connection("new", { rotate: 1, use: world.neverUsed() })],
        slots: live.slots.map((slot) => ({
          ...slot,
          cutover: {
            ...(slot.current === undefined ? {} : { from: slot.current }),
            to: world.connection("new").id,
            generation: 2,
            requires: { clauses: ["probed", "used-or-attested"], quietMs: 2 * DAY_MS },
            openedAt: shift(world.NOW, -2 * DAY_MS),
          },
        })),
      })).map((one) => one.detail);
    expect(overdue({ contact: "help@otus.example" })).toEqual([
      expect.stringContaining("open for more than 1d. Ask the vendor (help@otus.example)"),
    ]);
    expect(overdue({})).toEqual([expect.stringContaining("(no contact given)")]);
    expect(overdue({ withinMs: 2 * DAY_MS })).toEqual([]);
  });

  it("says how near a date is, and that it has passed", () => {
    const ends = (day: string) => said({ ends: day as Day })[0]?.detail;
    expect(ends("2027-06-24")).toContain("ends on 2027-06-24, within 7 days");
    expect(ends("2027-06-25")).toContain("within 30 days");
    expect(ends("2027-06-17")).toContain("ends on 2027-06-17");
    expect(ends("2027-06-16")).toContain("ended on 2027-06-16");
    expect(ends("2027-08-17")).toBeUndefined();
    expect(said({ expires: "2027-06-20" as Day })[0]?.detail).toContain("the credentials end on 2027-06-20");
  });
});
