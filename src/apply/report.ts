import type { AddressPlan, DistrictPlan, Plan } from "../plan/plan.ts";
import type { AddressOutcome, ApplyReport, Did } from "./event.ts";

/** The outcome of an address that is not walked at all; `undefined` when it is. */
export function outcomeWithoutWalk(
  plan: AddressPlan,
  district: DistrictPlan,
  whole: Pick<Plan, "diagnostics">,
): AddressOutcome | undefined {
  const { address, hold } = plan;
  if (hold === "observe") return { kind: "observed", address };
  if (hold === "blocked") {
    const own = plan.diagnostics.filter((one) => one.severity === "error");
    const above = [...district.diagnostics, ...whole.diagnostics].filter((one) => one.severity === "error");
    return { kind: "blocked", address, diagnostics: own.length > 0 ? own : above };
  }
  return plan.steps.length === 0 ? { kind: "unchanged", address } : undefined;
}

/** The report of a plan of which nothing is walked. */
export function reportWithoutWalk(plan: Plan): ApplyReport {
  const outcomes = plan.districts.flatMap((district) =>
    district.addresses.flatMap((one) => outcomeWithoutWalk(one, district, plan) ?? []),
  );
  return reportOf([], outcomes);
}

/** One report of several, such as those of addresses that were walked one after the other; what came later counts. */
export function joinReports(reports: readonly ApplyReport[]): ApplyReport {
  const outcomes = new Map<string, AddressOutcome>();
  for (const outcome of reports.flatMap((report) => report.outcomes)) {
    const before = outcomes.get(outcome.address);
    const did = before !== undefined && "did" in before ? before.did : [];
    outcomes.set(outcome.address, "did" in outcome ? { ...outcome, did: [...did, ...outcome.did] } : outcome);
  }
  const { counts: ended } = reportOf([], [...outcomes.values()]);
  const sum = (key: "generated" | "switched" | "changed" | "disabled"): number =>
    reports.reduce((total, { counts }) => total + counts[key], 0);
  const counts = {
    ...ended,
    generated: sum("generated"),
    switched: sum("switched"),
    changed: sum("changed"),
    disabled: sum("disabled"),
  };
  return { outcomes: [...outcomes.values()].sort((a, b) => (a.address < b.address ? -1 : 1)), counts };
}

/** Puts the outcomes in order and counts them. */
export function reportOf(plans: readonly AddressPlan[], outcomes: readonly AddressOutcome[]): ApplyReport {
  const sorted = [...outcomes].sort((a, b) => (a.address < b.address ? -1 : 1));
  const planOf = new Map(plans.map((plan) => [plan.address, plan]));
  const steps = sorted.map((outcome) => ({
    plan: planOf.get(outcome.address),
    did: "did" in outcome ? outcome.did : [],
  }));
  const count = (isCounted: (did: Did, plan: AddressPlan | undefined) => boolean): number =>
    steps.reduce((sum, { plan, did }) => sum + did.filter((one) => isCounted(one, plan)).length, 0);
  const ended = (kind: AddressOutcome["kind"]): number => sorted.filter((outcome) => outcome.kind === kind).length;
  return {
    outcomes: sorted,
    counts: {
      generated: count((did, plan) => did.kind === "opened" && !opensFrom(plan)),
      switched: steps.filter(({ plan, did }) => did.some((one) => isSwitching(one, plan))).length,
      changed: count(({ kind }) => kind === "updated" || kind === "adopted" || kind === "renamed"),
      disabled: count(({ kind }) => kind === "disabled" || kind === "abandoned"),
      waiting: ended("waiting"),
      failed: ended("failed"),
      blocked: ended("blocked"),
      interrupted: ended("interrupted"),
    },
  };
}

/** A cut-over from a connection was opened or closed in this run; an address counts once, whichever it was. */
function isSwitching(did: Did, plan: AddressPlan | undefined): boolean {
  if (did.kind === "closed") return did.disabled !== undefined;
  return did.kind === "tied" || (did.kind === "opened" && opensFrom(plan));
}

function opensFrom(plan: AddressPlan | undefined): boolean {
  return plan?.steps.some((step) => step.kind === "open" && step.from !== undefined) === true;
}
