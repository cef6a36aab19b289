import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { AttestLine } from "../model/desired.ts";
import type { About, Attested, Identity, Probed, Rung, Waived } from "../model/evidence.ts";
import { latestProbe } from "../model/judge.ts";
import type { LiveConnection } from "../model/live.ts";
import { addDays, type Clock, dayOf, type Instant, shift, startOf } from "../model/time.ts";
import type { Ladder, Question } from "./ladder.ts";
import { WAIVABLE_CODES } from "./sight.ts";

/** Who climbs, with what, when. */
export interface Climbing extends Pick<Question, "connection" | "credentials" | "old"> {
  readonly ladder: Ladder;
  readonly by: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Climbs the ladder once. What it saw is about the connection's present secret and epoch, and about no other. */
export async function takeFindings(climbing: Climbing): Promise<Probed> {
  const { ladder, connection, credentials, old, by, clock, signal } = climbing;
  const at = clock.now();
  const question: Question = { connection, credentials, now: at, ...(old === undefined ? {} : { old }) };
  const findings = await ladder.climb(question, signal);
  return { kind: "probed", about: aboutOf(connection), at, by, findings };
}

/** A named person's statement, and what it speaks of. */
export interface Saying {
  readonly connection: LiveConnection;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  /** Who really said it, as far as the place knows. */
  readonly identity?: Identity;
}

/** A named person says that the consumer moved to this very connection. */
export function attest({ connection, evidence, ...said }: Saying & { readonly evidence?: string }): Attested {
  const seen = evidence === undefined ? {} : { evidence };
  return { kind: "attested", about: aboutOf(connection), ...said, ...seen };
}

/**
 * The statement of a reviewed `attest:` line, or `undefined` when it does not speak of this connection as it is now:
 * another id or fingerprint, a day that has not come, or said before the present epoch began. A day has no hour, so the
 * statement counts from the end of its day, or from now while that day lasts.
 */
export function attestLine(
  line: AttestLine,
  connection: LiveConnection,
  { now, identity }: { readonly now: Instant; readonly identity?: Identity },
): Attested | undefined {
  if (line.connection !== connection.id || line.fingerprint !== connection.fingerprint) return undefined;
  if (line.at > dayOf(now)) return undefined;
  const endOfDay = shift(startOf(addDays(line.at, 1)), -1);
  const at = endOfDay < now ? endOfDay : now;
  if (at < connection.epochAt) return undefined;
  const { by, reason, evidence } = line;
  return attest({
    connection,
    by,
    at,
    reason,
    ...(identity === undefined ? {} : { identity }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}

/** A named person answers a question that the calendar left open; refused where the question is another one. */
export function waive({ connection, rung, ...said }: Saying & { readonly rung: Rung }): Waived | Diagnostic {
  const finding = latestProbe(connection.evidence)?.findings.find((candidate) => candidate.rung === rung);
  if (finding === undefined) {
    return problem({
      code: "confirm/never-asked",
      summary: "Nothing to waive: the question was not asked",
      detail: `The latest climb of ${connection.application}'s ladder has no finding for ${rung}, and a waiver answers what was asked. Confirm the connection first, then waive what stayed open.`,
    });
  }
  if (finding.verdict !== "inconclusive" || !WAIVABLE_CODES.includes(finding.code)) {
    return problem({
      code: "confirm/not-waivable",
      summary: "This finding cannot be waived",
      detail: `The question ${rung} came to ${finding.verdict} (${finding.code}): ${finding.says} A waiver only answers what the calendar leaves open (${WAIVABLE_CODES.join(", ")}); it never turns a no or a silence into a yes. Mend the cause, then confirm again.`,
    });
  }
  return { kind: "waived", about: aboutOf(connection), ...said, rung };
}

function aboutOf(connection: LiveConnection): About {
  return { connection: connection.id, fingerprint: connection.fingerprint, epoch: connection.epoch };
}
