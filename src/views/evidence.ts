import { judge, type Missing, presentEvidence, probeVerdict } from "../model/judge.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import type { Requirement } from "../model/requirement.ts";
import type { Instant } from "../model/time.ts";
import { hasPulled, isUsed } from "../model/use.ts";

/** What is known about a connection, in words. `not yet` may become yes by itself; `no` will not. */
export interface EvidenceWords {
  readonly probed: "yes" | "no" | "not yet" | "inconclusive" | "too old";
  readonly used: "yes" | "not yet" | "cannot be seen";
  readonly attested: "yes" | "not yet" | "contradicted";
}

/** What is known about the candidate of an open cut-over, judged as the store would judge it now. */
export function evidenceForCutover(
  candidate: LiveConnection,
  from: LiveConnection | undefined,
  requires: Requirement,
  now: Instant,
): EvidenceWords {
  if (from === undefined || !isActive(from)) return evidenceOf(candidate, requires.quietMs, now);
  const lacks = (clause: "used" | "attested"): readonly Missing[] =>
    judge({ requires: { ...requires, clauses: ["probed", clause] }, candidate, from, now }).missing;
  const attested = lacks("attested").find((one) => one.kind === "attested");
  const isUnmoved = lacks("used").some((one) => one.kind === "pull" || one.kind === "quiet");
  const isBlind = candidate.use.kind === "unobservable" || from.use.kind === "unobservable";
  return {
    probed: probedWord(candidate, requires.quietMs, now),
    used: !isUnmoved ? "yes" : isBlind ? "cannot be seen" : "not yet",
    attested: attested === undefined ? "yes" : attested.contradicted ? "contradicted" : "not yet",
  };
}

/** What is known about a connection that takes over from nobody. */
export function evidenceOf(connection: LiveConnection, quietMs: number, now: Instant): EvidenceWords {
  const { use } = connection;
  const isPulled = hasPulled(use) || isUsed(use);
  return {
    probed: probedWord(connection, quietMs, now),
    used: use.kind === "unobservable" ? "cannot be seen" : isPulled ? "yes" : "not yet",
    attested: presentEvidence(connection).some((one) => one.kind === "attested") ? "yes" : "not yet",
  };
}

function probedWord(connection: LiveConnection, quietMs: number, now: Instant): EvidenceWords["probed"] {
  const { missing } = judge({ requires: { clauses: ["probed"], quietMs }, candidate: connection, now });
  const probed = missing.find((one) => one.kind === "probed");
  if (probed === undefined) return "yes";
  if (probed.verdict === "stale") return "too old";
  const verdict = probeVerdict(presentEvidence(connection));
  return verdict === "refuted" ? "no" : verdict === "inconclusive" ? "inconclusive" : "not yet";
}

/** `probed yes, used not yet, attested not yet`. */
export function describeEvidence({ probed, used, attested }: EvidenceWords): string {
  return `probed ${probed}, used ${used}, attested ${attested}`;
}
