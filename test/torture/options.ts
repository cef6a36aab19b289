import { parseArgs } from "node:util";
import { type FaultName, FAULTS, isFault } from "./faults.ts";
import { DATABASES, type DatabaseName } from "./theatre.ts";

/** What a run was asked for. */
export interface Options {
  /** On each database. */
  readonly rounds: number;
  /** Number of the first round, so that one of an earlier run can be played alone. */
  readonly first: number;
  readonly seed: number;
  readonly databases: readonly DatabaseName[];
  readonly fault?: FaultName;
  /** A file that gets the report. */
  readonly report?: string;
  /** Whether docs/reliability.md gets the report. */
  readonly isWritten: boolean;
}

export const USAGE = `npm run torture -- [--rounds N] [--database sqlite|postgres|both] [--seed S] [--first N] [--fault KIND]
                   [--report FILE] [--write]
kinds of faults: ${Object.keys(FAULTS).join(", ")}`;

/** Reads the command line; throws an `Error` for people where it makes no sense. */
export function parseOptions(args: readonly string[], anySeed: number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "100" },
      database: { type: "string", default: "both" },
      seed: { type: "string", default: String(anySeed) },
      first: { type: "string", default: "0" },
      fault: { type: "string" },
      report: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const databases = DATABASES.filter((name) => values.database === "both" || values.database === name);
  if (databases.length === 0) throw new Error(`there is no database ${values.database}`);
  const { fault, report } = values;
  if (fault !== undefined && !isFault(fault)) throw new Error(`there is no fault ${fault}`);
  return {
    rounds: count("rounds", values.rounds),
    first: count("first", values.first),
    seed: count("seed", values.seed),
    databases: databases.filter((name) => fault === undefined || isOn(fault, name)),
    ...(fault === undefined ? {} : { fault }),
    ...(report === undefined ? {} : { report }),
    isWritten: values.write,
  };
}

/** The command that plays the same rounds again. */
export function commandOf({ rounds, first, seed, databases, fault }: Options): string {
  return [
    `npm run torture -- --rounds ${rounds} --seed ${seed}`,
    ...(first === 0 ? [] : [`--first ${first}`]),
    ...(databases.length === 1 ? [`--database ${databases.join("")}`] : []),
    ...(fault === undefined ? [] : [`--fault ${fault}`]),
  ].join(" ");
}

function isOn(fault: FaultName, database: DatabaseName): boolean {
  return FAULTS[fault].on.some((one) => one === database);
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is a whole number`);
}
