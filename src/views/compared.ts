import type { Compared, Finding } from "../model/evidence.ts";
import { layTable } from "./table.ts";

/** What both connections see, as a small table; no lines where nothing was compared. `indent` stands before each line. */
export function describeCompared(findings: readonly Finding[], indent: string = "  "): readonly string[] {
  const rows = findings.flatMap(({ compared = [] }) => compared);
  if (rows.length === 0) return [];
  const columns = [rows.map(({ old }) => String(old)), rows.map(({ now }) => String(now)), rows.map(difference)];
  const [old = [], now = [], differs = []] = ["old", "new", "difference"].map((heading, at) =>
    flushRight([heading, ...(columns[at] ?? [])]),
  );
  const headings = ["compared", old[0] ?? "", now[0] ?? "", differs[0] ?? "", "found again"];
  const cells = rows.map((row, at) => [
    row.what,
    old[at + 1] ?? "",
    now[at + 1] ?? "",
    differs[at + 1] ?? "",
    again(row),
  ]);
  const table = layTable(headings, cells);
  return [table.heading, ...table.rows.flat()].map((line) => `${indent}${line}`);
}

/** The same for machines. */
export function comparedJson(findings: readonly Finding[]): readonly unknown[] {
  return findings.flatMap(({ compared = [] }) =>
    compared.map(({ what, old, now, again: found }) => ({
      what,
      old,
      new: now,
      difference: now - old,
      ...(found === undefined ? {} : { found_again: found }),
    })),
  );
}

function difference({ old, now }: Compared): string {
  return now > old ? `+${now - old}` : String(now - old);
}

function again({ old, again: found }: Compared): string {
  return found === undefined ? "not compared" : `${found} of ${old}`;
}

function flushRight(cells: readonly string[]): readonly string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}
