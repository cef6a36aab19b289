import type { Locate, Position } from "../diagnostics/diagnostic.ts";
import type { Desired, DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import type { Place } from "../model/place.ts";
import { describeDistrict } from "./describe-district.ts";
import { flowText, type Plain, type PlainMap, scalarText } from "./yaml/plain-text.ts";

/** One line of the merged result, and where its value was written. Without an origin it follows from a default. */
export interface RenderedLine {
  readonly text: string;
  readonly origin?: Position;
  /** No district file may set it. */
  readonly locked?: boolean;
}

/** The merged documents, line by line: one YAML document a district, every value with its origin. */
export function renderProject(
  { districts, locked = [] }: Pick<Desired, "districts" | "locked">,
  locate: Locate,
): readonly RenderedLine[] {
  return districts.flatMap((district, index) => [
    ...(index === 0 ? [] : [{ text: "---" }]),
    ...renderDistrict(district, locate, new Set(locked)),
  ]);
}

/** The lines as text: valid YAML, the origins as comments in one column. */
export function renderedText(lines: readonly RenderedLine[]): string {
  const width = Math.min(60, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines
    .map(({ text, origin, locked }) => {
      const notes = [
        origin === undefined ? [] : `${origin.file}:${origin.line}`,
        locked === true ? "locked" : [],
      ].flat();
      return notes.length === 0 ? text : `${text.padEnd(width)}  # ${notes.join(", ")}`;
    })
    .map((line) => `${line}\n`)
    .join("");
}

function renderDistrict(
  district: DesiredDistrict,
  locate: Locate,
  locked: ReadonlySet<string>,
): readonly RenderedLine[] {
  const { vendors, ...head } = describeDistrict(district, {
    isWritten: ({ places }, key) => places[key] !== undefined,
  });
  const at = (...path: readonly string[]) => locate({ ...district.place, path });
  const headLines = Object.entries(head).flatMap(([key, value]): readonly RenderedLine[] => {
    // Limits and windows may come from the project as well; only what certainly stands here gets an origin.
    if (key !== "site") return block(key, value, 0, key === "district" ? at(key) : undefined);
    return [
      { text: "site:" },
      ...Object.entries(value).flatMap(([inner, text]: [string, Plain]) => block(inner, text, 1, at("site", inner))),
    ];
  });
  const connections = new Map(district.connections.map((one) => [`${one.vendor}\n${one.name ?? ""}`, one]));
  const vendorLines = Object.entries(vendors as PlainMap).flatMap(([vendor, entry]) => {
    if (typeof entry === "string") return [{ text: `  ${scalarText(vendor)}: ${entry}` }];
    const single = connections.get(`${vendor}\n`);
    if (single !== undefined) return entryLines(vendor, entry as PlainMap, single, 1, { locate, locked });
    const named = (entry as { readonly connections: PlainMap }).connections;
    return [
      { text: `  ${scalarText(vendor)}:` },
      { text: "    connections:" },
      ...Object.entries(named).flatMap(([name, keys]) => {
        const one = connections.get(`${vendor}\n${name}`);
        return one === undefined ? [] : entryLines(name, keys as PlainMap, one, 3, { locate, locked });
      }),
    ];
  });
  return [...headLines, { text: vendorLines.length === 0 ? "vendors: {}" : "vendors:" }, ...vendorLines];
}

function entryLines(
  name: string,
  keys: PlainMap,
  one: DesiredConnection,
  depth: number,
  { locate, locked }: { readonly locate: Locate; readonly locked: ReadonlySet<string> },
): readonly RenderedLine[] {
  const find = (place: Place | undefined) => (place === undefined ? undefined : locate(place));
  const head = withOrigin(`${indent(depth)}${scalarText(name)}:`, find(one.place));
  const lines = Object.entries(keys).flatMap(([key, value]): readonly RenderedLine[] =>
    linesOf(key, value).map((line) => (locked.has(key) ? { ...line, locked: true } : line)),
  );
  return [head, ...lines];

  function linesOf(key: string, value: Plain): readonly RenderedLine[] {
    if (typeof value !== "object" || Array.isArray(value)) return block(key, value, depth + 1, find(one.places[key]));
    return [
      withOrigin(`${indent(depth + 1)}${key}:`, find(one.places[key])),
      ...Object.entries(value).flatMap(([inner, text]: [string, Plain]) =>
        block(inner, text, depth + 2, find(one.places[`${key}.${inner}`] ?? one.places[key])),
      ),
    ];
  }
}

function block(key: string, value: Plain, depth: number, origin?: Position): readonly RenderedLine[] {
  return [withOrigin(`${indent(depth)}${scalarText(key)}: ${flowText(value)}`, origin)];
}

function withOrigin(text: string, origin: Position | undefined): RenderedLine {
  return origin === undefined ? { text } : { text, origin };
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}
