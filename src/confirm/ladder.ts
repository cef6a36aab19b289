import type { Finding } from "../model/evidence.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { Instant } from "../model/time.ts";

/** What is asked of a connection. */
export interface Question {
  readonly connection: LiveConnection;
  readonly credentials: Credentials;
  readonly now: Instant;
  /** The connection in use today, for comparing school sets and counts. */
  readonly old?: { readonly connection: LiveConnection; readonly credentials: Credentials };
}

/**
 * The port of the probes: asks the questions of the ladder in order and answers what it saw. A world that does not
 * answer is an `inconclusive` finding, not an exception. Findings hold counts and names of schools, never rows.
 */
export interface Ladder {
  climb(question: Question, signal?: AbortSignal): Promise<readonly Finding[]>;
}
