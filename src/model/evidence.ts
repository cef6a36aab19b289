import type { ConnectionId } from "./connection-id.ts";
import type { Instant } from "./time.ts";

/** What a question came to. `inconclusive` is never yes. */
export type Verdict = "confirmed" | "refuted" | "inconclusive";

/** The rungs of the ladder, in the order in which they are climbed. */
export const RUNGS = ["token", "orgs", "schools", "sessions", "data", "sharing"] as const;
/** One rung of the ladder. */
export type Rung = (typeof RUNGS)[number];

/** What one question about a connection saw. Counts and names of schools only, never rows, bodies or secrets. */
export interface Finding {
  readonly rung: Rung;
  readonly verdict: Verdict;
  /** Stable short name of what was seen, e.g. `empty-orgs`, `invalid-client`, `ok`. */
  readonly code: string;
  /** One sentence for people: what was seen and, where it is not `confirmed`, the likely cause. */
  readonly says: string;
  /** Where the old connection was asked the same: what both see. */
  readonly compared?: readonly Compared[];
}

/** The same question asked over the new connection and over the one it is to take over from. Counts only. */
export interface Compared {
  readonly what: "schools" | "classes" | "users" | "enrollments";
  /** How many the old connection sees, and the new one. */
  readonly old: number;
  readonly now: number;
  /** How many of the old connection's the new one sees too: schools by name, others by id. Absent: not compared. */
  readonly again?: number;
}

/** Which connection a piece of evidence is about, and at which epoch of it. It ends when the epoch does. */
export interface About {
  readonly connection: ConnectionId;
  /** Fingerprint of the secret, as in `LiveConnection.fingerprint`. */
  readonly fingerprint: string;
  readonly epoch: number;
}

/** Findings of one climb of the ladder. Says that the credentials work, nothing about the consumer. */
export interface Probed {
  readonly kind: "probed";
  readonly about: About;
  readonly at: Instant;
  /** Who ran the probes. */
  readonly by: string;
  readonly findings: readonly Finding[];
}

/**
 * Who made a statement, as far as the place knows where it was made. `by` is what was said; this is what was seen.
 *
 * `operator`: a token of the connection-store API. `ci`: the identity a pipeline runs for; `where` is the address of the run and
 * `commit` what it ran on. `system-user`: the user of the operating system.
 */
export interface Identity {
  readonly kind: "operator" | "ci" | "system-user";
  readonly name: string;
  readonly where?: string;
  readonly commit?: string;
}

/** A named person's statement that the consumer moved to this very connection. */
export interface Attested {
  readonly kind: "attested";
  readonly about: About;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly identity?: Identity;
  /**
   * When the consumer had last been seen on the connection that is to be taken over, as the store knew it when it recorded this;
   * set by the store. What comes after that contradicts the statement, also by a clock that was set back in between.
   */
  readonly oldSeen?: Instant | "never";
  /** Where it can be looked up: the address of a ticket, a mail, a log. Never opened by rosterform. */
  readonly evidence?: string;
}

/** A named person's answer to a rung that could not be decided (no school year in July); never to a refuted one. */
export interface Waived {
  readonly kind: "waived";
  readonly about: About;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly identity?: Identity;
  readonly rung: Rung;
}

/** What a named person said about one connection. */
export type Statement = Attested | Waived;

/** What the store keeps. Use is not recorded as evidence: the store observes it itself. */
export type RecordedEvidence = Probed | Statement;

/** How many hours a climb of the ladder counts: the world may have changed since. */
export const PROBE_FRESH_MS = 24 * 60 * 60 * 1000;
