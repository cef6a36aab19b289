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

function isMap(value: Value): value is Attributes {
  if (typeof value !== "object" || value === null || value === UNKNOWN) return false;
  return !Array.isArray(value) && !(value instanceof Decimal);
}
