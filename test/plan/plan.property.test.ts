import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInUse, judge } from "../../src/model/judge.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../../src/model/live.ts";
import { HOUR_MS, shift } from "../../src/model/time.ts";
import { isQuiet } from "../../src/model/use.ts";
import type { Action } from "../../src/plan/action.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import type { AddressPlan, Plan } from "../../src/plan/plan.ts";
import { reviewedOf, whatMoved } from "../../src/plan/saved.ts";
import type { Step } from "../../src/plan/step.ts";
import { documents, type Worlds, worlds } from "./arbitrary.ts";
import * as world from "./world.ts";

/** Equal digests mean equal text, so that a law about digests is a law about what was reviewed. */
const asIs = (text: string): string => text;

function planOf({ desired, live }: Worlds, now = world.NOW): Plan {
  return world.planOf(world.documents(desired), [live], { now });
}

function addressesOf(plan: Plan): readonly AddressPlan[] {
  return plan.districts.flatMap((one) => one.addresses);
}

function digestOf(worldsNow: Worlds, now = world.NOW): string {
  return digestPlan(planOf(worldsNow, now), asIs).whole;
}

function changed(live: Worlds["live"], change: (one: LiveConnection) => LiveConnection): Worlds["live"] {
  return { ...live, connections: live.connections.map(change) };
}

/** Every connection that a step touches, except that a comparison only looks. */
function touchedBy(step: Step): readonly (ConnectionId | undefined)[] {
  switch (step.kind) {
    case "open":
      return [step.from];
    case "tie":
      return [step.from, step.to];
    case "close":
      return [step.disables];
    case "adopt":
      return [step.connection.id];
    case "abandon":
    case "update":
    case "disable":
    case "confirm":
      return [step.connection];
    default:
      return [];
  }
}

function supersededBy(action: Action): readonly ConnectionId[] {
  if (action.kind === "switch") return [action.from.id];
  return action.kind === "wait" && action.from !== undefined ? [action.from.id] : [];
}

describe("every plan", () => {
  it("of a matching world is to keep everything", () => {
    fc.assert(
      fc.property(documents, (desired) => {
        const plan = planOf({ desired, live: world.matchingWorld(desired) });
        expect(addressesOf(plan).flatMap((one) => one.actions.map((action) => action.kind))).toEqual(
          desired.connections.map(() => "keep"),
        );
        expect(addressesOf(plan).flatMap((one) => one.steps)).toEqual([]);
      }),
    );
  });

  it("is the same for the same input, in whatever order lines, slots and connections are listed", () => {
    fc.assert(
      fc.property(
        worlds.chain((one) =>
          fc.record({
            one: fc.constant(one),
            lines: fc.shuffledSubarray([...one.desired.connections], { minLength: one.desired.connections.length }),
            slots: fc.shuffledSubarray([...one.live.slots], { minLength: one.live.slots.length }),
            connections: fc.shuffledSubarray([...one.live.connections], { minLength: one.live.connections.length }),
          }),
        ),
        ({ one, lines, slots, connections }) => {
          const shuffled = {
            desired: { ...one.desired, connections: lines },
            live: { ...one.live, slots, connections },
          };
          expect(JSON.stringify(planOf(shuffled))).toBe(JSON.stringify(planOf(one)));
          expect(digestOf(shuffled)).toBe(digestOf(one));
        },
      ),
    );
  });

  it("disables what a cut-over supersedes by nothing but closing it", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        for (const plan of addressesOf(planOf(one))) {
          const superseded = new Set(plan.actions.flatMap(supersededBy));
          for (const step of plan.steps) {
            if (step.kind === "disable" || step.kind === "abandon") expect(superseded).not.toContain(step.connection);
          }
        }
      }),
    );
  });

  it("disables on request only what nobody uses, unless the document accepts the cut-off", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        for (const plan of addressesOf(planOf(one))) {
          for (const action of plan.actions) {
            if (action.kind !== "disable") continue;
            const { connection, because, quietMs } = action;
            if (because === "abandoned") {
              const isKept = connection.id === plan.slot?.current;
              expect(isKept || !isActive(connection) || !isInUse(connection)).toBe(true);
            } else if (action.loses.length === 0) expect(isQuiet(connection.use, quietMs, world.NOW)).toBe(true);
            else expect(plan.desired.accepts).toContain("cut-off");
          }
        }
      }),
    );
  });

  it("opens the next generation, and never beside a cut-over that stays open", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        for (const { slot, steps } of addressesOf(planOf(one))) {
          const opening = steps.filter((step) => step.kind === "open");
          expect(opening.length).toBeLessThanOrEqual(1);
          for (const step of opening) {
            expect(step.generation).toBe((slot?.generation ?? 0) + 1);
            expect(slot?.cutover === undefined || steps[0]?.kind === "abandon").toBe(true);
            expect(slot?.current === undefined || step.from === slot.current).toBe(true);
          }
        }
      }),
    );
  });

  it("lets a connection take part in one cut-over only", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        const plans = addressesOf(planOf(one)).filter((plan) => plan.hold === undefined);
        const left = plans.flatMap((plan) => plan.actions.flatMap(supersededBy));
        expect(new Set(left).size).toBe(left.length);
      }),
    );
  });

  it("names what each waiting cut-over awaits, and who can provide it", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        for (const { actions, steps } of addressesOf(planOf(one))) {
          for (const action of actions) {
            if (action.kind !== "wait") continue;
            const held = steps.filter((step) => step.allowed.kind === "not-before");
            const dates = action.awaits.filter((awaited) => awaited.kind === "date");
            expect(dates.length).toBe(held.length);
            for (const awaited of action.awaits)
              expect(awaited.who).toMatch(/^(calendar|rosterform|vendor|person|district)$/);
            if (action.awaits.length > 0) continue;
            const { candidate, cutover, from } = action;
            const source = from === undefined ? {} : { from };
            const { missing } = judge({ requires: cutover.requires, candidate, ...source, now: world.NOW });
            expect(missing.filter((lack) => lack.kind !== "probed")).toEqual([]);
            expect(steps.map((step) => step.kind)).toContain("close");
          }
        }
      }),
    );
  });

  it("touches nothing of a line that vanished", () => {
    fc.assert(
      fc.property(worlds, fc.nat(), ({ desired, live }, which) => {
        const lines = desired.connections.map((one) => {
          const { replaces: _, ...rest } = one;
          return rest;
        });
        const gone = lines[which % lines.length]?.address;
        const left = { ...desired, connections: lines.filter((one) => one.address !== gone) };
        const { current, cutover } = live.slots.find((slot) => slot.address === gone) ?? {};
        const plans = addressesOf(planOf({ desired: left, live }));
        const touched = plans.flatMap((plan) => plan.steps.flatMap(touchedBy));
        expect(plans.map((plan) => plan.address)).not.toContain(gone);
        for (const id of [current, cutover?.to]) if (id !== undefined) expect(touched).not.toContain(id);
      }),
    );
  });
});

