import { type Day, type Instant } from "../../../model/time.ts";
import { rollOverTo, type SchoolYear, type Session } from "../school-year.ts";
import { present, readRows, type Rows } from "./rows.ts";
import type { Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

export const SESSION_COLUMNS = ["sourcedId", "title", "type", "startDate", "endDate", "schoolYear"];
const TYPES = ["schoolYear", "semester", "term", "gradingPeriod"] as const;

/** The sessions of an export, and the moment that stands for rows that do not say when they changed. */
export interface Sessions {
  readonly all: Rows<Session>;
  readonly year: SchoolYear;
  readonly unsaid: Instant;
}

export function readSessions(table: Table | undefined, wrong: Wrong): Sessions {
  const unsaid = rollOverTo(firstYear(table));
  const children = new Map<string, string[]>();
  const all = readRows<Session>(table, wrong, (id, row) => {
    const type = row.word("type", TYPES);
    const [start, end] = [row.day("startDate"), row.day("endDate")];
    for (const column of SESSION_COLUMNS) row.needed(column);
    const schoolYear = row.text("schoolYear");
    if (!/^\d{4}$/.test(schoolYear)) row.wrong("schoolYear is the year in which the school year ends, such as 2027.");
    const parent = row.text("parentSourcedId");
    if (parent !== "") {
      const siblings = children.get(parent) ?? [];
      children.set(parent, siblings);
      siblings.push(id);
    }
    if (type === undefined || start === undefined || end === undefined) return undefined;
    if (end <= start) row.wrong("endDate is not after startDate; it is the first day after the session.");
    const title = row.text("title");
    const own = { id, title, type, schoolYear, start, end, ...row.row(unsaid) };
    // The list is filled while the other rows are read.
    return { ...own, ...(parent === "" ? {} : { parent }), children: childrenOf(children, id) };
  });
  if (table !== undefined) checkParents(table, all, wrong);
  return { all, year: yearOf(present(all)), unsaid };
}

function childrenOf(children: Map<string, string[]>, id: string): readonly string[] {
  const own = children.get(id) ?? [];
  children.set(id, own);
  return own;
}

function checkParents(table: Table, all: Rows<Session>, wrong: Wrong): void {
  for (const row of table.rows) {
    const parent = row("parentSourcedId");
    if (parent !== "" && !all.has(parent)) wrong.row(table.name, row.line, "parentSourcedId is not in the export.");
  }
}

function firstYear(table: Table | undefined): number {
  const years = (table?.rows ?? [])
    .map((row) => Number(row("schoolYear")))
    .filter((year) => year > 1900 && year < 9999);
  return (years.length === 0 ? 2000 : Math.max(...years)) - 1;
}

/** The last school year of the export, or all that its sessions cover if it names none. */
function yearOf(sessions: readonly Session[]): SchoolYear {
  const years = sessions.filter(({ type }) => type === "schoolYear");
  const [last] = [...years].sort((one, other) => (one.start < other.start ? 1 : -1));
  const starts = sessions.map(({ start }) => start).sort();
  const ends = sessions.map(({ end }) => end).sort();
  const start = last?.start ?? starts[0] ?? ("2000-01-01" as Day);
  const end = last?.end ?? ends.at(-1) ?? start;
  const endsIn = Number((last ?? sessions[0])?.schoolYear ?? end.slice(0, 4));
  return { endsIn, start, end, sessions };
}
