import type { Pull } from "../../model/use.ts";
import type { DistrictData, Person } from "../data/district-data.ts";
import type { Session } from "../data/school-year.ts";
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
  readonly list: (rendering: Rendering) => readonly Entry[];
}

/** One object of a collection, written only when it is asked for. */
export interface Entry {
  readonly id: string;
  readonly render: () => unknown;
}

/** Every collection by the name it has in the path. */
export const COLLECTIONS: ReadonlyMap<string, Collection> = new Map<string, Collection>([
  ["orgs", { many: "orgs", one: "org", pull: "orgs", list: (rendering) => orgs(rendering, orgsOf(rendering.data)) }],
  ["schools", { many: "orgs", one: "org", pull: "orgs", list: (rendering) => orgs(rendering, rendering.data.schools) }],
  ["academicSessions", sessions(() => true)],
  ["terms", sessions((session) => session.type === "term")],
  ["gradingPeriods", sessions((session) => session.type === "gradingPeriod")],
  [
    "courses",
    {
      many: "courses",
      one: "course",
      list: (rendering) =>
        rendering.data.courses.map((course) => ({ id: course.id, render: () => renderCourse(rendering, course) })),
    },
  ],
  [
    "classes",
    {
      many: "classes",
      one: "class",
      list: (rendering) =>
        rendering.data.classes.map((group) => ({ id: group.id, render: () => renderClass(rendering, group) })),
    },
  ],
  ["users", users(() => true)],
  ["students", users((person) => person.role === "student")],
  ["teachers", users((person) => person.role === "teacher")],
  [
    "enrollments",
    {
      many: "enrollments",
      one: "enrollment",
      pull: "enrollments",
      list: (rendering) =>
        rendering.data.enrollments.map((enrollment) => ({
          id: enrollment.id,
          render: () => renderEnrollment(rendering, enrollment),
        })),
    },
  ],
  [
    "demographics",
    {
      many: "demographics",
      one: "demographics",
      list: (rendering) => people(rendering, (person) => person.role === "student", renderDemographics),
    },
  ],
]);

/** The district stands above its schools, as long as one of them may be seen. */
function orgsOf(data: DistrictData): readonly DistrictData["org"][] {
  return data.schools.length === 0 ? [] : [data.org, ...data.schools];
}

function orgs(rendering: Rendering, listed: readonly DistrictData["org"][]): readonly Entry[] {
  return listed.map((org) => ({ id: org.id, render: () => renderOrg(rendering, org) }));
}

function sessions(isMember: (session: Session) => boolean): Collection {
  return {
    many: "academicSessions",
    one: "academicSession",
    list: (rendering) =>
      rendering.data.schools.length === 0
        ? []
        : rendering.data.year.sessions
            .filter(isMember)
            .map((session) => ({ id: session.id, render: () => renderSession(rendering, session) })),
  };
}

function users(isMember: (person: Person) => boolean): Collection {
  return { many: "users", one: "user", pull: "users", list: (rendering) => people(rendering, isMember, renderUser) };
}

function people(
  rendering: Rendering,
  isMember: (person: Person) => boolean,
  render: (rendering: Rendering, person: Person) => unknown,
): readonly Entry[] {
  return rendering.data.people
    .filter(isMember)
    .map((person) => ({ id: userIdOf(person, rendering.version), render: () => render(rendering, person) }));
}
