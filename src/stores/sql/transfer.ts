import { createHash } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { ConnectionId } from "../../model/live.ts";
import { readKeyFile } from "../key-file.ts";
import { createSecretBox, type SecretBox } from "../secret-box.ts";
import type { Carried, Transfer } from "../transfer.ts";
import { exclusivelyIn, type SqlSetting } from "./engine.ts";
import { SCHEMA_VERSION } from "./migrations.ts";
import type { Tables } from "./tables.ts";

const FORMAT = "rosterform-store";
const ROWS_AT_ONCE = 200;

/** What is carried, in an order in which no row names one that comes later. */
const TABLES = [
  "districts",
  "connections",
  "slots",
  "secrets",
  "journal",
  "traffic",
  "asked",
  "inventories",
] as const satisfies readonly (keyof Tables)[];
type Table = (typeof TABLES)[number];

type Row = Readonly<Record<string, unknown>>;

/** The first line of a dump. */
interface Head {
  readonly format: typeof FORMAT;
  readonly schema: number;
  /** Tells which key its secrets are sealed under, without revealing it. */
  readonly key: string;
  readonly byHand: boolean;
  /** Where the campus answers that serves the store. */
  readonly origin: string | null;
}

/** Dumps and loads of every SQL driver. */
export function createSqlTransfer(db: Kysely<Tables>, setting: SqlSetting): Transfer {
  return {
    dump: (write) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute((tx) => dump(tx, setting, write)),
    load: async (lines) => {
      const head = await check(lines());
      requireSame(head, setting);
      return await exclusivelyIn(db, setting)("all", (tx) => load(tx, head, lines()));
    },
    reseal: (keyFile) => {
      const next = createSecretBox(readKeyFile(keyFile));
      return exclusivelyIn(db, setting)("all", (tx) => reseal(tx, setting.box, next));
    },
    close: () => db.destroy(),
  };
}

async function dump(
  tx: Transaction<Tables>,
  { box, byHand }: SqlSetting,
  write: (line: string) => Promise<void>,
): Promise<Carried> {
  const hash = createHash("sha256");
  const counts = new Map<Table, number>();
  const tell = async (value: unknown) => {
    const line = JSON.stringify(value);
    hash.update(line).update("\n");
    await write(line);
  };
  const origin = await tx.selectFrom("meta").select("value").where("key", "=", "origin").executeTakeFirst();
  const head: Head = {
    format: FORMAT,
    schema: SCHEMA_VERSION,
    key: box.check,
    byHand: byHand === true,
    origin: origin?.value ?? null,
  };
  await tell(head);
  for (const table of TABLES) {
    for await (const row of rowsOf(tx, table)) {
      counts.set(table, (counts.get(table) ?? 0) + 1);
      await tell({ table, row: Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))) });
    }
  }
  await write(JSON.stringify({ digest: hash.digest("hex") }));
  return carried(counts);
}

async function reseal(tx: Transaction<Tables>, box: SecretBox, next: SecretBox): Promise<number> {
  let count = 0;
  for await (const row of numbered(tx, "secrets")) {
    const { connection, sealed } = row as { readonly connection: ConnectionId; readonly sealed: string };
    const again = next.seal(connection, box.open(connection, sealed));
    await tx.updateTable("secrets").set({ sealed: again }).where("connection", "=", connection).execute();
    count += 1;
  }
  await tx.updateTable("meta").set({ value: next.check }).where("key", "=", "key_check").execute();
  return count;
}

/** Rows in an order that every engine agrees on. What counts by itself is left out: it is counted anew. */
async function* rowsOf(tx: Transaction<Tables>, table: Table): AsyncIterable<Row> {
  if (table === "districts" || table === "slots") yield* named(tx, table);
  else if (table === "connections" || table === "secrets") yield* numbered(tx, table);
  else if (table === "journal" || table === "traffic") yield* sequenced(tx, table);
  else if (table === "asked") yield* asked(tx);
  else yield* await tx.selectFrom(table).selectAll().orderBy("district").execute();
}

async function* named(tx: Transaction<Tables>, table: "districts" | "slots"): AsyncIterable<Row> {
  if (table === "districts") {
    const all = tx.selectFrom(table).selectAll().orderBy("district").limit(ROWS_AT_ONCE);
    yield* paged<{ readonly district: string }>((last) => all.where("district", ">", last?.district ?? "").execute());
  } else {
    const all = tx.selectFrom(table).selectAll().orderBy("address").limit(ROWS_AT_ONCE);
    yield* paged<{ readonly address: string }>((last) => all.where("address", ">", last?.address ?? "").execute());
  }
}

async function* numbered(tx: Transaction<Tables>, table: "connections" | "secrets"): AsyncIterable<Row> {
  const connections = tx.selectFrom("connections").orderBy("connections.number").limit(ROWS_AT_ONCE);
  const all = connections.selectAll();
  const secrets = connections
    .innerJoin("secrets", "secrets.connection", "connections.id")
    .select(["secrets.connection", "secrets.sealed", "connections.number"]);
  const rows = paged<{ readonly number: number }>((last) =>
    table === "connections"
      ? all.where("number", ">", last?.number ?? 0).execute()
      : secrets.where("connections.number", ">", last?.number ?? 0).execute(),
  );
  for await (const { number: _, ...row } of rows) yield row;
}

