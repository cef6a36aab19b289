import { type FaultName, FAULTS, faultsOn } from "./faults.ts";
import type { LaneResult } from "./lane.ts";
import type { Played } from "./play.ts";

/** The rounds of one kind of fault, counted. */
interface Row {
  readonly fault: FaultName;
  readonly rounds: number;
  /** The fault struck while somebody was at work; else it came too late. */
  readonly hits: number;
  readonly kills: number;
  readonly failures: number;
  readonly finished: number;
  readonly isUntried: boolean;
}

function tallyOf({ database, played, untried }: LaneResult): readonly Row[] {
  return faultsOn(database)
    .map((fault): Row => {
      const rounds = played.filter((one) => one.fault === fault);
      return {
        fault,
        rounds: rounds.length,
        hits: rounds.filter(({ isHit }) => isHit).length,
        kills: sum(rounds, ({ kills }) => kills),
        failures: sum(rounds, ({ failures }) => failures),
        finished: sum(rounds, ({ finished }) => finished),
        isUntried: untried.includes(fault),
      };
    })
    .filter(({ rounds, isUntried }) => rounds > 0 || isUntried);
}

/** Everything that was counted in the rounds of a database. */
export function sumsOf({ played }: LaneResult) {
  return {
    rounds: played.length,
    violations: played.filter(({ violations }) => violations.length > 0).length,
    hands: played.filter(({ hasHand }) => hasHand).length,
    looks: sum(played, ({ looks }) => looks),
    acknowledged: sum(played, ({ acknowledged }) => acknowledged),
  };
}

function sum(rounds: readonly Played[], of: (played: Played) => number): number {
  return rounds.reduce((total, one) => total + of(one), 0);
}

/** The table of a database, as Markdown. */
export function tableOf(result: LaneResult): readonly string[] {
  const rows = tallyOf(result).map((row) =>
    row.isUntried
      ? `| ${row.fault}: ${FAULTS[row.fault].says} | NOT TRIED here | | | | | |`
      : `| ${row.fault}: ${FAULTS[row.fault].says} | ${row.rounds} | ${row.hits} | ${row.rounds - row.hits} | ${row.kills} | ${row.failures} | ${row.finished} |`,
  );
  return [
    "| fault | rounds | in mid-apply | too late | processes killed | failures told | addresses the next apply went on with |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ];
}
