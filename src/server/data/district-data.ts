import type { DistrictId } from "../../model/address.ts";
import type { Day } from "../../model/time.ts";
import type { OneRosterVersion } from "../../model/traits.ts";
import type { EnrollmentRole, PersonRole } from "./roles.ts";
import type { Row } from "./row.ts";
import type { SchoolYear, Session } from "./school-year.ts";

/**
 * Data of one district in its active school year as of one moment, before any version or sharing: the whole of it, or
 * the part that a school scope leaves. References are objects and never leave the part; `indexesOf` finds by id and
 * walks the other way.
 */
export interface DistrictData {
  readonly district: DistrictId;
  /** The district itself. Without a visible school it is invisible too, and so are sessions and courses. */
  readonly org: Org;
  readonly schools: readonly School[];
  /** The active school year; every session hangs here, in a fixed order. */
  readonly year: SchoolYear;
  readonly courses: readonly Course[];
  readonly classes: readonly ClassGroup[];
  readonly people: readonly Person[];
  readonly enrollments: readonly Enrollment[];
  readonly resources: readonly Resource[];
}

/** A district or a school. */
export interface Org extends Row {
  readonly id: string;
  readonly kind: "district" | "school";
  readonly name: string;
  readonly identifier: string;
}

/** An org of kind `school`; its parent is the district. */
export type School = Org;

export interface Course extends Row {
  readonly id: string;
  readonly title: string;
  readonly code: string;
  readonly grades: readonly string[];
  readonly subjects: readonly string[];
  readonly subjectCodes: readonly string[];
  readonly resources: readonly Resource[];
}

export interface ClassGroup extends Row {
  readonly id: string;
  readonly title: string;
  readonly code: string;
  readonly course: Course;
  readonly school: School;
  readonly isHomeroom: boolean;
  /** When it meets: terms (or whatever sessions an export names), at least one. */
  readonly terms: readonly Session[];
  readonly grades: readonly string[];
  readonly subjects: readonly string[];
  readonly subjectCodes: readonly string[];
  readonly periods: readonly string[];
  readonly location?: string;
  readonly resources: readonly Resource[];
}

/** What somebody is somewhere. */
export interface RoleAt {
  readonly role: PersonRole;
  readonly org: Org;
}

export interface Person extends Row {
  /** The sourcedId in 1.1. */
  readonly legacyId: string;
  /** The sourcedId in 1.2. */
  readonly guid: string;
  /** The person's number in the site; 1.2 carries it as `metadata["ic.legacysourceId"]`. */
  readonly number: string;
  /** The primary role, which is that of the first of `roles`. */
  readonly role: PersonRole;
  /** Where the person has the primary role. */
  readonly org: Org;
  /** The primary role first; never empty. */
  readonly roles: readonly RoleAt[];
  readonly isEnabled: boolean;
  readonly givenName: string;
  readonly familyName: string;
  readonly middleName?: string;
  readonly username: string;
  readonly email?: string;
  readonly phone?: string;
  readonly sms?: string;
  readonly grades: readonly string[];
  /** The guids of those linked with this person: guardians of a student, students of a guardian. */
  readonly agents: readonly string[];
  readonly resources: readonly Resource[];
  /** Students only, and of an export whoever it has them for. */
  readonly demographics?: Demographics;
}

/** The flags of OneRoster's demographics. */
export const DEMOGRAPHIC_FLAGS = [
  "americanIndianOrAlaskaNative",
  "asian",
  "blackOrAfricanAmerican",
  "nativeHawaiianOrOtherPacificIslander",
  "white",
  "demographicRaceTwoOrMoreRaces",
  "hispanicOrLatinoEthnicity",
] as const;
export type DemographicFlag = (typeof DEMOGRAPHIC_FLAGS)[number];

/** Status and time of change are the person's. */
export interface Demographics {
  readonly birthDate?: Day;
  readonly sex?: "female" | "male" | "other" | "unspecified";
  /** What is known, yes or no. */
  readonly flags: Readonly<Partial<Record<DemographicFlag, boolean>>>;
  readonly countryOfBirthCode?: string;
  readonly stateOfBirthAbbreviation?: string;
  readonly cityOfBirth?: string;
  readonly publicSchoolResidenceStatus?: string;
}

export interface Enrollment extends Row {
  readonly id: string;
  readonly person: Person;
  readonly group: ClassGroup;
  readonly role: EnrollmentRole;
  /** The teacher who answers for the class. */
  readonly isPrimary: boolean;
  readonly begin: Day;
  /** The first day after it, as OneRoster wants it. */
  readonly end: Day;
}

/** Something digital that is used in courses and classes. */
export interface Resource extends Row {
  readonly id: string;
  readonly title: string;
  readonly roles: readonly PersonRole[];
  readonly importance: "primary" | "secondary";
  readonly vendorResourceId: string;
  readonly vendorId?: string;
  readonly applicationId?: string;
}

/**
 * The sourcedId of a person. Infinite Campus 1.1 puts a letter for the role before the person's number, 1.2 has one id
 * without it (knowledge base, "OneRoster - What's new in 1.2", User SourcedIds).
 */
export function personIdOf(person: Person, version: OneRosterVersion): string {
  return version === "1.1" ? person.legacyId : person.guid;
}
