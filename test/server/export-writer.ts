import type { OneRosterVersion } from "../../src/model/traits.ts";
import {
  DEMOGRAPHIC_FLAGS,
  type DistrictData,
  type Person,
  personIdOf,
  type Resource,
} from "../../src/server/data/district-data.ts";
import { legacyRoleOf } from "../../src/server/data/roles.ts";
import type { Row } from "../../src/server/data/row.ts";

type Cell = string | boolean | readonly string[] | undefined;
type Record_ = Readonly<Record<string, Cell>>;

/** The CSV files of a bulk export, by their names without `.csv`: what a site with this data would write. */
export type Files = Map<string, string>;

export function exportFiles(data: DistrictData, version: OneRosterVersion): Files {
  const id = (person: Person): string => personIdOf(person, version);
  const byGuid = new Map(data.people.map((person) => [person.guid, person]));
  const files: Files = new Map();
  const put = (name: string, rows: readonly Record_[]): void => void files.set(name, csvOf(rows));
  put("orgs", [
    {
      ...base(data.org.id, data.org),
      name: data.org.name,
      type: "district",
      identifier: data.org.identifier,
      parentSourcedId: "",
    },
    ...data.schools.map((school) => ({
      ...base(school.id, school),
      name: school.name,
      type: "school",
      identifier: school.identifier,
      parentSourcedId: data.org.id,
    })),
  ]);
  put(
    "academicSessions",
    data.year.sessions.map((session) => ({
      ...base(session.id, session),
      title: session.title,
      type: session.type,
      startDate: session.start,
      endDate: session.end,
      parentSourcedId: session.parent,
      schoolYear: session.schoolYear,
    })),
  );
  putTeaching(put, data);
  putUsers(put, data, { version, id, byGuid });
  put(
    "demographics",
    data.people.flatMap((person) => {
      const { demographics } = person;
      if (demographics === undefined) return [];
      const flags = DEMOGRAPHIC_FLAGS.map((flag) => [flag, demographics.flags[flag]]);
      const { birthDate, sex, countryOfBirthCode } = demographics;
      return [{ ...base(id(person), person), birthDate, sex, ...Object.fromEntries(flags), countryOfBirthCode }];
    }),
  );
  put(
    "enrollments",
    data.enrollments.map((enrollment) => ({
      ...base(enrollment.id, enrollment),
      classSourcedId: enrollment.group.id,
      schoolSourcedId: enrollment.group.school.id,
      userSourcedId: id(enrollment.person),
      role: enrollment.role,
      primary: enrollment.isPrimary,
      beginDate: enrollment.begin,
      endDate: enrollment.end,
    })),
  );
  return withManifest(files, version);
}

/** The manifest that goes with the files. */
export function withManifest(files: Files, version: string): Files {
  const rows = [
    { propertyName: "manifest.version", value: "1.0" },
    { propertyName: "oneroster.version", value: version },
    ...[...files.keys()].map((name) => ({ propertyName: `file.${name}`, value: "bulk" })),
    { propertyName: "file.results", value: "absent" },
    { propertyName: "source.systemName", value: "Sample, with a comma" },
  ];
  return new Map([["manifest", csvOf(rows)], ...files]);
}

function putTeaching(put: (name: string, rows: readonly Record_[]) => void, data: DistrictData): void {
  put(
    "courses",
    data.courses.map((course) => ({
      ...base(course.id, course),
      title: course.title,
      courseCode: course.code,
      grades: course.grades,
      orgSourcedId: data.org.id,
      subjects: course.subjects,
      subjectCodes: course.subjectCodes,
    })),
  );
  put(
    "classes",
    data.classes.map((group) => ({
      ...base(group.id, group),
      title: group.title,
      grades: group.grades,
      courseSourcedId: group.course.id,
      classCode: group.code,
      classType: group.isHomeroom ? "homeroom" : "scheduled",
      location: group.location,
      schoolSourcedId: group.school.id,
      termSourcedIds: group.terms.map((term) => term.id),
      subjects: group.subjects,
      subjectCodes: group.subjectCodes,
      periods: group.periods,
    })),
  );
  put(
    "resources",
    data.resources.map((resource) => ({
      ...base(resource.id, resource),
      vendorResourceId: resource.vendorResourceId,
      title: resource.title,
      roles: resource.roles,
      importance: resource.importance,
      vendorId: resource.vendorId,
      applicationId: resource.applicationId,
    })),
  );
  put("courseResources", links("courseSourcedId", data.courses));
  put("classResources", links("classSourcedId", data.classes));
}

function links(
  column: string,
  rows: readonly (Row & { readonly id: string; readonly resources: readonly Resource[] })[],
) {
  return rows.flatMap((row) =>
    row.resources.map((resource) => ({
      ...base(`${row.id}-${resource.id}`, { ...row, status: "active" }),
      [column]: row.id,
      resourceSourcedId: resource.id,
    })),
  );
}

function putUsers(
  put: (name: string, rows: readonly Record_[]) => void,
  { people }: DistrictData,
  {
    version,
    id,
    byGuid,
  }: {
    readonly version: OneRosterVersion;
    readonly id: (person: Person) => string;
    readonly byGuid: ReadonlyMap<string, Person>;
  },
): void {
  put(
    "users",
    people.map((person) => ({
      ...base(id(person), person),
      enabledUser: person.isEnabled,
      ...(version === "1.1"
        ? { orgSourcedIds: person.roles.map(({ org }) => org.id), role: legacyRoleOf(person.role) }
        : { "metadata.ic.legacysourceId": person.number }),
      username: person.username,
      givenName: person.givenName,
      familyName: person.familyName,
      middleName: person.middleName,
      email: person.email,
      sms: person.sms,
      phone: person.phone,
      agentSourcedIds: person.agents.flatMap((guid) => byGuid.get(guid) ?? []).map(id),
      grades: person.grades,
    })),
  );
  put(
    "userResources",
    people.flatMap((person) => links("userSourcedId", [{ ...person, id: id(person) }])),
  );
  if (version === "1.1") return;
  put(
    "roles",
    people.flatMap((person) =>
      person.roles.map(({ role, org }, index) => ({
        ...base(`${person.guid}-${index}`, person),
        userSourcedId: person.guid,
        roleType: index === 0 ? "primary" : "secondary",
        role,
        orgSourcedId: org.id,
      })),
    ),
  );
}

function base(sourcedId: string, { status, modified }: Row): Record_ {
  return { sourcedId, status, dateLastModified: modified };
}

function csvOf(rows: readonly Record_[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly Cell[]): string => cells.map(quoted).join(",");
  return `${[line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))].join("\r\n")}\r\n`;
}

function quoted(cell: Cell): string {
  const text = Array.isArray(cell) ? cell.join(",") : String(cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
