import type { Org, Person, Resource, School } from "../district-data.ts";
import { deriveSeed, pickerOf } from "../random.ts";
import { legacyRoleOf, type PersonRole } from "../roles.ts";
import { familyName, givenName } from "./names.ts";
import { fromRollOver, type Site } from "./site.ts";

/** What a person is made from. */
export interface Making {
  /** The person's number in the site, which nobody else has. */
  readonly number: string;
  readonly role: PersonRole;
  /** Where; the first is the primary one. */
  readonly orgs: readonly [Org, ...(readonly Org[])];
  readonly names: Pick<Person, "givenName" | "familyName">;
  readonly more?: Partial<Person>;
}

/** One empty list for everybody: there are hundreds of thousands of people. */
const NONE: readonly never[] = [];

/** A person as of the roll-over. */
export function makePerson(site: Site, { number, role, orgs, names, more }: Making): Person {
  const username = [names.givenName, names.familyName, number].join(".").toLowerCase();
  return {
    legacyId: [legacyRoleOf(role).charAt(0), number].join(""),
    guid: site.id("person", number),
    number,
    role,
    org: orgs[0],
    roles: site.rolesAt(role, orgs),
    isEnabled: true,
    ...names,
    username,
    email: [username, "@", site.district, ".example"].join(""),
    grades: NONE,
    agents: NONE,
    resources: NONE,
    ...fromRollOver(site),
    ...more,
  };
}

/** What tells people apart: the first digit of their number. */
export const NUMBERS = { student: 1, staff: 2, firstGuardian: 3, secondGuardian: 4 } as const;

/** A number of the site: what it is for, the school, a year or a post, the one after how many, and which one. */
export function numberOf(
  kind: keyof typeof NUMBERS,
  [schoolIndex, group, generation, index]: readonly [number, number, number, number],
): string {
  const digits = (value: number, length: number): string => String(value).padStart(length, "0");
  return [NUMBERS[kind], digits(schoolIndex + 1, 3), digits(group % 100, 2), generation, digits(index, 5)].join("");
}

/** Somebody of the staff, known by the post and by how many held it before. */
export function makeStaff(
  site: Site,
  post: {
    readonly role: PersonRole;
    readonly schools: readonly [School, ...(readonly School[])];
    readonly resources?: readonly Resource[];
  },
  key: readonly [number, number, number, number],
): Person {
  const pick = pickerOf(deriveSeed(site.seed, NUMBERS.staff, ...key));
  return makePerson(site, {
    number: numberOf("staff", key),
    role: post.role,
    orgs: post.schools,
    names: { givenName: givenName(pick), familyName: familyName(pick) },
    ...(post.resources === undefined ? {} : { more: { resources: post.resources } }),
  });
}
