import { badRequest, type Fault } from "../errors.ts";

/** The operators of OneRoster's filters (1EdTech OneRoster 1.1, section 3.4.4; 1.2 has the same). */
const OPERATORS = ["!=", ">=", "<=", "=", ">", "<", "~"] as const;
type Operator = (typeof OPERATORS)[number];

/** One comparison of a field with a text. Dots lead into references and other members: `school.sourcedId`. */
export interface Comparison {
  readonly field: readonly string[];
  readonly operator: Operator;
  readonly value: string;
}

/** One comparison, or two that are joined. */
export interface Filter {
  readonly comparisons: readonly Comparison[];
  readonly join: "AND" | "OR";
}

type Json = Readonly<Record<string, unknown>>;

const COMPARISON = /^\s*([A-Za-z][A-Za-z0-9_.-]*)\s*(!=|>=|<=|=|>|<|~)\s*'((?:[^']|'')*)'\s*/;
const JOIN = /^(AND|OR)\b/i;

/** Reads a filter; a fault where it is none, or names a field that objects of this kind never have. */
export function readFilter(text: string, known: ReadonlySet<string>): Filter | Fault {
  const comparisons: Comparison[] = [];
  let rest = text;
  let join: Filter["join"] = "AND";
  for (;;) {
    const [whole, field = "", operator, value = ""] = COMPARISON.exec(rest) ?? [];
    if (whole === undefined) return malformed();
    comparisons.push({ field: field.split("."), operator: operator as Operator, value: value.replaceAll("''", "'") });
    rest = rest.slice(whole.length);
    if (rest === "") break;
    const joined = JOIN.exec(rest)?.[1];
    if (joined === undefined || comparisons.length === 2) return malformed();
    join = joined.toUpperCase() === "OR" ? "OR" : "AND";
    rest = rest.slice(joined.length);
  }
  const unknown = comparisons.find(({ field }) => !known.has(field[0] ?? ""));
  if (unknown !== undefined)
    return badRequest("invalid_filter_field", "The filter names a field that is not known here.");
  return { comparisons, join };
}

function malformed(): Fault {
  return badRequest(
    "invaliddata",
    "A filter is `field operator 'value'`, or two of them with AND or OR between; operators are = != > >= < <= ~.",
  );
}

/** Whether an object is let through. */
export function matches(object: Json, { comparisons, join }: Filter): boolean {
  const says = (one: Comparison): boolean => compare(valueAt(object, one.field), one);
  return join === "AND" ? comparisons.every(says) : comparisons.some(says);
}

/** What stands at a path; through a list it is the list of what stands at each of its objects. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(value)) return value.flatMap((one) => valueAt(one, path) ?? []);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, first)) return undefined;
  return valueAt((value as Json)[first], rest);
}

/** A field that an object does not have equals nothing: only `!=` lets it through. */
function compare(value: unknown, { operator, value: wanted }: Comparison): boolean {
  if (operator === "!=") return !isEqual(value, wanted);
  if (value === undefined || value === null) return false;
  if (operator === "=") return isEqual(value, wanted);
  if (operator === "~") return contains(value, wanted);
  if (Array.isArray(value)) return value.some((one) => isInOrder(one, operator, wanted));
  return isInOrder(value, operator, wanted);
}

/** Of a list, every value that is asked for (with commas between them) has to be in it. */
function isEqual(value: unknown, wanted: string): boolean {
  if (value === undefined || value === null) return false;
  if (!Array.isArray(value)) return orderOf(value, wanted) === 0;
  return wanted.split(",").every((part) => value.some((one) => orderOf(one, part.trim()) === 0));
}

/** Of a list, one of the values that are asked for has to be in it; of a text, the text. Capitals do not matter. */
function contains(value: unknown, wanted: string): boolean {
  if (Array.isArray(value)) return wanted.split(",").some((part) => value.some((one) => contains(one, part.trim())));
  return textOf(value).toLowerCase().includes(wanted.toLowerCase());
}

function isInOrder(value: unknown, operator: Operator, wanted: string): boolean {
  const order = orderOf(value, wanted);
  if (operator === ">") return order > 0;
  if (operator === ">=") return order >= 0;
  return operator === "<" ? order < 0 : order <= 0;
}

/** A value as it is compared: text as it stands, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/;

/** Numbers as numbers, days and moments as moments, everything else as text, without regard to capitals. */
export function orderOf(value: unknown, wanted: string): number {
  if (typeof value === "number" && /^-?\d+(\.\d+)?$/.test(wanted)) return Math.sign(value - Number(wanted));
  const text = textOf(value);
  if (MOMENT.test(text) && MOMENT.test(wanted)) {
    const [a, b] = [Date.parse(text), Date.parse(wanted)];
    if (!Number.isNaN(a) && !Number.isNaN(b)) return Math.sign(a - b);
  }
  const [a, b] = [text.toLowerCase(), wanted.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
