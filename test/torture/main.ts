import { readFileSync, writeFileSync } from "node:fs";
import { canStartPostgres } from "../setup/postgres.ts";
import { FAULTS } from "./faults.ts";
import type { LaneResult } from "./lane.ts";
import { runLaneApart } from "./run-lane-apart.ts";
import { commandOf, type Options, parseOptions, USAGE } from "./options.ts";
import { lastLineOf, pageWith, reportOf } from "./report.ts";
import type { Played } from "./play.ts";
import { tableOf } from "./tally.ts";
import type { DatabaseName } from "./theatre.ts";
import { INVARIANTS } from "./violation.ts";

const PROGRESS_MS = 5_000;

/** Where things are: the bundled scripts of a lane and of a process that applies, and the page that holds the report. */
export interface Places {
  readonly lane: string;
  readonly applier: string;
  readonly page: string;
}

/** `npm run torture`; gives the exit code. */
export async function main(args: readonly string[], places: Places): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args, Date.now() % 1_000_000);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  console.log(`seed ${options.seed}`);
  // Tells where there is none, and throws where there has to be one.
  const databases = options.databases.filter((name) => name !== "postgres" || canStartPostgres());
  const begun = performance.now();
  const progress = createProgress(options.rounds);
  const timer = setInterval(progress.tell, PROGRESS_MS);
  const results = await Promise.all(databases.map((database) => laneOf(database, options, places, progress.onRound)));
  clearInterval(timer);
  const command = commandOf(options);
  const day = new Date().toISOString().slice(0, 10);
  const report = reportOf({ options, command, results, seconds: (performance.now() - begun) / 1000, day });
  for (const result of results) console.log(["", result.database, ...tableOf(result)].join("\n"));
  const failed = results.flatMap(({ database, played }) =>
    played.filter(({ violations }) => violations.length > 0).map((one) => accountOf(database, one, options)),
  );
  for (const account of failed) console.error(account);
  for (const { database, untried } of results)
    for (const name of untried) console.warn(`NOT TRIED on ${database}: ${FAULTS[name].says}`);
  if (options.report !== undefined) writeFileSync(options.report, `${report}\n`);
  if (options.isWritten) writeFileSync(places.page, pageWith(readFileSync(places.page, "utf8"), report));
  console.log(`\n${lastLineOf({ options, results })}`);
  const isWhole = results.length > 0 && results.every(({ played }) => played.length === options.rounds);
  return failed.length === 0 && isWhole ? 0 : 1;
}

async function laneOf(
  database: DatabaseName,
  options: Options,
  places: Places,
  onRound: (database: DatabaseName, played: Played) => void,
): Promise<LaneResult> {
  const { rounds, first, seed, fault } = options;
  return await runLaneApart(places.lane, {
    ...{ database, rounds, first, seed, script: places.applier },
    ...(fault === undefined ? {} : { fault }),
    onRound: (played) => onRound(database, played),
  });
}

function createProgress(rounds: number) {
  const begun = performance.now();
  const counts = new Map<DatabaseName, number>();
  return {
    onRound: (database: DatabaseName) => void counts.set(database, (counts.get(database) ?? 0) + 1),
    tell: () => {
      const seconds = Math.round((performance.now() - begun) / 1000);
      const told = [...counts].map(([database, count]) => `${count} of ${rounds} on ${database}`);
      console.log(`${seconds} s: ${told.join(", ")}`);
    },
  };
}

/** Everything about a round that was not as promised, and how to play it alone. */
function accountOf(database: DatabaseName, { number, fault, violations, account }: Played, options: Options): string {
  const one = options.fault === undefined ? "" : ` --fault ${fault}`;
  return [
    "",
    `VIOLATION in round ${number} on ${database}, seed ${options.seed}, fault ${fault}`,
    `again: npm run torture -- --rounds 1 --first ${number} --database ${database} --seed ${options.seed}${one}`,
    ...violations.map(({ invariant, what }) => `${invariant} (${INVARIANTS[invariant]}): ${what}`),
    account,
  ].join("\n");
}
