import type { OneRosterVersion } from "../../model/traits.ts";
import {
  type ClassGroup,
  type Course,
  type DistrictData,
  type Enrollment,
  type Person,
  personIdOf,
  type Resource,
} from "../data/district-data.ts";
import { indexesOf } from "../data/indexes.ts";
import { legacyRoleOf } from "../data/roles.ts";
import type { Row } from "../data/row.ts";
import type { Session } from "../data/school-year.ts";
import type { Service } from "./roots.ts";

/** How objects are written for one request: the version decides the shape, the root is where references point. */
export interface Rendering {
  readonly version: OneRosterVersion;
  /** Where rostering answers. */
  readonly root: string;
  /** Where each service answers. */
  readonly roots: Readonly<Record<Service, string>>;
  readonly data: DistrictData;
  /** Whether resources are served to the connection, so that references to them lead somewhere. */
  readonly servesResources: boolean;
}

type Json = Readonly<Record<string, unknown>>;

export { personIdOf as userIdOf };

export function renderOrg({ root, data }: Rendering, org: DistrictData["org"]): Json {
  const isDistrict = org === data.org;
  return {
    ...base(org, org.id),
    name: org.name,
    type: isDistrict ? "district" : "school",
    identifier: org.identifier,
    ...(isDistrict
      ? { children: data.schools.map((school) => ref(root, "orgs", school.id, "org")) }
      : { parent: ref(root, "orgs", data.org.id, "org") }),
  };
}

export function renderSession({ root, data }: Rendering, session: Session): Json {
  const link = (id: string): Json => ref(root, "academicSessions", id, "academicSession");
  return {
    ...base(session, session.id),
    title: session.title,
    startDate: session.start,
    endDate: session.end,
    type: session.type,
    ...(session.parent === undefined ? {} : { parent: link(session.parent) }),
    children: session.children.map(link),
    schoolYear: String(data.year.endsIn),
  };
}

export function renderCourse(rendering: Rendering, course: Course): Json {
  const { root, data } = rendering;
  const year = data.year.sessions.find((session) => session.type === "schoolYear");
  return {
    ...base(course, course.id),
    title: course.title,
    ...(year === undefined ? {} : { schoolYear: ref(root, "academicSessions", year.id, "academicSession") }),
    courseCode: course.code,
    grades: course.grades,
    subjects: course.subjects,
    subjectCodes: course.subjectCodes,
    ...resourcesOf(rendering, course),
    org: ref(root, "orgs", data.org.id, "org"),
  };
}

export function renderClass(rendering: Rendering, group: ClassGroup): Json {
  const { root } = rendering;
  return {
    ...base(group, group.id),
    title: group.title,
    classCode: group.code,
    classType: group.isHomeroom ? "homeroom" : "scheduled",
    ...(group.location === undefined ? {} : { location: group.location }),
    grades: group.grades,
    subjects: group.subjects,
    subjectCodes: group.subjectCodes,
    periods: group.periods,
    ...resourcesOf(rendering, group),
    course: ref(root, "courses", group.course.id, "course"),
    school: ref(root, "orgs", group.school.id, "org"),
    terms: group.terms.map((term) => ref(root, "academicSessions", term.id, "academicSession")),
  };
}

export function renderUser(rendering: Rendering, person: Person): Json {
  const { version, root, data } = rendering;
  const agents = indexesOf(data).agentsOf(person);
  const common = {
    ...base(person, personIdOf(person, version)),
    username: person.username,
    userIds: [{ type: "local", identifier: person.number }],
    enabledUser: String(person.isEnabled),
    givenName: person.givenName,
    familyName: person.familyName,
    ...(person.middleName === undefined ? {} : { middleName: person.middleName }),
    identifier: person.number,
    ...(person.email === undefined ? {} : { email: person.email }),
    ...(person.phone === undefined ? {} : { phone: person.phone }),
    ...(person.sms === undefined ? {} : { sms: person.sms }),
    agents: agents.map((agent) => ref(root, "users", personIdOf(agent, version), "user")),
    grades: person.grades,
  };
  const link = (org: DistrictData["org"]): Json => ref(root, "orgs", org.id, "org");
  if (version === "1.1") {
    const orgs = [...new Set(person.roles.map(({ org }) => org))];
    return { ...common, role: legacyRoleOf(person.role), orgs: orgs.map(link) };
  }
  return {
    ...common,
    metadata: { "ic.legacysourceId": person.number },
    roles: person.roles.map(({ role, org }, index) => ({
      roleType: index === 0 ? "primary" : "secondary",
      role,
      org: link(org),
    })),
    primaryOrg: link(person.org),
    ...resourcesOf(rendering, person),
  };
}

/** References to what is used; only where something is. */
function resourcesOf(
  { roots, servesResources }: Rendering,
  { resources }: { readonly resources: readonly Resource[] },
): Json {
  if (resources.length === 0 || !servesResources) return {};
  return { resources: resources.map(({ id }) => ref(roots.resources, "resources", id, "resource")) };
}

export function renderEnrollment({ version, root }: Rendering, enrollment: Enrollment): Json {
  const { id, person, group } = enrollment;
  return {
    ...base(enrollment, id),
    user: ref(root, "users", personIdOf(person, version), "user"),
    class: ref(root, "classes", group.id, "class"),
    school: ref(root, "orgs", group.school.id, "org"),
    role: enrollment.role,
    primary: String(enrollment.isPrimary),
    beginDate: enrollment.begin,
    endDate: enrollment.end,
  };
}

export function renderDemographics({ version }: Rendering, person: Person): Json {
  const { flags = {}, ...known } = person.demographics ?? {};
  return {
    ...base(person, personIdOf(person, version)),
    ...known,
    ...Object.fromEntries(Object.entries(flags).map(([name, isSo]) => [name, String(isSo)])),
  };
}

/** A resource: the roles that it is for have the words of the version. */
export function renderResource({ version }: Rendering, resource: Resource): Json {
  return {
    ...base(resource, resource.id),
    title: resource.title,
    roles: version === "1.1" ? [...new Set(resource.roles.map(legacyRoleOf))] : resource.roles,
    importance: resource.importance,
    vendorResourceId: resource.vendorResourceId,
    ...(resource.vendorId === undefined ? {} : { vendorId: resource.vendorId }),
    ...(resource.applicationId === undefined ? {} : { applicationId: resource.applicationId }),
  };
}

/** What every object has. */
function base({ status, modified }: Row, sourcedId: string): Json {
  return { sourcedId, status, dateLastModified: modified };
}

function ref(root: string, collection: string, sourcedId: string, type: string): Json {
  return { href: `${root}/${collection}/${encodeURIComponent(sourcedId)}`, sourcedId, type };
}
