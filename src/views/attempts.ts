import type { Attempt, Refusal } from "../model/attempt.ts";
import { wrap } from "./layout.ts";
import { describeMoment, plural } from "./words.ts";

const WHY: Readonly<Record<Refusal, (attempt: Attempt) => string>> = {
  "no-token": () => "without a token",
  "unknown-token": () => "with a token that is nobody's",
  "too-many": () => "not looked at, after too many without a known token",
  "read-only": () => "to write, with a token that may only read",
  "other-district": ({ district }) => `for ${district ?? "districts"}, which the token may not reach`,
};

/** Refused attempts that were counted together, for people: when, how many, whose and why. No line break at the end. */
export function describeAttempt(attempt: Attempt, width: number): string {
  const { operator, from, first, last, count } = attempt;
  const whose = operator === undefined ? "" : ` by ${operator}`;
  const until = describeMoment(last) === describeMoment(first) ? "" : ` (until ${describeMoment(last)})`;
  const where = from ?? "several addresses";
  const text = `${describeMoment(first)}  ${plural(count, "request")}${whose} ${WHY[attempt.reason](attempt)}, from ${where}${until}`;
  return wrap(text, { width, rest: "    " }).join("\n");
}

export const ATTEMPT_COLUMNS: readonly (keyof Attempt)[] = [
  "first",
  "last",
  "count",
  "reason",
  "operator",
  "from",
  "district",
];
