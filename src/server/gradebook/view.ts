import type { DistrictId } from "../../model/address.ts";
import type { ClassGroup } from "../data/district-data.ts";
import { personIdOf } from "../data/district-data.ts";
import { indexesOf } from "../data/indexes.ts";
import type { Session } from "../data/school-year.ts";
import { type Entries, entriesOf } from "../oneroster/entries.ts";
import type { Rendering } from "../oneroster/render.ts";
import type { Service } from "../oneroster/roots.ts";
import { GRADE_KINDS, type GradeKind, membersOf, type Target } from "./kinds.ts";
import type { GradeBooks, GradeRecord } from "./records.ts";

/** The grade books of a district as one connection may see them. */
export interface GradeView {
  readonly rendering: Rendering;
  readonly books: GradeBooks;
  readonly district: DistrictId;
}

/** The visible records of a kind that are kept, each written only when it is asked for. */
export function gradeEntries(
  view: GradeView,
  kind: GradeKind,
  keep: (record: GradeRecord) => boolean = () => true,
): Entries {
  const records = view.books.list(view.district, kind.many).filter((record) => keep(record) && isVisible(view, record));
  return entriesOf(records, (record) => ({ id: record.id, render: () => renderRecord(view, record) }));
}

/** Whether the connection may see a record: its class, its student and whatever it hangs on have to be visible. */
export function isVisible({ rendering, books, district }: GradeView, { references }: GradeRecord): boolean {
  const indexes = indexesOf(rendering.data);
  const { class: group, student, assessmentLineItem } = references;
  if (group !== undefined && indexes.classGroup(group) === undefined) return false;
  if (student !== undefined && indexes.person(student, "1.2") === undefined) return false;
  if (assessmentLineItem === undefined) return true;
  const above = books.find(district, "assessmentLineItems", assessmentLineItem);
  return above !== undefined && isVisible({ rendering, books, district }, above);
}

/** A record in the shape of the version, whichever version it was written in. */
export function renderRecord({ rendering }: GradeView, record: GradeRecord): Readonly<Record<string, unknown>> {
  const { version, data } = rendering;
  const kind = GRADE_KINDS[record.kind];
  const indexes = indexesOf(data);
  const group = record.references["class"] === undefined ? undefined : indexes.classGroup(record.references["class"]);
  const all = { ...derived(record, group, data.year.sessions), ...record.values, ...record.references };
  const members = membersOf(kind, version).flatMap((name): readonly (readonly [string, unknown])[] => {
    const value: unknown = all[name];
    const target = kind.references[name];
    if (value === undefined) return [];
    return [[name, target === undefined ? value : reference(rendering, target, `${value as string}`)]];
  });
  return {
    sourcedId: record.id,
    status: record.status,
    dateLastModified: record.modified,
    ...(record.values["metadata"] === undefined ? {} : { metadata: record.values["metadata"] }),
    ...Object.fromEntries(members),
  };
}

/** What one version wants and the other does not have: it follows from the class and the dates. */
function derived(
  { kind, values }: GradeRecord,
  group: ClassGroup | undefined,
  sessions: readonly Session[],
): Readonly<Record<string, unknown>> {
  if (kind !== "lineItems" || group === undefined) return {};
  const inTerms = sessions.filter(
    ({ type, parent }) => type === "gradingPeriod" && group.terms.some(({ id }) => id === parent),
  );
  const due = String(values["dueDate"]).slice(0, 10);
  const period = inTerms.find(({ start, end }) => start <= due && due < end) ?? inTerms[0];
  return {
    school: group.school.id,
    resultValueMin: 0,
    resultValueMax: 100,
    ...(period === undefined ? {} : { gradingPeriod: period.id }),
  };
}

/** Where the objects of a target are served: the service, the collection, and the type's name. */
const PLACES: Readonly<Record<Exclude<Target, GradeKind["many"]>, readonly [Service, string, string]>> = {
  class: ["rostering", "classes", "class"],
  school: ["rostering", "orgs", "org"],
  course: ["rostering", "courses", "course"],
  student: ["rostering", "users", "user"],
  session: ["rostering", "academicSessions", "academicSession"],
  gradingPeriod: ["rostering", "academicSessions", "academicSession"],
};

function reference({ roots, data, version }: Rendering, target: Target, key: string) {
  const [service, collection, type] =
    target in GRADE_KINDS
      ? (["gradebook", target, GRADE_KINDS[target as GradeKind["many"]].one] as const)
      : PLACES[target as keyof typeof PLACES];
  const person = target === "student" ? indexesOf(data).person(key, "1.2") : undefined;
  const sourcedId = person === undefined ? key : personIdOf(person, version);
  return { href: `${roots[service]}/${collection}/${encodeURIComponent(sourcedId)}`, sourcedId, type };
}
