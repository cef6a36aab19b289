import { displayWidth, PAGE_WIDTH, padEnd, plain } from "./layout.ts";

const GAP = "  ";

/**
 * Rows under their headings, padded with spaces. A first cell that makes its row wider than the page stands on a line of
 * its own with the rest of the row below it, so that addresses are never cut.
 */
export function describeTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = PAGE_WIDTH,
): readonly string[] {
  const cells = rows.map((row) => row.map(plain));
  const widths = headings.map((heading, column) =>
    Math.max(displayWidth(heading), ...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  const [own = 0, ...others] = widths;
  const room = width - others.reduce((sum, other) => sum + GAP.length + other, 0);
  const first = Math.max(Math.min(own, room), displayWidth(headings[0] ?? ""));
  const sizes = [first, ...others];
  return [laidOut(headings, sizes), ...cells.flatMap((row) => described(row, sizes))];
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
