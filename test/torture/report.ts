import { cpus } from "node:os";
import type { LaneResult } from "./lane.ts";
import type { Options } from "./options.ts";
import { sumsOf, tableOf } from "./tally.ts";

const NAMES = { sqlite: "SQLite", postgres: "PostgreSQL" } as const;

export interface Run {
  readonly options: Options;
  readonly command: string;
  readonly results: readonly LaneResult[];
  readonly seconds: number;
  /** Day on which it ran. */
  readonly day: string;
}

/** What a run came to, as Markdown. */
export function reportOf(run: Run): string {
  const { command, results, seconds, day } = run;
  const machine = `Node ${process.versions.node}, ${cpus().length} cores, ${day}`;
  const lanes = results.flatMap((result) => {
    const { rounds, violations, hands, looks, acknowledged } = sumsOf(result);
    return [
      "",
      `### ${NAMES[result.database]}`,
      "",
      `${rounds} rounds, **${violations} violations**. ${acknowledged} acknowledged writes were looked for afterwards, the world was looked at ${looks} times while processes applied, a person's hand was in between in ${hands} rounds.`,
      "",
      ...tableOf(result),
    ];
  });
  return [`\`${command}\` (${machine}; ${Math.round(seconds)} s):`, "", `\`${lastLineOf(run)}\``, ...lanes].join("\n");
}

/** The one line that says how a run came out. */
export function lastLineOf({ options, results }: Pick<Run, "options" | "results">): string {
  const rounds = results.map((result) => `${result.played.length} rounds on ${result.database}`);
  const violations = results.reduce((sum, result) => sum + sumsOf(result).violations, 0);
  return `Torture: ${rounds.join(", ")}, ${violations} violations (seed ${options.seed}).`;
}

const BEGIN = "<!-- torture -->";
const END = "<!-- /torture -->";

/** The page with this report between its markers. */
export function pageWith(page: string, report: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("the page has no markers for the report");
  return `${before}${BEGIN}\n\n${report}\n\n${END}${after}`;
}
