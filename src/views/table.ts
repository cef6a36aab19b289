import { displayWidth, PAGE_WIDTH, padEnd, plain } from "./layout.ts";

const GAP = "  ";

/** A table as lines: its headings, and the line or two of every row. */
export interface Table {
  readonly heading: string;
  readonly rows: readonly (readonly string[])[];
}

/**
 * Lays rows out under their headings, padded with spaces. A first cell that makes its row wider than the page stands on a
 * line of its own with the rest of the row below it, so that addresses are never cut.
 */
export function layTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = PAGE_WIDTH,
): Table {
  const cells = rows.map((row) => row.map(plain));
  const widths = headings.map((heading, column) =>
    Math.max(displayWidth(heading), ...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  const [own = 0, ...others] = widths;
  const room = width - others.reduce((sum, other) => sum + GAP.length + other, 0);
  const sizes = [Math.max(Math.min(own, room), displayWidth(headings[0] ?? "")), ...others];
  return { heading: laidOut(headings, sizes), rows: cells.map((row) => described(row, sizes)) };
}

function described(row: readonly string[], sizes: readonly number[]): readonly string[] {
  const [head = "", ...tail] = row;
  if (displayWidth(head) <= (sizes[0] ?? 0)) return [laidOut(row, sizes)];
  return [head, laidOut(["", ...tail], sizes)];
}

function laidOut(row: readonly string[], sizes: readonly number[]): string {
  return row
    .map((cell, column) => padEnd(cell, sizes[column] ?? 0))
    .join(GAP)
    .trimEnd();
}
