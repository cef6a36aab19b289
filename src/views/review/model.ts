import { type Diagnostic, hasErrors, type Locate } from "../../diagnostics/diagnostic.ts";
import { isActive, type LiveConnection } from "../../model/live.ts";
import { describeClauses } from "../../model/requirement.ts";
import type { Instant } from "../../model/time.ts";
import { describeSchools } from "../../model/traits.ts";
import type { Action } from "../../plan/action.ts";
import type { AddressPlan, DistrictPlan } from "../../plan/plan.ts";
import { sortDiagnostics } from "../diagnostics-text.ts";
import { describeDifference, describeSharing, differencesBetween, wideningsBetween } from "../differences.ts";
import { describeEvidence, evidenceForCutover } from "../evidence.ts";
import { describeBecoming, describeTraits, placeOfAction } from "../plan-block.ts";
import { clientIdsIn, diagnosticsIn, totalsOf } from "../plan-text.ts";
import { describeInventory } from "../reported.ts";
import { lossesAt } from "../runbook/facts.ts";
import { troubleOf } from "../runbook/model.ts";
import { awaitsOf } from "../waiting.ts";
import { createShort, describeAwaits, describePlace, type Short, SYMBOLS } from "../words.ts";
import { lifeOf } from "./life.ts";
import {
  type Act,
  type Rank,
  RANKS,
  type Review,
  type ReviewDistrict,
  type ReviewInput,
  type ReviewRow,
} from "./review.ts";

/** Makes the review of a plan. The same plan gives the same review. */
export function reviewOf(input: ReviewInput): Review {
  const { plan, digests, locate } = input;
  const short = createShort(clientIdsIn(plan));
  const districts = plan.districts.map((one) => districtOf(one, input, short));
  const said = [...diagnosticsIn(plan), ...(input.more ?? [])];
  const troubles = sortDiagnostics(said, locate).map(({ diagnostic }) => troubleOf(diagnostic, locate));
  const { total, notes } = totalsOf(
    plan,
    districts.some(({ rows }) => rows.length > 0),
  );
  return {
    subject: "Plan",
    madeAt: plan.madeAt,
    digest: digests.whole,
    partial: plan.partial,
    isErrored: troubles.some(({ severity }) => severity === "error"),
    counts: plan.counts,
    total,
    notes: [...notes, ...(input.notes ?? [])],
    districts,
    settled: plan.settled?.length ?? 0,
    troubles,
  };
}

const NOTHING = { generate: 0, switch: 0, change: 0, disable: 0, waiting: 0, blocked: 0, observed: 0 };

/** A review of what is wrong where there is no plan: the documents are only checked, or something was in the way. */
export function reviewOfTroubles(
  subject: Review["subject"],
  total: string,
  {
    diagnostics,
    locate,
    now,
  }: { readonly diagnostics: readonly Diagnostic[]; readonly locate: Locate; readonly now: Instant },
): Review {
  return {
    subject,
    madeAt: now,
    digest: "",
    partial: false,
    isErrored: hasErrors(diagnostics),
    counts: NOTHING,
    total,
    notes: [],
    districts: [],
    settled: 0,
    troubles: sortDiagnostics(diagnostics, locate).map(({ diagnostic, position }) =>
      troubleOf(diagnostic, () => position),
    ),
  };
}

function districtOf(
  district: DistrictPlan,
  { live, digests, locate, plan }: ReviewInput,
  short: Short,
): ReviewDistrict {
  const rows = district.addresses.flatMap((one) => rowOf(one, { locate, short, now: plan.madeAt }));
  const inventory = describeInventory(live.get(district.district)?.kept?.inventory);
  return {
    district: district.district,
    digest: digests.districts[district.district] ?? "",
    rows: rows.toSorted((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank)),
    unchanged: district.addresses.length - rows.length,
    unmanaged: district.unmanaged.length,
    ...(inventory === undefined ? {} : { inventory }),
  };
}

interface Around {
  readonly locate: ReviewInput["locate"];
  readonly short: Short;
  readonly now: ReviewInput["plan"]["madeAt"];
}

