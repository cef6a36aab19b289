import { randomBytes } from "node:crypto";
import { accessSync, closeSync, constants, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { Kysely } from "kysely";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { Clock } from "../model/time.ts";
import type { AttemptReader, CampusSide, TrafficReader } from "./campus-side.ts";
import type { Hands } from "./hands.ts";
import { codeOf, makeKeyFile, readKeyFile } from "./key-file.ts";
import { type Mint, mintRandomly } from "./minting.ts";
import { createSecretBox } from "./secret-box.ts";
import { migrate, SCHEMA_VERSION, type Words } from "./sql/migrations.ts";
import type { Exclusively, SqlSetting } from "./sql/setting.ts";
import { createSqlReader, KEPT_BY_HAND, originOf, requireKind, type Sight } from "./sql/reading.ts";
import { createSqlRegistry } from "./sql/registry.ts";
import type { Tables } from "./sql/tables.ts";
import { createSqlUpkeep } from "./sql/upkeep.ts";
import { createSqlWriter } from "./sql/writing.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { createGroups } from "./sqlite-groups.ts";
import { isBusy, notAStore, notWritable, sqliteTrouble } from "./sqlite-trouble.ts";
import type { Registry } from "./registry.ts";
import type { StoreReader, StoreWriter } from "./store.ts";
import type { Upkeep } from "./upkeep.ts";

/** "rost": marks the file as ours, so that no other program's database is taken for a store. */
const APPLICATION_ID = 0x726f7374;
const DEFAULT_BUSY_TIMEOUT_MS = 10_000;

const WORDS: Words = {
  counting: "integer primary key autoincrement",
  ordered: "text",
  strict: "strict",
  forgetful: (table) => [`drop trigger ${table}_refuses_delete`],
  appendOnly: (table) =>
    ["update", "delete"].map(
      (verb) =>
        `create trigger ${table}_refuses_${verb} before ${verb} on ${table} begin select raise(abort, '${table} is append-only'); end`,
    ),
};

interface SqliteFile {
  readonly path: string;
  /** How long to wait for another process's write; default 10 seconds. */
  readonly busyTimeoutMs?: number;
}

/** Whether people keep the store, or the live system itself does. */
interface OfKind {
  readonly byHand?: true;
}

/**
 * Opens a store for reading only: SQLite itself refuses every write, and no key is needed. Works beside a live writer.
 * Throws `OutsideError` when there is no store at the path; never makes one. `clock` is not asked; it is accepted so that
 * readers and writers are opened alike.
 */
export async function openSqliteReader(
  options: SqliteFile & OfKind & { readonly clock?: Clock },
): Promise<StoreReader & TrafficReader & AttemptReader> {
  requireFile(options.path);
  const opened = openDatabase(options, true);
  return await opened.whole(async (db) => {
    const version = await versionOf(db, opened, options);
    await requireKind(db, options.byHand === true, options.path);
    if (version < SCHEMA_VERSION) throw olderVersion(options);
    return createSqlReader(db, options.byHand ? { origin: undefined, byHand: true } : { origin: await originOf(db) });
  });
}

/** What a writer is opened with. */
export interface SqliteWriterOptions extends SqliteFile {
  /** File with the key under which secrets are sealed. */
  readonly keyFile: string;
  readonly clock: Clock;
  /** In whose name everything is journaled. */
  readonly by: string;
  readonly mint?: Mint;
  /** A ceiling for the size of the file, in pages of 4 KiB. */
  readonly maxPages?: number;
}

/**
 * Opens a store for writing, and as the live system that a campus serves. Throws `OutsideError` when there is no store at
 * the path, when it cannot be written, or when the key is not the one it was made with.
 */
export async function openSqliteWriter(options: SqliteWriterOptions): Promise<StoreWriter & CampusSide> {
  return await openForWriting(options, {}, createSqlWriter);
}

/** Opens a store that people keep for writing. `hands` are asked for every click; without them all are for another day. */
export async function openSqliteRegistry(
  options: SqliteWriterOptions & { readonly hands: Hands },
): Promise<StoreWriter & Registry> {
  return await openForWriting(options, { byHand: true }, (db, _, setting) =>
    createSqlRegistry(db, { ...setting, byHand: true }, options.hands),
  );
}

/** Opens a store for its upkeep. Its key is needed: what is moved is sealed under it. */
export async function openSqliteUpkeep(options: SqliteWriterOptions & OfKind): Promise<Upkeep> {
  const { byHand } = options;
  const kind = byHand ? { byHand } : {};
  return await openForWriting(options, kind, (db, _, setting) => createSqlUpkeep(db, { ...setting, ...kind }));
}

async function openForWriting<T>(
  options: SqliteWriterOptions,
  { byHand }: OfKind,
  create: (db: Kysely<Tables>, sight: Sight, setting: SqlSetting) => T,
): Promise<T> {
  requireFile(options.path);
  const box = createSecretBox(readKeyFile(options.keyFile));
  requireWritable(options.path);
  const opened = openDatabase(options, false);
  return await opened.whole(async (db) => {
    const version = await versionOf(db, opened, options);
    const check = await db.selectFrom("meta").select("value").where("key", "=", "key_check").executeTakeFirst();
    if (check?.value !== box.check) throw wrongKey(options);
    await requireKind(db, byHand === true, options.path);
    settle(opened.database);
    // Taking the write lock once tells now, rather than in the middle of a run, whether the file can be written.
    await db.transaction().execute(async () => {});
    if (options.maxPages !== undefined) opened.database.exec(`pragma max_page_count = ${options.maxPages}`);
    if (version < SCHEMA_VERSION) {
      // Looked at again once nobody else can write: whoever comes second finds it done.
      await db.transaction().execute(async (tx) => migrate(tx, await versionOf(tx, opened, options), WORDS));
    }
    const { clock, by, mint = mintRandomly } = options;
    // Where people click, writes come one by one, and gain nothing from a shared flush.
    const alone: Exclusively = (_district, _doing, work) => db.transaction().execute(work);
    const exclusively = byHand ? alone : createGroups(db);
    return create(db, { origin: await originOf(db) }, { clock, by, box, mint, exclusively });
  });
}

/**
 * Makes an empty store, and its key file unless that is there already. Never overwrites: throws `stores/already-there`.
 * The file appears whole or not at all.
 */
export async function createSqliteStore(
  options: OfKind & {
    readonly path: string;
    readonly keyFile: string;
    /** An older schema than the present one, so that bringing a store up to date can be tried. */
    readonly schema?: number;
  },
): Promise<void> {
  const { path, keyFile, byHand, schema = SCHEMA_VERSION } = options;
  if (existsSync(path)) throw alreadyThere(path);
  const hadKey = existsSync(keyFile);
  const box = createSecretBox(hadKey ? readKeyFile(keyFile) : makeKeyFile(keyFile));
  const unfinished = `${path}.${randomBytes(4).toString("hex")}.new`;
  try {
    // Built in memory and written in one go: no statement of ours may hold on to the file when it gets its name, because
    // SQLite would go on keeping its log under the old one.
    const built = openDatabase({ path: ":memory:" }, false);
    await built.whole(async (db) => {
      built.database.exec(`pragma application_id = ${APPLICATION_ID}`);
      await db.transaction().execute(async (tx) => {
        await migrate(tx, 0, WORDS, schema);
        const marks = [{ key: "key_check", value: box.check }, ...(byHand ? [KEPT_BY_HAND] : [])];
        await tx.insertInto("meta").values(marks).execute();
      });
      closeSync(openSync(unfinished, "wx", 0o600));
      built.database.exec(`vacuum into '${unfinished.replaceAll("'", "''")}'`);
      await db.destroy();
    });
    settleAndSync(unfinished);
    // A hard link, because it fails where a file came in between; a rename would overwrite it.
    linkSync(unfinished, path);
  } catch (error) {
    if (!hadKey) rmSync(keyFile, { force: true });
    if (codeOf(error) === "EEXIST") throw alreadyThere(path);
    throw new OutsideError("stores/cannot-create", `the store ${path} cannot be made`, {
      cause: error,
      fix: "Make its folder first and give this user the right to write there.",
    });
  } finally {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${unfinished}${end}`, { force: true });
  }
}

/** Turns the log on, which is written into the file itself, and waits until all of it is on the disk. */
function settleAndSync(path: string): void {
  const database = new DatabaseSync(path);
  try {
    settle(database);
  } finally {
    database.close();
  }
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

interface Opened {
  readonly database: DatabaseSyncInstance;
  /** Runs the rest of the opening; when that fails, the file is closed again. */
  readonly whole: <T>(rest: (db: Kysely<Tables>) => Promise<T>) => Promise<T>;
}

function openDatabase({ path, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqliteFile, readOnly: boolean): Opened {
  const translate = (error: unknown) => sqliteTrouble(path, error);
  const translated = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw translate(error);
    }
  };
  const database = translated(() => new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs }));
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database, { readOnly, busyTimeoutMs, isBusy, translate }) });
  return {
    database,
    whole: async (rest) => {
      try {
        return await rest(db);
      } catch (error) {
        if (database.isOpen) database.close();
        throw translate(error);
      }
    },
  };
}

/** The promises of the engine: a write that was acknowledged is on the disk. Only after the file is known to be ours. */
function settle(database: DatabaseSyncInstance): void {
  database.exec("pragma foreign_keys = on");
  database.exec("pragma journal_mode = wal");
  database.exec("pragma synchronous = full");
}

/** The schema version of a file that is a store of ours; throws when it is none, or one from the future. */
async function versionOf(db: Kysely<Tables>, { database }: Opened, { path }: SqliteFile): Promise<number> {
  const marks: unknown = database.prepare(MARKS).get();
  if (!isMarked(marks)) throw notAStore(path);
  const row = await db.selectFrom("meta").select("value").where("key", "=", "schema_version").executeTakeFirst();
  if (row === undefined) throw notAStore(path);
  const version = Number(row.value);
  if (version <= SCHEMA_VERSION) return version;
  throw new OutsideError(
    "stores/newer-version",
    `the store ${path} was written by a newer rosterform (schema ${version})`,
    {
      fix: `Use that version of rosterform; this one knows stores up to schema ${SCHEMA_VERSION}.`,
    },
  );
}

const MARKS = `select application_id as id, exists (select * from sqlite_master where name = 'meta') as has_meta
  from pragma_application_id`;

function isMarked(row: unknown): boolean {
  return (
    typeof row === "object" &&
    row !== null &&
    "id" in row &&
    row.id === APPLICATION_ID &&
    "has_meta" in row &&
    row.has_meta === 1
  );
}

function requireFile(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new OutsideError("stores/not-found", `there is no store at ${path}`, {
      fix: "Check `store.path` in the project file, or run `rosterform init` to make a new store.",
    });
  }
  if (!stat.isFile()) throw notAStore(path);
}

function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

function alreadyThere(path: string): OutsideError {
  return new OutsideError("stores/already-there", `there is a file at ${path} already`, {
    fix: "Choose another path; a store is never overwritten.",
  });
}

function olderVersion({ path }: SqliteFile): OutsideError {
  return new OutsideError("stores/older-version", `the store ${path} was written by an older rosterform`, {
    fix: "Run `rosterform apply` once: opening the store for writing brings it up to date.",
  });
}

function wrongKey({ path, keyFile }: SqliteWriterOptions): OutsideError {
  return new OutsideError(
    "stores/wrong-key",
    `the key file ${keyFile} is not the one the store ${path} was made with`,
    {
      fix: "Put the right key file in its place, or name it in `store.key`. Where `rosterform rekey` was interrupted, run it again.",
    },
  );
}
