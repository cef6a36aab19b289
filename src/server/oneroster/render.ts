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

export function renderCourse({ root, data }: Rendering, course: Course): Json {
  const year = data.year.sessions.find((session) => session.type === "schoolYear");
  return {
    ...base(course, course.id),
    title: course.title,
    ...(year === undefined ? {} : { schoolYear: ref(root, "academicSessions", year.id, "academicSession") }),
    courseCode: course.code,
    grades: course.grades,
    subjects: course.subjects,
    org: ref(root, "orgs", data.org.id, "org"),
  };
}

export function renderClass({ root }: Rendering, group: ClassGroup): Json {
  return {
    ...base(group, group.id),
    title: group.title,
    classCode: group.code,
    classType: group.isHomeroom ? "homeroom" : "scheduled",
    grades: group.grades,
    subjects: group.subjects,
    course: ref(root, "courses", group.course.id, "course"),
    school: ref(root, "orgs", group.school.id, "org"),
    terms: group.terms.map((term) => ref(root, "academicSessions", term.id, "academicSession")),
  };
}

export function renderUser({ version, root }: Rendering, person: Person): Json {
  const org = ref(root, "orgs", person.org.id, "org");
  const common = {
    username: person.username,
    userIds: [{ type: "local", identifier: person.number }],
    enabledUser: String(person.isEnabled),
    givenName: person.givenName,
    familyName: person.familyName,
    identifier: person.number,
    email: person.email,
    agents: [],
    grades: person.grades,
  };
  if (version === "1.1") {
    return { ...base(person, personIdOf(person, version)), ...common, role: legacyRoleOf(person.role), orgs: [org] };
  }
  return {
    ...base(person, personIdOf(person, version)),
    metadata: { "ic.legacysourceId": person.number },
    ...common,
    roles: [{ roleType: "primary", role: person.role, org }],
    primaryOrg: org,
  };
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
  return {
    ...base(person, personIdOf(person, version)),
    birthDate: person.demographics?.birthDate,
    sex: person.demographics?.sex,
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
