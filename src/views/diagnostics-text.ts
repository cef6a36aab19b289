import type { Diagnostic, Locate, Position } from "../diagnostics/diagnostic.ts";
import { displayWidth, PAGE_WIDTH, wrap } from "./layout.ts";
import type { Style } from "./style.ts";

/** What the text of a diagnostic is made with. */
export interface DiagnosticPage {
  readonly locate: Locate;
  readonly style: Style;
  readonly width?: number;
}

/**
 * Diagnostics for people: what is wrong, in which file with the line and a caret, why and how to fix it. Errors come
 * first; inside that, files in their order. The text ends with a line break, and is empty without diagnostics.
 */
export function describeDiagnostics(diagnostics: readonly Diagnostic[], page: DiagnosticPage): string {
  return sortDiagnostics(diagnostics, page.locate)
    .map(({ diagnostic, position }) => `${describeOne(diagnostic, position, page).join("\n")}\n`)
    .join("\n");
}

/** A diagnostic and where its file says it is. */
export interface Located {
  readonly diagnostic: Diagnostic;
  readonly position?: Position;
}

/** Diagnostics in the order in which people and machines read them, each once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], locate: Locate): readonly Located[] {
  const keyed = diagnostics.map((diagnostic) => {
    const position = positionOf(diagnostic, locate);
    return { diagnostic, position, key: keyOf(diagnostic, position) };
  });
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .filter((one, index) => one.key !== keyed[index - 1]?.key)
    .map(({ diagnostic, position }) => ({ diagnostic, ...(position === undefined ? {} : { position }) }));
}

/** Where a diagnostic is; a position that is known already wins over a place that has to be looked up. */
export function positionOf(diagnostic: Diagnostic, locate: Locate): Position | undefined {
  if (diagnostic.at !== undefined) return diagnostic.at;
  return diagnostic.place === undefined ? undefined : locate(diagnostic.place);
}

/** Errors before warnings, then by file, line and column (what has none last), then by what is said. */
function keyOf(diagnostic: Diagnostic, position: Position | undefined): string {
  const { severity, code, detail, address, place } = diagnostic;
  const file = position?.file ?? place?.file;
  return [
    severity === "error" ? "0" : "1",
    file === undefined ? "1" : `0${file}`,
    String(position?.line ?? 0).padStart(9, "0"),
    String(position?.column ?? 0).padStart(9, "0"),
    address ?? "",
    code,
    detail,
  ].join("\u0000");
}

function describeOne(
  diagnostic: Diagnostic,
  position: Position | undefined,
  { style, width = PAGE_WIDTH }: DiagnosticPage,
): readonly string[] {
  const isError = diagnostic.severity === "error";
  const paint = isError ? style.red : style.yellow;
  // As Terraform does: a bar at the side where there is colour, plain lines where there is none.
  const bar = style.isColored ? `${paint("│")} ` : "";
  const inner = width - displayWidth(bar);
  const label = isError ? "Error" : "Warning";
  const [head = "", ...more] = wrap(`${label}: ${diagnostic.summary} (${diagnostic.code})`, {
    width: inner,
    rest: "  ",
  });
  const title = paint(`${label}:`) + style.bold(head.slice(label.length + 1));
  const lines = [
    title,
    ...more.map(style.bold),
    "",
    ...subject(diagnostic, position, inner),
    ...wrap(diagnostic.detail, { width: inner, first: "  " }),
  ];
  if (!style.isColored) return lines;
  return [paint("╷"), ...lines.map((line) => (bar + line).trimEnd()), paint("╵")];
}

/** The lines between title and detail: which address, which file, and the line with its caret. */
function subject(diagnostic: Diagnostic, position: Position | undefined, width: number): readonly string[] {
  const lines: string[] = [];
  const { address, detail, place } = diagnostic;
  const isNamed = address === undefined || detail.includes(address);
  if (!isNamed) lines.push(...wrap(`with ${address},`, { width, first: "  " }));
  if (position !== undefined) {
    const { file, line, column } = position;
    lines.push(...wrap(`on ${file} line ${line}, column ${column}:`, { width, first: "  " }));
    if (position.snippet !== undefined) lines.push(...describeSnippet(position, position.snippet, width));
  } else if (place !== undefined) {
    lines.push(...wrap(`in ${place.file}:`, { width, first: "  " }));
  }
  return lines.length === 0 ? [] : [...lines, ""];
}

const TAB = "    ";
const MORE = "...";

/** The source line and, below it, carets under the value. A long line is cut around what the caret is about. */
function describeSnippet(position: Position, snippet: string, width: number): readonly string[] {
  const gutter = `  ${String(position.line).padStart(4)}: `;
  // Columns count code points, as editors do; how wide those are in a terminal is another matter.
  const characters = Array.from(snippet);
  const start = Math.min(position.column - 1, characters.length);
  const end = Math.max(start + 1, Math.min((position.endColumn ?? position.column + 1) - 1, characters.length));
  const parts = [characters.slice(0, start), characters.slice(start, end), characters.slice(end)];
  const [before = "", marked = "", after = ""] = parts.map((part) => visible(part.join("")));
  const room = width - gutter.length;
  const carets = Math.max(1, displayWidth(marked));
  const isLong = displayWidth(before + marked + after) > room;
  const lead = isLong ? lastColumns(before, Math.max(room - Math.min(carets, 40), 20) - 10) : before;
  const line = isLong ? firstColumns(lead + marked + after, room) : lead + marked + after;
  const pad = displayWidth(lead);
  return [
    `${gutter}${line}`.trimEnd(),
    `${" ".repeat(gutter.length + pad)}${"^".repeat(Math.max(1, Math.min(carets, room - pad)))}`,
  ];
}

/** Tabs as spaces and control characters as a replacement, so that columns can be counted. */
function visible(text: string): string {
  return text.replace(/\t/g, TAB).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

function lastColumns(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  for (const character of Array.from(text).toReversed()) {
    if (displayWidth(character + kept) > columns - MORE.length) break;
    kept = character + kept;
  }
  return MORE + kept;
}

function firstColumns(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (displayWidth(kept + character) > columns - MORE.length) break;
    kept += character;
  }
  return kept + MORE;
}
