import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings,
} from "kysely";
import pg from "pg";
import { Bug, invariant } from "../diagnostics/invariant.ts";
import type { PostgresAddress } from "./postgres-address.ts";
import { isBroken, isCollision, type Moment } from "./postgres-trouble.ts";

/** How long we wait, in milliseconds. */
export interface Patience {
  /** For the server to let us in. */
  readonly connectMs: number;
  /** For another program that writes to the same district; 0: not at all. */
  readonly lockMs: number;
  /** For one statement. */
  readonly statementMs: number;
  /** How long the server lets us pause within a transaction: a process that sleeps longer cannot write afterwards. */
  readonly pauseMs: number;
}

export const PATIENCE: Patience = { connectMs: 10_000, lockMs: 10_000, statementMs: 60_000, pauseMs: 60_000 };

/** How the dialect reaches the outside. */
export interface PostgresSetting {
  readonly address: PostgresAddress;
  readonly patience: Patience;
  /** Transactions cannot write, whatever they say. */
  readonly readOnly: boolean;
  /** Turns what PostgreSQL throws into what the store throws; a collision is given through, to be tried again. */
  readonly translate: (error: unknown, moment: Moment) => Error;
}

const CONNECTIONS = 4;
const INT8 = 20;
const NUMERIC = 1700;
/** How much longer than the server we wait for its answer, before we take it for gone. */
const GRACE_MS = 5_000;

/**
 * Kysely over `pg`. Nothing is set for a session, all of it for one transaction, so that a pooler may stand in between
 * that gives every transaction another session.
 */
export function postgresDialect(setting: PostgresSetting): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => postgresDriver(setting),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

interface Held extends DatabaseConnection {
  readonly run: (sql: string, moment: Moment) => Promise<pg.QueryResult>;
  readonly release: () => void;
}

function postgresDriver(setting: PostgresSetting): Driver {
  const { patience } = setting;
  const endings: Endings = new WeakMap();
  const pool = createPool(setting, endings);
  const turns = createTurns(CONNECTIONS);
  const held = new Map<DatabaseConnection, Held>();
  const heldBy = (connection: DatabaseConnection): Held => {
    const found = held.get(connection);
    invariant(found !== undefined, "a connection is used after it was given back");
    return found;
  };
  return {
    init: async () => {},
    acquireConnection: async () => {
      // Waiting for our own turn is no trouble of the server's, so it must not count as connecting.
      await turns.take();
      try {
        const connection = hold(await pool.connect(), setting, endings);
        held.set(connection, connection);
        return connection;
      } catch (error) {
        turns.give();
        throw setting.translate(error, "connecting");
      }
    },
    releaseConnection: async (connection) => {
      heldBy(connection).release();
      held.delete(connection);
      turns.give();
    },
    beginTransaction: async (connection, settings) => {
      await heldBy(connection).run(beginning(settings, setting.readOnly, patience), "working");
    },
    commitTransaction: async (connection) => {
      const { command } = await heldBy(connection).run("commit", "committing");
      invariant(command === "COMMIT", "a transaction that failed was committed");
    },
    rollbackTransaction: async (connection) => {
      // What went wrong is told already; a connection that cannot even do this is not used again.
      await heldBy(connection)
        .run("rollback", "working")
        .catch(() => {});
    },
    destroy: () => pool.end(),
  };
}

/** What a session was ended with while it was silent: the next statement of its client says only that it is gone. */
type Endings = WeakMap<object, Error>;

function createPool({ address, patience }: PostgresSetting, endings: Endings): pg.Pool {
  const { host, port, database, user, password, ssl } = address;
  const pool = new pg.Pool({
    host,
    port,
    database,
    ssl,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    application_name: "rosterform",
    max: CONNECTIONS,
    connectionTimeoutMillis: patience.connectMs,
    query_timeout: patience.statementMs + patience.lockMs + GRACE_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    types: createTypes(),
  });
  // A connection may be lost while nobody waits for its answer; who uses it next is told. Without these, Node would end us.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", (error) => endings.set(client, error)));
  return pool;
}

/** Counts come as numbers, as they do from SQLite. */
function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  for (const oid of [INT8, NUMERIC]) {
    types.setTypeParser(oid, (text: string) => {
      const count = Number(text);
      invariant(Number.isSafeInteger(count), "counts stay within what a number holds exactly");
      return count;
    });
  }
  return types;
}

function hold(client: pg.PoolClient, { translate }: PostgresSetting, endings: Endings): Held {
  let broken = false;
  const query = async (sql: string, parameters: readonly unknown[], moment: Moment): Promise<pg.QueryResult> => {
    try {
      return await (parameters.length === 0 ? client.query(sql) : client.query(sql, [...parameters]));
    } catch (thrown) {
      const error = endings.get(client) ?? thrown;
      broken ||= isBroken(error);
      throw isCollision(error) ? error : translate(error, moment);
    }
  };
  return {
    run: (sql, moment) => query(sql, [], moment),
    release: () => client.release(broken),
    executeQuery: async <R>({ sql, parameters }: CompiledQuery) => {
      const { rows, rowCount } = await query(sql, parameters, "working");
      return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
    },
    streamQuery: () => {
      throw new Bug("rows are read page by page, never streamed");
    },
  };
}

function beginning({ accessMode, isolationLevel }: TransactionSettings, readOnly: boolean, patience: Patience): string {
  const mode = readOnly ? "read only" : (accessMode ?? "read write");
  return [
    `begin isolation level ${isolationLevel ?? "read committed"} ${mode}`,
    // To the server, 0 would mean for ever.
    `set local lock_timeout = ${Math.max(1, patience.lockMs)}`,
    `set local statement_timeout = ${patience.statementMs}`,
    `set local idle_in_transaction_session_timeout = ${patience.pauseMs}`,
  ].join("; ");
}

/** Lets so many at a time in, in the order in which they came. */
function createTurns(places: number): { readonly take: () => Promise<void>; readonly give: () => void } {
  const waiting: (() => void)[] = [];
  let free = places;
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
