import { isActive } from "../model/live.ts";
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
export function isDated(step: Step): boolean {
  return step.allowed.kind === "not-before";
}
