/**
 * Time as values. Nothing in this room asks a clock: the present moment is always an argument.
 */

/** A moment as ISO 8601 in UTC with milliseconds, e.g. `2027-06-15T08:30:00.000Z`. Sorts as text. */
export type Instant = string & { readonly __instant: true };

/** A calendar day in UTC, e.g. `2027-06-15`. Sorts as text. */
export type Day = string & { readonly __day: true };

/** Something that tells the present moment. Doors hand it in; tests and rehearsals set it. */
export interface Clock {
  now(): Instant;
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The moment that lies `epochMs` milliseconds after 1970-01-01T00:00:00Z. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString() as Instant;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;

/**
 * Reads an ISO 8601 moment, or a day as its first moment; `undefined` when the text is none. A time of day needs its
 * zone (`Z` or an offset): without one the text would mean another moment on another machine.
 */
export function parseInstant(text: string): Instant | undefined {
  const day = MOMENT.exec(text)?.[1];
  if (day === undefined || parseDay(day) === undefined) return undefined;
  return instantOf(Date.parse(text));
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function epochMsOf(instant: Instant): number {
  return Date.parse(instant);
}

/** `instant` moved by `ms` milliseconds (negative moves back). */
export function shift(instant: Instant, ms: number): Instant {
  return instantOf(epochMsOf(instant) + ms);
}

/** Milliseconds from `earlier` to `later`; negative when they stand the other way round. */
export function elapsedMs(earlier: Instant, later: Instant): number {
  return epochMsOf(later) - epochMsOf(earlier);
}

/** Reads `YYYY-MM-DD`; `undefined` when the text is no real day (2027-02-30 is none). */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return undefined;
  return text as Day;
}

/** The UTC day on which `instant` lies. */
export function dayOf(instant: Instant): Day {
  return instant.slice(0, 10) as Day;
}

/** The first moment of `day` in UTC. */
export function startOf(day: Day): Instant {
  return `${day}T00:00:00.000Z` as Instant;
}

/** The day `days` after `day` (negative: before). */
export function addDays(day: Day, days: number): Day {
  return dayOf(shift(startOf(day), days * DAY_MS));
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round(elapsedMs(startOf(from), startOf(to)) / DAY_MS);
}

const UNITS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** Reads a duration such as `30m`, `48h`, `21d` or `2w` to milliseconds; `undefined` when the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,5})([mhdw])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

/** Writes milliseconds as the largest whole unit that `parseDuration` reads back, e.g. `2d`; at least a minute. */
export function describeDuration(ms: number): string {
  for (const [unit, size] of [
    ["d", DAY_MS],
    ["h", HOUR_MS],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${Math.max(1, Math.ceil(ms / MINUTE_MS))}m`;
}
