import type { Kysely } from "kysely";
import type { Address, DistrictId } from "../../model/address.ts";
import { CHAIN_START, linkAfter } from "../rules/chain.ts";
import type { Note } from "../rules/scene.ts";
import type { JournalEntry } from "../store.ts";
import { paged } from "./paged.ts";
import { entryFrom, journalRow } from "./rows.ts";
import type { JournalRow, Tables } from "./tables.ts";

/** How many lines are fetched at once. */
const LINES_AT_ONCE = 500;

/** The journal, oldest first. */
export async function* readJournal(
  db: Kysely<Tables>,
  { district, address }: { readonly district?: DistrictId; readonly address?: Address },
): AsyncIterable<JournalEntry> {
  let lines = db.selectFrom("journal").selectAll().orderBy("sequence").limit(LINES_AT_ONCE);
  if (district !== undefined) lines = lines.where("district", "=", district);
  if (address !== undefined) lines = lines.where("address", "=", address);
  const rows = paged<JournalRow & { readonly sequence: number }>(LINES_AT_ONCE, (last) =>
    lines.where("sequence", ">", last?.sequence ?? 0).execute(),
  );
  for await (const row of rows) yield entryFrom(row);
}

/** The link of each district's last line. */
export async function readHeads(db: Kysely<Tables>): Promise<ReadonlyMap<DistrictId, string>> {
  const rows = await db.selectFrom("districts").select(["district", "journal_head"]).execute();
  return new Map(
    rows.flatMap((row) => (row.journal_head === null ? [] : [[row.district as DistrictId, row.journal_head] as const])),
  );
}

/** Writes a line and ties it to the one before it. Nobody else writes in the district meanwhile; its row exists. */
export async function appendToJournal(tx: Kysely<Tables>, district: DistrictId, note: Note): Promise<void> {
  const row = await tx
    .selectFrom("districts")
    .select("journal_head")
    .where("district", "=", district)
    .executeTakeFirstOrThrow();
  const link = linkAfter(row.journal_head ?? (await headOf(tx, district)), note);
  await tx.insertInto("journal").values(journalRow(note, link)).execute();
  await tx.updateTable("districts").set({ journal_head: link }).where("district", "=", district).execute();
}

/** Lines from before journals were chained are tied in by the first one after them. */
export async function headOf(tx: Kysely<Tables>, district: DistrictId): Promise<string> {
  let head = CHAIN_START;
  for await (const entry of readJournal(tx, { district })) head = linkAfter(head, entry);
  return head;
}
