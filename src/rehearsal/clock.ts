import { type Clock, type Instant, shift } from "../model/time.ts";

/** A clock that stands still until it is moved: days pass in no time. */
export interface MovableClock extends Clock {
  move(ms: number): Instant;
}

/** A clock that starts at `from`. */
export function movableClock(from: Instant): MovableClock {
  let now = from;
  return {
    now: () => now,
    move: (ms) => {
      now = shift(now, ms);
      return now;
    },
  };
}