describe("the digest", () => {
  it("does not change with use that goes on, with the hour, or with more probes", () => {
    fc.assert(
      fc.property(worlds, fc.nat({ max: 15 }), ({ desired, live }, hours) => {
        const later = shift(world.NOW, hours * HOUR_MS);
        const busier = changed(live, (one) => {
          const isRecent =
            one.use.kind === "observed" && one.use.last !== undefined && !isQuiet(one.use, 48 * HOUR_MS, later);
          return isRecent ? { ...one, use: world.usedBefore(HOUR_MS) } : one;
        });
        const proven = changed(busier, (one) => ({ ...one, evidence: [...one.evidence, world.probed(one)] }));
        expect(digestOf({ desired, live: proven }, later)).toBe(digestOf({ desired, live }));
      }),
    );
  });

  it("does not change with a statement about a candidate that is waited for", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        const plans = addressesOf(planOf(one)).filter((plan) => plan.actions.every((action) => action.kind === "wait"));
        const waited = new Set(plans.flatMap((plan) => plan.slot?.cutover?.to));
        const live = changed(one.live, (connection) =>
          waited.has(connection.id)
            ? { ...connection, evidence: [...connection.evidence, world.attested(connection)] }
            : connection,
        );
        expect(digestOf({ ...one, live })).toBe(digestOf(one));
      }),
    );
  });

  it("changes when what would be done changes, and says which address moved", () => {
    const kinds = (plan: Plan) =>
      addressesOf(plan).map((one) => [
        one.address,
        one.hold,
        one.actions.map((action) => [action.kind, action.reason]),
      ]);
    fc.assert(
      fc.property(worlds, worlds, (one, other) => {
        const [before, after] = [planOf(one), planOf({ ...one, live: other.live })];
        const moved = whatMoved(reviewedOf(before, asIs), after, asIs);
        if (JSON.stringify(kinds(before)) === JSON.stringify(kinds(after))) return;
        expect(digestPlan(before, asIs).whole).not.toBe(digestPlan(after, asIs).whole);
        expect(moved.flatMap((district) => district.what).length).toBeGreaterThan(0);
      }),
    );
  });
});
