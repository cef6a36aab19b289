import type { Locate } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Instant } from "../model/time.ts";
import type { Digests } from "../plan/digest.ts";
import type { Counts, Plan } from "../plan/plan.ts";
import {
  type ChangeJson,
  type ConnectionJson,
  liveJson,
  type ResourceChangeJson,
  resourceChangesJson,
  type StepJson,
  stepsJson,
} from "./change-json.ts";
import { type DiagnosticJson, diagnosticsJson } from "./diagnostics-json.ts";
import type { Drift } from "./drift/drift.ts";
import { type DriftJson, driftJson } from "./drift/json.ts";
import { diagnosticsIn } from "./plan-text.ts";
import { type AwaitedJson, awaitedJson } from "./awaited-json.ts";
import { awaitsOf, deferralsOf } from "./waiting.ts";
import { describeStages, type Stage } from "./words.ts";

/** Minor versions add members; readers ignore those they do not know, and refuse a higher major. */
export const FORMAT_VERSION = "1.0";

/**
 * A plan for machines, after Terraform's `show -json`. Members are only ever added inside one major version. There are no
 * secrets in it, and no member that could hold one.
 */
export interface PlanJson {
  readonly format_version: typeof FORMAT_VERSION;
  readonly rosterform_version: string;
  /** When the plan was made. */
  readonly timestamp: Instant;
  /** Whether everything will be as the documents say once this was applied: no cut-over waits, nothing is held or left out. */
  readonly complete: boolean;
  /** Whether applying would do anything at all. */
  readonly applyable: boolean;
  readonly errored: boolean;
  /** Whether addresses were left out on purpose. */
  readonly partial: boolean;
  /** One entry for each action; an address without changes has one `no-op`. */
  readonly resource_changes: readonly ResourceChangeJson[];
  /** The steps of every address that has any. */
  readonly steps: Readonly<Record<string, readonly StepJson[]>>;
  /** What changed in the live system since it was last applied. */
  readonly resource_drift: readonly DriftJson[];
  /** Cut-overs that will still be open after the run. */
  readonly deferred_changes: readonly DeferredJson[];
  /** Active connections that no document speaks of. They are left alone. */
  readonly unmanaged: readonly UnmanagedJson[];
  readonly diagnostics: readonly DiagnosticJson[];
  readonly summary: Counts;
  readonly digests: Digests;
}

/** A cut-over that will wait. `reason` is what it waits for first. */
export interface DeferredJson {
  readonly reason: "date" | "hands" | "delivery" | "address" | "evidence";
  /** The whole of it in words, e.g. `a date, then evidence`. */
  readonly says: string;
  readonly awaits: readonly AwaitedJson[];
  readonly resource_change: { readonly address: Address; readonly change: Pick<ChangeJson, "actions" | "intent"> };
}

export interface UnmanagedJson extends ConnectionJson {
  readonly district: string;
  readonly created_at: Instant;
}

/** What a plan in JSON is made with. */
export interface PlanJsonOptions {
  readonly locate: Locate;
  readonly rosterformVersion: string;
  /** From `digestPlan`. */
  readonly digests: Digests;
  /** From `driftOf`. */
  readonly drift?: readonly Drift[];
}

/** A plan as one JSON value; the same plan gives the same bytes. */
export function planJson(plan: Plan, options: PlanJsonOptions): PlanJson {
  const addresses = plan.districts.flatMap((district) => district.addresses);
  const diagnostics = diagnosticsJson(diagnosticsIn(plan), options.locate);
  const errored = diagnostics.some((one) => one.severity === "error");
  const { counts } = plan;
  return {
    format_version: FORMAT_VERSION,
    rosterform_version: options.rosterformVersion,
    timestamp: plan.madeAt,
    complete: !errored && !plan.partial && counts.waiting + counts.blocked + counts.observed === 0,
    applyable: addresses.some((one) => one.hold === undefined && one.steps.length > 0),
    errored,
    partial: plan.partial,
    resource_changes: addresses.flatMap(resourceChangesJson),
    steps: Object.fromEntries(
      addresses.filter((one) => one.steps.length > 0).map((one) => [one.address, stepsJson(one, plan.madeAt)]),
    ),
    resource_drift: driftJson(options.drift ?? []),
    deferred_changes: deferredJson(plan),
    unmanaged: plan.districts.flatMap((district) =>
      district.unmanaged.map((one) => ({ district: district.district, created_at: one.createdAt, ...liveJson(one) })),
    ),
    diagnostics,
    summary: counts,
    digests: options.digests,
  };
}

const REASONS: Readonly<Record<Stage, DeferredJson["reason"]>> = {
  "a date": "date",
  hands: "hands",
  "a delivery": "delivery",
  "another cut-over": "address",
  evidence: "evidence",
};

function deferredJson(plan: Plan): readonly DeferredJson[] {
  return deferralsOf(plan.districts.flatMap((district) => district.addresses)).flatMap(({ plan: one, stages }) => {
    const change = resourceChangesJson(one).find(({ change }) =>
      ["generate", "switch", "wait"].includes(change.intent),
    );
    const [first] = stages;
    if (change === undefined || first === undefined) return [];
    const { address, change: whole } = change;
    return [
      {
        reason: REASONS[first],
        says: describeStages([stages]),
        awaits: awaitsOf(one).map(awaitedJson),
        resource_change: { address, change: { actions: whole.actions, intent: whole.intent } },
      },
    ];
  });
}
