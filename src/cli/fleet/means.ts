import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { sha256 } from "../hash.ts";

/** How workers are started. */
export interface Staff {
  /** The module of a worker (worker.ts in this folder). */
  readonly module: URL;
  /** How many there are, at least 1. */
  readonly count: number;
  /** From so many files or districts on they are asked at all: below, starting them takes longer than doing the work. */
  readonly least?: number;
}

/** How this process goes about large fleets. */
export interface FleetMeans {
  /** Workers that share the reading; without them one thread does it. */
  readonly staff?: Staff;
  /** What tells one build of the program from another, so that no cache outlives the code that wrote it. */
  readonly build?: string;
  /** From so many district files on a project is read as a fleet. */
  readonly from?: number;
}

/** So many workers share the reading at most; more wait for the same disk and the same store. */
const MOST_WORKERS = 8;

/** The means of the real process: a worker for each core, and the digest of the program as the name of its build. */
export function meansOf(main: string): FleetMeans {
  const count = Math.min(availableParallelism(), MOST_WORKERS);
  return {
    ...(count < 2 ? {} : { staff: { module: new URL("./fleet/worker.js", main), count } }),
    get build() {
      return sha256(readFileSync(new URL(main), "utf8"));
    },
  };
}
