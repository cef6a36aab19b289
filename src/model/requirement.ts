/**
 * What must be known before a cut-over may close. The credentials must work (`probed`), and where an old connection is
 * about to be disabled the consumer must have moved (`used`: seen by the store; `attested`: a named person's statement).
 */
export const CLAUSES = ["probed", "used", "attested", "used-or-attested"] as const;
/** One thing that a cut-over may need. */
export type Clause = (typeof CLAUSES)[number];

/** What a cut-over needs before it may close. */
export interface Requirement {
  /** Every clause must hold. In the order of `CLAUSES`, each once. */
  readonly clauses: readonly Clause[];
  /** How long the old connection must have been quiet before use counts, in milliseconds: the vendor's sync period. */
  readonly quietMs: number;
  /** How many good syncs in a row `used` needs on the new connection. Absent: everything was pulled at least once. */
  readonly syncs?: number;
}

/** What a document asks of a cut-over that supersedes a connection. */
export function requirementOf(desired: {
  readonly requires: readonly Clause[];
  readonly quietMs: number;
  readonly syncs?: number;
}): Requirement {
  const { requires, quietMs, syncs } = desired;
  return { clauses: sortedClauses(requires), quietMs, ...(syncs === undefined ? {} : { syncs }) };
}

/** The default for a cut-over from a working connection. */
export const DEFAULT_CLAUSES: readonly Clause[] = ["probed", "used-or-attested"];

/** A first connection replaces nobody, so only the credentials must be shown to work. */
export const FIRST_CLAUSES: readonly Clause[] = ["probed"];

/** A vendor that syncs nightly has shown itself within two days (Campus's guidelines ask for nightly syncs). */
export const DEFAULT_QUIET_MS = 48 * 60 * 60 * 1000;

/** Clauses in their fixed order, each once. */
export function sortedClauses(clauses: readonly Clause[]): readonly Clause[] {
  return CLAUSES.filter((clause) => clauses.includes(clause));
}

/** Whether the clauses ask both for working credentials and for a moved consumer: the least a superseding disable needs. */
export function isEnoughToSupersede(clauses: readonly Clause[]): boolean {
  return clauses.includes("probed") && clauses.some((clause) => clause !== "probed");
}

/** `probed, and used or attested`. */
export function describeClauses(clauses: readonly Clause[]): string {
  return sortedClauses(clauses)
    .map((clause) => (clause === "used-or-attested" ? "used or attested" : clause))
    .join(", and ");
}
