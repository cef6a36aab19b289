import type { Instant } from "../../model/time.ts";
import type { DistrictData, Enrollment, Person } from "./district-data.ts";

/** How a district's data comes to be what it is at any moment of a school year. */
export interface YearScript {
  /** As the site rolled over. */
  readonly start: DistrictData;
  /** What happens afterwards, in order of time. */
  readonly changes: readonly Change[];
}

/** A row appears (`isNew`) or takes the place of its earlier version. */
export type Change =
  | { readonly kind: "person"; readonly at: Instant; readonly isNew: boolean; readonly row: Person }
  | { readonly kind: "enrollment"; readonly at: Instant; readonly isNew: boolean; readonly row: Enrollment };

/** How many of the changes have happened; the data is the same as long as this is. */
export function changesUntil({ changes }: YearScript, now: Instant): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const change = changes[middle];
    if (change !== undefined && change.at <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The data after so many changes. Rows that did not change are the very objects of the start; new rows stand behind the
 * old ones, in the order in which they came, so that nothing a consumer pages over changes its place.
 */
export function afterChanges({ start, changes }: YearScript, count: number): DistrictData {
  if (count === 0) return start;
  const people = new Map<string, Person>();
  const enrollments = new Map<string, Enrollment>();
  const newcomers: string[] = [];
  const newEnrollments: string[] = [];
  for (const change of changes.slice(0, count)) {
    if (change.kind === "person") {
      people.set(change.row.guid, change.row);
      if (change.isNew) newcomers.push(change.row.guid);
    } else {
      enrollments.set(change.row.id, change.row);
      if (change.isNew) newEnrollments.push(change.row.id);
    }
  }
  const relinked = (enrollment: Enrollment): Enrollment => {
    const person = people.get(enrollment.person.guid);
    return person === undefined || person === enrollment.person ? enrollment : { ...enrollment, person };
  };
  return {
    ...start,
    people: [
      ...start.people.map((person) => people.get(person.guid) ?? person),
      ...newcomers.flatMap((guid) => people.get(guid) ?? []),
    ],
    enrollments: [
      ...start.enrollments.map((enrollment) => relinked(enrollments.get(enrollment.id) ?? enrollment)),
      ...newEnrollments.flatMap((id) => enrollments.get(id) ?? []).map(relinked),
    ],
  };
}
