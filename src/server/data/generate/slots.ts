import { addDays, type Day } from "../../../model/time.ts";
import { deriveSeed, pickerOf } from "../random.ts";
import { dayInto, type Site } from "./site.ts";

/** One of those who hold a seat or a post, one after the other. */
export interface Occupant {
  /** How many held it before. */
  readonly generation: number;
  /** Who comes or goes within the year does so on these days. */
  readonly from?: Day;
  readonly until?: Day;
}

/** A seat in a grade or a post of the staff. */
export interface Slot {
  /** What tells it from every other of the district. */
  readonly key: readonly number[];
  /** The calendar year of the first school year that counts; nobody left before. */
  readonly since: number;
  /** How many in a thousand change hands in a year. */
  readonly turnover: number;
  /** The days between the one who goes and the one who comes. */
  readonly gap: { readonly least: number; readonly most: number };
}

/**
 * Who holds a slot in the site's year. A slot that changes hands has two in that year, and the second one is still there
 * in the next year, so that the years of a site tell one story.
 */
export function occupantsOf(site: Site, slot: Slot): readonly Occupant[] {
  let generation = 0;
  for (let year = slot.since; year < site.year; year += 1) {
    if (leavingIn(site, slot, year) !== undefined) generation += 1;
  }
  const leaving = leavingIn(site, slot, site.year);
  if (leaving === undefined) return [{ generation }];
  // Nobody leaves before October or after April: the sizes of sections hold while a site settles and when it ends.
  const until = dayInto(site, 165 + leaving(650));
  const from = addDays(until, slot.gap.least + leaving(slot.gap.most - slot.gap.least + 1));
  return [
    { generation, until },
    { generation: generation + 1, from },
  ];
}

function leavingIn({ seed }: Site, { key, turnover }: Slot, year: number): ReturnType<typeof pickerOf> | undefined {
  const pick = pickerOf(deriveSeed(seed, 1, year, ...key));
  return pick(1000) < turnover ? pick : undefined;
}
