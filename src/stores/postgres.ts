import { existsSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { HandleEmptyInListsPlugin, Kysely, replaceWithNoncontingentExpression, sql, type Transaction } from "kysely";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { Clock } from "../model/time.ts";
import type { AttemptReader, CampusSide, TrafficReader } from "./campus-side.ts";
import type { Hands } from "./hands.ts";
import { makeKeyFile, readKeyFile } from "./key-file.ts";
import { type Mint, mintRandomly } from "./minting.ts";
import { readPostgresAddress, shownAs, type UrlReference } from "./postgres-address.ts";
import { PATIENCE, type Patience, postgresDialect } from "./postgres-dialect.ts";
import { type Claim, createQueue, lock, whoLocks } from "./postgres-locks.ts";
import { found, isCollision, postgresTrouble } from "./postgres-trouble.ts";
import { createSecretBox } from "./secret-box.ts";
import { migrate, SCHEMA_VERSION, type Words } from "./sql/migrations.ts";
import { createSqlReader, KEPT_BY_HAND, originOf, requireKind, type Sight } from "./sql/reading.ts";
import { createSqlRegistry } from "./sql/registry.ts";
import type { Tables } from "./sql/tables.ts";
import type { Exclusively, SqlSetting } from "./sql/setting.ts";
import { createSqlUpkeep } from "./sql/upkeep.ts";
import { createSqlWriter } from "./sql/writing.ts";
import type { Registry } from "./registry.ts";
import type { StoreReader, StoreWriter } from "./store.ts";
import type { Upkeep } from "./upkeep.ts";

/** Stands in `meta`, so that no other program's tables are taken for a store. */
const APPLICATION = "rosterform";
/** How often a transaction is run when the server gives it up for another's sake. */
const ATTEMPTS = 5;
const PAUSE_MS = 40;

/** `quoted` is the schema: a trigger finds its function wherever its session looks for names. */
const wordsIn = (quoted: string): Words => ({
  counting: "bigint generated always as identity primary key",
  ordered: `text collate "C"`,
  strict: "",
  forgetful: (table) => [
    `drop trigger ${table}_refuses_changes on ${table}`,
    `create trigger ${table}_refuses_changes before update or truncate on ${table}
      for each statement execute function ${quoted}.${table}_is_append_only()`,
  ],
  appendOnly: (table) => [
    `create function ${quoted}.${table}_is_append_only() returns trigger language plpgsql
      as $$ begin raise exception '${table} is append-only'; end $$`,
    `create trigger ${table}_refuses_changes before update or delete or truncate on ${table}
      for each statement execute function ${quoted}.${table}_is_append_only()`,
  ],
});

/** Where a store is: a schema of its own in a database of a PostgreSQL server. */
export interface PostgresPlace {
  readonly url: UrlReference;
  /** Default: `rosterform`. */
  readonly schema?: string;
  /** Default: `PATIENCE`. */
  readonly patience?: Partial<Patience>;
}

/** Whether people keep the store, or the live system itself does. */
interface OfKind {
  readonly byHand?: true;
}

/**
 * Opens a store for reading only: every transaction is one that cannot write, and no key is needed. Throws `OutsideError`
 * when there is no store; never makes one. `clock` is not asked; it is accepted so that readers and writers are opened alike.
 */
export async function openPostgresReader(
  options: PostgresPlace & OfKind & { readonly clock?: Clock },
): Promise<StoreReader & TrafficReader & AttemptReader> {
  const opened = openDatabase(options, true);
  return await opened.whole(async (db) => {
    const { version } = await marksOf(opened, db);
    await requireKind(db, options.byHand === true, opened.store);
    if (version < SCHEMA_VERSION) throw olderVersion(opened);
    return createSqlReader(db, options.byHand ? { origin: undefined, byHand: true } : { origin: await originOf(db) });
  });
}

/** What a writer is opened with. */
export interface PostgresWriterOptions extends PostgresPlace {
  /** File with the key under which secrets are sealed. It stays on this machine; the server never sees it. */
  readonly keyFile: string;
  readonly clock: Clock;
  /** In whose name everything is journaled. */
  readonly by: string;
  readonly mint?: Mint;
}

/**
 * Opens a store for writing, and as the live system that a campus serves. Throws `OutsideError` when there is no store,
 * when it cannot be written, or when the key is not the one it was made with. Brings an older store up to date.
 */
export async function openPostgresWriter(options: PostgresWriterOptions): Promise<StoreWriter & CampusSide> {
  return await openForWriting(options, {}, createSqlWriter);
}

/** Opens a store that people keep for writing. `hands` are asked for every click. */
export async function openPostgresRegistry(
  options: PostgresWriterOptions & { readonly hands: Hands },
): Promise<StoreWriter & Registry> {
  return await openForWriting(options, { byHand: true }, (db, _, setting) =>
    createSqlRegistry(db, { ...setting, byHand: true }, options.hands),
  );
}

/** Opens a store for its upkeep. Its key is needed: what is moved is sealed under it. */
export async function openPostgresUpkeep(options: PostgresWriterOptions & OfKind): Promise<Upkeep> {
  const { byHand } = options;
  const kind = byHand ? { byHand } : {};
  return await openForWriting(options, kind, (db, _, setting) => createSqlUpkeep(db, { ...setting, ...kind }));
}

async function openForWriting<T>(
  options: PostgresWriterOptions,
  { byHand }: OfKind,
  create: (db: Kysely<Tables>, sight: Sight, setting: SqlSetting) => T,
): Promise<T> {
  const box = createSecretBox(readKeyFile(options.keyFile));
  const opened = openDatabase(options, false);
  return await opened.whole(async (db) => {
    const { version, keyCheck } = await marksOf(opened, db);
    if (keyCheck !== box.check) throw wrongKey(opened, options);
    await requireKind(db, byHand === true, opened.store);
    await requireWritable(opened, db);
    const { clock, by, mint = mintRandomly } = options;
    const exclusively = exclusivelyIn(opened, db, by);
    if (version < SCHEMA_VERSION)
      await exclusively("all", "bringing the tables up to date", (tx) => bringUpToDate(opened, tx));
    return create(db, { origin: await originOf(db) }, { clock, by, box, mint, exclusively });
  });
}

/**
 * Makes an empty store in a schema that is not there yet or has nothing in it, and its key file unless that is there
 * already. Never overwrites: throws `stores/already-there`. The store appears whole or not at all.
 */
export async function createPostgresStore(
  options: PostgresPlace &
    OfKind & {
      readonly keyFile: string;
      /** An older version of the tables than the present one, so that bringing a store up to date can be tried. */
      readonly version?: number;
    },
): Promise<void> {
  const opened = openDatabase(options, false);
  const { keyFile, byHand, version = SCHEMA_VERSION } = options;
  const hadKey = existsSync(keyFile);
  try {
    await opened.whole(async (db) => {
      const box = createSecretBox(hadKey ? readKeyFile(keyFile) : makeKeyFile(keyFile));
      await exclusivelyIn(opened, db, "somebody")("all", "making the store", async (tx) => {
        const { hasSchema, relations } = await lookAt(opened, tx);
        if (relations > 0) throw alreadyThere(opened);
        if (!hasSchema) await sql`create schema ${sql.id(opened.schema)}`.execute(tx);
        await migrateFrom(opened, tx, 0, version);
        const marks = { application: APPLICATION, key_check: box.check };
        const rows = Object.entries(marks).map(([key, value]) => ({ key, value }));
        await tx
          .insertInto("meta")
          .values([...rows, ...(byHand ? [KEPT_BY_HAND] : [])])
          .execute();
      });
      await db.destroy();
    });
  } catch (error) {
    // Where nobody knows whether the store was made, its key must not be lost.
    const isOpen = error instanceof OutsideError && error.code === "stores/connection-lost";
    if (!hadKey && !isOpen) rmSync(keyFile, { force: true });
    throw error;
  }
}

interface Opened {
  /** Names the store for people. */
  readonly store: string;
  readonly schema: string;
  readonly patience: Patience;
  readonly translate: (error: unknown) => Error;
  /** Runs the rest of the opening; when that fails, the connections are closed again. */
  readonly whole: <T>(rest: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;
}

function openDatabase({ url, schema = "rosterform", ...place }: PostgresPlace, readOnly: boolean): Opened {
  const address = readPostgresAddress(url);
  const patience = { ...PATIENCE, ...place.patience };
  const store = shownAs(address, schema);
  const dialect = postgresDialect({
    address,
    readOnly,
    patience,
    translate: (error, moment) => postgresTrouble(store, error, moment),
  });
  // `in ()` is no SQL; where a list is empty the condition is simply false.
  const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression });
  const root = new Kysely<Tables>({ dialect, plugins: [emptyLists] });
  const translate = (error: unknown) => postgresTrouble(store, error);
  return {
    store,
    schema,
    patience,
    translate,
    whole: async (rest) => {
      try {
        return await rest(root.withSchema(schema));
      } catch (error) {
        await root.destroy();
        throw translate(error);
      }
    },
  };
}

