import type { Instant } from "../../../model/time.ts";
import type { ClassGroup, Enrollment, Person } from "../district-data.ts";
import { ENROLLMENT_ROLES } from "../roles.ts";
import { readRows, type Rows } from "./rows.ts";
import type { Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

export const ENROLLMENT_COLUMNS = ["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"];

export function readEnrollments(
  table: Table | undefined,
  known: { readonly classes: Rows<ClassGroup>; readonly people: Rows<Person>; readonly unsaid: Instant },
  wrong: Wrong,
): Rows<Enrollment> {
  return readRows<Enrollment>(table, wrong, (id, row) => {
    const group = row.refer("classSourcedId", known.classes, "class");
    const person = row.refer("userSourcedId", known.people, "user");
    const role = row.word("role", ENROLLMENT_ROLES);
    if (row.text("role") === "") row.needed("role");
    const [begin, end] = [row.day("beginDate"), row.day("endDate")];
    const isPrimary = row.truth("primary") ?? false;
    if (group === undefined || person === undefined || role === undefined) return undefined;
    const school = row.needed("schoolSourcedId");
    if (school !== "" && school !== group.school.id) row.wrong("schoolSourcedId is not the school of the class.");
    const starts = group.terms.map((term) => term.start).sort();
    const ends = group.terms.map((term) => term.end).sort();
    const [first, last] = [begin ?? starts[0], end ?? ends.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    return { id, person, group, role, isPrimary, begin: first, end: last, ...row.row(known.unsaid) };
  });
}
