import type { DesiredDistrict } from "../model/desired.ts";
import { describeDistrict } from "./describe-district.ts";
import { modelineOf, schemaAddress } from "./modeline.ts";
import { flowText, isList, type Plain, type PlainMap, scalarText } from "./yaml/plain-text.ts";

export interface WriteOptions {
  /** Where editors find the schema; the published address when left out. */
  readonly schema?: string;
  /** Lines written as a comment above the document. */
  readonly comment?: readonly string[];
  /** For a file that stands alone: where its store is, relative to it. */
  readonly store?: { readonly path: string; readonly key?: string };
}

/** Longest line that a map is written on, in characters. */
const ONE_LINE = 120;

/**
 * Writes a district as the text of one district file. Loading it gives the same district; what equals a default is not
 * written.
 */
export function writeDistrict(desired: DesiredDistrict, options: WriteOptions = {}): string {
  const { vendors = {}, ...head } = describeDistrict(desired);
  const { store } = options;
  const document: PlainMap = {
    ...head,
    ...(store === undefined ? {} : { store: { kind: "sqlite", ...store } }),
    vendors,
  };
  const comments = (options.comment ?? []).map((line) => `# ${line}`.trimEnd());
  const lines = Object.entries(document).flatMap(([key, value]) => entryLines(key, value, 0));
  return [modelineOf(options.schema ?? schemaAddress("district")), ...comments, ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

/** What is always written as a block, so that a change of one entry is a change of its lines only. */
const ALWAYS_BLOCK = new Set(["vendors", "freeze"]);

function entryLines(key: string, value: Plain, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const line = `${indent}${scalarText(key)}: ${flowText(value)}`;
  if (typeof value !== "object" || isEmpty(value)) return [line];
  // A vendor may be called "vendors": only keys of the schema are meant.
  const isBlock = depth === 0 ? ALWAYS_BLOCK.has(key) : holdsConnections(value);
  if (!isBlock && line.length <= ONE_LINE) return [line];
  const inner = isList(value)
    ? value.map((item) => `${indent}  - ${flowText(item)}`)
    : Object.entries(value).flatMap(([name, item]) => entryLines(name, item, depth + 1));
  return [`${indent}${scalarText(key)}:`, ...inner];
}

function isEmpty(value: readonly Plain[] | PlainMap): boolean {
  return Object.keys(value).length === 0;
}

/** The map of a vendor with named connections, or the map of those connections. */
function holdsConnections(value: readonly Plain[] | PlainMap): boolean {
  if (isList(value)) return false;
  return Object.values(value).some(
    (inner) => typeof inner === "object" && !isList(inner) && ("version" in inner || holdsConnections(inner)),
  );
}