/**
 * Writers of one district come after one another, those of different districts beside each other, and who asks for all of
 * the store is alone. The locks end with their transaction, whatever becomes of us. Where the server gives a transaction up
 * because two were in each other's way it is run again, a few times.
 */
function exclusivelyIn({ store, schema, patience, translate }: Opened, db: Kysely<Tables>, by: string): Exclusively {
  const turn = createQueue();
  return async (district, doing, work) => {
    const claim = { schema, district, by, doing, patience };
    const leave = await turn(district);
    try {
      return await inTransaction(db, claim, work);
    } catch (error) {
      const told = translate(error);
      throw isLocked(told) ? await whoLocks(db, store, claim, told) : told;
    } finally {
      leave();
    }
  };
}

async function inTransaction<T>(
  db: Kysely<Tables>,
  claim: Claim,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db
        .transaction()
        .setIsolationLevel("read committed")
        .execute(async (tx) => {
          await lock(tx, claim);
          return await work(tx);
        });
    } catch (error) {
      if (!isCollision(error) || attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS * attempt * (1 + Math.random()));
    }
  }
}

function isLocked(error: Error): boolean {
  return error instanceof OutsideError && error.code === "stores/locked";
}

interface Look {
  readonly hasSchema: boolean;
  /** Whatever stands in the schema: tables, views, sequences. */
  readonly relations: number;
  readonly hasMeta: boolean;
}

