import type { Kysely, Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import { linkAfter } from "../rules/chain.ts";
import type { Changes, RegistryChanges } from "../rules/scene.ts";
import type { SecretBox } from "../secret-box.ts";
import { appendToJournal, headOf } from "./journal.ts";
import type { LoadedRows } from "./loading.ts";
import type { Prepare } from "./prepared.ts";
import { askedRow, connectionRow, inventoryRow, journalRow, slotRow, useColumns } from "./rows.ts";
import { createKeepSecret, type KeepSecret } from "./secrets.ts";
import type { ConnectionRow, DistrictRow, JournalRow, SlotRow, Tables } from "./tables.ts";

/** Saves what a rule says; `before` is what it was told, as the tables have it. */
export type Save = (
  tx: Transaction<Tables>,
  district: DistrictId,
  changes: Changes,
  before: LoadedRows,
) => Promise<void>;

/** Of rows that are there only the columns that change are written, so that the engine leaves the indexes of the others alone. */
export function createSave(prepare: Prepare, box: SecretBox): Save {
  const districts = { fresh: prepare(insertDistrict), known: prepare(updateDistrict) };
  const minted = prepare(insertConnection);
  const connections = prepare(updateConnection);
  const slots = { fresh: prepare(insertSlot), known: prepare(updateSlot) };
  const journal = prepare(insertLine);
  const keepSecret = createKeepSecret(prepare, box);
  return async (tx, district, changes, before) => {
    const { revision, site, note } = changes;
    const place = site === undefined ? {} : { site_host: site.host, site_app: site.app, site_kind: site.kind };
    const link = linkAfter(before.journalHead ?? (await headOf(tx, district)), note);
    const row = { district, revision, ...place, journal_head: link };
    await (before.hasDistrict ? districts.known : districts.fresh)(tx, row);
    if (changes.removed.length > 0) await tx.deleteFrom("slots").where("address", "in", changes.removed).execute();
    if (changes.minted !== undefined) {
      const { kept, secret } = changes.minted;
      const unseen = { last_use: null, pulled_orgs: null, pulled_users: null, pulled_enrollments: null, syncs: null };
      await minted(tx, { ...connectionRow(kept), watched_since: kept.live.createdAt, ...unseen });
      if (secret !== undefined) await keepSecret(tx, kept.live.id, secret);
    }
    for (const kept of changes.connections) {
      const row = { ...connectionRow(kept), ...useColumns(kept.live.use) };
      const { id } = row;
      const changed = changedIn(
        row,
        before.connections.find((one) => one.id === id),
      );
      if (Object.keys(changed).length > 0) await connections(tx, { ...changed, id });
    }
    for (const row of changes.slots.map((slot) => slotRow(district, slot))) {
      const known = before.slots.find(({ address }) => address === row.address);
      if (known === undefined) await slots.fresh(tx, row);
      else await slots.known(tx, { ...changedIn(row, known), address: row.address });
    }
    await journal(tx, journalRow(note, link));
    if (changes.registry !== undefined) await saveRegistry(tx, keepSecret, district, changes.registry);
  };
}

/** The columns of a row that are not there yet as they shall be. */
function changedIn<R extends object>(row: R, known: R | undefined): Partial<R> {
  const changed = Object.entries(row).filter(([column, value]) => value !== Reflect.get(known ?? {}, column));
  return Object.fromEntries(changed) as Partial<R>;
}

type SomeOfDistrict = Partial<DistrictRow> & Pick<DistrictRow, "district" | "revision" | "journal_head">;

function insertDistrict(db: Kysely<Tables>, row: SomeOfDistrict) {
  return db.insertInto("districts").values({ site_host: null, site_app: null, site_kind: null, ...row });
}

function updateDistrict(db: Kysely<Tables>, { district, ...columns }: SomeOfDistrict) {
  return db.updateTable("districts").set(columns).where("district", "=", district);
}

function insertConnection(db: Kysely<Tables>, row: ConnectionRow) {
  return db.insertInto("connections").values(row);
}

function updateConnection(db: Kysely<Tables>, { id, ...columns }: Partial<ConnectionRow> & Pick<ConnectionRow, "id">) {
  return db.updateTable("connections").set(columns).where("id", "=", id);
}

function insertSlot(db: Kysely<Tables>, row: SlotRow) {
  return db.insertInto("slots").values(row);
}

function updateSlot(db: Kysely<Tables>, { address, ...columns }: Partial<SlotRow> & Pick<SlotRow, "address">) {
  return db.updateTable("slots").set(columns).where("address", "=", address);
}

function insertLine(db: Kysely<Tables>, row: JournalRow) {
  return db.insertInto("journal").values(row);
}

async function saveRegistry(
  tx: Transaction<Tables>,
  keepSecret: KeepSecret,
  district: DistrictId,
  { asked, answered, told, forgotten, inventory }: RegistryChanges,
): Promise<void> {
  for (const { address, click, connection } of answered.map((one) => askedRow(district, one))) {
    const row = tx.deleteFrom("asked").where("address", "=", address).where("click", "=", click);
    await row.where("connection", "=", connection).execute();
  }
  for (const one of asked) await tx.insertInto("asked").values(askedRow(district, one)).execute();
  if (told !== undefined) {
    await tx.deleteFrom("secrets").where("connection", "=", told.connection).execute();
    await keepSecret(tx, told.connection, told.secret);
  }
  for (const { connection, note } of forgotten) {
    const held = tx.selectFrom("secrets").select("connection").where("connection", "=", connection);
    if ((await held.executeTakeFirst()) === undefined) continue;
    await tx.deleteFrom("secrets").where("connection", "=", connection).execute();
    await appendToJournal(tx, district, note);
  }
  if (inventory !== undefined) {
    const row = inventoryRow(district, inventory);
    const columns = { by: row.by, at: row.at, as_of: row.as_of };
    const insert = tx.insertInto("inventories").values(row);
    await insert.onConflict((conflict) => conflict.column("district").doUpdateSet(columns)).execute();
  }
}
