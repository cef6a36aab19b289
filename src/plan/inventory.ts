import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { DesiredDistrict } from "../model/desired.ts";
import type { LiveDistrict } from "../model/live.ts";
import type { AddressPlan } from "./plan.ts";

/**
 * A registry that people keep is *unknown*, not empty, until a named person signed that it is complete: what it does not
 * list may exist all the same. Nothing is generated from it; what it does list can be adopted, confirmed and closed.
 */
export function checkInventory(
  desired: DesiredDistrict,
  { kept }: LiveDistrict,
  plans: readonly AddressPlan[],
): readonly Diagnostic[] {
  if (kept === undefined || kept.inventory.kind === "signed") return [];
  const count = plans.filter((plan) => plan.hold === undefined && isGenerating(plan)).length;
  if (count === 0) return [];
  const some = count === 1 ? "1 connection" : `${count} connections`;
  return [
    problem({
      code: "plan/inventory-unsigned",
      summary: "Nobody signed that the inventory of this site is complete",
      detail: `${desired.district}: ${some} would be generated, and connections may exist in Campus that nobody told rosterform of. Record them with \`rosterform adopt --interactive\` (or --csv), then sign with \`rosterform inventory sign\`.`,
      place: desired.place,
    }),
  ];
}

/** Whether a new connection would be made at this address. */
export function isGenerating(plan: AddressPlan): boolean {
  return plan.steps.some((step) => step.kind === "open");
}
