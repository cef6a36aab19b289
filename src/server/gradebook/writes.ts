import type { Answer } from "../oneroster/answer.ts";
import { refuse } from "../oneroster/answer.ts";
import { type Fault, FORBIDDEN, UNKNOWN } from "../oneroster/errors.ts";
import { checkObject, isProblems, type Write } from "./checks.ts";
import { KIND_NAMES } from "./kinds.ts";
import type { GradeRecord } from "./records.ts";
import { isVisible, renderRecord } from "./view.ts";

const FULL: Fault = {
  status: 503,
  minor: "server_busy",
  description: "The district's grade books hold no more in this campus.",
};
/** So many problems are told at once. */
const TOLD = 20;

/** Creates the object under the id that the client chose, or replaces it. */
export function putObject(write: Write, id: string, body: unknown): Answer {
  const { view, kind, owner } = write;
  const value = wrapped(body, kind.one);
  if (value === undefined) return invalid([`the body has to be {"${kind.one}": {...}}`]);
  const before = view.books.find(view.district, kind.many, id);
  // An id that is taken outside of what the connection may see cannot be had either, and more is not said.
  if (before !== undefined && (before.owner !== owner || !isVisible(view, before))) return refuse(FORBIDDEN);
  const record = checkObject(write, id, value);
  const given = isRecord(value) ? value["sourcedId"] : undefined;
  const own = given === undefined || given === id ? [] : ["sourcedId is not the id of the path"];
  if (isProblems(record)) return invalid([...own, ...record]);
  if (own.length > 0) return invalid(own);
  if (before !== undefined && isMovedAway(write, before, record))
    return invalid(["class cannot change while results refer to the line item"]);
  const isNew = before === undefined || before.status === "tobedeleted";
  if (before === undefined && !view.books.hasRoom(view.district, 1)) return refuse(FULL);
  view.books.put([record]);
  return {
    kind: "body",
    status: isNew ? 201 : 200,
    body: { [kind.one]: renderRecord(view, record) },
    rows: 1,
    wrote: isNew ? "created" : "replaced",
  };
}

/** Whether a line item would leave its results behind in another class. */
function isMovedAway({ view, kind }: Write, before: GradeRecord, after: GradeRecord): boolean {
  if (kind.many !== "lineItems" || before.references["class"] === after.references["class"]) return false;
  const results = view.books.list(view.district, "results");
  return results.some(({ status, references }) => status === "active" && references["lineItem"] === before.id);
}

/** Adds every object of a list under ids of the campus's choosing, or none of them. */
export function postObjects(
  write: Write,
  body: unknown,
  wrongHere: (record: GradeRecord) => readonly string[],
  newId: () => string,
): Answer {
  const { view, kind } = write;
  const list = wrapped(body, kind.many);
  if (!Array.isArray(list) || list.length === 0) return invalid([`the body has to be {"${kind.many}": [{...}]}`]);
  const records: GradeRecord[] = [];
  const problems: string[] = [];
  for (const [index, value] of list.entries()) {
    const record = checkObject(write, newId(), value);
    const wrong = isProblems(record) ? record : wrongHere(record);
    problems.push(...wrong.map((problem) => `${kind.many}[${index}]: ${problem}`));
    if (!isProblems(record)) records.push(record);
  }
  if (problems.length > 0) return invalid(problems);
  if (!view.books.hasRoom(view.district, records.length)) return refuse(FULL);
  view.books.put(records);
  const pairs = records.map(({ id }, index) => {
    const supplied: unknown = isRecord(list[index]) ? list[index]["sourcedId"] : undefined;
    return { suppliedSourcedId: typeof supplied === "string" ? supplied : id, allocatedSourcedId: id };
  });
  return { kind: "body", status: 201, body: { sourcedIdPairs: pairs }, rows: records.length, wrote: "created" };
}

/** Marks the object as deleted, and the results of a line item with it. What others point at stays. */
export function deleteObject({ view, kind, owner, now }: Write, id: string): Answer {
  const { books, district } = view;
  const found = books.find(district, kind.many, id);
  if (found === undefined || found.status === "tobedeleted" || !isVisible(view, found)) return refuse(UNKNOWN);
  if (found.owner !== owner) return refuse(FORBIDDEN);
  const pointing = KIND_NAMES.flatMap((many) => books.list(district, many)).filter(
    ({ status, references }) =>
      status === "active" && POINTERS[kind.many]?.some((name) => references[name] === id) === true,
  );
  const below = pointing.filter((record) => record.kind === "results" || record.kind === "assessmentResults");
  const falls = kind.many === "lineItems" || kind.many === "assessmentLineItems" ? below : [];
  if (falls.length < pointing.length)
    return invalid([`${pointing.length - falls.length} other objects refer to it; delete or change them first`]);
  books.put([found, ...falls].map((record) => ({ ...record, status: "tobedeleted", modified: now })));
  return { kind: "body", status: 204, rows: 1 + falls.length, wrote: "deleted" };
}

/** The members that point at objects of a kind. */
const POINTERS: Readonly<Record<string, readonly string[]>> = {
  categories: ["category"],
  lineItems: ["lineItem"],
  scoreScales: ["scoreScale"],
  assessmentLineItems: ["assessmentLineItem", "parentAssessmentLineItem"],
};

function invalid(problems: readonly string[]): Answer {
  const told = problems.slice(0, TOLD).join("; ");
  const more = problems.length > TOLD ? `; and ${problems.length - TOLD} more` : "";
  return refuse({ status: 422, minor: "invaliddata", description: `${told}${more}.` });
}

function wrapped(body: unknown, name: string): unknown {
  return isRecord(body) && Object.hasOwn(body, name) ? body[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
