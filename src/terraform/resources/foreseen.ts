import type { Action } from "../../plan/action.ts";
import { isSameValue, mapOf, textOf } from "../translate/narrow.ts";
import { notFoundYet } from "../translate/state.ts";
import type { Attributes } from "../wire/value.ts";

/** What cannot be edited: where one of these changes, a second connection is generated beside the one in use. */
const FIXED = ["version", "kind", "rotate"] as const;

/** Whether a configuration asks for another connection than the state holds. */
export function isOtherWanted(prior: Attributes | null, planned: Attributes): prior is Attributes {
  return prior !== null && FIXED.some((name) => !isSameValue(prior[name], planned[name]));
}

/**
 * What can be said of the connections before a plan is applied: opening, giving up and turning round a cut-over leave the
 * connection in use alone. Said from the state and the configuration where they suffice, because Terraform plans again
 * while it applies, and what it was told then has to be the same.
 */
export function foreseen(actions: readonly Action[], prior: Attributes | null, planned: Attributes): Attributes {
  const later = notFoundYet();
  if (prior === null || mayCloseAtOnce(planned)) return later;
  const { current = null, previous = null } = prior;
  const isActive = textOf(mapOf(current)?.["status"]) === "active";
  const isBeginning = actions.some(({ kind }) => kind === "switch") || actions.some(isGivenUp);
  const isStaying = isBeginning || (isOtherWanted(prior, planned) && !actions.some(mayClose));
  return isActive && isStaying ? { ...later, current, previous } : later;
}

/** A cut-over that somebody else began already, and for which everything is there. */
function mayClose(action: Action): boolean {
  return action.kind === "wait" && action.awaits.length === 0;
}

function isGivenUp(action: Action): boolean {
  return action.kind === "disable" && action.because === "abandoned";
}

/** A statement that is written down already, or an apply that waits, may bring what a vendor would bring later. */
function mayCloseAtOnce({ attest, confirmation, state }: Attributes): boolean {
  const isWaiting = textOf(mapOf(confirmation)?.["wait"]) !== undefined;
  return isWaiting || mapOf(attest) !== undefined || state === "disabled";
}
