import { Bug } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";

/** Where an error was met: a lost connection means something else before the store answered than after a write was sent. */
export type Moment = "connecting" | "working" | "committing";

/**
 * Whether the server gave up a transaction that may simply be run again: two of them were in each other's way, or in
 * different districts claimed the same Client ID, which the second run sees.
 */
export function isCollision(error: unknown): boolean {
  return ["40001", "40P01", "23505"].includes(codeOf(error) ?? "");
}

/** Whether the connection is of no use any more, or in a state that nobody knows. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !isSqlState(code) || CLASS_LOST.test(code);
}

/** Errors that end the connection: its own class, a server that stops, and sessions that it ended for their idleness. */
const CLASS_LOST = /^(08|57P0[1235]$|25P0[34]$)/u;

/**
 * What PostgreSQL or the way to it threw, as something people can act on. `store` names the store. Wrong SQL and broken
 * constraints are our own mistakes. The cause is a copy with message and code only: errors of the client may carry more.
 */
export function postgresTrouble(store: string, error: unknown, moment: Moment = "working"): Error {
  if (error instanceof OutsideError || error instanceof Bug) return error;
  if (!(error instanceof Error)) return new Bug(String(error));
  const code = codeOf(error);
  const told = isSqlState(code) ? serverTrouble(store, code, moment) : wireTrouble(store, error, code, moment);
  if (told === undefined) return new Bug(`a promise of the store is broken: ${error.message}`, { cause: bare(error) });
  return outside(told, bare(error));
}

function outside({ code, message, fix, retryable = false }: Told, cause?: Error): OutsideError {
  return new OutsideError(code, message, { retryable, fix, ...(cause === undefined ? {} : { cause }) });
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly retryable?: boolean;
}

/** PostgreSQL's own codes (its manual, appendix "PostgreSQL Error Codes"); `undefined`: a mistake of ours. */
function serverTrouble(store: string, code: string, moment: Moment): Told | undefined {
  switch (code) {
    case "28000":
    case "28P01":
      return loginRefused(store);
    case "3D000":
      return {
        code: "stores/no-database",
        message: `the server has no database for the store ${store}`,
        fix: "Have the database made (`create database`), or correct the URL of the store.",
      };
    case "42501":
      return noRights(store);
    case "25006":
      return readOnlyServer(store);
    case "57P03":
      return unreachable(store, "the server is starting or stopping");
    case "53300":
      return {
        code: "stores/too-many-connections",
        message: `the server of the store ${store} takes no more connections`,
        fix: "Wait until other programs have finished, or raise `max_connections` of the server.",
        retryable: true,
      };
    case "53100":
      return {
        code: "stores/disk-full",
        message: `there is no room left for the store ${store}`,
        fix: "Make room on the server's disk and run the command again; nothing was half written.",
        retryable: true,
      };
    case "55P03":
    case "40001":
    case "40P01":
      return {
        code: "stores/locked",
        message: `the store ${store} is being written by somebody else`,
        fix: "Wait until the other run has finished, then try again, or wait longer with `--lock-timeout`.",
        retryable: true,
      };
    case "25P03":
      return {
        code: "stores/overslept",
        message: `the server of the store ${store} ended a write in which this program had been silent for too long`,
        fix: "Run the command again; nothing of that write was saved, and others may have written since.",
        retryable: true,
      };
    case "57014":
      return {
        code: "stores/too-slow",
        message: `the server of the store ${store} took too long for one statement`,
        fix: "Look at what else the server is doing, then try again; nothing was half written.",
        retryable: true,
      };
    case "42P01":
    case "3F000":
      return notAPostgresStore(store);
    default:
      if (CLASS_LOST.test(code)) return connectionLost(store, moment);
      if (code.startsWith("XX")) return damaged(store);
      return /^(0A|2[0-7]|4[24]|P0)/u.test(code) ? undefined : unreadable(store, code);
  }
}

function wireTrouble(store: string, error: Error, code: string | undefined, moment: Moment): Told {
  if (isTls(error, code)) return notTrusted(store, code ?? "the server speaks no TLS");
  if (error.message.startsWith("SASL")) return loginRefused(store);
  if (moment === "connecting") return unreachable(store, code ?? "no answer in time");
  return connectionLost(store, moment);
}

/** What checking a certificate can say (Node's manual, "X509 certificate error codes"), and OpenSSL's own errors. */
function isTls({ message }: Error, code = ""): boolean {
  return (
    message.includes("does not support SSL") ||
    /^(ERR_(TLS|SSL)_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/u.test(code) ||
    ["HOSTNAME_MISMATCH", "INVALID_CA", "INVALID_PURPOSE"].includes(code)
  );
}

function loginRefused(store: string): Told {
  return {
    code: "stores/login-refused",
    message: `the server refuses this login to the store ${store}`,
    fix: "Correct user and password in the URL of the store, and look at the server's `pg_hba.conf`.",
  };
}

function unreachable(store: string, why: string): Told {
  return {
    code: "stores/unreachable",
    message: `the server of the store ${store} cannot be reached (${why})`,
    fix: "Check host and port in the URL of the store, and that the server runs, then try again.",
    retryable: true,
  };
}

function connectionLost(store: string, moment: Moment): Told {
  const isOpen = moment === "committing";
  return {
    code: "stores/connection-lost",
    message: `the connection to the store ${store} was lost${isOpen ? " while a write was being saved" : ""}`,
    fix: isOpen
      ? "Run the command again: whether that write was saved is looked up, and nothing is made twice."
      : "Run the command again; nothing was half written.",
    retryable: true,
  };
}

function notTrusted(store: string, why: string): Told {
  return {
    code: "stores/not-trusted",
    message: `the server of the store ${store} does not prove who it is (${why})`,
    fix: "Name the certificate of its authority as `sslrootcert` in the URL; the host in the URL has to be the certificate's.",
  };
}

function damaged(store: string): Told {
  return {
    code: "stores/damaged",
    message: `the server says that data of the store ${store} are damaged`,
    fix: "Look at the server's log and restore the database from a backup.",
  };
}

function unreadable(store: string, why: string): Told {
  return {
    code: "stores/unreadable",
    message: `the store ${store} cannot be used (PostgreSQL says ${why})`,
    fix: "Look at the server's log, then try again.",
  };
}

function noRights(store: string): Told {
  return {
    code: "stores/no-rights",
    message: `this login may not do that in the store ${store}`,
    fix: "Have the schema's owner grant the rights (docs/stores.md lists them), or use the login that made the store.",
  };
}

function readOnlyServer(store: string): Told {
  return {
    code: "stores/read-only-server",
    message: `the server of the store ${store} takes no writes`,
    fix: "It is a stand-by or set to read only: name the server that takes writes in the URL of the store.",
  };
}

function notAPostgresStore(store: string): Told {
  return {
    code: "stores/not-a-store",
    message: `${store} is not a rosterform store`,
    fix: "Correct `store.schema` in the project file; a store is made in a schema of its own.",
  };
}

/** What may be found wrong on opening, before the server says no to anything. */
export const found = {
  notAStore: (store: string): OutsideError => outside(notAPostgresStore(store)),
  noRights: (store: string): OutsideError => outside(noRights(store)),
  readOnlyServer: (store: string): OutsideError => outside(readOnlyServer(store)),
};

function isSqlState(code: string | undefined): code is string {
  return code !== undefined && /^(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/u.test(code);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function bare(error: Error): Error {
  return Object.assign(new Error(error.message), { code: codeOf(error) });
}
