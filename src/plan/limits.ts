import { type Diagnostic, problem, warning } from "../diagnostics/diagnostic.ts";
import type { Limits } from "../model/desired.ts";
import { isActive, type LiveDistrict } from "../model/live.ts";
import type { Place } from "../model/place.ts";
import type { AddressPlan } from "./plan.ts";

/** What a limit is about. */
export type Limited = "disable" | "switch";

/** The diagnostics about limits, and which kinds of change they stop. */
export interface LimitFindings {
  readonly diagnostics: readonly Diagnostic[];
  readonly stopped: readonly Limited[];
}

/**
 * Holds a plan against its limits: at most the larger of a fraction of the managed connections and a floor, so that
 * small districts still work. Forced limits become warnings and stop nothing.
 */
export function checkLimits(scope: {
  readonly name: string;
  readonly plans: readonly AddressPlan[];
  readonly managed: number;
  readonly limits: Limits;
  readonly force: boolean;
  readonly place?: Place;
}): LimitFindings {
  const diagnostics: Diagnostic[] = [];
  const stopped: Limited[] = [];
  for (const kind of ["disable", "switch"] as const) {
    const count = scope.plans.filter((plan) => plan.hold === undefined && isLimited(plan, kind)).length;
    const most = mostAllowed(kind, scope.limits, scope.managed);
    if (count <= most) continue;
    const make = scope.force ? warning : problem;
    diagnostics.push(
      make({
        code: "plan/limit-exceeded",
        summary: "The plan changes more than its limits allow",
        detail: `${scope.name}: ${count} to ${kind}, at most ${most} of ${scope.managed} allowed (${percent(scope.limits[kind])}, but at least ${scope.limits.atLeast}). ${scope.force ? "Forced." : "Check that this is meant; then raise `limits` or use --force."}`,
        ...(scope.place === undefined ? {} : { place: scope.place }),
      }),
    );
    if (!scope.force) stopped.push(kind);
  }
  return { diagnostics, stopped };
}

/** How many of so many managed connections one plan may change in this way. */
export function mostAllowed(kind: Limited, limits: Limits, managed: number): number {
  return Math.max(limits.atLeast, share(limits[kind], managed));
}

/** The connections that limits are a fraction of: active ones that are managed. */
export function managedIn(live: LiveDistrict): number {
  return live.connections.filter((one) => one.provenance !== "found" && isActive(one)).length;
}

/** Whether an address changes in the way a limit counts. Candidates that nobody uses do not count. */
export function isLimited(plan: AddressPlan, kind: Limited): boolean {
  return plan.actions.some((action) =>
    kind === "switch" ? action.kind === "switch" : action.kind === "disable" && action.because === "asked",
  );
}

/** The whole connections in a fraction; 29 % of 100 are 29, although 0.29 * 100 falls short of it. */
function share(fraction: number, managed: number): number {
  return Math.floor(fraction * managed + 1e-9);
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 1000) / 10}%`;
}
