import type { ApplyEvent } from "../apply/event.ts";
import { plural } from "./words.ts";

/** How far a run has come. */
export interface Tally {
  /** Addresses that are walked at all. */
  readonly total: number;
  readonly finished: number;
  readonly failed: number;
  readonly waiting: number;
}

/** Nothing yet, of so many addresses. */
export function tallyOf(total: number): Tally {
  return { total, finished: 0, failed: 0, waiting: 0 };
}

/** Counts an event in. */
export function tallied(tally: Tally, event: ApplyEvent): Tally {
  if (event.kind !== "address-finished") return tally;
  const { kind } = event.outcome;
  // Those that are not walked are told of, too, and are no part of the work.
  if (kind === "unchanged" || kind === "blocked" || kind === "observed") return tally;
  return {
    total: tally.total,
    finished: tally.finished + 1,
    failed: tally.failed + (kind === "failed" ? 1 : 0),
    waiting: tally.waiting + (kind === "waiting" ? 1 : 0),
  };
}

/** `120 of 5000 addresses, 3 failed, 40 waiting; 14 a second, about 6 minutes left` */
export function describeTally({ total, finished, failed, waiting }: Tally, elapsedMs: number): string {
  const counts = [
    `${finished} of ${plural(total, "address", "addresses")}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
  ].join(", ");
  if (finished === 0 || elapsedMs < 1000) return counts;
  const perSecond = (finished * 1000) / elapsedMs;
  const left = (total - finished) / perSecond;
  const rate = perSecond >= 1 ? `${Math.round(perSecond)} a second` : `${Math.round(perSecond * 60)} a minute`;
  return `${counts}; ${rate}${finished < total ? `, about ${inWords(left)} left` : ""}`;
}

function inWords(seconds: number): string {
  if (seconds < 90) return plural(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 90 * 60) return plural(Math.round(seconds / 60), "minute");
  return plural(Math.round(seconds / 3600), "hour");
}
