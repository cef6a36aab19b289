import { Bug } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";

/** SQLite's primary result codes (sqlite.org, "Result and Error Codes"). */
const CODES = {
  sql: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notDatabase: 26,
};

/** The file ends before the page that was asked for: it was cut off. */
const SHORT_READ = 522;

/** Whether another writer holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = primaryCodeOf(error);
  return code === CODES.busy || code === CODES.locked;
}

/** What SQLite threw about the file at `path`, as something people can act on. Wrong SQL and broken constraints are our own mistakes. */
export function sqliteTrouble(path: string, error: unknown): Error {
  switch (primaryCodeOf(error)) {
    case undefined:
      return error instanceof Error ? error : new Bug(String(error));
    case CODES.busy:
    case CODES.locked:
      return new OutsideError("stores/locked", `the store ${path} is being written by another process`, {
        cause: error,
        retryable: true,
        fix: "Wait until the other run has finished, then try again, or wait longer with `--lock-timeout`.",
      });
    case CODES.readOnly:
    case CODES.cannotOpen:
      return notWritable(path, error);
    case CODES.corrupt:
      return damaged(path, error);
    case CODES.io:
      return resultCodeOf(error) === SHORT_READ ? damaged(path, error) : unreadable(path, error);
    case CODES.full:
      return new OutsideError("stores/disk-full", `there is no room left for the store ${path}`, {
        cause: error,
        retryable: true,
        fix: "Make room on that disk and run the command again; nothing was half written.",
      });
    case CODES.notDatabase:
      return notAStore(path, error);
    case CODES.sql:
    case CODES.constraint:
      return new Bug(`a promise of the store is broken: ${messageOf(error)}`, { cause: error });
    default:
      return unreadable(path, error);
  }
}

function damaged(path: string, cause: unknown): OutsideError {
  return new OutsideError("stores/damaged", `the store ${path} is damaged or cut off`, {
    cause,
    fix: "Restore the file from a backup; do not delete files whose names end in -wal, they hold the latest writes.",
  });
}

function unreadable(path: string, cause: unknown): OutsideError {
  return new OutsideError("stores/unreadable", `the store ${path} cannot be used: ${messageOf(cause)}`, {
    cause,
    fix: "Check the disk and the file's permissions, then try again.",
  });
}

export function notAStore(path: string, cause?: unknown): OutsideError {
  return new OutsideError("stores/not-a-store", `${path} is not a rosterform store`, {
    ...(cause === undefined ? {} : { cause }),
    fix: "Check `store.path` in the project file; `rosterform init` makes a new store where there is no file yet.",
  });
}

export function notWritable(path: string, cause?: unknown): OutsideError {
  return new OutsideError("stores/not-writable", `the store ${path} or its folder cannot be written`, {
    ...(cause === undefined ? {} : { cause }),
    fix: "Give this user the right to write the file and its folder (SQLite keeps its log next to the file).",
  });
}

function primaryCodeOf(error: unknown): number | undefined {
  const code = resultCodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_SQLITE_ERROR") return undefined;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode;
  return TEXTS.find(([text]) => error.message.includes(text))?.[1] ?? CODES.sql;
}

/** Statements that are asked for all their rows fail without a number; the texts are SQLite's own (`sqlite3_errstr`). */
const TEXTS: readonly (readonly [string, number])[] = [
  ["is locked", CODES.busy],
  ["attempt to write a readonly database", CODES.readOnly],
  ["disk I/O error", CODES.io],
  ["database disk image is malformed", CODES.corrupt],
  ["database or disk is full", CODES.full],
  ["unable to open database file", CODES.cannotOpen],
  ["file is not a database", CODES.notDatabase],
];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
