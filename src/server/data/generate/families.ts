import { type Day, startOf } from "../../../model/time.ts";
import type { Person, School } from "../district-data.ts";
import { deriveSeed, oneOf, pickerOf } from "../random.ts";
import type { PersonRole } from "../roles.ts";
import { familyName, givenName, phone } from "./names.ts";
import { makePerson, numberOf } from "./people.ts";
import type { Ledger, Site, Span } from "./site.ts";

/** Which family a student is of: that of the oldest of brothers and sisters, who may have left long ago. */
export type FamilyKey = readonly [schoolIndex: number, cohort: number, generation: number, index: number];

/** Where an elder brother or sister of a young student may be. */
export interface Elder {
  readonly schoolIndex: number;
  /** What has to be added to a student's entry year for somebody born in the same year to enter there. */
  readonly later: number;
}

export function familyOf(seed: number, key: FamilyKey, elderAt: (schoolIndex: number) => Elder | undefined): FamilyKey {
  const [schoolIndex, cohort, generation, index] = key;
  // Who comes within a year brings a family that nobody knew: what becomes visible is then always new.
  if (generation > 0) return key;
  const pick = pickerOf(deriveSeed(seed, 2, ...key));
  const chance = pick(10);
  if (chance < 2) return familyOf(seed, [schoolIndex, cohort - 1 - pick(3), 0, index], elderAt);
  const elder = elderAt(schoolIndex);
  if (chance > 2 || elder === undefined) return key;
  return familyOf(seed, [elder.schoolIndex, cohort + elder.later - 3 - pick(5), 0, index], elderAt);
}

interface Child {
  readonly person: Person;
  readonly school: School;
  readonly span: Span;
}

interface Family {
  readonly key: FamilyKey;
  readonly name: string;
  /** The guids of those who answer for the children. */
  readonly agents: readonly string[];
  readonly children: Child[];
}

/** The families of a district; guardians are made when every child is known. */
export interface Families {
  of(key: FamilyKey): Family;
  /** Enters the guardians of all children into the ledger. */
  enterGuardians(ledger: Ledger): void;
}

export function createFamilies(site: Site): Families {
  const families = new Map<string, Family>();
  return {
    of: (key) => {
      const text = key.join(" ");
      const known = families.get(text);
      if (known !== undefined) return known;
      const pick = pickerOf(deriveSeed(site.seed, 3, ...key));
      const name = familyName(pick);
      const numbers = [numberOf("firstGuardian", key), ...(pick(10) < 6 ? [numberOf("secondGuardian", key)] : [])];
      const agents = numbers.map((number) => site.id("person", number));
      const made: Family = { key, name, agents, children: [] };
      families.set(text, made);
      return made;
    },
    enterGuardians: (ledger) => {
      for (const family of families.values()) {
        family.agents.forEach((_, which) => enterGuardian(site, ledger, family, which));
      }
    },
  };
}

const ROLES = ["parent", "parent", "parent", "parent", "parent", "parent", "guardian", "relative"] as const;

/** A guardian is there from the first child on, knows the children who are there, and goes with the last one. */
function enterGuardian(site: Site, ledger: Ledger, { key, name, children }: Family, which: number): void {
  const pick = pickerOf(deriveSeed(site.seed, 4, which, ...key));
  const [role, given, ownName]: readonly [PersonRole, string, string] = [
    oneOf(pick, ROLES),
    givenName(pick),
    pick(8) === 0 ? familyName(pick) : name,
  ];
  const contact = { phone: phone(pick), ...(pick(2) === 0 ? { sms: phone(pick) } : {}) };
  const number = numberOf(which === 0 ? "firstGuardian" : "secondGuardian", key);
  const asOf = (day: Day | undefined): Person | undefined => {
    const there = children.filter(({ span }) => span.from === undefined || (day !== undefined && span.from <= day));
    const [first, ...others] = [...new Set(there.map(({ school }) => school))];
    if (first === undefined) return undefined;
    const isGone = there.every(({ span }) => span.until !== undefined && day !== undefined && span.until <= day);
    const made = makePerson(site, {
      number,
      role,
      orgs: [first, ...others],
      names: { givenName: given, familyName: ownName },
      more: { ...contact, agents: there.map(({ person }) => person.guid) },
    });
    if (day === undefined) return made;
    return { ...made, modified: startOf(day), status: isGone ? "tobedeleted" : "active" };
  };
  let known = asOf(undefined);
  if (known !== undefined) ledger.people.push(known);
  const days = new Set(children.flatMap(({ span }) => [span.from, span.until]).filter((day) => day !== undefined));
  for (const day of [...days].sort()) {
    const next = asOf(day);
    if (next === undefined) continue;
    const isSame = known?.status === next.status && known.agents.length === next.agents.length;
    if (!isSame) ledger.changes.push({ kind: "person", at: startOf(day), isNew: known === undefined, row: next });
    known = isSame ? known : next;
  }
}
