import type { Pull } from "../../model/pull.ts";
import type { ClassGroup, Course, DistrictData, Enrollment, Person } from "../data/district-data.ts";
import { indexesOf } from "../data/indexes.ts";
import type { Session } from "../data/school-year.ts";
import { type Entries, entriesOf } from "./entries.ts";
import {
  type Rendering,
  renderClass,
  renderCourse,
  renderDemographics,
  renderEnrollment,
  renderOrg,
  renderSession,
  renderUser,
  userIdOf,
} from "./render.ts";

/** One collection of the rostering service: what is in it, and how an object is written. */
export interface Collection {
  /** The member around a list, which names the kind of object and not the path. */
  readonly many: string;
  /** The member around one object. */
  readonly one: string;
  /** The family for which a successful read counts as a pull. */
  readonly pull?: Pull;
  /** Everything that is in it, in an order that never changes within a school year. */
  readonly list: (rendering: Rendering) => Entries;
}

/** How the kinds of objects are wrapped, and what reading them counts for. */
export type Kind = Pick<Collection, "many" | "one" | "pull">;
const ORGS: Kind = { many: "orgs", one: "org", pull: "orgs" };
export const SESSIONS: Kind = { many: "academicSessions", one: "academicSession" };
export const COURSES: Kind = { many: "courses", one: "course" };
export const CLASSES: Kind = { many: "classes", one: "class" };
export const USERS: Kind = { many: "users", one: "user", pull: "users" };
export const ENROLLMENTS: Kind = { many: "enrollments", one: "enrollment", pull: "enrollments" };

/** Every collection by the name it has in the path. */
export const COLLECTIONS: ReadonlyMap<string, Collection> = new Map<string, Collection>([
  ["orgs", { ...ORGS, list: (rendering) => orgEntries(rendering, orgsOf(rendering.data)) }],
  ["schools", { ...ORGS, list: (rendering) => orgEntries(rendering, rendering.data.schools) }],
  ["academicSessions", sessions(() => true)],
  ["terms", sessions((session) => session.type === "term")],
  ["gradingPeriods", sessions((session) => session.type === "gradingPeriod")],
  ["courses", { ...COURSES, list: (rendering) => courseEntries(rendering, rendering.data.courses) }],
  ["classes", { ...CLASSES, list: (rendering) => classEntries(rendering, rendering.data.classes) }],
  ["users", users(({ people }) => people)],
  ["students", users((data) => indexesOf(data).peopleOf("student"))],
  ["teachers", users((data) => indexesOf(data).peopleOf("teacher"))],
  ["enrollments", { ...ENROLLMENTS, list: (rendering) => enrollmentEntries(rendering, rendering.data.enrollments) }],
  [
    "demographics",
    {
      many: "demographics",
      one: "demographics",
      list: (rendering) =>
        entriesOf(indexesOf(rendering.data).peopleWithDemographics(), (person) => ({
          id: userIdOf(person, rendering.version),
          render: () => renderDemographics(rendering, person),
        })),
    },
  ],
]);

/** The district stands above its schools, as long as one of them may be seen. */
function orgsOf(data: DistrictData): readonly DistrictData["org"][] {
  return data.schools.length === 0 ? [] : [data.org, ...data.schools];
}

function orgEntries(rendering: Rendering, listed: readonly DistrictData["org"][]): Entries {
  return entriesOf(listed, (org) => ({ id: org.id, render: () => renderOrg(rendering, org) }));
}

function sessions(isMember: (session: Session) => boolean): Collection {
  return {
    ...SESSIONS,
    list: (rendering) =>
      rendering.data.schools.length === 0
        ? sessionEntries(rendering, [])
        : sessionEntries(rendering, rendering.data.year.sessions.filter(isMember)),
  };
}

function users(of: (data: DistrictData) => readonly Person[]): Collection {
  return { ...USERS, list: (rendering) => userEntries(rendering, of(rendering.data)) };
}

/** These sessions, each written only when it is asked for. */
export function sessionEntries(rendering: Rendering, listed: readonly Session[]): Entries {
  return entriesOf(listed, (session) => ({ id: session.id, render: () => renderSession(rendering, session) }));
}

/** The same of courses. */
export function courseEntries(rendering: Rendering, listed: readonly Course[]): Entries {
  return entriesOf(listed, (course) => ({ id: course.id, render: () => renderCourse(rendering, course) }));
}

/** The same of classes. */
export function classEntries(rendering: Rendering, listed: readonly ClassGroup[]): Entries {
  return entriesOf(listed, (group) => ({ id: group.id, render: () => renderClass(rendering, group) }));
}

/** The same of people. */
export function userEntries(rendering: Rendering, listed: readonly Person[]): Entries {
  return entriesOf(listed, (person) => ({
    id: userIdOf(person, rendering.version),
    render: () => renderUser(rendering, person),
  }));
}

/** The same of enrolments. */
export function enrollmentEntries(rendering: Rendering, listed: readonly Enrollment[]): Entries {
  return entriesOf(listed, (one) => ({ id: one.id, render: () => renderEnrollment(rendering, one) }));
}
