import type { Compared, Finding } from "../model/evidence.ts";
import { layTable } from "./table.ts";

/** What both connections see, as a small table; no lines where nothing was compared. */
export function describeCompared(findings: readonly Finding[]): readonly string[] {
  const rows = findings.flatMap(({ compared = [] }) => compared);
  if (rows.length === 0) return [];
  const columns = [
    ["compared", ...rows.map(({ what }) => what)],
    flushRight(["old", ...rows.map(({ old }) => String(old))]),
    flushRight(["new", ...rows.map(({ now }) => String(now))]),
    flushRight(["difference", ...rows.map(difference)]),
    ["found again", ...rows.map(again)],
  ];
  const lineAt = (at: number) => columns.map((column) => column[at] ?? "");
  const table = layTable(
    lineAt(0),
    rows.map((_, at) => lineAt(at + 1)),
  );
  return [table.heading, ...table.rows.flat()].map((line) => `  ${line}`);
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
