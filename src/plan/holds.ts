import type { DesiredConnection, Freeze } from "../model/desired.ts";
import { addDays, type Day, dayOf, type Instant } from "../model/time.ts";
import type { Allowed } from "./step.ts";

/** What may hold a step back: the day it is, and the days on which something is forbidden. */
export interface Calendar {
  readonly today: Day;
  readonly freeze: readonly Freeze[];
}

const NOW: Allowed = { kind: "now" };

/** The calendar of a district at a moment. */
export function calendarAt(now: Instant, freeze: readonly Freeze[]): Calendar {
  return { today: dayOf(now), freeze };
}

/** Nothing is closed or disabled inside a freeze window. */
export function disablingAllowed(calendar: Calendar, otherwise: Allowed = NOW): Allowed {
  return afterFreeze(calendar, calendar.today) ?? otherwise;
}

/**
 * Credentials are not handed over before `deliver-from`; and where user ids change, not inside a freeze window either,
 * because the vendor breaks the moment it pastes them.
 */
export function deliveryAllowed(calendar: Calendar, desired: DesiredConnection, changesUserIds: boolean): Allowed {
  const first = desired.deliverFrom;
  const isEarly = first !== undefined && calendar.today < first;
  const from = isEarly ? first : calendar.today;
  const frozen = changesUserIds ? afterFreeze(calendar, from) : undefined;
  if (frozen !== undefined) return frozen;
  return isEarly ? { kind: "not-before", day: first, why: "deliver-from" } : NOW;
}

/** The last day from `day` backwards on which nothing is frozen. */
export function lastFreeDay(freeze: readonly Freeze[], day: Day): Day {
  let free = day;
  for (let window = windowAt(freeze, free); window !== undefined; window = windowAt(freeze, free))
    free = addDays(window.from, -1);
  return free;
}

/** The first day from `day` onwards on which nothing is frozen. */
export function firstFreeDay(freeze: readonly Freeze[], day: Day): Day {
  let free = day;
  for (let window = windowAt(freeze, free); window !== undefined; window = windowAt(freeze, free))
    free = addDays(window.to, 1);
  return free;
}

/** The first day after all windows that follow one another from `day` on; `undefined` when `day` is free. */
function afterFreeze({ freeze }: Calendar, day: Day): Allowed | undefined {
  const first = windowAt(freeze, day);
  if (first === undefined) return undefined;
  return { kind: "not-before", day: firstFreeDay(freeze, day), why: `freeze: ${first.why}` };
}

function windowAt(freeze: readonly Freeze[], day: Day): Freeze | undefined {
  return freeze.find((window) => window.from <= day && day <= window.to);
}
