import type { Compared, Finding } from "../model/evidence.ts";

/** What one question came to, before it is known under which rung it is filed. */
export type Sight = Omit<Finding, "rung">;

/** A value that was read, or why it could not be. */
export type Seen<T> =
  | { readonly kind: "seen"; readonly value: T }
  | { readonly kind: "trouble"; readonly sight: Sight };

/** The question was answered with yes. */
export function confirmed(code: string, says: string, compared?: readonly Compared[]): Sight {
  return withCompared({ verdict: "confirmed", code, says }, compared);
}

/** The question was answered with no. */
export function refuted(code: string, says: string, compared?: readonly Compared[]): Sight {
  return withCompared({ verdict: "refuted", code, says }, compared);
}

function withCompared(sight: Sight, compared: readonly Compared[] | undefined): Sight {
  return compared === undefined ? sight : { ...sight, compared };
}

/** The question was not answered, which is never yes. */
export function inconclusive(code: string, says: string): Sight {
  return { verdict: "inconclusive", code, says };
}

/** A value that was read. */
export function seen<T>(value: T): Seen<T> {
  return { kind: "seen", value };
}

/** Nothing could be read, and this is why. */
export function trouble(sight: Sight): Seen<never> {
  return { kind: "trouble", sight };
}

/** Findings that a named person may answer: the world was read, but the calendar does not allow a judgement. */
export const WAIVABLE_CODES: readonly string[] = ["no-current-session", "empty-out-of-season"];