function rowOf(plan: AddressPlan, around: Around): readonly ReviewRow[] {
  const actions = plan.actions.filter((action) => action.kind !== "keep" || action.reason !== undefined);
  if (actions.length === 0 && plan.hold !== "blocked") return [];
  const losses = lossesAt(plan);
  const isEither = plan.slot?.cutover?.requires.clauses.includes("used-or-attested");
  const life = lifeOf(plan, around.short, around.now);
  return [
    {
      address: plan.address,
      rank: rankOf(plan, losses.length > 0),
      acts: actions.map((action) => actOf(plan, action, around)),
      losses,
      widens: actions.flatMap(widensAt),
      awaits: [
        ...describeAwaits(awaitsOf(plan), isEither).map(({ key, says }) => `${key} ${says}`),
        ...(plan.hold === "blocked" ? [] : actions.flatMap(needsOf)),
      ],
      blockedBy: blockedBy(plan),
      place: describePlace(plan.desired.place, around.locate),
      isObserved: plan.hold === "observe",
      ...(life === undefined ? {} : { life }),
    },
  ];
}

function rankOf(plan: AddressPlan, isLosing: boolean): Rank {
  if (plan.hold === "blocked") return "blocked";
  if (isLosing) return "loses";
  if (plan.actions.some(({ kind }) => kind === "wait")) return "waiting";
  return plan.actions.every(({ kind }) => kind === "keep") ? "stays" : "changes";
}

/** The errors in the way of an address; where it is fine itself, one about its district or about everything. */
function blockedBy({ hold, diagnostics }: AddressPlan): readonly string[] {
  if (hold !== "blocked") return [];
  if (!hasErrors(diagnostics)) return ["an error about its district or the whole plan"];
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return [...new Set(errors.map(({ code, summary }) => `${summary} (\`${code}\`)`))];
}

function actOf(plan: AddressPlan, action: Action, around: Around): Act {
  const facts = factsOf(action, around);
  // `version 1.1 -> 1.2` says what the reason `1.1 -> 1.2` says.
  const reason = facts.some((fact) => fact.includes(action.reason ?? "")) ? undefined : action.reason;
  return {
    symbol: SYMBOLS[action.kind],
    becomes: describeBecoming(action, plan.hold),
    ...(reason === undefined ? {} : { reason }),
    facts,
    place: describePlace(placeOfAction(plan.desired, action), around.locate),
  };
}

function factsOf(action: Action, { short, now }: Around): readonly string[] {
  const described = (one: LiveConnection): string => `${short(one.clientId)} (${describeTraits(one)})`;
  switch (action.kind) {
    case "generate": {
      const { version, kind, schools, share } = action.desired;
      return [`${version}, ${kind}`, `schools: ${describeSchools(schools)}`, `share: ${describeSharing(share)}`];
    }
    case "switch": {
      const changed = differencesBetween(action.from, action.to ?? action.desired);
      const next = action.to === undefined ? "a new one" : described(action.to);
      return [
        ...changed.map((one) => `${one.what} ${describeDifference(one)}`),
        `${described(action.from)} -> ${next}`,
      ];
    }
    case "update":
      return [
        ...differencesBetween(action.connection, after(action)).map((one) => `${one.what} ${describeDifference(one)}`),
        `${short(action.connection.clientId)} keeps its credentials`,
      ];
    case "disable":
      return [described(action.connection)];
    case "adopt":
      return [`${described(action.connection)} is taken as it is found`];
    case "rename":
      return [`${action.from} -> ${action.address}`, "nothing is generated"];
    case "wait": {
      const { candidate, from, cutover } = action;
      const evidence = describeEvidence(evidenceForCutover(candidate, from, cutover.requires, now));
      const old = from === undefined ? [] : [`in use: ${described(from)}`];
      return [`candidate: ${described(candidate)}`, ...old, `evidence: ${evidence}`];
    }
    case "keep":
      return [];
  }
}

function widensAt(action: Action): readonly string[] {
  if (action.kind === "switch") return wideningsBetween(action.from, action.to ?? action.desired);
  return action.kind === "update" ? wideningsBetween(action.connection, after(action)) : [];
}

/** What a new switch needs before it can end; of an open one it is said what is still waited for. */
function needsOf(action: Action): readonly string[] {
  if (action.kind !== "switch" || !isActive(action.from)) return [];
  return [
    `the old connection is disabled once this is known of the new one: ${describeClauses(action.requires.clauses)}`,
  ];
}

/** What an edited connection is afterwards. */
function after({ connection, desired }: Extract<Action, { kind: "update" }>): LiveConnection {
  return { ...connection, schools: desired.schools, share: desired.share };
}
