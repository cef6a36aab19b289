import type { Day, Instant } from "../../model/time.ts";
import type { Row } from "./row.ts";

/** A stretch of the school year. `end` is the first day after it, as OneRoster wants it. */
export interface Session extends Row {
  readonly id: string;
  readonly title: string;
  readonly type: "schoolYear" | "term" | "semester" | "gradingPeriod";
  /** The calendar year in which its school year ends. */
  readonly schoolYear: string;
  readonly start: Day;
  readonly end: Day;
  readonly parent?: string;
  readonly children: readonly string[];
}

/** One school year with its terms and grading periods. */
export interface SchoolYear {
  /** The calendar year in which it ends, as OneRoster names it. */
  readonly endsIn: number;
  readonly start: Day;
  readonly end: Day;
  readonly sessions: readonly Session[];
}

/** The calendar year in which the active school year began or will begin: sites roll over on 1 July. */
export function activeYear(now: Instant): number {
  const year = Number(now.slice(0, 4));
  return now.slice(5, 7) >= "07" ? year : year - 1;
}

/** When a site rolls over to the school year that begins in August of that calendar year. */
export function rollOverTo(year: number): Instant {
  return `${year}-07-01T00:00:00.000Z` as Instant;
}

/** The school year that begins in August of that calendar year: two terms of two grading periods each. */
export function schoolYearFrom(year: number, idOf: (key: string) => string): SchoolYear {
  const cuts = [
    `${year}-08-10`,
    `${year}-10-16`,
    `${year + 1}-01-05`,
    `${year + 1}-03-15`,
    `${year + 1}-07-01`,
  ] as Day[];
  const [start, firstCut, middle, secondCut, end] = cuts as [Day, Day, Day, Day, Day];
  const session = (
    key: string,
    title: string,
    type: Session["type"],
    [from, to]: readonly [Day, Day],
    parent: string | undefined,
    children: readonly string[],
  ): Session => ({
    id: idOf(key),
    title: `${title} ${year}-${String(year + 1).slice(2)}`,
    type,
    start: from,
    end: to,
    ...(parent === undefined ? {} : { parent: idOf(parent) }),
    children: children.map(idOf),
    schoolYear: String(year + 1),
    status: "active",
    modified: rollOverTo(year),
  });
  const sessions = [
    session("year", "School Year", "schoolYear", [start, end], undefined, ["fall", "spring"]),
    session("fall", "Fall Term", "term", [start, middle], "year", ["q1", "q2"]),
    session("spring", "Spring Term", "term", [middle, end], "year", ["q3", "q4"]),
    session("q1", "Quarter 1", "gradingPeriod", [start, firstCut], "fall", []),
    session("q2", "Quarter 2", "gradingPeriod", [firstCut, middle], "fall", []),
    session("q3", "Quarter 3", "gradingPeriod", [middle, secondCut], "spring", []),
    session("q4", "Quarter 4", "gradingPeriod", [secondCut, end], "spring", []),
  ];
  return { endsIn: year + 1, start, end, sessions };
}
