import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { Carried } from "../upkeep.ts";
import { carried, FORMAT, type Head, type Row, ROWS_AT_ONCE, type Table, TABLES } from "./dump.ts";
import type { SqlSetting } from "./setting.ts";
import { SCHEMA_VERSION } from "./migrations.ts";
import type { Tables } from "./tables.ts";

/** Reads a dump to its end: is it whole, and what does its first line say? */
export async function checkDump(lines: AsyncIterable<string>): Promise<Head> {
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

/** A dump goes into a store of the same kind, under the same key. */
export function requireSame({ key, byHand }: Head, { box, byHand: isByHand }: SqlSetting): void {
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

/** Fills an empty store; the lines were checked before. */
export async function load(tx: Transaction<Tables>, head: Head, lines: AsyncIterable<string>): Promise<Carried> {
  const district = await tx.selectFrom("districts").select("district").limit(1).executeTakeFirst();
  const attempt = await tx.selectFrom("attempts").select("day").limit(1).executeTakeFirst();
  if (district !== undefined || attempt !== undefined) {
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

function unreadable(why: string): OutsideError {
  return new OutsideError("stores/dump-unreadable", `this is no whole dump of a store: ${why}`, {
    fix: "Dump the store again with `rosterform dump --store FILE`; a dump is not for editing.",
  });
}
