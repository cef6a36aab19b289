import { OutsideError } from "../diagnostics/outside-error.ts";
import type { LiveDistrict } from "../model/live.ts";
import type { Site } from "../model/site.ts";
import { elapsedMs, type Instant } from "../model/time.ts";
import type { Awaited } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step, StepKind } from "../plan/step.ts";
import type { AddressOutcome, ApplyEvent, Did } from "./event.ts";
import { createKnown } from "./known.ts";
import { doStep } from "./steps.ts";
import * as trouble from "./trouble.ts";
import type { Ports, StepResult, Walk } from "./walking.ts";

/** What a walk needs besides the plan of its address. */
export interface Around {
  readonly site: Site;
  readonly live?: LiveDistrict;
  readonly ports: Ports;
  readonly emit: (event: ApplyEvent) => void;
  /** Once aborted, no further step is started. */
  readonly signal: AbortSignal;
  /** Told about a mistake of ours, which ends the whole run. */
  readonly onMistake: (error: unknown) => void;
}

/**
 * Walks the steps of one address in order and ends at the first that is not allowed yet, that waits, or that fails.
 * What the world does wrong is caught here, once per step, and becomes the outcome of this address alone.
 */
export async function walkAddress(plan: AddressPlan, around: Around): Promise<AddressOutcome> {
  const { address, slot } = plan;
  const { site, ports, emit, signal } = around;
  const walk: Walk = {
    plan,
    site,
    ports,
    known: createKnown(plan, around.live, ports.store),
    signal,
    revision: slot?.revision ?? 0,
    ...(slot?.cutover === undefined ? {} : { candidate: slot.cutover.to }),
  };
  const did: Did[] = [];
  let awaits: readonly Awaited[] = [];
  if (!signal.aborted) emit({ kind: "address-started", address, steps: plan.steps.map((step) => step.kind) });
  for (const step of plan.steps) {
    if (signal.aborted) return { kind: "interrupted", address, did };
    const result = await tryStep(step, walk, around);
    if ("did" in result && result.did !== undefined) did.push(result.did);
    if (result.kind === "interrupted") return { kind: "interrupted", address, did };
    if (result.kind === "failed")
      return { kind: "failed", address, did, step: step.kind, diagnostic: result.diagnostic };
    awaits =
      result.kind === "waiting"
        ? merged(result.awaits, keepsWaiting(step) ? awaits : [])
        : merged(awaits, result.awaits);
    if (result.kind === "waiting") return { kind: "waiting", address, did, awaits };
  }
  // Without an open cut-over nothing waits for what a look left open; the verdict stands in what was done.
  return walk.candidate === undefined ? { kind: "done", address, did } : { kind: "waiting", address, did, awaits };
}

/** At `close` the store has said everything that is missing; a date says nothing about what came before it. */
function keepsWaiting(step: Step): boolean {
  return step.kind !== "close" || step.allowed.kind === "not-before";
}

function merged(awaits: readonly Awaited[], more: readonly Awaited[] | undefined): readonly Awaited[] {
  return more === undefined ? awaits : [...awaits, ...more];
}

async function tryStep(step: Step, walk: Walk, around: Around): Promise<StepResult> {
  try {
    const begun = around.ports.clock.now();
    around.emit({ kind: "step-started", address: walk.plan.address, step: step.kind });
    const result = await doOrExplain(step, walk);
    report(result, step, begun, walk, around);
    return result;
  } catch (error) {
    around.onMistake(error);
    return { kind: "failed", diagnostic: trouble.ourMistake(walk.plan.address, error) };
  }
}

async function doOrExplain(step: Step, walk: Walk): Promise<StepResult> {
  if (step.allowed.kind === "not-before") {
    const { day: until, why } = step.allowed;
    return { kind: "waiting", awaits: [{ kind: "date", who: "calendar", step: dated(step.kind), until, why }] };
  }
  try {
    return await doStep(step, walk);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { kind: "failed", diagnostic: trouble.outsideFailed(walk.plan.address, error) };
  }
}

function report(result: StepResult, { kind: step }: Step, begun: Instant, walk: Walk, around: Around): void {
  const { address } = walk.plan;
  switch (result.kind) {
    case "did":
      around.emit({
        kind: "step-done",
        address,
        step,
        elapsedMs: elapsedMs(begun, around.ports.clock.now()),
        did: result.did,
      });
      return;
    case "failed":
      around.emit({ kind: "step-failed", address, step, diagnostic: result.diagnostic });
      return;
    case "pending":
    case "waiting":
      around.emit({ kind: "step-waiting", address, step, awaits: result.awaits });
      return;
    case "interrupted":
      return;
  }
}

function dated(step: StepKind): "deliver" | "close" | "disable" {
  return step === "deliver" || step === "close" ? step : "disable";
}
