import { type Day, startOf } from "../../../model/time.ts";
import type { Person, School } from "../district-data.ts";
import { deriveSeed, pickerOf } from "../random.ts";
import { demographicsOf } from "./demographics.ts";
import { type Elder, type Families, familyOf } from "./families.ts";
import { givenName, phone } from "./names.ts";
import { makePerson, numberOf } from "./people.ts";
import type { Level } from "./school-plans.ts";
import { dayInto, enter, type Ledger, type Site, type Span } from "./site.ts";
import { occupantsOf } from "./slots.ts";

/** A student who holds a seat of a grade. */
export interface Seated {
  readonly person: Person;
  readonly span: Span;
  /** Who is there all year may go to the next section, from that day on. */
  readonly moves?: Day;
}

export interface Grade {
  readonly school: School;
  readonly schoolIndex: number;
  readonly level: Level;
  /** Which of the school's grades. */
  readonly at: number;
  readonly size: number;
}

/** The students of a grade, seat by seat, noted as people of the site. */
export function seatGrade(
  site: Site,
  ledger: Ledger,
  { families, elderAt }: { readonly families: Families; readonly elderAt: (schoolIndex: number) => Elder | undefined },
  { school, schoolIndex, level, at, size }: Grade,
): readonly (readonly Seated[])[] {
  const cohort = site.year - at;
  const grades = [level.grades[at] ?? ""];
  return Array.from({ length: size }, (_, index) => {
    const slot = { key: [schoolIndex, cohort, index], since: cohort, turnover: 40, gap: { least: 7, most: 40 } };
    return occupantsOf(site, slot).map(({ generation, ...span }): Seated => {
      const key = [schoolIndex, cohort, generation, index] as const;
      const pick = pickerOf(deriveSeed(site.seed, 5, ...key));
      const family = families.of(familyOf(site.seed, key, elderAt));
      const person = makePerson(site, {
        number: numberOf("student", key),
        role: "student",
        orgs: [school],
        names: { givenName: givenName(pick), familyName: family.name },
        more: {
          grades,
          agents: family.agents,
          demographics: demographicsOf(pick, cohort, level.entryAge),
        },
      });
      family.children.push({ person, school, span });
      enter(ledger, person, span);
      if (span.from !== undefined || span.until !== undefined) return { person, span };
      return { person, span, ...happeningsOf(site, ledger, person, key) };
    });
  });
}

/** What may happen within the year to a student who is there all of it. */
function happeningsOf(site: Site, ledger: Ledger, person: Person, key: readonly number[]): { readonly moves?: Day } {
  const pick = pickerOf(deriveSeed(site.seed, 6, site.year, ...key));
  const chance = pick(100);
  if (chance < 3) return { moves: dayInto(site, 100 + pick(700)) };
  if (chance < 6) {
    const at = startOf(dayInto(site, 50 + pick(850)));
    ledger.changes.push({ kind: "person", at, isNew: false, row: { ...person, phone: phone(pick), modified: at } });
  }
  return {};
}
