import { isActive } from "../model/live.ts";
import type { Action } from "./action.ts";
import type { AddressPlan, Counts } from "./plan.ts";

/** Counts what a plan would do. A switch is not counted under "to disable". */
export function countActions(plans: readonly AddressPlan[]): Counts {
  const free = plans.filter((plan) => plan.hold === undefined);
  const actions = free.flatMap((plan) => plan.actions);
  const count = (...kinds: readonly Action["kind"][]): number =>
    actions.filter((one) => kinds.includes(one.kind)).length;
  return {
    generate: count("generate"),
    switch: count("switch"),
    change: count("update", "adopt", "rename"),
    disable: count("disable"),
    waiting: free.filter(willWait).length,
    blocked: plans.filter((plan) => plan.hold === "blocked").length,
    observed: plans.filter((plan) => plan.hold === "observe" && isChange(plan)).length,
  };
}

/** Whether anything would be written at an address, waiting left aside. */
export function isChange(plan: AddressPlan): boolean {
  return plan.actions.some((action) => action.kind !== "keep" && action.kind !== "wait");
}

/** Whether a cut-over of this address will still be open after the run, as far as can be known now. */
export function willWait(plan: AddressPlan): boolean {
  const isOpen = plan.actions.some(
    (action) => action.kind === "generate" || action.kind === "switch" || action.kind === "wait",
  );
  if (!isOpen) return false;
  if (plan.steps.some((step) => step.allowed.kind === "not-before")) return true;
  return plan.actions.some((action) =>
    action.kind === "wait" ? action.awaits.length > 0 : action.kind === "switch" && isActive(action.from),
  );
}
