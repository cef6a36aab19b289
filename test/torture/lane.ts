import { diceFrom } from "./dice.ts";
import { FAULTS, type FaultKind, type FaultName, faultsOn } from "./faults.ts";
import type { FlawName } from "./flaws.ts";
import { openPostgresTheatre } from "./postgres-theatre.ts";
import type { Played } from "./play.ts";
import { playRound } from "./round.ts";
import { openSqliteTheatre } from "./sqlite-theatre.ts";
import type { DatabaseName } from "./theatre.ts";
import { openWorkers } from "./worker.ts";

/** How long a process may take that is not stopped by anything: longer than any patience that it is given. */
const PATIENCE_MS = 30_000;
/** Started before they are needed. */
const SPARE = 2;

/** The rounds of one database. */
export interface Lane {
  readonly database: DatabaseName;
  readonly rounds: number;
  /** Number of the first round; its dice depend on it. */
  readonly first: number;
  readonly seed: number;
  /** The bundled script of the processes that apply. */
  readonly script: string;
  /** Only faults of this kind. */
  readonly fault?: FaultName;
  readonly flaw?: FlawName;
  readonly patienceMs?: number;
  readonly onRound?: (played: Played) => void;
}

export interface LaneResult {
  readonly database: DatabaseName;
  readonly played: readonly Played[];
  /** Kinds of faults that could not be tried here. */
  readonly untried: readonly FaultName[];
}

/** Plays the rounds of a lane one after another; ends at the first that is not as promised. */
export async function runLane(lane: Lane): Promise<LaneResult> {
  const { database, seed, first, rounds, flaw, patienceMs = PATIENCE_MS } = lane;
  const theatre = database === "sqlite" ? openSqliteTheatre() : await openPostgresTheatre();
  const workers = openWorkers(lane.script, SPARE);
  const kinds = faultsOn(database).filter((name) => lane.fault === undefined || name === lane.fault);
  const isPossible = (name: FaultName) => theatre.disk !== undefined || !isOnDisk(name);
  const possible = kinds.filter(isPossible);
  const played: Played[] = [];
  let usualMs = 100;
  try {
    for (let number = first; number < first + rounds; number += 1) {
      const fault = faultOf(possible, seed, number);
      const one = await playRound({
        ...{ theatre, workers, seed, number, fault, usualMs, patienceMs },
        ...(flaw === undefined ? {} : { flaw }),
      });
      // What two did apart was disturbed by nothing.
      if (one.fault === "different-districts") usualMs = Math.round((usualMs + one.workedMs) / 2);
      played.push(one);
      lane.onRound?.(one);
      if (one.violations.length > 0) break;
    }
    return { database, played, untried: kinds.filter((name) => !isPossible(name)) };
  } finally {
    workers.end();
    await theatre.end();
  }
}

function isOnDisk(name: FaultName): boolean {
  const kind: FaultKind = FAULTS[name];
  return kind.needs === "disk";
}

/** Every kind comes as often as every other; in each turn their order is another one. */
function faultOf(kinds: readonly FaultName[], seed: number, number: number): FaultName {
  const turn = Math.floor(number / kinds.length);
  const dice = diceFrom(seed, "faults", turn);
  const left = [...kinds];
  const order = kinds.map(() => left.splice(dice.below(left.length), 1)[0]);
  const fault = order[number % kinds.length];
  if (fault === undefined) throw new Error("there is no fault of that kind for this database");
  return fault;
}
