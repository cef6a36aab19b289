import { type Clock, elapsedMs, type Instant, shift } from "../model/time.ts";

/** A clock that shows `start` now and runs on as the given one does. */
export function clockFrom(clock: Clock, start: Instant): Clock {
  const ahead = elapsedMs(clock.now(), start);
  return { now: () => shift(clock.now(), ahead) };
}
