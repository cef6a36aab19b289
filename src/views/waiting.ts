import { isActive } from "../model/live.ts";
import type { Awaited } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { type Stage, stageOf } from "./words.ts";

/** Why a cut-over will still be open after the run. */
export interface Deferral {
  readonly plan: AddressPlan;
  readonly stages: readonly Stage[];
}

/** The addresses whose cut-over will wait, as `Counts.waiting` counts them, and for what. */
export function deferralsOf(plans: readonly AddressPlan[]): readonly Deferral[] {
  return plans.flatMap((plan) => {
    const stages = plan.hold === undefined ? stagesOf(plan) : [];
    return stages.length === 0 ? [] : [{ plan, stages }];
  });
}

function stagesOf(plan: AddressPlan): readonly Stage[] {
  const opening = plan.actions.find(({ kind }) => kind === "generate" || kind === "switch" || kind === "wait");
  if (opening === undefined) return [];
  const stages: Stage[] = plan.steps.some(isDated) ? ["a date"] : [];
  if (opening.kind === "wait") stages.push(...opening.awaits.map(stageOf));
  if (opening.kind === "switch" && isActive(opening.from)) stages.push("evidence");
  return stages;
}

/** Whether a step may not be done before some day. */
function isDated(step: Step): boolean {
  return step.allowed.kind === "not-before";
}

function isSameDate(a: Awaited, b: Awaited): boolean {
  return a.kind === "date" && b.kind === "date" && a.step === b.step && a.until === b.until;
}

/** Everything an address waits for: days that hold a step, and what its open cut-over lacks. */
export function awaitsOf(plan: AddressPlan): readonly Awaited[] {
  const dates = plan.steps.flatMap(({ kind, allowed }): readonly Awaited[] => {
    if (allowed.kind !== "not-before") return [];
    const step = kind === "deliver" || kind === "close" ? kind : "disable";
    return [{ kind: "date", who: "calendar", step, until: allowed.day, why: allowed.why }];
  });
  const known = plan.actions.flatMap((action) => (action.kind === "wait" ? action.awaits : []));
  // A wait may name the day that holds one of its steps as well; it is said once.
  const isKnown = (date: Awaited): boolean => known.some((one) => isSameDate(one, date));
  return [...dates.filter((date) => !isKnown(date)), ...known];
}
