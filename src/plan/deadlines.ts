import { type Diagnostic, warning } from "../diagnostics/diagnostic.ts";
import type { DesiredConnection } from "../model/desired.ts";
import { type Day, dayOf, daysBetween, describeDuration, elapsedMs, type Instant } from "../model/time.ts";
import type { Action } from "./action.ts";

/** Days ahead at which a coming end is worth saying louder. */
const AHEAD = [7, 30, 60] as const;

/** Warnings about dates that come near: ends of contracts and credentials, cut-overs open for too long. They never act. */
export function warnOfDeadlines(
  desired: DesiredConnection,
  actions: readonly Action[],
  now: Instant,
): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  if (desired.state === "active") {
    const ends = comingEnd(desired, "ends", now);
    if (ends !== undefined) warnings.push(ends);
    const expires = comingEnd(desired, "expires", now);
    if (expires !== undefined) warnings.push(expires);
  }
  for (const action of actions) {
    if (action.kind !== "wait" || desired.withinMs === undefined) continue;
    if (elapsedMs(action.cutover.openedAt, now) > desired.withinMs) warnings.push(overdue(desired, desired.withinMs));
  }
  return warnings;
}

const WORDS = {
  ends: {
    code: "plan/contract-ends",
    what: "the contract or privacy agreement",
    fix: "Renew it and move `ends`, or set `state: disabled`.",
  },
  expires: {
    code: "plan/credentials-expire",
    what: "the credentials",
    fix: "Raise `rotate` early enough for the vendor to move, then move `expires`.",
  },
} as const;

function comingEnd(desired: DesiredConnection, key: "ends" | "expires", now: Instant): Diagnostic | undefined {
  const day: Day | undefined = desired[key];
  if (day === undefined) return undefined;
  const days = daysBetween(dayOf(now), day);
  const within = AHEAD.find((ahead) => days <= ahead);
  if (within === undefined) return undefined;
  const { code, what, fix } = WORDS[key];
  const when = days < 0 ? `ended on ${day}` : `end${what.endsWith("s") ? "" : "s"} on ${day}, within ${within} days`;
  return warning({
    code,
    summary: "A date of this connection comes near or has passed",
    detail: `${desired.address}: ${what} ${when}. ${fix} Nothing is disabled by the date itself.`,
    place: desired.places[key] ?? desired.place,
    address: desired.address,
  });
}

function overdue(desired: DesiredConnection, withinMs: number): Diagnostic {
  return warning({
    code: "plan/cutover-overdue",
    summary: "A cut-over has been open for longer than it should",
    detail: `${desired.address}: the cut-over has been open for more than ${describeDuration(withinMs)}. Ask the vendor (${desired.contact ?? "no contact given"}), or run \`rosterform abort '${desired.address}'\`. A deadline never promotes a candidate.`,
    place: desired.place,
    address: desired.address,
  });
}
