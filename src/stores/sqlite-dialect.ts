import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { Bug, invariant } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";

const PAUSE_MS = 20;
const STATEMENTS_KEPT = 200;

/** How the dialect reaches the outside. */
export interface SqliteSetting {
  readonly readOnly: boolean;
  /** How long a write waits for another process's, in milliseconds. */
  readonly busyTimeoutMs: number;
  readonly isBusy: (error: unknown) => boolean;
  /** Turns what SQLite throws into what the store throws. */
  readonly translate: (error: unknown) => Error;
}

/**
 * Kysely over the API of `node:sqlite`. Transactions that may write begin with the write lock, so that two of them never
 * start from the same facts. While the lock is held elsewhere we wait without blocking: its holder may be in this process.
 */
export function sqliteDialect(database: DatabaseSyncInstance, setting: SqliteSetting): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(database, setting),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function sqliteDriver(database: DatabaseSyncInstance, setting: SqliteSetting): Driver {
  const connection = connectionTo(database, setting);
  const turns = createTurns();
  const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
  return {
    init: async () => {},
    acquireConnection: async () => {
      await turns.take();
      return connection;
    },
    releaseConnection: async () => turns.give(),
    beginTransaction: async (_, { accessMode }) => {
      if (accessMode === "read only") await run("begin");
      else await beginToWrite(database, setting);
    },
    commitTransaction: async () => {
      await run("commit");
    },
    rollbackTransaction: async () => {
      // A full disk makes SQLite roll back by itself.
      if (database.isTransaction) await run("rollback");
    },
    // The log goes into the file, so that a copy of the file alone is whole. A reader beside us may keep that from happening.
    destroy: async () => {
      if (!setting.readOnly) putLogAway(database, setting);
      database.close();
    },
  };
}

/** Where there is no room for that, or the disk fails, everything stays in the log, which the next one to open the file reads. */
function putLogAway(database: DatabaseSyncInstance, { translate }: SqliteSetting): void {
  try {
    database.exec("pragma busy_timeout = 0; pragma wal_checkpoint(truncate)");
  } catch (error) {
    const told = translate(error);
    if (!(told instanceof OutsideError)) throw told;
  }
}

interface Prepared {
  readonly statement: StatementSyncInstance;
  readonly columns: readonly string[];
}

function connectionTo(database: DatabaseSyncInstance, { translate }: SqliteSetting): DatabaseConnection {
  const statements = new Map<string, Prepared>();
  const prepare = (sql: string): Prepared => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS_KEPT) statements.clear();
    const statement = database.prepare(sql);
    // Rows as lists are several times as fast as rows as objects; the names are put on here.
    statement.setReturnArrays(true);
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) };
    statements.set(sql, prepared);
    return prepared;
  };
  return {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery) => {
      try {
        const { statement, columns } = prepare(sql);
        const rows: unknown[] = statement.all(...parameters);
        return { rows: rows.map((values) => named(columns, values) as R) };
      } catch (error) {
        throw translate(error);
      }
    },
    streamQuery: () => {
      throw new Bug("rows are read page by page, never streamed");
    },
  };
}

function named(columns: readonly string[], values: unknown): Readonly<Record<string, unknown>> {
  invariant(Array.isArray(values), "rows come as lists");
  const row: Record<string, unknown> = {};
  let at = 0;
  for (const column of columns) {
    row[column] = values[at];
    at += 1;
  }
  return row;
}

async function beginToWrite(database: DatabaseSyncInstance, { busyTimeoutMs, isBusy, translate }: SqliteSetting) {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      database.exec("pragma busy_timeout = 0");
      database.exec("begin immediate");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw translate(error);
    } finally {
      database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
    }
    await pause(PAUSE_MS);
  }
}

/** Lets one at a time use the only connection, in the order in which they came. */
function createTurns(): { readonly take: () => Promise<void>; readonly give: () => void } {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  return {
    take: async () => {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve));
      isTaken = true;
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) isTaken = false;
      else next();
    },
  };
}
