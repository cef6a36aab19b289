import { presentEvidence, probeVerdict } from "../model/judge.ts";
import type { Wait } from "./action.ts";
import type { AddressPlan, Plan } from "./plan.ts";

/**
 * Whether a run would bring an address forward now. `false` where nothing is to be done, and where a cut-over only waits for
 * others: a vendor, a person, a date.
 */
export function isDoable({ actions, steps }: AddressPlan): boolean {
  const wait = actions.find((action) => action.kind === "wait");
  for (const step of steps) {
    if (step.allowed.kind === "not-before") return false;
    // Steps of a wait: what is still to be looked at, and the question whether it may close.
    if (wait === undefined || (step.kind !== "confirm" && step.kind !== "close")) return true;
    if (step.kind === "confirm" && isLookWanted(wait)) return true;
    if (step.kind === "close") return awaitsNobody(wait);
  }
  return false;
}

/** A candidate that nobody has seen working is looked at; one that only was not looked at for a day waits with the rest. */
function isLookWanted(wait: Wait): boolean {
  return probeVerdict(presentEvidence(wait.candidate)) !== "confirmed" || awaitsNobody(wait);
}

/** What this run can find out itself does not stand among what is awaited. */
function awaitsNobody({ awaits }: Wait): boolean {
  return awaits.length === 0;
}

/** Whether there is anything to walk; a plan without a step needs nobody's yes. */
export function hasSteps(plan: Plan): boolean {
  return plan.districts.some((one) =>
    one.addresses.some((address) => address.hold === undefined && address.steps.length > 0),
  );
}
