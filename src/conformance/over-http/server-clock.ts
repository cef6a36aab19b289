import { type Clock, elapsedMs, type Instant, instantOf, MINUTE_MS, shift } from "../../model/time.ts";

/**
 * What is known of a server's clock: never later than it really is, so that no evidence is dated in its future. It is learned
 * from the `Date` of answers, or from the rehearsal part, which can move it.
 */
export interface ServerClock extends Clock {
  /** Learns from the Date header of an answer that just came (RFC 9110, section 6.6.1: whole seconds). */
  readonly heard: (date: string) => void;
  /** Learns from a server that rehearses; from then on dates of answers say nothing, because they are not moved. */
  readonly told: (now: Instant) => void;
}

/** How far what is known may be from the server's own moment: a story's length, and the grain of dates. */
export const SLACK_MS = MINUTE_MS;

/** Makes a clock that goes by this machine's until it learned better. */
export function createServerClock(local: Clock): ServerClock {
  let aheadMs: number | undefined;
  let isTold = false;
  return {
    now: () => shift(local.now(), aheadMs ?? 0),
    heard: (date) => {
      const ms = Date.parse(date);
      if (isTold || Number.isNaN(ms)) return;
      // Of all that was heard the largest is nearest: each is early by its way here, and by up to a second.
      const ahead = elapsedMs(local.now(), instantOf(ms));
      aheadMs = Math.max(aheadMs ?? ahead, ahead);
    },
    told: (now) => {
      aheadMs = elapsedMs(local.now(), now);
      isTold = true;
    },
  };
}
