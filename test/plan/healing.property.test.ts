import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isActive, type LiveDistrict, type Slot } from "../../src/model/live.ts";
import { isSameEditable } from "../../src/model/traits.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import { onlyHealing } from "../../src/plan/healing.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { type Worlds, worlds } from "./arbitrary.ts";
import * as world from "./world.ts";

const edits = fc.record({
  schools: fc.constantFrom("all" as const, ["Lincoln"], ["Lincoln", "Roosevelt"]),
  share: fc.constantFrom([], ["demographics" as const]),
});

/** Any world, in which something was last applied at each address: what is in use as it is, or as it was before a hand. */
const drifted: fc.Arbitrary<Worlds> = fc
  .record({ one: worlds, before: fc.array(fc.option(edits), { minLength: 5, maxLength: 5 }) })
  .map(({ one: { desired, live }, before }) => ({ desired, live: withApplied(live, before) }));

function withApplied(
  live: LiveDistrict,
  before: readonly (typeof edits extends fc.Arbitrary<infer T> ? T | null : never)[],
): LiveDistrict {
  const slots = live.slots.map((slot, index): Slot => {
    const current = live.connections.find(({ id }) => id === slot.current);
    if (current === undefined) return slot;
    const { id, version, kind, rotate, schools, share } = current;
    const applied = { connection: id, at: current.createdAt, version, kind, rotate, schools, share };
    return { ...slot, applied: { ...applied, ...before[index] } };
  });
  return { ...live, slots };
}

/** Documents in which nothing but schools and shared data differs from what is live: what healing is for. */
function asLive({ desired, live }: Worlds): Worlds {
  const connections = desired.connections.map((line) => {
    const slot = live.slots.find(({ address }) => address === line.address);
    const current = live.connections.find(({ id }) => id === slot?.current);
    if (current === undefined) return line;
    const { version, kind, rotate } = current;
    return { ...line, version, kind, rotate };
  });
  return { desired: { ...desired, connections }, live };
}

function planOf({ desired, live }: Worlds): Plan {
  return world.planOf(world.documents(desired), [live]);
}

const addressesOf = (plan: Plan) => plan.districts.flatMap(({ addresses }) => addresses);

describe("what healing leaves of a plan", () => {
  const either = fc.oneof(drifted, drifted.map(asLive));

  it("generates, enables, disables and takes over nothing, whatever the plan was", () => {
    let healed = 0;
    let held = 0;
    fc.assert(
      fc.property(either, (one) => {
        const whole = planOf(one);
        const plan = onlyHealing(whole);
        for (const { steps, actions } of addressesOf(plan)) {
          expect(["update", "confirm"]).toEqual(expect.arrayContaining(steps.map(({ kind }) => kind)));
          expect(["update", "keep"]).toEqual(expect.arrayContaining(actions.map(({ kind }) => kind)));
          expect(actions).toHaveLength(1);
        }
        const { generate, switch: switches, disable, waiting } = plan.counts;
        expect({ generate, switches, disable, waiting }).toEqual({ generate: 0, switches: 0, disable: 0, waiting: 0 });
        healed += plan.counts.change;
        held += whole.counts.generate + whole.counts.switch + whole.counts.disable + whole.counts.waiting;
      }),
      { numRuns: 150 },
    );
    expect(healed).toBeGreaterThan(0);
    expect(held).toBeGreaterThan(0);
  });

  it("edits only working connections in use that are not as they were applied, and makes them as the document says", () => {
    fc.assert(
      fc.property(either, (one) => {
        for (const { steps, slot, desired } of addressesOf(onlyHealing(planOf(one)))) {
          const [first, ...rest] = steps;
          if (first === undefined) continue;
          const live = one.live.connections.find(({ id }) => id === slot?.current);
          expect(first).toMatchObject({ kind: "update", connection: live?.id });
          expect(rest).toMatchObject([{ kind: "confirm", connection: live?.id }]);
          expect(slot?.cutover).toBeUndefined();
          expect(live !== undefined && isActive(live)).toBe(true);
          expect(live !== undefined && slot?.applied !== undefined && isSameEditable(slot.applied, live)).toBe(false);
          expect(first.kind === "update" && isSameEditable(first.make, desired)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("is never more than was planned: what was held stays held, and every step was a step of the plan", () => {
    fc.assert(
      fc.property(either, (one) => {
        const whole = planOf(one);
        const before = new Map(addressesOf(whole).map((each) => [each.address, each]));
        for (const after of addressesOf(onlyHealing(whole))) {
          const was = before.get(after.address);
          expect(after.hold).toBe(was?.hold);
          expect(after.diagnostics).toBe(was?.diagnostics);
          for (const step of after.steps) expect(was?.steps).toContain(step);
        }
      }),
    );
  });

  it("holds an edit where it is not known that a hand made it necessary, and says that it is left to apply", () => {
    const wanted = world.line("Otus");
    const edited = world.matchingWorld(world.district([world.line("Otus", { schools: ["Lincoln"] })]));
    const live = withApplied(edited, [{ schools: "all", share: [] }]);
    const plan = world.planOf(world.documents(world.district([wanted])), [live]);
    expect(onlyHealing(plan).counts.change).toBe(1);
    const changes = [
      { applied: undefined },
      { applied: { ...live.slots[0]?.applied, connection: world.idFor(wanted.address, "another") } as Slot["applied"] },
    ];
    for (const change of changes) {
      const districts = plan.districts.map((one) => ({
        ...one,
        addresses: one.addresses.map((each) => ({ ...each, slot: { ...each.slot, ...change } as Slot })),
      }));
      const [held] = addressesOf(onlyHealing({ ...plan, districts }));
      expect(held?.steps).toEqual([]);
      expect(held?.actions).toMatchObject([{ kind: "keep", reason: "left to `apply`: what the document edits" }]);
    }
  });

  it("stays the same when it is narrowed again", () => {
    fc.assert(
      fc.property(either, (one) => {
        const once = onlyHealing(planOf(one));
        const digest = (plan: Plan) => digestPlan(plan, (text) => text).whole;
        expect(digest(onlyHealing(once))).toBe(digest(once));
      }),
    );
  });
});
