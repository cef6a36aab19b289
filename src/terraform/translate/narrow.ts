import { Decimal, UNKNOWN, type Attributes, type Value } from "../wire/value.ts";

/** The text that a value is; `undefined` for everything else. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list or set, without what is no text; `undefined` where the value is none. */
export function textsOf(value: Value | undefined): readonly string[] | undefined {
  const items: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  return items?.filter((item) => typeof item === "string");
}

/** The attributes of an object; `undefined` for everything else. */
export function mapOf(value: Value | undefined): Attributes | undefined {
  return value !== undefined && isMap(value) ? value : undefined;
}

/** Whether two values say the same; a set may be written in any order, so no list is told from its reverse here. */
export function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  return written(a) === written(b);
}

function written(value: Value | undefined): string {
  const texts = textsOf(value);
  if (texts !== undefined && texts.length > 0) return JSON.stringify([...texts].sort());
  const items: readonly Value[] | undefined = Array.isArray(value) ? value : undefined;
  if (items !== undefined) return JSON.stringify(items.map(written));
  const map = mapOf(value);
  if (map === undefined) return JSON.stringify(value ?? null);
  return JSON.stringify(
    Object.keys(map)
      .sort()
      .map((name) => [name, written(map[name])]),
  );
}

function isMap(value: Value): value is Attributes {
  if (typeof value !== "object" || value === null || value === UNKNOWN) return false;
  return !Array.isArray(value) && !(value instanceof Decimal);
}
