import * as line from "./faults-line.ts";
import * as place from "./faults-place.ts";
import * as process from "./faults-process.ts";
import type { Scene } from "./scene.ts";
import { DATABASES, type DatabaseName } from "./theatre.ts";

/** One way in which something goes wrong. */
export interface FaultKind {
  readonly on: readonly DatabaseName[];
  readonly says: string;
  /** How many processes apply: on the same districts, on different ones, or as the dice say. */
  readonly appliers: "one" | "one or two" | "two" | "two apart";
  readonly needs?: "proxy" | "disk";
  /** Strikes at a moment of the dice. Comes back once what was broken is whole again. */
  readonly strike: (scene: Scene) => Promise<void>;
}

const both = DATABASES;

/** The kinds of faults. Every round has one of them. */
export const FAULTS = {
  sigkill: {
    on: both,
    says: "SIGKILL of the process that applies",
    appliers: "one",
    strike: process.kill,
  },
  "sigkill-both": {
    on: both,
    says: "SIGKILL of two processes that apply the same",
    appliers: "two",
    strike: process.kill,
  },
  "same-district": { on: both, says: "two apply the same districts at once", appliers: "two", strike: process.meet },
  "different-districts": {
    on: both,
    says: "two apply different districts at once",
    appliers: "two apart",
    strike: process.meet,
  },
  sigstop: {
    on: both,
    says: "SIGSTOP of one of two for longer than the other one waits, then SIGCONT",
    appliers: "two",
    strike: process.sleep,
  },
  "disk-full": { on: both, says: "the disk is full", appliers: "one or two", needs: "disk", strike: place.fillDisk },
  locked: {
    on: ["sqlite"],
    says: "another process holds the write lock of the file",
    appliers: "one or two",
    strike: place.lockFile,
  },
  "server-restart": {
    on: ["postgres"],
    says: "the server is restarted (fast shutdown)",
    appliers: "one or two",
    strike: place.restart,
  },
  "server-crash": {
    on: ["postgres"],
    says: "the server crashes (immediate shutdown) and recovers",
    appliers: "one or two",
    strike: place.crash,
  },
  "session-ended": {
    on: ["postgres"],
    says: "the server ends the sessions (`pg_terminate_backend`)",
    appliers: "one or two",
    strike: place.endSessions,
  },
  "line-slow": {
    on: ["postgres"],
    says: "the line to the server is slow",
    appliers: "one or two",
    needs: "proxy",
    strike: line.slow,
  },
  "line-cut": {
    on: ["postgres"],
    says: "the line is cut in mid-message",
    appliers: "one or two",
    needs: "proxy",
    strike: line.cut,
  },
  "line-dead": {
    on: ["postgres"],
    says: "the line swallows everything",
    appliers: "one or two",
    needs: "proxy",
    strike: line.dead,
  },
  "lost-acknowledgement": {
    on: ["postgres"],
    says: "the line is cut after a commit went through and before its answer",
    appliers: "one",
    needs: "proxy",
    strike: line.loseAcknowledgement,
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;

const names = Object.keys(FAULTS) as FaultName[];

export function isFault(name: string): name is FaultName {
  return name in FAULTS;
}

/** The kinds that there are for a database. */
export function faultsOn(database: DatabaseName): readonly FaultName[] {
  return names.filter((name) => FAULTS[name].on.some((one) => one === database));
}