/** What stands at the store's place. Asks the catalogue, for which nobody needs rights. */
async function lookAt({ schema }: Opened, db: Kysely<Tables>): Promise<Look> {
  const { rows } = await sql<Look>`
    select exists (select from pg_namespace where nspname = ${schema}) as "hasSchema",
      (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema}) as relations,
      (select count(*) = 2 from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relname = 'meta' and a.attname in ('key', 'value') and not a.attisdropped) as "hasMeta"
  `.execute(db);
  return rows[0] ?? { hasSchema: false, relations: 0, hasMeta: false };
}

/** Version and key of a store of ours; throws when there is none, or one from the future. */
async function marksOf(opened: Opened, db: Kysely<Tables>): Promise<{ version: number; keyCheck: string | undefined }> {
  const { relations, hasMeta } = await lookAt(opened, db);
  if (relations === 0) throw notFound(opened);
  if (!hasMeta) throw found.notAStore(opened.store);
  const rows = await db.selectFrom("meta").selectAll().execute();
  const marks = new Map(rows.map(({ key, value }) => [key, value]));
  const version = Number(marks.get("schema_version"));
  if (marks.get("application") !== APPLICATION || !Number.isInteger(version)) throw found.notAStore(opened.store);
  if (version > SCHEMA_VERSION) throw newerVersion(opened, version);
  return { version, keyCheck: marks.get("key_check") };
}

/** Tells now, rather than in the middle of a run, whether the store can be written. */
async function requireWritable({ store, schema }: Opened, db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ readonly standby: boolean; readonly allowed: boolean | null }>`
    select pg_is_in_recovery() as standby, bool_and(has_table_privilege(c.oid, 'insert')) as allowed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and c.relkind = 'r'
  `.execute(db);
  if (rows[0]?.standby === true) throw found.readOnlyServer(store);
  if (rows[0]?.allowed !== true) throw found.noRights(store);
}

/** Whoever comes second finds it done: the version is looked at again once nobody else can change it. */
async function bringUpToDate(opened: Opened, tx: Transaction<Tables>): Promise<void> {
  const { version } = await marksOf(opened, tx);
  if (version < SCHEMA_VERSION) await migrateFrom(opened, tx, version);
}

async function migrateFrom({ schema }: Opened, tx: Transaction<Tables>, version: number, upTo?: number): Promise<void> {
  // The statements of the migrations name no schema.
  await sql`set local search_path to ${sql.id(schema)}`.execute(tx);
  await migrate(tx, version, wordsIn(`"${schema}"`), upTo);
}

function notFound({ store }: Opened): OutsideError {
  return new OutsideError("stores/not-found", `there is no store at ${store}`, {
    fix: "Check the URL and `store.schema` in the project file, or run `rosterform store create` to make a new store.",
  });
}

function alreadyThere({ store }: Opened): OutsideError {
  return new OutsideError("stores/already-there", `there are tables at ${store} already`, {
    fix: "Choose another `store.schema`; a store is never overwritten.",
  });
}

function newerVersion({ store }: Opened, version: number): OutsideError {
  return new OutsideError(
    "stores/newer-version",
    `the store ${store} was written by a newer rosterform (schema ${version})`,
    { fix: `Use that version of rosterform; this one knows stores up to schema ${SCHEMA_VERSION}.` },
  );
}

function olderVersion({ store }: Opened): OutsideError {
  return new OutsideError("stores/older-version", `the store ${store} was written by an older rosterform`, {
    fix: "Run `rosterform apply` once: opening the store for writing brings it up to date.",
  });
}

function wrongKey({ store }: Opened, { keyFile }: PostgresWriterOptions): OutsideError {
  return new OutsideError(
    "stores/wrong-key",
    `the key file ${keyFile} is not the one the store ${store} was made with`,
    {
      fix: "Put the right key file in its place, or name it in `store.key`. Where `rosterform rekey` was interrupted, run it again.",
    },
  );
}
