import { type Diagnostic, warning } from "../diagnostics/diagnostic.ts";
import type { AttestLine, DesiredConnection } from "../model/desired.ts";
import type { Attested } from "../model/evidence.ts";
import { presentEvidence } from "../model/judge.ts";
import { isHandedOver, type LiveConnection } from "../model/live.ts";
import { addDays, dayOf, type Instant, shift, startOf } from "../model/time.ts";
import type { Action } from "./action.ts";
import type { Row } from "./row.ts";

/**
 * The `attest:` line that is still to be recorded about a candidate; `undefined` when there is none that counts. Nobody
 * can have moved to credentials that nobody has.
 */
export function statementToRecord(
  desired: DesiredConnection,
  candidate: LiveConnection,
  now: Instant,
): AttestLine | undefined {
  const line = desired.attest;
  if (line === undefined || !isHandedOver(candidate) || isRecorded(line, candidate)) return undefined;
  return whyUnusable(line, candidate, now) === undefined ? line : undefined;
}

/** The candidate as it will be once this run has recorded the document's statement about it. */
export function withStatement(desired: DesiredConnection, candidate: LiveConnection, now: Instant): LiveConnection {
  const line = statementToRecord(desired, candidate, now);
  if (line === undefined) return candidate;
  const { id, fingerprint, epoch, evidence } = candidate;
  const endOfDay = shift(startOf(addDays(line.at, 1)), -1);
  const statement: Attested = {
    kind: "attested",
    about: { connection: id, fingerprint, epoch },
    at: endOfDay < now ? endOfDay : now,
    by: line.by,
    reason: line.reason,
  };
  return { ...candidate, evidence: [...evidence, statement] };
}

/** An `attest:` line that cannot count is said, lest everybody waits for what somebody believes to have answered. */
export function warnOfStatement({ desired, now }: Row, actions: readonly Action[]): readonly Diagnostic[] {
  const line = desired.attest;
  if (line === undefined) return [];
  return actions.flatMap((action) => {
    if (action.kind !== "wait" || isRecorded(line, action.candidate)) return [];
    const why = whyUnusable(line, action.candidate, now);
    if (why === undefined) return [];
    return [
      warning({
        code: "plan/attest-unusable",
        summary: "A statement does not count for the open cut-over",
        detail: `${desired.address}: the \`attest\` line of ${line.by} ${why}. Ask again and write down what they say about candidate ${action.candidate.id} (fingerprint ${action.candidate.fingerprint}).`,
        place: desired.places["attest"] ?? desired.place,
        address: desired.address,
      }),
    ];
  });
}

/** Statements are dated by day, so the day is what has to fit. */
function whyUnusable(line: AttestLine, candidate: LiveConnection, now: Instant): string | undefined {
  if (line.connection !== candidate.id) return `is about ${line.connection}, which is not the candidate`;
  if (line.fingerprint !== candidate.fingerprint) return `names the fingerprint ${line.fingerprint}`;
  if (line.at > dayOf(now)) return `is dated ${line.at}, which is still to come`;
  if (line.at < dayOf(candidate.epochAt)) {
    return `was made on ${line.at}, before the candidate became what it is on ${dayOf(candidate.epochAt)}`;
  }
  return undefined;
}

function isRecorded(line: AttestLine, candidate: LiveConnection): boolean {
  return presentEvidence(candidate).some(
    (item) =>
      item.kind === "attested" && item.by === line.by && item.reason === line.reason && dayOf(item.at) === line.at,
  );
}
