import { PROBE_FRESH_MS, type Probed, type RecordedEvidence, type Verdict } from "./evidence.ts";
import { isActive, type LiveConnection } from "./live.ts";
import {
  type Clause,
  DEFAULT_CLAUSES,
  FIRST_CLAUSES,
  isEnoughToSupersede,
  type Requirement,
  sortedClauses,
} from "./requirement.ts";
import { elapsedMs, type Instant, shift } from "./time.ts";
import { hasPulled, isQuiet, isUsed } from "./use.ts";

/** What a cut-over still waits for, and who can provide it. */
export type Missing =
  | { readonly kind: "candidate-active"; readonly who: "district" }
  | { readonly kind: "probed"; readonly who: "rosterform"; readonly verdict: Verdict | "never" | "stale" }
  | { readonly kind: "pull"; readonly who: "vendor" }
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
export function judge(facts: Case): Judgement {
  const { requires, from } = facts;
  const clauses = from !== undefined && isActive(from) ? superseding(requires.clauses) : FIRST_CLAUSES;
  const reached: Clause[] = [];
  const missing: Missing[] = [];
  if (!isActive(facts.candidate)) missing.push({ kind: "candidate-active", who: "district" });
  for (const clause of clauses) {
    const lacks = lacking(clause, facts);
    if (lacks.length === 0) reached.push(clause);
    missing.push(...lacks.filter((lack) => !missing.some((known) => known.kind === lack.kind)));
  }
  return { met: missing.length === 0, reached, missing };
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
  return evidence.filter((item) => item.kind === "probed").at(-1);
}

/** Whether anything says that the consumer works with this connection: it was seen, or a person said so. */
export function isInUse(connection: LiveConnection): boolean {
  return isUsed(connection.use) || connection.evidence.some((item) => item.kind === "attested");
}

/** However low a stored requirement was set, a working connection is not disabled for less than both facts. */
function superseding(clauses: readonly Clause[]): readonly Clause[] {
  return isEnoughToSupersede(clauses) ? sortedClauses(clauses) : DEFAULT_CLAUSES;
}

function isWaived(evidence: readonly RecordedEvidence[], rung: string): boolean {
  return evidence.some((item) => item.kind === "waived" && item.rung === rung);
}

function lacking(clause: Clause, facts: Case): readonly Missing[] {
  if (clause === "probed") return lackingProbe(facts);
  const used = lackingUse(facts);
  const attested = lackingStatement(facts);
  if (clause === "used") return used;
  if (clause === "attested") return attested;
  return used.length === 0 || attested.length === 0 ? [] : [...used, ...attested];
}

function lackingProbe({ candidate, now }: Case): readonly Missing[] {
  const at = latestProbe(candidate.evidence)?.at;
  const verdict = probeVerdict(candidate.evidence);
  if (at === undefined || verdict === undefined) return [{ kind: "probed", who: "rosterform", verdict: "never" }];
  if (verdict !== "confirmed") return [{ kind: "probed", who: "rosterform", verdict }];
  const ageMs = elapsedMs(at, now);
  if (ageMs >= 0 && ageMs <= PROBE_FRESH_MS) return [];
  return [{ kind: "probed", who: "rosterform", verdict: "stale" }];
}

function lackingUse({ requires, candidate, from, now }: Case): readonly Missing[] {
  const missing: Missing[] = [];
  if (!hasPulled(candidate.use)) missing.push({ kind: "pull", who: "vendor" });
  if (from !== undefined && !isQuiet(from.use, requires.quietMs, now)) missing.push(quietAfter(from, requires.quietMs));
  return missing;
}

function quietAfter(from: LiveConnection, quietMs: number): Missing {
  if (from.use.kind === "unobservable") return { kind: "quiet", who: "vendor" };
  return { kind: "quiet", who: "vendor", until: shift(from.use.last ?? from.use.since, quietMs) };
}

/** A statement is contradicted when the consumer was seen on the old connection after it was made. */
function lackingStatement({ candidate, from }: Case): readonly Missing[] {
  const statements = candidate.evidence.filter((item) => item.kind === "attested");
  const latest = statements.at(-1);
  if (latest === undefined) return [{ kind: "attested", who: "person", contradicted: false }];
  const last = from?.use.kind === "observed" ? from.use.last : undefined;
  if (last !== undefined && last > latest.at) return [{ kind: "attested", who: "person", contradicted: true }];
  return [];
}
