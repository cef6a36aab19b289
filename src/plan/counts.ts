import { isActive } from "../model/live.ts";
import type { Action } from "./action.ts";
import type { AddressPlan, Counts } from "./plan.ts";

/** Counts what a plan would do. A switch is not counted under "to disable". */
export function countActions(plans: readonly AddressPlan[]): Counts {
  const free = plans.filter((plan) => plan.hold === undefined);
  const kinds = free.flatMap((plan) => plan.actions.map((action) => countedAs(action, plan)));
  const count = (kind: Counted): number => kinds.filter((one) => one === kind).length;
  return {
    generate: count("generate"),
    switch: count("switch"),
    change: count("change"),
    disable: count("disable"),
    waiting: free.filter(willWait).length,
    blocked: plans.filter((plan) => plan.hold === "blocked").length,
    observed: plans.filter((plan) => plan.hold === "observe" && isChange(plan)).length,
  };
}

type Counted = "generate" | "switch" | "change" | "disable";

function countedAs(action: Action, { slot }: AddressPlan): Counted | undefined {
  switch (action.kind) {
    case "generate":
    case "switch":
      return action.kind;
    case "update":
    case "adopt":
    case "rename":
      return "change";
    case "disable":
      // A cut-over that leads to the connection in use is given up without disabling anything.
      return action.because === "abandoned" && action.connection.id === slot?.current ? "change" : "disable";
    case "wait":
    case "keep":
      return undefined;
  }
}

/** Whether anything would be written at an address, waiting left aside. */
function isChange(plan: AddressPlan): boolean {
  return plan.actions.some((action) => action.kind !== "keep" && action.kind !== "wait");
}

/** Whether a cut-over of this address will still be open after the run, as far as can be known now. */
function willWait(plan: AddressPlan): boolean {
  const isOpen = plan.actions.some(
    (action) => action.kind === "generate" || action.kind === "switch" || action.kind === "wait",
  );
  if (!isOpen) return false;
  if (plan.steps.some((step) => step.allowed.kind === "not-before")) return true;
  return plan.actions.some((action) =>
    action.kind === "wait" ? action.awaits.length > 0 : action.kind === "switch" && isActive(action.from),
  );
}
