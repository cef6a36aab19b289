import type { OneRosterVersion } from "../../model/traits.ts";
import type { ClassGroup, Course, DistrictData, Enrollment, Org, Person, Resource, School } from "./district-data.ts";
import { personIdOf } from "./district-data.ts";
import type { PersonRole } from "./roles.ts";
import type { Session } from "./school-year.ts";

/**
 * Ways into a visible part. Every list is in the order of the part and keeps rows that are `tobedeleted`; an id that is
 * not visible finds nothing, and a list for it is empty. Each index is made when it is first asked for and lives as
 * long as its part.
 */
export interface Indexes {
  /** The district (as soon as one school is visible) or a school. */
  readonly org: (id: string) => Org | undefined;
  readonly school: (id: string) => School | undefined;
  readonly session: (id: string) => Session | undefined;
  readonly course: (id: string) => Course | undefined;
  readonly classGroup: (id: string) => ClassGroup | undefined;
  /** By the sourcedId of the version. */
  readonly person: (id: string, version: OneRosterVersion) => Person | undefined;
  readonly enrollment: (id: string) => Enrollment | undefined;
  readonly resource: (id: string) => Resource | undefined;
  /** Orgs, sessions and courses that may be seen: none without a school. */
  readonly orgs: () => readonly Org[];
  readonly sessions: () => readonly Session[];
  /** Everybody who has the role as their primary one. */
  readonly peopleOf: (role: PersonRole) => readonly Person[];
  /** Everybody for whom demographics are known. */
  readonly peopleWithDemographics: () => readonly Person[];
  readonly agentsOf: (person: Person) => readonly Person[];
  readonly classesOfSchool: (school: School) => readonly ClassGroup[];
  readonly classesOfCourse: (course: Course) => readonly ClassGroup[];
  /** Classes that meet in the session, or in a part of it (a term of a school year). */
  readonly classesOfSession: (session: Session) => readonly ClassGroup[];
  /** Classes in which the person is enrolled in any role, also where the enrolment is `tobedeleted`. */
  readonly classesOfPerson: (person: Person) => readonly ClassGroup[];
  /** Courses that are taught at the school. */
  readonly coursesOfSchool: (school: School) => readonly Course[];
  /** Everybody with a role at the school, also one that is not their primary one. */
  readonly peopleOfSchool: (school: School) => readonly Person[];
  readonly enrollmentsOfSchool: (school: School) => readonly Enrollment[];
  readonly enrollmentsOfClass: (group: ClassGroup) => readonly Enrollment[];
  readonly enrollmentsOfPerson: (person: Person) => readonly Enrollment[];
  /** Sessions whose parent is the session. */
  readonly sessionsIn: (session: Session) => readonly Session[];
}

const MADE = new WeakMap<DistrictData, Indexes>();

/** The indexes of a visible part. Asking again costs nothing. */
export function indexesOf(data: DistrictData): Indexes {
  const known = MADE.get(data);
  if (known !== undefined) return known;
  const made = makeIndexes(data);
  MADE.set(data, made);
  return made;
}

function makeIndexes(data: DistrictData): Indexes {
  const visible = data.schools.length > 0;
  const orgs = once((): readonly Org[] => (visible ? [data.org, ...data.schools] : []));
  const sessions = once((): readonly Session[] => (visible ? data.year.sessions : []));
  const orgById = once(() => byId(orgs()));
  const schoolById = once(() => byId(data.schools));
  const sessionById = once(() => byId(sessions()));
  const courseById = once(() => byId(data.courses));
  const classById = once(() => byId(data.classes));
  const enrollmentById = once(() => byId(data.enrollments));
  const resourceById = once(() => byId(data.resources));
  const guids = once(() => new Map(data.people.map((person) => [person.guid, person])));
  const legacy = once(() => new Map(data.people.map((person) => [personIdOf(person, "1.1"), person])));
  const roles = once(() => grouped(data.people, (person) => [person.role]));
  const described = once(() => data.people.filter((person) => person.demographics !== undefined));
  return {
    org: (id) => orgById().get(id),
    school: (id) => schoolById().get(id),
    session: (id) => sessionById().get(id),
    course: (id) => courseById().get(id),
    classGroup: (id) => classById().get(id),
    person: (id, version) => (version === "1.1" ? legacy() : guids()).get(id),
    enrollment: (id) => enrollmentById().get(id),
    resource: (id) => resourceById().get(id),
    orgs,
    sessions,
    peopleOf: (role) => roles().get(role) ?? [],
    peopleWithDemographics: described,
    agentsOf: (person) => person.agents.flatMap((guid) => guids().get(guid) ?? []),
    ...walks(data, sessions),
  };
}

type Walk =
  | "classesOfSchool"
  | "classesOfCourse"
  | "classesOfSession"
  | "classesOfPerson"
  | "coursesOfSchool"
  | "peopleOfSchool"
  | "enrollmentsOfSchool"
  | "enrollmentsOfClass"
  | "enrollmentsOfPerson"
  | "sessionsIn";

/** From an object to what points at it. */
function walks(data: DistrictData, sessions: () => readonly Session[]): Pick<Indexes, Walk> {
  const classesBySchool = once(() => grouped(data.classes, (group) => [group.school.id]));
  const classesByCourse = once(() => grouped(data.classes, (group) => [group.course.id]));
  const classesBySession = once(() => grouped(data.classes, (group) => withParents(group.terms, sessions())));
  const peopleBySchool = once(() => grouped(data.people, (person) => unique(person.roles.map(({ org }) => org.id))));
  const enrollmentsBySchool = once(() => grouped(data.enrollments, (enrollment) => [enrollment.group.school.id]));
  const enrollmentsByClass = once(() => grouped(data.enrollments, (enrollment) => [enrollment.group.id]));
  const enrollmentsByPerson = once(() => grouped(data.enrollments, (enrollment) => [enrollment.person.guid]));
  const sessionsByParent = once(() =>
    grouped(sessions(), (session) => (session.parent === undefined ? [] : [session.parent])),
  );
  return {
    classesOfSchool: ({ id }) => classesBySchool().get(id) ?? [],
    classesOfCourse: ({ id }) => classesByCourse().get(id) ?? [],
    classesOfSession: ({ id }) => classesBySession().get(id) ?? [],
    classesOfPerson: ({ guid }) => unique((enrollmentsByPerson().get(guid) ?? []).map(({ group }) => group)),
    coursesOfSchool: ({ id }) => unique((classesBySchool().get(id) ?? []).map(({ course }) => course)),
    peopleOfSchool: ({ id }) => peopleBySchool().get(id) ?? [],
    enrollmentsOfSchool: ({ id }) => enrollmentsBySchool().get(id) ?? [],
    enrollmentsOfClass: ({ id }) => enrollmentsByClass().get(id) ?? [],
    enrollmentsOfPerson: ({ guid }) => enrollmentsByPerson().get(guid) ?? [],
    sessionsIn: ({ id }) => sessionsByParent().get(id) ?? [],
  };
}

/** The sessions and everything they are part of. */
function withParents(terms: readonly Session[], sessions: readonly Session[]): readonly string[] {
  const ids = new Set<string>();
  const climb = (session: Session | undefined): void => {
    if (session === undefined || ids.has(session.id)) return;
    ids.add(session.id);
    climb(sessions.find(({ id }) => id === session.parent));
  };
  for (const term of terms) climb(term);
  return [...ids];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function grouped<T>(rows: readonly T[], keysOf: (row: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    for (const key of keysOf(row)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
  }
  return groups;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
