import type { Probed, RecordedEvidence, Verdict } from "./evidence.ts";
import { isActive, type LiveConnection } from "./live.ts";
import { proof } from "./proof.ts";
import { type Clause, DEFAULT_CLAUSES, type Requirement, sortedClauses } from "./requirement.ts";
import { goodSyncs } from "./sync-run.ts";
import { type Instant, shift } from "./time.ts";
import { isUsed, quietPeriod, type Use, watchedQuietFrom } from "./use.ts";

/** What a cut-over still waits for, and who can provide it. */
export type Missing =
  | { readonly kind: "candidate-active"; readonly who: "district" }
  | { readonly kind: "probed"; readonly who: "rosterform"; readonly verdict: Verdict | "never" | "stale" }
  | {
      readonly kind: "pull";
      readonly who: "vendor";
      /** Where the policy asks for good syncs in a row: how many there were. */
      readonly syncs?: { readonly seen: number; readonly asked: number };
    }
  | { readonly kind: "quiet"; readonly who: "vendor"; readonly until?: Instant }
  | { readonly kind: "attested"; readonly who: "person"; readonly contradicted: boolean };

/** What the evidence comes to. `met` exactly when nothing is missing. */
export interface Judgement {
  readonly met: boolean;
  readonly reached: readonly Clause[];
  readonly missing: readonly Missing[];
}

/** The facts a cut-over is judged on. Every store judges with this function, inside the transaction that closes. */
export interface Case {
  readonly requires: Requirement;
  readonly candidate: LiveConnection;
  /** The connection that closing would disable. */
  readonly from?: LiveConnection;
  readonly now: Instant;
}

/**
 * Judges whether a cut-over may close.
 *
 * Where closing would disable a connection that still works, both facts are needed: the credentials work, and the
 * consumer moved. Where there is none, or it is disabled already, nobody can be cut off and working credentials suffice.
 */
export function judge({ requires, candidate, from, now }: Case): Judgement {
  const evidence = presentEvidence(candidate);
  const asked: (readonly [Clause, readonly Missing[]])[] = [["probed", lackingProbe(evidence, now)]];
  if (from !== undefined && isActive(from)) {
    const used = lackingUse(candidate, from, requires, now);
    const attested = lackingStatement(evidence, from);
    for (const clause of consumerClauses(requires.clauses))
      asked.push([clause, lackingMove(clause, used, attested, from)]);
  }
  const reached = asked.flatMap(([clause, lacks]) => (lacks.length === 0 ? [clause] : []));
  const inactive: readonly Missing[] = isActive(candidate) ? [] : [{ kind: "candidate-active", who: "district" }];
  const missing = [...inactive, ...asked.flatMap(([, lacks]) => lacks)];
  return { met: missing.length === 0, reached, missing: missing.filter(isFirstOfItsKind) };
}

/** Evidence that is about this connection as it is now; stores list no other, and here none other counts. */
export function presentEvidence(connection: LiveConnection): readonly RecordedEvidence[] {
  return connection.evidence.filter(({ about }) => proof.isAboutPresent(connection, about));
}

/** What the latest climb of the ladder says, waivers counted; `undefined` when there was none in this epoch. */
export function probeVerdict(evidence: readonly RecordedEvidence[]): Verdict | undefined {
  const probed = latestProbe(evidence);
  if (probed === undefined) return undefined;
  const verdicts = probed.findings.map((finding) =>
    finding.verdict === "inconclusive" && isWaived(evidence, finding.rung) ? "confirmed" : finding.verdict,
  );
  if (verdicts.includes("refuted")) return "refuted";
  return verdicts.length === 0 || verdicts.includes("inconclusive") ? "inconclusive" : "confirmed";
}

/** The latest climb of the ladder in this epoch. */
export function latestProbe(evidence: readonly RecordedEvidence[]): Probed | undefined {
  return latest(evidence.filter((item) => item.kind === "probed"));
}

/**
 * Whether the consumer works with this connection, for all that is known: it was seen, a person said so, or the
 * credentials were handed over and nobody can see what became of them.
 */
export function isInUse({ use, evidence, delivery }: LiveConnection): boolean {
  if (use.kind === "unobservable" && delivery !== undefined) return true;
  return isUsed(use) || evidence.some((item) => item.kind === "attested");
}

/** However low a stored requirement was set, a working connection is not disabled for less than both facts. */
function consumerClauses(clauses: readonly Clause[]): readonly Exclude<Clause, "probed">[] {
  const enough = proof.isEnough(clauses) ? sortedClauses(clauses) : DEFAULT_CLAUSES;
  return enough.filter((clause) => clause !== "probed");
}

function isWaived(evidence: readonly RecordedEvidence[], rung: string): boolean {
  return evidence.some((item) => item.kind === "waived" && item.rung === rung);
}

function lackingProbe(evidence: readonly RecordedEvidence[], now: Instant): readonly Missing[] {
  const probe = latestProbe(evidence);
  const verdict = probeVerdict(evidence);
  if (!proof.isYes(verdict)) return [{ kind: "probed", who: "rosterform", verdict: verdict ?? "never" }];
  const isFresh = probe === undefined || proof.isFresh(probe.at, now);
  return isFresh ? [] : [{ kind: "probed", who: "rosterform", verdict: "stale" }];
}

/** Where nobody can see use, only a statement can end the wait, so only that is named. */
function lackingMove(
  clause: Exclude<Clause, "probed">,
  used: readonly Missing[],
  attested: readonly Missing[],
  from: LiveConnection,
): readonly Missing[] {
  if (clause === "used") return used;
  if (clause === "attested") return attested;
  if (used.length === 0 || attested.length === 0) return [];
  return from.use.kind === "unobservable" ? attested : [...used, ...attested];
}

function lackingUse(
  candidate: LiveConnection,
  { use }: LiveConnection,
  { quietMs, syncs }: Requirement,
  now: Instant,
): readonly Missing[] {
  const missing: Missing[] = [...lackingPull(candidate.use, syncs)];
  if (use.kind === "unobservable") missing.push({ kind: "quiet", who: "vendor" });
  else if (!proof.isQuiet(use, quietMs, now)) {
    missing.push({ kind: "quiet", who: "vendor", until: shift(watchedQuietFrom(use), quietPeriod(quietMs)) });
  }
  return missing;
}

function lackingPull(use: Use, asked: number | undefined): readonly Missing[] {
  if (asked === undefined) return proof.hasPulled(use) ? [] : [{ kind: "pull", who: "vendor" }];
  const seen = use.kind === "observed" ? goodSyncs(use.syncs) : 0;
  return seen >= asked ? [] : [{ kind: "pull", who: "vendor", syncs: { seen, asked } }];
}

/** A statement is contradicted when the consumer was seen on the old connection after it was made. */
function lackingStatement(evidence: readonly RecordedEvidence[], { use }: LiveConnection): readonly Missing[] {
  const statement = latest(evidence.filter((item) => item.kind === "attested"));
  if (!proof.isUncontradicted(statement, use)) return [{ kind: "attested", who: "person", contradicted: true }];
  return proof.isSaid(statement) ? [] : [{ kind: "attested", who: "person", contradicted: false }];
}

/** The one that was made last, whatever order they were recorded in; of two at one moment the one recorded later. */
function latest<T extends RecordedEvidence>(items: readonly T[]): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || item.at >= best.at ? item : best),
    undefined,
  );
}

function isFirstOfItsKind(lack: Missing, index: number, all: readonly Missing[]): boolean {
  return all.findIndex((other) => other.kind === lack.kind) === index;
}
