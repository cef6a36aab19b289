import type { Attempt } from "../../model/attempt.ts";
import { addDays, type Day, dayOf, type Instant } from "../../model/time.ts";

/**
 * How attempts are counted, the same in every store: one line for each day, reason, operator, address and district, so that
 * a flood makes a number larger and not the list longer.
 */

/** How many lines of one reason a day has; what comes then is counted together, for each operator. */
export const LINES_A_DAY = 100;
const DAYS_KEPT = 400;

/** What is counted together has the same key. */
export function keyOfAttempt({ first, reason, operator, from, district }: Attempt): string {
  return JSON.stringify([dayOf(first), reason, operator ?? "", from ?? "", district ?? ""]);
}

/** The attempt as it is counted where its day has all the lines that it may have. */
export function countedTogether({ reason, operator, first, last, count }: Attempt): Attempt {
  return { reason, ...(operator === undefined ? {} : { operator }), first, last, count };
}

/** Two counts of the same as one. */
export function addAttempts(one: Attempt, other: Attempt): Attempt {
  return {
    ...one,
    first: one.first < other.first ? one.first : other.first,
    last: one.last > other.last ? one.last : other.last,
    count: one.count + other.count,
  };
}

/** Attempts of days before this one are forgotten. */
export function attemptsKeptSince(now: Instant): Day {
  return addDays(dayOf(now), -DAYS_KEPT);
}
