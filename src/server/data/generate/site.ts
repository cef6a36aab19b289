import type { DistrictId } from "../../../model/address.ts";
import { addDays, type Day, daysBetween, startOf } from "../../../model/time.ts";
import type { ClassGroup, Enrollment, Org, Person, RoleAt } from "../district-data.ts";
import { guidOf, seedOf } from "../random.ts";
import type { PersonRole } from "../roles.ts";
import { rollOverTo, type SchoolYear } from "../school-year.ts";
import type { Change } from "../year-script.ts";

/** What the data of one district in one year is made from. */
export interface Site {
  readonly district: DistrictId;
  /** The calendar year in which the school year begins. */
  readonly year: number;
  readonly schoolYear: SchoolYear;
  readonly studentsPerSchool: number;
  /** For picks by chance. */
  readonly seed: number;
  /** An id that is the same in every year. */
  readonly id: (...words: readonly string[]) => string;
  /** The same role at each of the orgs; one list for all who have just these. */
  readonly rolesAt: (role: PersonRole, orgs: readonly Org[]) => readonly RoleAt[];
}

/** Where rows are collected: those of the roll-over, and what happens later. */
export interface Ledger {
  readonly people: Person[];
  readonly classes: ClassGroup[];
  readonly enrollments: Enrollment[];
  readonly changes: Change[];
}

/** When somebody comes and goes within the year; without a day, with the year. */
export interface Span {
  readonly from?: Day;
  readonly until?: Day;
}

export function siteOf(
  words: { readonly seed: string; readonly district: DistrictId },
  year: number,
  schoolYear: SchoolYear,
  studentsPerSchool: number,
): Site {
  const { seed, district } = words;
  const known = new Map<string, readonly RoleAt[]>();
  return {
    district,
    year,
    schoolYear,
    studentsPerSchool,
    seed: seedOf(seed, district),
    id: (...more) => guidOf(seed, district, ...more),
    rolesAt: (role, orgs) => {
      const key = [role, ...orgs.map(({ id }) => id)].join(" ");
      const made = known.get(key) ?? orgs.map((org) => ({ role, org }));
      known.set(key, made);
      return made;
    },
  };
}

/** What every row has that came with the roll-over. */
export function fromRollOver({ year }: Site): { readonly status: "active"; readonly modified: Person["modified"] } {
  return { status: "active", modified: rollOverTo(year) };
}

/** The day that lies so far into the school year, counted in thousandths of it. */
export function dayInto({ schoolYear: { start, end } }: Site, thousandths: number): Day {
  return addDays(start, Math.floor((daysBetween(start, end) * thousandths) / 1000));
}

/** Notes a person who comes and goes. `site` rolled over with everybody who does not come later. */
export function enter(ledger: Ledger, person: Person, { from, until }: Span): void {
  if (from === undefined) ledger.people.push(person);
  else {
    const row: Person = { ...person, modified: startOf(from) };
    ledger.changes.push({ kind: "person", at: startOf(from), isNew: true, row });
  }
  if (until !== undefined) {
    const row: Person = { ...person, status: "tobedeleted", modified: startOf(until) };
    ledger.changes.push({ kind: "person", at: startOf(until), isNew: false, row });
  }
}

/**
 * Notes an enrolment. Who comes after the class's last day was never in it, and who leaves the class after that day was in
 * it to its end; who leaves the school (`leaves`) is taken off every class.
 */
export function enroll(
  ledger: Ledger,
  row: Enrollment,
  { from, until, leaves }: Span & { readonly leaves: boolean },
): void {
  if (from !== undefined && from >= row.end) return;
  const since = from !== undefined && from > row.begin ? { ...row, begin: from } : row;
  if (from === undefined) ledger.enrollments.push(row);
  else {
    const at = startOf(from);
    ledger.changes.push({ kind: "enrollment", at, isNew: true, row: { ...since, modified: at } });
  }
  if (until === undefined || (!leaves && until >= row.end)) return;
  const at = startOf(until);
  const end = until > since.begin && until < since.end ? until : since.end;
  ledger.changes.push({
    kind: "enrollment",
    at,
    isNew: false,
    row: { ...since, end, status: "tobedeleted", modified: at },
  });
}
