import type { Position } from "../../diagnostics/diagnostic.ts";

/** Offsets into a text; the end is exclusive. */
export type Range = readonly [start: number, end: number];

/** A line longer than this is not worth showing, and could fill the screen. */
const LONGEST_SNIPPET = 1000;

/** Where a range stands: line and column from 1, columns in characters; the end lies on the same line. */
export function positionOf(file: string, text: string, [start, end]: Range, line: number): Position {
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  const column = characters(text.slice(lineStart, start)) + 1;
  if (lineEnd - lineStart > LONGEST_SNIPPET) return { file, line, column };
  const shown = characters(text.slice(start, Math.min(end, lineEnd)).trimEnd());
  return { file, line, column, endColumn: column + Math.max(1, shown), snippet: text.slice(lineStart, lineEnd) };
}

/** Code points, not code units: that is what editors count. */
function characters(text: string): number {
  return Array.from(text).length;
}
