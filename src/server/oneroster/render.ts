import type { OneRosterVersion } from "../../model/traits.ts";
import type { ClassGroup, Course, DistrictData, Enrollment, Person, School } from "../data/district-data.ts";
import type { Session } from "../data/school-year.ts";

/** How objects are written for one request: the version decides the shape, the root is where references point. */
export interface Rendering {
  readonly version: OneRosterVersion;
  readonly root: string;
  readonly data: DistrictData;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The sourcedId of a person. Infinite Campus 1.1 puts a letter for the role before the person's number, 1.2 has one id
 * without it (knowledge base, "OneRoster - What's new in 1.2", User SourcedIds).
 */
export function userIdOf(person: Person, version: OneRosterVersion): string {
  return version === "1.1" ? `${person.role.charAt(0)}${person.number}` : person.guid;
}

export function renderOrg({ root, data }: Rendering, org: DistrictData["org"] | School): Json {
  const isDistrict = org === data.org;
  return {
    ...base(data, org.id),
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
    ...base(data, session.id),
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
    ...base(data, course.id),
    title: course.title,
    ...(year === undefined ? {} : { schoolYear: ref(root, "academicSessions", year.id, "academicSession") }),
    courseCode: course.code,
    grades: [course.grade],
    subjects: [course.subject],
    org: ref(root, "orgs", data.org.id, "org"),
  };
}

export function renderClass({ root, data }: Rendering, group: ClassGroup): Json {
  const terms = data.year.sessions.filter((session) => session.type === "term");
  return {
    ...base(data, group.id),
    title: group.title,
    classCode: group.code,
    classType: group.isHomeroom ? "homeroom" : "scheduled",
    grades: [group.course.grade],
    subjects: [group.course.subject],
    course: ref(root, "courses", group.course.id, "course"),
    school: ref(root, "orgs", group.school.id, "org"),
    terms: terms.map((term) => ref(root, "academicSessions", term.id, "academicSession")),
  };
}

export function renderUser({ version, root, data }: Rendering, person: Person): Json {
  const org = ref(root, "orgs", person.school.id, "org");
  const common = {
    username: person.username,
    userIds: [{ type: "local", identifier: person.number }],
    enabledUser: "true",
    givenName: person.givenName,
    familyName: person.familyName,
    identifier: person.number,
    email: `${person.username}@${data.district}.example`,
    agents: [],
    grades: person.grade === undefined ? [] : [person.grade],
  };
  if (version === "1.1") {
    return { ...base(data, userIdOf(person, version)), ...common, role: person.role, orgs: [org] };
  }
  return {
    ...base(data, userIdOf(person, version)),
    metadata: { "ic.legacysourceId": person.number },
    ...common,
    roles: [{ roleType: "primary", role: person.role, org }],
    primaryOrg: org,
  };
}

export function renderEnrollment({ version, root, data }: Rendering, { id, person, group }: Enrollment): Json {
  return {
    ...base(data, id),
    user: ref(root, "users", userIdOf(person, version), "user"),
    class: ref(root, "classes", group.id, "class"),
    school: ref(root, "orgs", group.school.id, "org"),
    role: person.role,
    primary: String(person.role === "teacher"),
    beginDate: data.year.start,
    endDate: data.year.end,
  };
}

export function renderDemographics({ version, data }: Rendering, person: Person): Json {
  return { ...base(data, userIdOf(person, version)), birthDate: person.birthDate, sex: person.sex };
}

/** What every object has. Everything was last touched when the site rolled over to its year. */
function base(data: DistrictData, sourcedId: string): Json {
  return { sourcedId, status: "active", dateLastModified: `${data.year.endsIn - 1}-07-01T06:00:00.000Z` };
}

function ref(root: string, collection: string, sourcedId: string, type: string): Json {
  return { href: `${root}/${collection}/${encodeURIComponent(sourcedId)}`, sourcedId, type };
}
