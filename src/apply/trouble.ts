import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import { Bug } from "../diagnostics/invariant.ts";
import type { OutsideError } from "../diagnostics/outside-error.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/evidence.ts";
import type { ConnectionId, LiveConnection } from "../model/live.ts";
import type { JournalEntry } from "../stores/store.ts";
import type { ApplyReport } from "./event.ts";

/** We are wrong, in the middle of a run: the mistake is the cause, and the report says what was done before it showed. */
export class BrokenRun extends Bug {
  readonly report: ApplyReport;

  constructor(cause: unknown, report: ApplyReport) {
    super(cause instanceof Error ? cause.message : "something was thrown that is no error", { cause });
    this.report = report;
  }
}

/** A probe was answered "no". The old connection stays as it is. */
export function probeRefuted(address: Address, connection: LiveConnection, findings: readonly Finding[]): Diagnostic {
  const refuted = findings.filter((finding) => finding.verdict === "refuted");
  const list = refuted.map((finding) => `${finding.rung} (${finding.code}): ${finding.says}`).join(" ");
  return problem({
    code: "apply/probe-refuted",
    summary: "The connection does not work",
    detail: `${address}: connection ${connection.id} (Client ID ${connection.clientId}) was tried and does not do what it should. ${list} Nothing was closed or disabled because of it. Mend what the findings name, then apply again.`,
    address,
  });
}

/** The site did not answer, so nothing is known. Nobody is waited for: somebody has to look. */
export function unreachable(address: Address, connection: LiveConnection, finding: Finding): Diagnostic {
  return problem({
    code: "apply/unreachable",
    summary: "The connection could not be tried",
    detail: `${address}: connection ${connection.id} (Client ID ${connection.clientId}) was asked and did not answer. ${finding.rung} (${finding.code}): ${finding.says} Nothing was closed or disabled because of it; the next apply tries again.`,
    address,
  });
}

/** Somebody wrote to the address between planning and applying. */
export function stale(
  address: Address,
  revisions: { readonly expected: number; readonly found: number },
  last: JournalEntry | undefined,
): Diagnostic {
  const moved =
    last === undefined ? "" : ` The last entry in the journal is "${last.what}" by ${last.by} at ${last.at}.`;
  return problem({
    code: "apply/stale",
    summary: "The live system moved since the plan was made",
    detail: `${address} was planned on revision ${revisions.expected} and is at revision ${revisions.found} now.${moved} Nothing was written, because the plan may no longer be right. Plan again, then apply.`,
    address,
  });
}

/** The store will not do this, whoever asks. */
export function refused(address: Address, why: string): Diagnostic {
  return problem({
    code: "apply/refused",
    summary: "The store refused a write",
    detail: `${address}: ${why}. Nothing was written. Plan again to see where the address stands now.`,
    address,
  });
}

/** The vendor was seen on a connection that was about to be disabled. */
export function stillInUse(address: Address, connection: ConnectionId): Diagnostic {
  return problem({
    code: "apply/still-in-use",
    summary: "The connection is still in use",
    detail: `${address}: connection ${connection} was used by the vendor within its sync period, so disabling it would cut the vendor off. It stays enabled. Wait until the vendor has stopped, or accept it with \`accept: [cut-off]\`.`,
    address,
  });
}

/** The vendor was seen on a candidate that was about to be given up. */
export function candidateInUse(address: Address, connection: ConnectionId): Diagnostic {
  return problem({
    code: "apply/candidate-in-use",
    summary: "The candidate is already in use",
    detail: `${address}: connection ${connection} was to be given up, but the vendor has begun to use it since the plan was made, so giving it up would cut the vendor off. It stays enabled. Plan again: the plan will show the way on from here.`,
    address,
  });
}

/** A failure of the world, as the outcome of the step in which it happened. */
export function outsideFailed(address: Address, error: OutsideError): Diagnostic {
  const again = error.retryable ? " Trying again later may help: the next run goes on where this one stopped." : "";
  return problem({
    code: error.code,
    summary: "A step could not be done",
    detail: `${address}: ${error.message}${error.fix === undefined ? "" : ` ${error.fix}`}${again}`,
    address,
  });
}

/** Our own mistake, as the outcome of the step in which it happened. The message stays out: nobody vetted it for secrets. */
export function ourMistake(address: Address, error: unknown): Diagnostic {
  return problem({
    code: "apply/bug",
    summary: "rosterform made a mistake",
    detail: `${address}: the step ended with an unexpected ${error instanceof Error ? error.name : "value"}, so the run was stopped. What was done before stands. Please report it; then apply again, which goes on where this run stopped.`,
    address,
  });
}