async function* sequenced(tx: Transaction<Tables>, table: "journal" | "traffic"): AsyncIterable<Row> {
  const all = tx.selectFrom(table).selectAll().orderBy("sequence").limit(ROWS_AT_ONCE);
  const rows = paged<{ readonly sequence: number }>((last) =>
    all.where("sequence", ">", last?.sequence ?? 0).execute(),
  );
  for await (const { sequence: _, ...row } of rows) yield row;
}

async function* asked(tx: Transaction<Tables>): AsyncIterable<Row> {
  const rows = await tx.selectFrom("asked").selectAll().execute();
  const key = ({ address, click, connection }: (typeof rows)[number]) => `${address}\n${click}\n${connection}`;
  yield* rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function* paged<R>(page: (last: R | undefined) => Promise<readonly R[]>): AsyncIterable<R> {
  let last: R | undefined;
  for (;;) {
    const rows = await page(last);
    yield* rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1);
  }
}

/** Reads a dump to its end: is it whole, and what does its first line say? */
async function check(lines: AsyncIterable<string>): Promise<Head> {
  const hash = createHash("sha256");
  let head: Head | undefined;
  let [number, isEnded] = [0, false];
  for await (const line of lines) {
    number += 1;
    if (isEnded) throw unreadable(`line ${number} stands after the end`);
    const value = parsed(line, number);
    if (head === undefined) {
      head = headFrom(value);
    } else if (typeof value["digest"] === "string") {
      isEnded = true;
      if (value["digest"] !== hash.digest("hex")) throw unreadable("its lines are not those that were written");
      continue;
    } else if (!TABLES.some((table) => table === value["table"]) || typeof value["row"] !== "object") {
      throw unreadable(`line ${number} is no row of a table that stores have`);
    }
    hash.update(line).update("\n");
  }
  if (head === undefined) throw unreadable("it is empty");
  if (!isEnded) throw unreadable(`it ends at line ${number} without its last line, so a part is missing`);
  return head;
}

function headFrom(value: Row): Head {
  const { format, schema, key, byHand, origin } = value;
  const isHead = format === FORMAT && typeof key === "string" && typeof byHand === "boolean";
  if (!isHead || (origin !== null && typeof origin !== "string")) throw unreadable("its first line is another one");
  if (schema !== SCHEMA_VERSION) {
    throw new OutsideError(
      "stores/dump-other-version",
      `the dump holds schema ${String(schema)}, and this rosterform writes ${SCHEMA_VERSION}`,
      {
        fix: "Load it with the version that wrote it; or bring the store up to date with `rosterform apply` and dump it again.",
      },
    );
  }
  return { format: FORMAT, schema: SCHEMA_VERSION, key, byHand, origin };
}

function parsed(line: string, number: number): Row {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Told below, with its line.
  }
  throw unreadable(`line ${number} is no JSON object`);
}

function requireSame({ key, byHand }: Head, { box, byHand: isByHand }: SqlSetting): void {
  if (key !== box.check) {
    throw new OutsideError("stores/wrong-key", "the dump's secrets are sealed under another key than this store's", {
      fix: "Put the key file of the store that was dumped in place before `rosterform store create`, which keeps it.",
    });
  }
  if (byHand === (isByHand === true)) return;
  throw new OutsideError(
    "stores/other-kind",
    byHand
      ? "the dump is of a registry that people keep by hand, and this store is a live system's own"
      : "the dump is of a live system's own store, and this one is a registry that people keep by hand",
    { fix: "Set `store.kind` in the project file to what was dumped, and make that store." },
  );
}

async function load(tx: Transaction<Tables>, head: Head, lines: AsyncIterable<string>): Promise<Carried> {
  if ((await tx.selectFrom("districts").select("district").limit(1).executeTakeFirst()) !== undefined) {
    throw new OutsideError("stores/not-empty", "there is something in this store already", {
      fix: "A dump is loaded into an empty store only: make one with `rosterform store create`.",
    });
  }
  if (head.origin !== null) {
    const row = { key: "origin", value: head.origin };
    const insert = tx.insertInto("meta").values(row);
    await insert.onConflict((conflict) => conflict.column("key").doUpdateSet({ value: row.value })).execute();
  }
  const counts = new Map<Table, number>();
  let waiting: { readonly table: Table; readonly rows: Row[] } | undefined;
  const flush = async () => {
    if (waiting !== undefined) await tx.insertInto(waiting.table).values(waiting.rows).execute();
    waiting = undefined;
  };
  for await (const line of lines) {
    const { table, row } = JSON.parse(line) as { readonly table?: Table; readonly row: Row };
    if (table === undefined) continue;
    counts.set(table, (counts.get(table) ?? 0) + 1);
    if (waiting !== undefined && (waiting.table !== table || waiting.rows.length >= ROWS_AT_ONCE)) await flush();
    if (waiting === undefined) waiting = { table, rows: [row] };
    else waiting.rows.push(row);
  }
  await flush();
  return carried(counts);
}

function carried(counts: ReadonlyMap<Table, number>): Carried {
  return {
    rows: [...counts.values()].reduce((sum, count) => sum + count, 0),
    districts: counts.get("districts") ?? 0,
    connections: counts.get("connections") ?? 0,
  };
}

function unreadable(why: string): OutsideError {
  return new OutsideError("stores/dump-unreadable", `this is no whole dump of a store: ${why}`, {
    fix: "Dump the store again with `rosterform dump --store FILE`; a dump is not for editing.",
  });
}
