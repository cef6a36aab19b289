import { attest, waive } from "../../confirm/confirm.ts";
import type { Probed, Statement } from "../../model/evidence.ts";
import type { LiveConnection } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";

/**
 * Findings and statements that come over the wire are made anew here, where the speaker is known: the name is the
 * operator's, the moment is never later than now, and a waiver is taken only for what the calendar left open.
 */

/** The findings as the operator submits them. */
export function signedFindings(probed: Probed, by: string, now: Instant): Probed {
  return { ...probed, by, at: notLater(probed.at, now) };
}

/** The statement as the operator makes it, or why it cannot be made. */
export function signedStatement(
  submitted: Statement,
  connection: LiveConnection | undefined,
  { by, now }: { readonly by: string; readonly now: Instant },
): Statement | { readonly kind: "refused"; readonly why: string } {
  const { about, reason } = submitted;
  if (
    connection?.id !== about.connection ||
    connection.fingerprint !== about.fingerprint ||
    connection.epoch !== about.epoch
  ) {
    return { kind: "refused", why: `the statement is not about connection ${about.connection} as it is now` };
  }
  const identity = { kind: "operator", name: by } as const;
  const saying = { connection, by, at: notLater(submitted.at, now), reason, identity };
  if (submitted.kind === "attested") {
    const { evidence } = submitted;
    return attest(evidence === undefined ? saying : { ...saying, evidence });
  }
  const waived = waive({ ...saying, rung: submitted.rung });
  return "kind" in waived ? waived : { kind: "refused", why: waived.detail };
}

function notLater(at: Instant, now: Instant): Instant {
  return at < now ? at : now;
}
