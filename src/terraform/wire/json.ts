import { emptyRecord } from "./codec.ts";
import { MalformedValue } from "./malformed-value.ts";
import type { Type } from "./schema.ts";
import { Decimal, type Value } from "./value.ts";

/** Numbers that JavaScript might round: of more than 15 digits, or with an exponent. */
const LONG_NUMBER = /(?:^|[:,[])\s*-?(?:[\d.]{16}|[\d.]+[eE])/;
/** What stands in a JSON text and is a number, or a whole string. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A number on its way through `JSON.parse`; no string of a state begins with NUL. */
const MARK = "\u0000";

/**
 * Reads JSON without losing digits: a number that JavaScript would round is a {@link Decimal}. Throws
 * {@link MalformedValue}, which quotes nothing of the text.
 */
export function parseJson(text: string): unknown {
  try {
    if (!LONG_NUMBER.test(text)) return JSON.parse(text);
    const marked = text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`));
    return JSON.parse(marked, (_, value: unknown) => revive(value));
  } catch {
    throw new MalformedValue("a stored state is not JSON");
  }
}

/**
 * A value as JSON holds it (out of {@link parseJson} or `JSON.parse`), along its type. Attributes that are missing are
 * `null`, and those that the type does not have are left out: what an older version stored is read as far as it goes.
 */
export function valueFromJson(stored: unknown, type: Type): Value {
  if (stored === null || stored === undefined) return null;
  if (type === "string") return stored instanceof Decimal ? stored.text : textOf(stored);
  if (type === "bool" && typeof stored === "boolean") return stored;
  if (type === "number") return numberOf(stored);
  if (typeof type === "string") throw mismatch(type);
  if (type[0] === "list" || type[0] === "set") {
    if (!Array.isArray(stored)) throw mismatch(type[0]);
    return stored.map((item: unknown) => valueFromJson(item, type[1]));
  }
  if (typeof stored !== "object" || Array.isArray(stored) || stored instanceof Decimal) throw mismatch(type[0]);
  const record = emptyRecord<Value>();
  const entries = new Map<string, unknown>(Object.entries(stored));
  if (type[0] === "object") {
    for (const [name, inner] of Object.entries(type[1])) record[name] = valueFromJson(entries.get(name), inner);
  } else {
    for (const [name, item] of entries) record[name] = valueFromJson(item, type[1]);
  }
  return record;
}

function revive(value: unknown): unknown {
  return typeof value === "string" && value.startsWith(MARK) ? markedNumber(value) : value;
}

function markedNumber(text: string): unknown {
  try {
    const exact = new Decimal(text.slice(MARK.length));
    const number = Number(exact.text);
    return Number.isFinite(number) && Decimal.of(number).text === exact.text ? number : exact;
  } catch {
    return text;
  }
}

function textOf(stored: unknown): string {
  if (typeof stored === "string") return stored;
  if (typeof stored === "number" || typeof stored === "boolean") return String(stored);
  throw mismatch("string");
}

function numberOf(stored: unknown): Decimal {
  if (stored instanceof Decimal) return stored;
  if (typeof stored !== "number" && typeof stored !== "string") throw mismatch("number");
  try {
    return new Decimal(String(stored));
  } catch {
    throw mismatch("number");
  }
}

function mismatch(kind: string): MalformedValue {
  return new MalformedValue(`a stored state holds something else where a ${kind} belongs`);
}
