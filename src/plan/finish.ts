import { type Diagnostic, hasErrors, warning } from "../diagnostics/diagnostic.ts";
import { countActions } from "./counts.ts";
import type { AddressPlan, DistrictPlan, Plan } from "./plan.ts";
import type { StepKind } from "./step.ts";

/** The steps that bring an open cut-over forward; none of them makes, edits, gives up or disables anything else. */
const CONTINUING: ReadonlySet<StepKind> = new Set<StepKind>(["deliver", "attest", "confirm", "close"]);

/**
 * Of a plan only what goes on with cut-overs that are open: for a run on a schedule, which nobody reviewed. What such a run does
 * was authorised before: the cut-over was opened by a reviewed plan and its requirement is stored with it, and the documents
 * still ask for it. Where they ask for something else meanwhile, the address is left out and named; where an error stands
 * in the way of an open cut-over, the address stays in, so that the error is told.
 */
export function finishing(plan: Plan): Plan {
  const addresses = plan.districts.flatMap((one) => one.addresses);
  const left = addresses.filter((one) => !isKept(one) && isChange(one));
  const districts = plan.districts.map(narrowed).filter((one) => one.addresses.length > 0);
  const kept = districts.flatMap((one) => one.addresses);
  return {
    ...plan,
    districts,
    diagnostics: [...about(plan.diagnostics, kept), ...(left.length === 0 ? [] : [leftToReview(left)])],
    partial: plan.partial || left.length > 0,
    counts: countActions(kept),
  };
}

function narrowed(district: DistrictPlan): DistrictPlan {
  const addresses = district.addresses.filter(isKept);
  return { ...district, addresses, unmanaged: [], diagnostics: about(district.diagnostics, addresses) };
}

/** Errors about more than one address concern an open cut-over only where it is blocked. */
function about(diagnostics: readonly Diagnostic[], addresses: readonly AddressPlan[]): readonly Diagnostic[] {
  return addresses.some((one) => one.hold === "blocked") ? diagnostics : [];
}

function isKept(address: AddressPlan): boolean {
  return address.slot?.cutover !== undefined && (isContinuing(address) || isInTheWay(address));
}

function isContinuing({ actions, steps }: AddressPlan): boolean {
  return actions.every((action) => action.kind === "wait") && steps.every((step) => CONTINUING.has(step.kind));
}

/** Blocked: none of its steps is walked, whatever they are. */
function isInTheWay({ hold, diagnostics }: AddressPlan): boolean {
  return hold === "blocked" && hasErrors(diagnostics);
}

function isChange({ actions }: AddressPlan): boolean {
  return actions.some((action) => action.kind !== "keep" && action.kind !== "wait");
}

function leftToReview(left: readonly AddressPlan[]): Diagnostic {
  const shown = left
    .slice(0, MOST_NAMED)
    .map(({ address, actions }) => `${address} (${actions.map((action) => action.kind).join(" and ")})`);
  const more = left.length > MOST_NAMED ? `, and ${left.length - MOST_NAMED} more` : "";
  return warning({
    code: "plan/left-to-review",
    summary: "Something is to be done that only a reviewed plan may do",
    detail: `\`--finish\` goes on with open cut-overs and leaves this alone: ${shown.join(", ")}${more}. Review a plan of it, and apply that.`,
  });
}

const MOST_NAMED = 10;
