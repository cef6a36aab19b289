import type { DesiredConnection } from "../model/desired.ts";
import type { Compared, Identity } from "../model/evidence.ts";
import { judge, latestProbe, presentEvidence } from "../model/judge.ts";
import { type ConnectionId, type Inventory, isActive, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import { describeClauses, FIRST_CLAUSES, type Requirement, requirementOf } from "../model/requirement.ts";
import { goodSyncs, type SyncRun } from "../model/sync-run.ts";
import { describeSchools } from "../model/traits.ts";
import { dayOf, describeDuration, type Instant } from "../model/time.ts";
import type { Use } from "../model/use.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step } from "../plan/step.ts";
import { describeSharing } from "./differences.ts";
import { describeEvidence, evidenceForCutover, evidenceOf } from "./evidence.ts";
import { describeVerdicts } from "./findings-text.ts";
import { type StepLine, stepsInWords } from "./plan-steps.ts";
import { describeInventory, describeReport } from "./reported.ts";
import { type Undo, undoOf } from "./undo.ts";
import { ageInDays, createShort, describeAwaits, describeMoment, listOf, plural, type Short } from "./words.ts";

/** Why things stand as they do at one address, and what would have to be true for each step. */
export interface Explanation {
  /** What the document wants and what is there, as key and sentence. */
  readonly facts: readonly (readonly [string, string])[];
  readonly steps: readonly (StepLine & { readonly needs: readonly string[] })[];
  /** How to go back, from today's stage on; nothing where nothing is done. */
  readonly undo: readonly Undo[];
}

/** Explains one address of a plan; `live` is the district the plan was made from. */
export function explain(plan: AddressPlan, live: LiveDistrict | undefined, now: Instant): Explanation {
  const connections = new Map(live?.connections.map((one) => [one.id, one]));
  const short = createShort([...connections.values()].map((one) => one.clientId));
  const around: Around = { plan, connections, short, now, inventory: live?.kept?.inventory };
  const steps = stepsInWords(plan, now, short).map((line) => {
    const step = plan.steps[line.number - 1];
    return { ...line, needs: step === undefined ? [] : needsOf(step, around) };
  });
  const isIdle = plan.hold !== undefined || steps.length === 0;
  const undo = isIdle ? [] : undoOf({ plan, connections, isByHand: live?.kept !== undefined });
  return { facts: factsOf(around), steps, undo };
}

interface Around {
  readonly plan: AddressPlan;
  readonly connections: ReadonlyMap<ConnectionId, LiveConnection>;
  readonly short: Short;
  readonly now: Instant;
  /** Only where people keep the store. */
  readonly inventory: Inventory | undefined;
}

function factsOf({ plan, connections, short, now, inventory }: Around): Explanation["facts"] {
  const { desired, slot } = plan;
  const facts: (readonly [string, string])[] = [["document", describeDesired(desired)]];
  const find = (id: ConnectionId | undefined): LiveConnection | undefined =>
    id === undefined ? undefined : connections.get(id);
  const current = find(slot?.current);
  facts.push(["in use", current === undefined ? "no connection" : describeLive(current, short, now)]);
  const cutover = slot?.cutover;
  const candidate = find(cutover?.to);
  const from = find(cutover?.from);
  if (cutover !== undefined && candidate !== undefined) {
    facts.push(["candidate", describeLive(candidate, short, now)]);
    if (from !== undefined && from.id !== current?.id) facts.push(["replaces", describeLive(from, short, now)]);
    const opened = `opened ${describeMoment(cutover.openedAt)}, generation ${cutover.generation}`;
    facts.push(["cut-over", `${opened}; needs ${describeRequirement(cutover.requires, from)}`]);
    facts.push(...laterAsked(desired, cutover.requires, from));
    facts.push(["evidence", describeEvidence(evidenceForCutover(candidate, from, cutover.requires, now))]);
    facts.push(...lastProbe(candidate), ...statementsAbout(candidate));
  } else if (current !== undefined) {
    facts.push(["evidence", describeEvidence(evidenceOf(current, desired.quietMs, now))]);
    facts.push(...lastProbe(current), ...statementsAbout(current));
  }
  if (slot?.aborted !== undefined) {
    facts.push([
      "aborted",
      `by ${slot.aborted.by} at ${describeMoment(slot.aborted.at)}, held until the document changes`,
    ]);
  }
  const signed = describeInventory(inventory);
  if (signed !== undefined) facts.push(["registry", signed]);
  const decisions = plan.actions.map(({ kind, reason }) => (reason === undefined ? kind : `${kind}: ${reason}`));
  return [...facts, ["decision", decisions.join("; then ")]];
}

/** What a cut-over needs is stored when it is opened; a document that asks for something else since then is told so. */
function laterAsked(desired: DesiredConnection, stored: Requirement, from: LiveConnection | undefined) {
  const asked = describeRequirement(requirementOf(desired), from);
  if (asked === describeRequirement(stored, from)) return [];
  return [["asked now", `${asked}; that holds for the next cut-over, not for this one`] as const];
}

function describeDesired({ state, version, kind, rotate, schools, share }: DesiredConnection): string {
  const rotated = rotate === 0 ? "" : `, rotate ${rotate}`;
  return `${state}, ${version}, ${kind}${rotated}; schools: ${describeSchools(schools)}; share: ${describeSharing(share)}`;
}

function describeLive(one: LiveConnection, short: Short, now: Instant): string {
  const { status, version, kind, provenance, createdAt, delivery, fingerprint } = one;
  const state =
    status.kind === "active" ? "active" : `disabled (${status.how}) by ${status.by} at ${describeMoment(status.at)}`;
  const age = plural(ageInDays(createdAt, now), "day");
  const handed = delivery === undefined ? "not handed over by us" : describeDelivery(delivery);
  const report = describeReport(one);
  const known = report === undefined ? "" : `; ${report}`;
  return `${short(one.clientId)} (id ${one.id}, fingerprint ${fingerprint}), ${state}, ${version}, ${kind}, ${provenance}, ${age} old; ${handed}; ${describeUse(one.use)}${known}`;
}

function describeDelivery({ state, target, received }: NonNullable<LiveConnection["delivery"]>): string {
  const receipt = received === undefined ? "" : `, received by ${received.by} on ${dayOf(received.at)}`;
  return `${state === "done" ? "handed over" : "hand-over begun, not finished"}: ${target}${receipt}`;
}

function describeUse(use: Use): string {
  if (use.kind === "unobservable") return "this store cannot see whether it is used";
  return use.last === undefined
    ? `no use seen since ${describeMoment(use.since)}`
    : `last used ${describeMoment(use.last)}${describeSyncs(use.syncs)}`;
}

/** What the run of syncs says since the connection became what it is. */
function describeSyncs(run: SyncRun | undefined): string {
  if (run === undefined) return "";
  const refused = run.failing.length === 0 ? "" : `, the last one was refused ${listOf(run.failing)}`;
  return `, ${plural(goodSyncs(run), "good sync")} in a row${refused}`;
}

function lastProbe(connection: LiveConnection): Explanation["facts"] {
  const probe = latestProbe(presentEvidence(connection));
  if (probe === undefined) return [];
  const compared = probe.findings.flatMap((finding) => finding.compared ?? []).map(describeRow);
  return [
    ["last probe", `${describeMoment(probe.at)} by ${probe.by}: ${describeVerdicts(probe.findings)}`],
    ...(compared.length === 0 ? [] : [["compared", `with the old connection: ${compared.join(", ")}`] as const]),
  ];
}

function describeRow({ what, old, now, again }: Compared): string {
  return `${now} ${what} (old ${old}${again === undefined ? "" : `, ${again} found again`})`;
}

/** What people said of a connection as it is now: in whose name, who that really was, and where it can be looked up. */
function statementsAbout(connection: LiveConnection): Explanation["facts"] {
  return presentEvidence(connection).flatMap((one) => {
    if (one.kind === "probed") return [];
    const what = one.kind === "waived" ? `waives ${one.rung}` : "says that the vendor moved";
    const seen = one.identity === undefined ? "" : ` (${describeIdentity(one.identity)})`;
    const where = one.kind === "waived" || one.evidence === undefined ? "" : `; see ${one.evidence}`;
    return [["said", `${describeMoment(one.at)}: ${one.by}${seen} ${what}: ${one.reason}${where}`]] as const;
  });
}

const IDENTITIES: Readonly<Record<Identity["kind"], string>> = {
  operator: "operator",
  ci: "pipeline of",
  "system-user": "user",
};

function describeIdentity({ kind, name, where, commit }: Identity): string {
  const run = where === undefined ? "" : `, ${where}`;
  return `${IDENTITIES[kind]} ${name}${commit === undefined ? "" : ` at ${commit.slice(0, 12)}`}${run}`;
}

function describeRequirement({ clauses, quietMs, syncs }: Requirement, from: LiveConnection | undefined): string {
  if (from === undefined || !isActive(from)) return `${describeClauses(FIRST_CLAUSES)} (nobody can be cut off)`;
  const pulled = syncs === undefined ? "" : `${plural(syncs, "good sync")} in a row on the new connection and `;
  return `${describeClauses(clauses)}; used means ${pulled}quiet for ${describeDuration(quietMs)} on the old connection`;
}

/** What would have to be true for a step, in sentences. */
function needsOf(step: Step, around: Around): readonly string[] {
  const { allowed } = step;
  const date =
    allowed.kind !== "not-before"
      ? []
      : [
          allowed.why.startsWith("freeze")
            ? `it is ${allowed.day} or later, or the freeze window is moved in the document`
            : `it is ${allowed.day} or later, or ${allowed.why} is moved in the document`,
        ];
  return [...date, ...ownNeeds(step, around)];
}

function ownNeeds(step: Step, { plan, connections, now }: Around): readonly string[] {
  switch (step.kind) {
    case "close":
      return closingNeeds(plan, now);
    case "abandon":
      return ["nobody uses the candidate; the store looks again when it does this"];
    case "disable": {
      if (step.grounds.kind === "accepted-cut-off") return ["the document accepts that the vendor is cut off"];
      const use = connections.get(step.connection)?.use;
      const seen = use === undefined ? "" : ` (${describeUse(use)})`;
      return [
        `nobody has used it for ${describeDuration(step.grounds.quietMs)}${seen}; the store looks again when it does this`,
      ];
    }
    default:
      return [];
  }
}

/** The store judges at closing; this is what it would miss now. */
function closingNeeds(plan: AddressPlan, now: Instant): readonly string[] {
  for (const action of plan.actions) {
    if (action.kind === "wait") {
      const { candidate, from, cutover } = action;
      const { requires } = cutover;
      const { missing } = judge({ requires, candidate, now, ...(from === undefined ? {} : { from }) });
      if (missing.length === 0) return ["nothing more: the evidence suffices, and the store judges it once more"];
      const isEither = requires.clauses.includes("used-or-attested");
      const lacks = describeAwaits(missing, isEither).map(({ key, says }) => (key === "or" ? `or ${says}` : says));
      return [...lacks, ...howToAttest(plan, missing)];
    }
    if (action.kind === "switch" || action.kind === "generate") {
      const from = action.kind === "switch" ? action.from : undefined;
      return [describeRequirement(action.requires, from)];
    }
  }
  return [];
}

function howToAttest(plan: AddressPlan, missing: readonly { readonly kind: string }[]): readonly string[] {
  if (!missing.some((one) => one.kind === "attested")) return [];
  return [`to state it: rosterform confirm '${plan.address}' --attest --by NAME --reason TEXT`];
}
