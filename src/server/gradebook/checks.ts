import type { Instant } from "../../model/time.ts";
import type { ClassGroup } from "../data/district-data.ts";
import { indexesOf } from "../data/indexes.ts";
import type { GradeKind, Target } from "./kinds.ts";
import type { GradeRecord } from "./records.ts";
import { readObject, type Sent } from "./shape.ts";
import { type GradeView, isVisible } from "./view.ts";

/** A write: who makes it, of which kind, and what its path demands of the object. */
export interface Write {
  readonly view: GradeView;
  readonly kind: GradeKind;
  /** The application in whose name it is written. */
  readonly owner: string;
  readonly now: Instant;
}

type References = Readonly<Record<string, string>>;

/** The record of an object that was sent under an id, or everything that is wrong with it, in readable words. */
export function checkObject(write: Write, id: string, value: unknown): GradeRecord | readonly string[] {
  const { view, kind, owner, now } = write;
  const sent = readObject(kind, view.rendering.version, value);
  if (isProblems(sent)) return sent;
  const problems: string[] = [];
  const found = resolved(write, sent, problems);
  const group = found["class"] === undefined ? undefined : indexesOf(view.rendering.data).classGroup(found["class"]);
  problems.push(...placeProblems(write, sent, found, group), ...dateProblems(sent, group), ...valueProblems(sent));
  if (problems.length > 0) return problems;
  const { sourcedId: _id, status = "active", dateLastModified: _when, ...members } = sent;
  const values = Object.fromEntries(Object.entries(members).filter(([name]) => kind.references[name] === undefined));
  return { kind: kind.many, id, district: view.district, owner, status, modified: now, values, references: found };
}

/** Whether an answer is a list of what is wrong. */
export function isProblems(answer: GradeRecord | Sent | readonly string[]): answer is readonly string[] {
  return Array.isArray(answer);
}

/** What the references point at: by sourcedId of the version, students by guid. A result belongs to its line item's class. */
function resolved({ view, kind }: Write, sent: Sent, problems: string[]): References {
  const found: Record<string, string> = {};
  for (const [name, target] of Object.entries(kind.references)) {
    const given = sent[name] as { readonly sourcedId: string } | undefined;
    if (given === undefined) continue;
    const key = keyOf(view, target, given.sourcedId);
    if (key === undefined) problems.push(`${name} names nothing that the connection may see`);
    else found[name] = key;
  }
  const item =
    found["lineItem"] === undefined ? undefined : view.books.find(view.district, "lineItems", found["lineItem"]);
  const group = item?.references["class"];
  if (group !== undefined) {
    if (found["class"] !== undefined && found["class"] !== group) problems.push("class is not the line item's class");
    found["class"] = group;
  }
  return found;
}

/** The key of a visible object that has not been deleted. */
function keyOf(view: GradeView, target: Target, id: string): string | undefined {
  const { data, version } = view.rendering;
  const indexes = indexesOf(data);
  switch (target) {
    case "class":
      return indexes.classGroup(id)?.id;
    case "school":
      return indexes.school(id)?.id;
    case "course":
      return indexes.course(id)?.id;
    case "session":
      return indexes.session(id)?.id;
    case "gradingPeriod": {
      const session = indexes.session(id);
      return session?.type === "gradingPeriod" ? session.id : undefined;
    }
    case "student":
      return indexes.person(id, version)?.guid;
    default: {
      const record = view.books.find(view.district, target, id);
      return record !== undefined && record.status === "active" && isVisible(view, record) ? record.id : undefined;
    }
  }
}

/** Objects that do not belong together. */
function placeProblems(
  { view, kind, owner }: Write,
  sent: Sent,
  found: References,
  group: ClassGroup | undefined,
): readonly string[] {
  const problems: string[] = [];
  const indexes = indexesOf(view.rendering.data);
  if (group !== undefined && found["school"] !== undefined && found["school"] !== group.school.id)
    problems.push("school is not the school of the class");
  if (kind.many === "results" && group !== undefined && found["student"] !== undefined) {
    const there = indexes.enrollmentsOfClass(group);
    if (!there.some(({ person, role }) => role === "student" && person.guid === found["student"]))
      problems.push("student is not enrolled in the line item's class");
  }
  for (const [name, above] of [
    ["lineItem", "lineItems"],
    ["assessmentLineItem", "assessmentLineItems"],
  ] as const) {
    const record = found[name] === undefined ? undefined : view.books.find(view.district, above, found[name]);
    if (record !== undefined && record.owner !== owner) problems.push(`${name} belongs to another application`);
  }
  if (sent.sourcedId !== undefined && found["parentAssessmentLineItem"] === sent.sourcedId)
    problems.push("parentAssessmentLineItem is the object itself");
  return problems;
}

/** Days outside the class's terms (Infinite Campus knowledge base, "Supported and Unsupported Connections"). */
function dateProblems(sent: Sent, group: ClassGroup | undefined): readonly string[] {
  const problems: string[] = [];
  const dayOf = (name: string): string | undefined => {
    const value = sent[name];
    return typeof value === "string" ? value.slice(0, 10) : undefined;
  };
  if (group !== undefined) {
    const start = group.terms.map((term) => term.start).toSorted()[0] ?? "";
    const end =
      group.terms
        .map((term) => term.end)
        .toSorted()
        .at(-1) ?? "";
    for (const name of ["assignDate", "dueDate", "scoreDate"]) {
      const day = dayOf(name);
      if (day !== undefined && (day < start || day >= end))
        problems.push(`${name} ${day} lies outside the section's term, which runs from ${start} to before ${end}`);
    }
  }
  const [assigned, due] = [dayOf("assignDate"), dayOf("dueDate")];
  if (assigned !== undefined && due !== undefined && due < assigned) problems.push("dueDate is before assignDate");
  return problems;
}

/** A range that holds nothing, and a deletion in disguise. Scores above the maximum are legal. */
function valueProblems(sent: Sent): readonly string[] {
  const [min, max] = [sent["resultValueMin"], sent["resultValueMax"]];
  const isEmpty = typeof min === "number" && typeof max === "number" && min > max;
  return [
    ...(isEmpty ? ["resultValueMin is greater than resultValueMax"] : []),
    ...(sent.status === "tobedeleted" ? ["status cannot be written as tobedeleted; DELETE the object"] : []),
  ];
}
