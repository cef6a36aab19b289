import type { Action } from "./action.ts";
import type { AddressPlan, DistrictPlan, Plan } from "./plan.ts";

/** One-way function from text to a short digest, SHA-256 as hex; handed in, because this room knows no libraries. */
export type Hash = (text: string) => string;

/** The digests people review: one a district and one for the whole. */
export interface Digests {
  readonly whole: string;
  readonly districts: Readonly<Record<string, string>>;
}

/**
 * What a reviewer says yes to, as canonical text: actions with their reasons and requirements, and which steps a freeze
 * holds. No clocks, counters or evidence: a vendor's nightly sync, or more evidence than was reviewed, does not spoil it.
 */
export function digestPlan(plan: Plan, hash: Hash): Digests {
  const districts: Record<string, string> = {};
  for (const { district, digest } of plan.settled ?? []) districts[district] = digest;
  for (const district of plan.districts) districts[district.district] = hash(canonicalDistrict(district));
  const whole = hash(canonical({ partial: plan.partial, districts }));
  return { whole, districts };
}

/** What of one address is reviewed. */
export interface ReviewedAddress {
  readonly address: string;
  readonly hold: AddressPlan["hold"] | null;
  /** Codes of the errors that stand in the way. */
  readonly refused: readonly string[];
  readonly actions: readonly ReviewedAction[];
  /** Steps that a freeze holds. */
  readonly frozen: readonly string[];
}

interface ReviewedAction {
  readonly kind: Action["kind"];
  readonly [fact: string]: unknown;
}

/** The reviewed facts of one address, as canonical text; comparing two of these names what moved. */
export function canonicalAddress(plan: AddressPlan): string {
  const reviewedAddress: ReviewedAddress = {
    address: plan.address,
    hold: plan.hold ?? null,
    refused: errorsIn(plan.diagnostics),
    actions: plan.actions.map(reviewed),
    frozen: plan.steps.flatMap((step) => (isFrozenStep(step.allowed) ? [step.kind] : [])),
  };
  return canonical(reviewedAddress);
}

function errorsIn(diagnostics: AddressPlan["diagnostics"]): readonly string[] {
  return diagnostics.filter((one) => one.severity === "error").map((one) => one.code);
}

function canonicalDistrict(district: DistrictPlan): string {
  const refused = district.diagnostics.filter((one) => one.severity === "error").map((one) => one.code);
  return [canonical({ district: district.district, refused }), ...district.addresses.map(canonicalAddress)].join("\n");
}

function isFrozenStep(allowed: AddressPlan["steps"][number]["allowed"]): boolean {
  return allowed.kind === "not-before" && allowed.why.startsWith("freeze");
}

function reviewed(action: Action): ReviewedAction {
  const { kind, address } = action;
  const reason = action.reason ?? null;
  switch (action.kind) {
    case "keep":
      return { kind, address, reason, connection: action.connection?.id ?? null };
    case "wait":
      return {
        kind,
        address,
        reason,
        ...terms(action.desired),
        to: action.candidate.id,
        from: action.from?.id ?? null,
        requires: action.cutover.requires,
      };
    case "generate":
      return {
        kind,
        address,
        reason,
        ...terms(action.desired),
        generation: action.generation,
        requires: action.requires,
      };
    case "switch":
      return {
        kind,
        address,
        reason,
        ...terms(action.desired),
        generation: action.generation,
        from: action.from.id,
        to: action.to?.id ?? null,
        requires: action.requires,
        loses: action.loses,
      };
    case "update":
      return { kind, address, reason, connection: action.connection.id, changes: action.changes, loses: action.loses };
    case "disable":
      return {
        kind,
        address,
        reason,
        connection: action.connection.id,
        because: action.because,
        quietMs: action.quietMs,
        loses: action.loses,
      };
    case "adopt":
      return { kind, address, reason, ...terms(action.desired), connection: action.connection.id };
    case "rename":
      return { kind, address, reason, from: action.from };
  }
}

function terms(desired: AddressPlan["desired"]): { readonly terms: unknown } {
  const { version, kind, schools, share, rotate } = desired;
  return { terms: { version, kind, schools, share, rotate, deliverFrom: desired.deliverFrom ?? null } };
}

/** JSON with sorted keys; the same value always gives the same text. Members that are `undefined` are left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}
