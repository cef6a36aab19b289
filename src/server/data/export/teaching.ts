import type { Instant } from "../../../model/time.ts";
import type { ClassGroup, Course, Resource } from "../district-data.ts";
import { PERSON_ROLES } from "../roles.ts";
import type { Session } from "../school-year.ts";
import type { Orgs } from "./orgs.ts";
import { readingOf, readRows, type Rows } from "./rows.ts";
import type { Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

export const COURSE_COLUMNS = ["sourcedId", "title", "orgSourcedId"];
export const CLASS_COLUMNS = [
  "sourcedId",
  "title",
  "courseSourcedId",
  "classType",
  "schoolSourcedId",
  "termSourcedIds",
];
export const RESOURCE_COLUMNS = ["sourcedId", "vendorResourceId"];

const NONE: readonly never[] = [];

export function readResources(table: Table | undefined, unsaid: Instant, wrong: Wrong): Rows<Resource> {
  return readRows<Resource>(table, wrong, (id, row) => {
    const roles = row.list("roles").flatMap((word) => {
      // 1.1 has one kind of administrator; resources are not offered by office.
      const role = word === "administrator" ? "siteAdministrator" : PERSON_ROLES.find((known) => known === word);
      if (role === undefined) row.wrong("roles takes roles of users, with commas between them.");
      return role ?? [];
    });
    return {
      id,
      title: row.text("title"),
      roles,
      importance: row.word("importance", ["primary", "secondary"]) ?? "secondary",
      vendorResourceId: row.needed("vendorResourceId"),
      ...row.maybe("vendorId"),
      ...row.maybe("applicationId"),
      ...row.row(unsaid),
    };
  });
}

/** What is linked by a table of its own (`classResources.csv` and the like): resources by the other side's id. */
export function readLinks(
  table: Table | undefined,
  column: string,
  known: Rows<unknown> | ReadonlySet<string>,
  resources: Rows<Resource>,
  wrong: Wrong,
): ReadonlyMap<string, readonly Resource[]> {
  const links = new Map<string, Resource[]>();
  for (const cells of table?.rows ?? []) {
    const row = readingOf(table?.name ?? "", cells, wrong);
    const id = row.needed(column);
    const resource = row.refer("resourceSourcedId", resources, "resource");
    if (id !== "" && !known.has(id)) row.wrong(`${column} names something that is not in the export.`);
    if (resource === undefined || row.text("status") === "tobedeleted") continue;
    const linked = links.get(id) ?? [];
    links.set(id, linked);
    linked.push(resource);
  }
  return links;
}

/** The sourcedIds of a table, before its rows are read. */
export function idsOf(table: Table | undefined): ReadonlySet<string> {
  return new Set((table?.rows ?? []).map((row) => row("sourcedId")));
}

export function readCourses(
  table: Table | undefined,
  { orgs, links, unsaid }: { readonly orgs: Orgs; readonly links: Links; readonly unsaid: Instant },
  wrong: Wrong,
): Rows<Course> {
  return readRows<Course>(table, wrong, (id, row) => {
    row.refer("orgSourcedId", orgs.all, "org");
    return {
      id,
      title: row.needed("title"),
      code: row.text("courseCode"),
      grades: row.list("grades"),
      subjects: row.list("subjects"),
      subjectCodes: row.list("subjectCodes"),
      resources: links.get(id) ?? NONE,
      ...row.row(unsaid),
    };
  });
}

type Links = ReadonlyMap<string, readonly Resource[]>;

export function readClasses(
  table: Table | undefined,
  known: {
    readonly orgs: Orgs;
    readonly sessions: Rows<Session>;
    readonly courses: Rows<Course>;
    readonly links: Links;
    readonly unsaid: Instant;
  },
  wrong: Wrong,
): Rows<ClassGroup> {
  return readRows<ClassGroup>(table, wrong, (id, row) => {
    const course = row.refer("courseSourcedId", known.courses, "course");
    const school = row.refer("schoolSourcedId", known.orgs.all, "school");
    const terms = row.referAll("termSourcedIds", known.sessions, "session");
    const title = row.needed("title");
    const type = row.word("classType", ["homeroom", "scheduled"]);
    if (row.needed("termSourcedIds") === "" || course === undefined || school === undefined) return undefined;
    if (school === "not served" || school.kind !== "school") {
      row.wrong("schoolSourcedId names an org that is no school.");
      return undefined;
    }
    return {
      id,
      title,
      code: row.text("classCode"),
      course,
      school,
      isHomeroom: type === "homeroom",
      terms,
      grades: row.list("grades"),
      subjects: row.list("subjects"),
      subjectCodes: row.list("subjectCodes"),
      periods: row.list("periods"),
      ...row.maybe("location"),
      resources: known.links.get(id) ?? NONE,
      ...row.row(known.unsaid),
    };
  });
}
