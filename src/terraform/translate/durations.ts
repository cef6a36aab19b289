import { MINUTE_MS, parseDuration, SECOND_MS } from "../../model/time.ts";

/** `30s`, or what documents write: `10m`, `48h`, `21d`. In milliseconds; `undefined` when the text is none. */
export function parseWait(text: string): number | undefined {
  const seconds = /^(\d{1,5})s$/u.exec(text)?.[1];
  return seconds === undefined ? parseDuration(text) : Number(seconds) * SECOND_MS;
}

/** How often a store is asked while an apply waits: soon at first, then once a minute. */
export function nextPause(beforeMs: number): number {
  return Math.min(beforeMs * 2, MINUTE_MS);
}
