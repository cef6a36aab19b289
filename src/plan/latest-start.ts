import type { Freeze } from "../model/desired.ts";
import { addDays, type Day, DAY_MS } from "../model/time.ts";
import { firstFreeDay, lastFreeDay } from "./holds.ts";

/** What a move takes, from the day on which it is begun to the day on which the old connection may be disabled. */
export interface Move {
  /** Days on which nothing is closed, and nothing is handed over that changes user ids. */
  readonly freeze: readonly Freeze[];
  /** The vendor's sync period in milliseconds: a sync with the new values, and silence on the old ones. */
  readonly quietMs: number;
  /** Days for the probe, the hand-over and the vendor's entering the values. */
  readonly vendorDays: number;
  readonly changesUserIds: boolean;
  readonly deliverFrom?: Day;
}

/** The first day on which the values may be handed over, for a move that is begun on `start`. */
export function handOverDay(move: Move, start: Day): Day {
  const from = move.deliverFrom !== undefined && move.deliverFrom > start ? move.deliverFrom : start;
  return move.changesUserIds ? firstFreeDay(move.freeze, from) : from;
}

/** The first day on which a move that is begun on `start` can be over. */
export function earliestEnd(move: Move, start: Day): Day {
  return firstFreeDay(move.freeze, addDays(handOverDay(move, start), move.vendorDays + quietDays(move)));
}

/**
 * The last day on which a move can be begun so that it is over on `last` at the latest; `undefined` when no day is early
 * enough, because the values may not be handed over in time.
 */
export function latestStart(move: Move, last: Day): Day | undefined {
  const latest = addDays(lastFreeDay(move.freeze, last), -(move.vendorDays + quietDays(move)));
  const day = move.changesUserIds ? lastFreeDay(move.freeze, latest) : latest;
  return move.deliverFrom !== undefined && move.deliverFrom > day ? undefined : day;
}

function quietDays({ quietMs }: Move): number {
  return Math.ceil(quietMs / DAY_MS);
}
