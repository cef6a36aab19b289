import { type Diagnostic, warning } from "../diagnostics/diagnostic.ts";
import type { AttestLine, DesiredConnection } from "../model/desired.ts";
import { presentEvidence } from "../model/judge.ts";
import type { LiveConnection } from "../model/live.ts";
import { dayOf, type Instant } from "../model/time.ts";
import type { Action } from "./action.ts";
import type { Row } from "./row.ts";

/** The `attest:` line that is still to be recorded about a candidate; `undefined` when there is none that counts. */
export function statementToRecord(
  desired: DesiredConnection,
  candidate: LiveConnection,
  now: Instant,
): AttestLine | undefined {
  const line = desired.attest;
  if (line === undefined || isRecorded(line, candidate)) return undefined;
  return whyUnusable(line, candidate, now) === undefined ? line : undefined;
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
