import { isActive } from "../../model/live.ts";
import type { Action } from "../../plan/action.ts";
import { mapOf, textOf } from "../translate/narrow.ts";
import { notFoundYet } from "../translate/state.ts";
import type { Attributes } from "../wire/value.ts";

/**
 * What can be said of the connections before a plan is applied. A switch leaves the connection in use alone, and so does
 * giving up a candidate; where a cut-over may close in the same run nothing is known before.
 */
export function foreseen(actions: readonly Action[], prior: Attributes | null, config: Attributes): Attributes {
  const later = notFoundYet();
  if (prior === null) return later;
  const { current = null, previous = null } = prior;
  const [first, ...rest] = actions.filter(({ kind }) => kind !== "keep");
  if (first === undefined || rest.length > 0) return later;
  const isOpening = first.kind === "switch" && first.to === undefined && isActive(first.from);
  if (isOpening && !mayCloseAtOnce(config)) return { ...later, current, previous, cutover: "waiting" };
  const isGivenUp = first.kind === "disable" && first.because === "abandoned";
  return isGivenUp ? { ...later, current, candidate: null, evidence: null } : later;
}

/** A statement that is written down already, or an apply that waits, may bring what a vendor would bring later. */
function mayCloseAtOnce({ attest, confirmation }: Attributes): boolean {
  return mapOf(attest) !== undefined || textOf(mapOf(confirmation)?.["wait"]) !== undefined;
}
