import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import type { DistrictId } from "../../../model/address.ts";
import type { OneRosterVersion } from "../../../model/traits.ts";
import type { DistrictData, Org } from "../district-data.ts";
import { guidOf } from "../random.ts";
import { ENROLLMENT_COLUMNS, readEnrollments } from "./enrollments.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { ORG_COLUMNS, readOrgs } from "./orgs.ts";
import { DEMOGRAPHICS_COLUMNS, readDemographics, readPeople, readRoles, ROLE_COLUMNS, USER_COLUMNS } from "./people.ts";
import { present } from "./rows.ts";
import { readSessions, SESSION_COLUMNS } from "./sessions.ts";
import { readTable, type Table } from "./table.ts";
import {
  CLASS_COLUMNS,
  COURSE_COLUMNS,
  idsOf,
  readClasses,
  readCourses,
  readLinks,
  readResources,
  RESOURCE_COLUMNS,
} from "./teaching.ts";
import { createWrong, type Wrong } from "./wrong.ts";
import { type Archive, openArchive, type ZipLimits } from "./zip.ts";

/** An export that was read. */
export type Loaded =
  | {
      readonly kind: "export";
      readonly version: OneRosterVersion;
      readonly data: (district: DistrictId) => DistrictData;
    }
  | { readonly kind: "wrong"; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a OneRoster CSV bulk export. Everything that is wrong with it is told at once, and then nothing of it is used.
 * Throws `OutsideError` `server/export-unreadable` or `server/export-too-large` when it cannot even be looked into.
 */
export async function loadExport(path: string, file: string, limits?: ZipLimits): Promise<Loaded> {
  const archive = await openArchive(path, file, limits);
  try {
    const wrong = createWrong(file);
    const manifest = await readManifest(archive, wrong);
    const data = manifest === undefined ? undefined : await readAll(archive, manifest, wrong);
    const diagnostics = wrong.diagnostics();
    if (manifest === undefined || data === undefined || diagnostics.length > 0) return { kind: "wrong", diagnostics };
    return { kind: "export", version: manifest.version, data: dataFor(data) };
  } finally {
    archive.close();
  }
}

/** The stand-in for the district of an export that names none; it gets its name from the district that is served. */
const NAMELESS = "district";

async function readAll(archive: Archive, manifest: Manifest, wrong: Wrong): Promise<DistrictData> {
  const { version } = manifest;
  const table = async (name: string, needs: readonly string[], isNeeded = false): Promise<Table | undefined> => {
    const file = `${name}.csv`;
    if (isNeeded && !manifest.files.has(name))
      wrong.file(file, "the manifest says that it is absent, but it is needed.");
    if (!manifest.files.has(name) || !archive.names.has(file)) return undefined;
    return readTable(file, await archive.read(file), needs, wrong);
  };
  const sessions = readSessions(await table("academicSessions", SESSION_COLUMNS, true), wrong);
  const { unsaid } = sessions;
  const orgs = readOrgs(await table("orgs", ORG_COLUMNS, true), unsaid, wrong);
  const district: Org = orgs.district ?? {
    id: guidOf("export", NAMELESS),
    kind: "district",
    name: "",
    identifier: "",
    status: "active",
    modified: unsaid,
  };
  const resources = readResources(await table("resources", RESOURCE_COLUMNS), unsaid, wrong);
  const linked = async (name: string, column: string, ids: ReadonlySet<string>) =>
    readLinks(await table(name, [column, "resourceSourcedId"]), column, ids, resources, wrong);
  const courseTable = await table("courses", COURSE_COLUMNS, true);
  const courseLinks = await linked("courseResources", "courseSourcedId", idsOf(courseTable));
  const courses = readCourses(courseTable, { orgs, links: courseLinks, unsaid }, wrong);
  const classTable = await table("classes", CLASS_COLUMNS, true);
  const classLinks = await linked("classResources", "classSourcedId", idsOf(classTable));
  const classes = readClasses(classTable, { orgs, sessions: sessions.all, courses, links: classLinks, unsaid }, wrong);
  const userTable = await table("users", USER_COLUMNS[version], true);
  const users = idsOf(userTable);
  const roleTable = version === "1.2" ? await table("roles", ROLE_COLUMNS, true) : undefined;
  const roles = readRoles(roleTable, { users, orgs, district }, wrong);
  const demographics = readDemographics(await table("demographics", DEMOGRAPHICS_COLUMNS), users, wrong);
  const links = await linked("userResources", "userSourcedId", users);
  const people = readPeople(
    userTable,
    { version, orgs, district, roles, demographics, resources, links, unsaid },
    wrong,
  );
  const enrollmentTable = await table("enrollments", ENROLLMENT_COLUMNS, true);
  const enrollments = readEnrollments(enrollmentTable, { classes, people, unsaid }, wrong);
  return {
    district: NAMELESS as DistrictId,
    org: district,
    schools: orgs.schools,
    year: sessions.year,
    courses: present(courses),
    classes: present(classes),
    people: present(people),
    enrollments: present(enrollments),
    resources: present(resources),
  };
}

/** The data under the district's name. An export that names no district gets one; those with roles there move along. */
function dataFor(data: DistrictData): (district: DistrictId) => DistrictData {
  return (district) => {
    if (data.org.name !== "") return { ...data, district };
    const org: Org = { ...data.org, name: `${district} district`, identifier: district };
    const people = data.people.map((person) => {
      if (!person.roles.some((at) => at.org === data.org)) return person;
      const roles = person.roles.map((at) => (at.org === data.org ? { ...at, org } : at));
      return { ...person, org: person.org === data.org ? org : person.org, roles };
    });
    const byGuid = new Map(people.map((person) => [person.guid, person]));
    const enrollments = data.enrollments.map((enrollment) => {
      const person = byGuid.get(enrollment.person.guid) ?? enrollment.person;
      return person === enrollment.person ? enrollment : { ...enrollment, person };
    });
    return { ...data, district, org, people, enrollments };
  };
}
