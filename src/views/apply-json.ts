import type { AddressOutcome, ApplyEvent, ApplyReport, Did } from "../apply/event.ts";
import type { Diagnostic, Locate } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Instant } from "../model/time.ts";
import type { Plan } from "../plan/plan.ts";
import type { StepKind } from "../plan/step.ts";
import { describeDid, describeEvent, describeWaiting, summaryLines } from "./apply-text.ts";
import { type AwaitedJson, awaitedJson } from "./awaited-json.ts";
import { resourceChangesJson } from "./change-json.ts";
import { diagnosticJson } from "./diagnostics-json.ts";
import { FORMAT_VERSION } from "./plan-json.ts";
import { PLAIN } from "./style.ts";

/** One line of a stream, after Terraform's machine-readable UI. Members beside these depend on `type`. */
export interface StreamLine {
  readonly "@level": "info" | "warn" | "error";
  readonly "@message": string;
  readonly "@module": "rosterform.ui";
  readonly "@timestamp": Instant;
  readonly type:
    | "version"
    | "planned_change"
    | "change_summary"
    | "apply_start"
    | "apply_progress"
    | "apply_complete"
    | "apply_errored"
    | "diagnostic";
  readonly [member: string]: unknown;
}

/** What lines of a stream are made with; the moment is handed in. */
export interface StreamOptions {
  readonly now: Instant;
  readonly locate: Locate;
}

/** The first line of a stream. */
export function versionJson(rosterformVersion: string, { now }: Pick<StreamOptions, "now">): StreamLine {
  const message = `rosterform ${rosterformVersion}`;
  return { ...head("info", message, now), type: "version", rosterform: rosterformVersion, ui: FORMAT_VERSION };
}

/** A line for each change of a plan; what is kept has none. */
export function plannedChangesJson(plan: Plan, { now }: Pick<StreamOptions, "now">): readonly StreamLine[] {
  return plan.districts
    .flatMap((district) => district.addresses.flatMap(resourceChangesJson))
    .filter(({ change }) => change.intent !== "keep")
    .map((one) => {
      const { address, change, action_reason: reason, held } = one;
      const message = `${address}: Plan to ${change.intent}${held === undefined ? "" : ` (${held})`}`;
      return {
        ...head("info", message, now),
        type: "planned_change",
        change: {
          resource: { addr: address },
          action: change.actions,
          intent: change.intent,
          reason,
          ...heldMember(held),
        },
      };
    });
}

function heldMember(held: "blocked" | "observe" | undefined): { readonly held?: "blocked" | "observe" } {
  return held === undefined ? {} : { held };
}

/** The counts of a plan. `add`, `change` and `remove` are Terraform's; a switch is a change there. */
export function planSummaryJson(plan: Plan, { now }: Pick<StreamOptions, "now">): StreamLine {
  const { generate, switch: switches, change, disable } = plan.counts;
  const message = `Plan: ${generate} to generate, ${switches} to switch, ${change} to change, ${disable} to disable.`;
  const changes = { operation: "plan", add: generate, change: switches + change, remove: disable };
  return { ...head("info", message, now), type: "change_summary", changes, connections: plan.counts };
}

/** What is wrong, as a line of the stream. */
export function diagnosticLineJson(diagnostic: Diagnostic, { now, locate }: StreamOptions): StreamLine {
  const isError = diagnostic.severity === "error";
  return {
    ...head(isError ? "error" : "warn", `${isError ? "Error" : "Warning"}: ${diagnostic.summary}`, now),
    type: "diagnostic",
    diagnostic: diagnosticJson(diagnostic, locate),
  };
}

/** Something that happened while a plan is applied. */
export function eventJson(event: ApplyEvent, { now, locate }: StreamOptions): StreamLine {
  const message = describeEvent(event, PLAIN) ?? silent(event);
  const info = head("info", message, now);
  switch (event.kind) {
    case "address-started":
      return { ...info, type: "apply_start", hook: { ...hookOf(event.address), steps: event.steps } };
    case "step-started":
      return { ...info, type: "apply_progress", hook: { ...hookOf(event.address, event.step), state: "started" } };
    case "step-done": {
      const { address, step, did, elapsedMs } = event;
      const hook = { ...hookOf(address, step), state: "done", did: didJson(did), elapsed_seconds: elapsedMs / 1000 };
      return { ...info, type: "apply_progress", hook };
    }
    case "step-waiting": {
      const hook = { ...hookOf(event.address, event.step), state: "waiting", awaits: event.awaits.map(awaitedJson) };
      return { ...info, type: "apply_progress", hook };
    }
    case "step-failed": {
      const { address, step, diagnostic } = event;
      const said = diagnosticJson(diagnostic, locate);
      const hook = { ...hookOf(address, step), diagnostic: said };
      return { ...head("error", message, now), type: "apply_errored", hook };
    }
    case "address-finished": {
      const { outcome } = event;
      return { ...info, type: "apply_complete", hook: { ...hookOf(outcome.address), outcome: outcome.kind } };
    }
  }
}

/** The last line of a stream: the counts, and how every address that is not simply done came out. */
export function reportJson(report: ApplyReport, { now, locate }: StreamOptions): StreamLine {
  const { generated, switched, changed, disabled, failed, blocked, interrupted } = report.counts;
  const level = failed + blocked + interrupted > 0 ? "error" : "info";
  return {
    ...head(level, summaryLines(report, PLAIN).join(" "), now),
    type: "change_summary",
    changes: { operation: "apply", add: generated, change: switched + changed, remove: disabled },
    connections: report.counts,
    outcomes: report.outcomes.filter((one) => one.kind !== "unchanged").map((one) => outcomeJson(one, locate)),
  };
}

function outcomeJson(outcome: AddressOutcome, locate: Locate): Readonly<Record<string, unknown>> {
  const did = "did" in outcome ? { did: outcome.did.map(didJson) } : {};
  const awaits: { awaits?: readonly AwaitedJson[] } =
    outcome.kind === "waiting" ? { awaits: outcome.awaits.map(awaitedJson) } : {};
  const failed =
    outcome.kind === "failed" ? { step: outcome.step, diagnostic: diagnosticJson(outcome.diagnostic, locate) } : {};
  const blocked =
    outcome.kind === "blocked" ? { diagnostics: outcome.diagnostics.map((one) => diagnosticJson(one, locate)) } : {};
  return { address: outcome.address, outcome: outcome.kind, ...did, ...awaits, ...failed, ...blocked };
}

/** The fields of `Did` are all names, ids and verdicts; there is none that could hold a secret. */
function didJson(did: Did): Readonly<Record<string, unknown>> {
  return { ...did, says: describeDid(did) };
}

function hookOf(addr: Address, step?: StepKind): Readonly<Record<string, unknown>> {
  return { resource: { addr }, ...(step === undefined ? {} : { action: step }) };
}

/** A message for events of which people are told nothing. */
function silent(event: ApplyEvent): string {
  if (event.kind === "address-finished") {
    const { outcome } = event;
    return `${outcome.address}: ${outcome.kind === "waiting" ? describeWaiting(outcome.awaits) : `Finished (${outcome.kind})`}`;
  }
  return `${event.address}: ${event.kind === "address-started" ? "Started" : "Step begins"}`;
}

function head(
  level: StreamLine["@level"],
  message: string,
  now: Instant,
): Pick<StreamLine, "@level" | "@message" | "@module" | "@timestamp"> {
  return { "@level": level, "@message": message, "@module": "rosterform.ui", "@timestamp": now };
}
