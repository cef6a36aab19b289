/** A value of a document: what YAML writes as a scalar, a list or a map. */
export type Plain = string | number | boolean | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** A value on one line, as people write it: `{ version: 1.2, share: [demographics] }`. */
export function flowText(value: Plain): string {
  if (typeof value === "string") return scalarText(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(flowText).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${scalarText(key)}: ${flowText(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Plain where nobody can misread it, else in quotes; a JSON string is a YAML string. */
export function scalarText(text: string): string {
  const isName = /^[A-Za-z](?:[\w .@/+()>-]*[\w.@/+()>-])?$/u.test(text) && !RESERVED.test(text);
  const isOther = /^\d{4}-\d{2}-\d{2}$|^\d{1,5}[mhdw%]$|^\.{1,2}\/[\w./-]+$|^(?:file|env):[\w./-]+$/u.test(text);
  return isName || isOther ? text : JSON.stringify(text);
}

/** Words that some YAML reader takes for something else than text. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/iu;

export function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
