import type { Person } from "../data/district-data.ts";
import { type Indexes, indexesOf } from "../data/indexes.ts";
import {
  CLASSES,
  classEntries,
  COURSES,
  courseEntries,
  ENROLLMENTS,
  enrollmentEntries,
  type Kind,
  SESSIONS,
  sessionEntries,
  USERS,
  userEntries,
} from "./collections.ts";
import type { Entries } from "./entries.ts";
import type { Rendering } from "./render.ts";

/** A collection below an object: `/schools/{id}/classes`. The object itself has to be visible. */
export interface Nested {
  readonly kind: Kind;
  /** `undefined` where an object of the path is not there for this connection. */
  readonly list: (rendering: Rendering, ids: readonly string[]) => Entries | undefined;
}

type Rows<T> = (indexes: Indexes, rendering: Rendering, ids: readonly string[]) => readonly T[] | undefined;

function nested<T>(kind: Kind, entries: (rendering: Rendering, rows: readonly T[]) => Entries, rows: Rows<T>): Nested {
  return {
    kind,
    list: (rendering, ids) => {
      const found = rows(indexesOf(rendering.data), rendering, ids);
      return found === undefined ? undefined : entries(rendering, found);
    },
  };
}

const classes = (rows: Rows<Parameters<typeof classEntries>[1][number]>) => nested(CLASSES, classEntries, rows);
const people = (rows: Rows<Person>) => nested(USERS, userEntries, rows);

/** What `of` finds below the object that `find` finds. */
function below<O, T>(
  find: (indexes: Indexes, id: string, rendering: Rendering) => O | undefined,
  of: (indexes: Indexes, object: O) => readonly T[],
): Rows<T> {
  return (indexes, rendering, [id = ""]) => {
    const object = find(indexes, id, rendering);
    return object === undefined ? undefined : of(indexes, object);
  };
}

const school = (indexes: Indexes, id: string) => indexes.school(id);
const course = (indexes: Indexes, id: string) => indexes.course(id);
const group = (indexes: Indexes, id: string) => indexes.classGroup(id);
const person =
  (role?: Person["role"]) =>
  (indexes: Indexes, id: string, { version }: Rendering) => {
    const found = indexes.person(id, version);
    return role === undefined || found?.role === role ? found : undefined;
  };
const term = (indexes: Indexes, id: string) => {
  const session = indexes.session(id);
  return session?.type === "term" ? session : undefined;
};
const withRole = (list: readonly Person[], role: Person["role"]) => list.filter((one) => one.role === role);

/** Who is enrolled in a class in a role, each once. */
function enrolled(indexes: Indexes, of: Parameters<Indexes["enrollmentsOfClass"]>[0], role: string): readonly Person[] {
  const there = indexes.enrollmentsOfClass(of).filter((one) => one.role === role);
  return [...new Set(there.map((one) => one.person))];
}

/** A class of a school, found through both. */
function classOf(indexes: Indexes, [schoolId = "", classId = ""]: readonly string[]) {
  const found = indexes.classGroup(classId);
  return found?.school.id === schoolId && indexes.school(schoolId) !== undefined ? found : undefined;
}

function belowClassOf<T>(
  of: (indexes: Indexes, found: NonNullable<ReturnType<typeof classOf>>) => readonly T[],
): Rows<T> {
  return (indexes, _rendering, ids) => {
    const found = classOf(indexes, ids);
    return found === undefined ? undefined : of(indexes, found);
  };
}

/** Every nested read of the rostering service (1EdTech OneRoster 1.1 and 1.2, REST bindings), by its path without ids. */
export const NESTED: ReadonlyMap<string, Nested> = new Map<string, Nested>([
  ["schools/classes", classes(below(school, (indexes, one) => indexes.classesOfSchool(one)))],
  [
    "schools/courses",
    nested(
      COURSES,
      courseEntries,
      below(school, (indexes, one) => indexes.coursesOfSchool(one)),
    ),
  ],
  [
    "schools/enrollments",
    nested(
      ENROLLMENTS,
      enrollmentEntries,
      below(school, (indexes, one) => indexes.enrollmentsOfSchool(one)),
    ),
  ],
  ["schools/students", people(below(school, (indexes, one) => withRole(indexes.peopleOfSchool(one), "student")))],
  ["schools/teachers", people(below(school, (indexes, one) => withRole(indexes.peopleOfSchool(one), "teacher")))],
  [
    "schools/terms",
    nested(
      SESSIONS,
      sessionEntries,
      below(school, (indexes) => indexes.sessions().filter(({ type }) => type === "term")),
    ),
  ],
  [
    "schools/classes/enrollments",
    nested(
      ENROLLMENTS,
      enrollmentEntries,
      belowClassOf((indexes, one) => indexes.enrollmentsOfClass(one)),
    ),
  ],
  ["schools/classes/students", people(belowClassOf((indexes, one) => enrolled(indexes, one, "student")))],
  ["schools/classes/teachers", people(belowClassOf((indexes, one) => enrolled(indexes, one, "teacher")))],
  ["classes/students", people(below(group, (indexes, one) => enrolled(indexes, one, "student")))],
  ["classes/teachers", people(below(group, (indexes, one) => enrolled(indexes, one, "teacher")))],
  ["courses/classes", classes(below(course, (indexes, one) => indexes.classesOfCourse(one)))],
  ["users/classes", classes(below(person(), (indexes, one) => indexes.classesOfPerson(one)))],
  ["students/classes", classes(below(person("student"), (indexes, one) => indexes.classesOfPerson(one)))],
  ["teachers/classes", classes(below(person("teacher"), (indexes, one) => indexes.classesOfPerson(one)))],
  ["terms/classes", classes(below(term, (indexes, one) => indexes.classesOfSession(one)))],
  [
    "terms/gradingPeriods",
    nested(
      SESSIONS,
      sessionEntries,
      below(term, (indexes, one) => indexes.sessionsIn(one).filter(({ type }) => type === "gradingPeriod")),
    ),
  ],
]);
