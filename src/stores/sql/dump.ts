import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import type { Carried } from "../upkeep.ts";
import type { SqlSetting } from "./setting.ts";
import { attemptRows } from "./attempts.ts";
import { SCHEMA_VERSION } from "./migrations.ts";
import { paged } from "./paged.ts";
import type { Tables } from "./tables.ts";

export const FORMAT = "rosterform-store";
export const ROWS_AT_ONCE = 200;

/** What is carried, in an order in which no row names one that comes later. */
export const TABLES = [
  "districts",
  "connections",
  "slots",
  "secrets",
  "journal",
  "traffic",
  "asked",
  "inventories",
  "attempts",
] as const satisfies readonly (keyof Tables)[];
export type Table = (typeof TABLES)[number];

export type Row = Readonly<Record<string, unknown>>;

/** The first line of a dump. */
export interface Head {
  readonly format: typeof FORMAT;
  readonly schema: number;
  /** Tells which key its secrets are sealed under, without revealing it. */
  readonly key: string;
  readonly byHand: boolean;
  /** Where the campus answers that serves the store. */
  readonly origin: string | null;
}

/** Writes a store as lines, as it was at one moment; see `Upkeep`. */
export async function dump(
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

/** Rows in an order that every engine agrees on. What counts by itself is left out: it is counted anew. */
async function* rowsOf(tx: Transaction<Tables>, table: Table): AsyncIterable<Row> {
  if (table === "districts" || table === "slots") yield* named(tx, table);
  else if (table === "connections" || table === "secrets") yield* numbered(tx, table);
  else if (table === "journal" || table === "traffic") yield* sequenced(tx, table);
  else if (table === "asked") yield* asked(tx);
  else if (table === "attempts") for await (const row of attemptRows(tx)) yield { ...row };
  else yield* await tx.selectFrom(table).selectAll().orderBy("district").execute();
}

async function* named(tx: Transaction<Tables>, table: "districts" | "slots"): AsyncIterable<Row> {
  if (table === "districts") {
    const all = tx.selectFrom(table).selectAll().orderBy("district").limit(ROWS_AT_ONCE);
    yield* paged<{ readonly district: string }>(ROWS_AT_ONCE, (last) =>
      all.where("district", ">", last?.district ?? "").execute(),
    );
  } else {
    const all = tx.selectFrom(table).selectAll().orderBy("address").limit(ROWS_AT_ONCE);
    yield* paged<{ readonly address: string }>(ROWS_AT_ONCE, (last) =>
      all.where("address", ">", last?.address ?? "").execute(),
    );
  }
}

/** Connections in the order in which they were made, or their secrets in the same. */
export async function* numbered(tx: Transaction<Tables>, table: "connections" | "secrets"): AsyncIterable<Row> {
  const connections = tx.selectFrom("connections").orderBy("connections.number").limit(ROWS_AT_ONCE);
  const all = connections.selectAll();
  const secrets = connections
    .innerJoin("secrets", "secrets.connection", "connections.id")
    .select(["secrets.connection", "secrets.sealed", "connections.number"]);
  const rows = paged<{ readonly number: number }>(ROWS_AT_ONCE, (last) =>
    table === "connections"
      ? all.where("number", ">", last?.number ?? 0).execute()
      : secrets.where("connections.number", ">", last?.number ?? 0).execute(),
  );
  for await (const { number: _, ...row } of rows) yield row;
}

async function* sequenced(tx: Transaction<Tables>, table: "journal" | "traffic"): AsyncIterable<Row> {
  const all = tx.selectFrom(table).selectAll().orderBy("sequence").limit(ROWS_AT_ONCE);
  const rows = paged<{ readonly sequence: number }>(ROWS_AT_ONCE, (last) =>
    all.where("sequence", ">", last?.sequence ?? 0).execute(),
  );
  for await (const { sequence: _, ...row } of rows) yield row;
}

async function* asked(tx: Transaction<Tables>): AsyncIterable<Row> {
  const rows = await tx.selectFrom("asked").selectAll().execute();
  const key = ({ address, click, connection }: (typeof rows)[number]) => `${address}\n${click}\n${connection}`;
  yield* rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What that comes to. */
export function carried(counts: ReadonlyMap<Table, number>): Carried {
  return {
    rows: [...counts.values()].reduce((sum, count) => sum + count, 0),
    districts: counts.get("districts") ?? 0,
    connections: counts.get("connections") ?? 0,
  };
}
