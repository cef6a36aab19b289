import { parse } from "csv-parse/sync";
import type { Wrong } from "./wrong.ts";

/** A CSV file of an export. */
export interface Table {
  readonly name: string;
  readonly rows: readonly Cells[];
}

/** One row. */
export interface Cells {
  readonly line: number;
  /** The cell of a column, without blanks around it; empty where there is no such column. */
  (column: string): string;
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads a table (RFC 4180, UTF-8). `undefined` after saying what is wrong with the file as a whole. */
export function readTable(name: string, bytes: Buffer, needs: readonly string[], wrong: Wrong): Table | undefined {
  const lines = linesOf(name, bytes, wrong);
  if (lines === undefined) return undefined;
  const [heading, ...rest] = lines;
  const columns = new Map((heading?.cells ?? []).map((cell, index) => [cell.trim(), index]));
  const missing = needs.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    wrong.file(name, `it lacks the columns ${missing.join(", ")}.`);
    return undefined;
  }
  const width = heading?.cells.length ?? 0;
  const rows = rest.flatMap(({ line, cells }) => {
    if (cells.length === width) return [cellsOf(columns, line, cells)];
    wrong.row(name, line, `It has ${cells.length} cells where the heading has ${width}.`);
    return [];
  });
  return { name, rows };
}

function cellsOf(columns: ReadonlyMap<string, number>, line: number, cells: readonly string[]): Cells {
  const read = (column: string): string => cells[columns.get(column) ?? -1]?.trim() ?? "";
  return Object.assign(read, { line });
}

function linesOf(name: string, bytes: Buffer, wrong: Wrong): readonly Line[] | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    wrong.file(name, "it is not in UTF-8.");
    return undefined;
  }
  const lines: Line[] = [];
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      // Every record is taken as it comes, so that nothing is held twice.
      on_record: (record: readonly string[], { lines: line }) => {
        lines.push({ line, cells: record });
        return null;
      },
    });
  } catch (error) {
    const line = typeof error === "object" && error !== null && "lines" in error ? Number(error.lines) : 1;
    wrong.file(name, "it is no table as RFC 4180 has it; most often a quote is not closed.", line);
    return undefined;
  }
  return lines;
}
