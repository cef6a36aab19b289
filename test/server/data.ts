import type { Instant } from "../../src/model/time.ts";
import type { SchoolScope } from "../../src/model/traits.ts";
import { createCampusData, type CampusDataOptions } from "../../src/server/data/campus-data.ts";
import type { DistrictData } from "../../src/server/data/district-data.ts";
import { SPRINGFIELD } from "./stage.ts";

/** The data of Springfield at a moment, as a connection with that scope sees it. */
export function dataAt(
  now: string,
  options: Partial<CampusDataOptions> = {},
  schools: SchoolScope = "all",
): DistrictData {
  const clock = { now: () => now as Instant };
  return createCampusData({ clock, studentsPerSchool: 60, ...options }).visibleTo(SPRINGFIELD, schools);
}

/** What is there, by kind and by an id that nothing else of the kind has. */
export function rowsOf(data: DistrictData): ReadonlyMap<string, object> {
  const rows = [
    ...[data.org, ...data.schools].map((row) => [`org ${row.id}`, row] as const),
    ...data.year.sessions.map((row) => [`session ${row.id}`, row] as const),
    ...data.courses.map((row) => [`course ${row.id}`, row] as const),
    ...data.classes.map((row) => [`class ${row.id}`, row] as const),
    ...data.people.map((row) => [`person ${row.guid}`, row] as const),
    ...data.enrollments.map((row) => [`enrollment ${row.id}`, row] as const),
    ...data.resources.map((row) => [`resource ${row.id}`, row] as const),
  ];
  return new Map<string, object>(rows);
}

/** The references of the data that lead to nothing in it, in words. */
export function dangling(data: DistrictData): readonly string[] {
  const there = new Set<object>(rowsOf(data).values());
  const guids = new Set(data.people.map(({ guid }) => guid));
  const lost: string[] = [];
  const check = (from: string, rows: readonly object[]): void => {
    for (const row of rows) if (!there.has(row)) lost.push(from);
  };
  for (const course of data.courses) check(`course ${course.id}`, course.resources);
  for (const { id, course, school, terms, resources } of data.classes) {
    check(`class ${id}`, [course, school, ...terms, ...resources]);
  }
  for (const person of data.people) {
    check(`person ${person.guid}`, [person.org, ...person.roles.map(({ org }) => org), ...person.resources]);
    for (const agent of person.agents) if (!guids.has(agent)) lost.push(`agent of ${person.guid}`);
  }
  for (const { id, person, group } of data.enrollments) check(`enrollment ${id}`, [person, group]);
  const sessions = new Set(data.year.sessions.map(({ id }) => id));
  for (const { id, parent, children } of data.year.sessions) {
    for (const other of [...(parent === undefined ? [] : [parent]), ...children]) {
      if (!sessions.has(other)) lost.push(`session ${id}`);
    }
  }
  return lost;
}
