import { type Kysely, sql } from "kysely";
import { invariant } from "../../diagnostics/invariant.ts";
import type { Tables } from "./tables.ts";

/** Where the engines spell a thing differently. */
export interface Words {
  /** Type of a key that counts by itself. */
  readonly counting: string;
  /** Type of a text that rows are put in order by: by its bytes, whatever language the server speaks. */
  readonly ordered: string;
  /** What stands behind the closing bracket of a table. */
  readonly strict: string;
  /** Statements that make a table refuse updates and deletes. */
  readonly appendOnly: (table: string) => readonly string[];
  /** Statements that let an append-only table forget: it takes deletes then, and still no updates. */
  readonly forgetful: (table: string) => readonly string[];
}

/** Every version of the schema, oldest first; a released one is never edited. */
const MIGRATIONS: readonly ((words: Words) => readonly string[])[] = [
  firstTables,
  keptByHand,
  moreOfTraffic,
  syncsInARow,
  chainedJournal,
  refusedAttempts,
];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the tables from `version` (0: none yet) to the present one, or to the one that a test names. Runs inside the
 * caller's transaction.
 */
export async function migrate(
  db: Kysely<Tables>,
  version: number,
  words: Words,
  upTo: number = SCHEMA_VERSION,
): Promise<void> {
  invariant(version <= upTo, "a newer store is never migrated");
  for (const statements of MIGRATIONS.slice(version, upTo)) {
    for (const statement of statements(words)) await sql.raw(statement).execute(db);
  }
  await db
    .insertInto("meta")
    .values({ key: "schema_version", value: String(upTo) })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: String(upTo) }))
    .execute();
}

function firstTables({ counting, ordered, strict, appendOnly }: Words): readonly string[] {
  return [
    `create table meta (key text primary key, value text not null) ${strict}`,
    `create table districts (
      district ${ordered} primary key, revision integer not null,
      site_host text, site_app text, site_kind text check (site_kind in ('production', 'sandbox'))
    ) ${strict}`,
    `create table connections (
      number ${counting}, id text not null unique, district ${ordered} not null references districts (district),
      address text, generation integer, application text not null,
      kind text not null check (kind in ('supported', 'other')), version text not null check (version in ('1.1', '1.2')),
      rotate integer not null, schools text not null, share text not null,
      client_id text not null unique, token_url text not null, base_url text not null, fingerprint text not null,
      provenance text not null check (provenance in ('generated', 'adopted', 'found')), created_at text not null,
      disabled_at text, disabled_by text,
      disabled_how text check (disabled_how in ('closed', 'disabled', 'abandoned', 'outside')),
      epoch integer not null, epoch_at text not null,
      watched_since text not null, last_use text, pulled_orgs text, pulled_users text, pulled_enrollments text,
      delivery_state text check (delivery_state in ('begun', 'done')), delivery_target text, delivery_at text,
      evidence text not null,
      check ((disabled_at is null) = (disabled_how is null))
    ) ${strict}`,
    `create index connections_by_district on connections (district, number)`,
    // One generation of an address is one connection, whatever else goes wrong.
    `create unique index connections_by_generation on connections (address, generation) where generation is not null`,
    `create index connections_by_address on connections (address) where address is not null`,
    `create table slots (
      address ${ordered} primary key, district ${ordered} not null references districts (district),
      revision integer not null, generation integer not null,
      current_id text references connections (id), previous_id text references connections (id),
      cutover_from text references connections (id), cutover_to text references connections (id),
      cutover_generation integer, cutover_requires text, cutover_opened_at text,
      aborted text, applied text
    ) ${strict}`,
    `create index slots_by_district on slots (district, address)`,
    // A connection is current at one address, and part of one cut-over in each role.
    `create unique index slots_by_current on slots (current_id) where current_id is not null`,
    `create unique index slots_by_from on slots (cutover_from) where cutover_from is not null`,
    `create unique index slots_by_to on slots (cutover_to) where cutover_to is not null`,
    `create table secrets (connection text primary key references connections (id), sealed text not null) ${strict}`,
    `create table journal (
      sequence ${counting}, at text not null, "by" text not null, what text not null, district text not null,
      address text, connection text, detail text not null
    ) ${strict}`,
    ...appendOnly("journal"),
    `create table traffic (
      sequence ${counting}, connection text not null references connections (id), at text not null,
      "by" text not null check ("by" in ('consumer', 'probe')), what text not null,
      pull text check (pull in ('orgs', 'users', 'enrollments')), ok integer not null check (ok in (0, 1))
    ) ${strict}`,
    `create index traffic_by_connection on traffic (connection, sequence)`,
    ...appendOnly("traffic"),
  ];
}

/** Receipts of deliveries, and what only a store that people keep by hand has to remember. */
function keptByHand({ ordered, strict }: Words): readonly string[] {
  return [
    ...["received_by", "received_at", "reported_by", "reported_at"].map(
      (column) => `alter table connections add column ${column} text`,
    ),
    // A click that makes a connection names none: its column is empty then, so that the key holds for it too.
    `create table asked (
      address ${ordered} not null, click text not null check (click in ('generate', 'edit', 'disable')),
      connection text not null, district ${ordered} not null references districts (district),
      "by" text not null, at text not null,
      primary key (address, click, connection)
    ) ${strict}`,
    `create index asked_by_district on asked (district, at)`,
    `create table inventories (
      district ${ordered} primary key references districts (district),
      "by" text not null, at text not null, as_of text not null
    ) ${strict}`,
  ];
}

/** What an answer held and what a write did; and the usage log may forget its oldest lines. */
function moreOfTraffic({ forgetful }: Words): readonly string[] {
  return [
    ...["status integer", "rows integer", "is_delta integer", "wrote text"].map(
      (column) => `alter table traffic add column ${column}`,
    ),
    ...forgetful("traffic"),
  ];
}

/** The consumer's syncs in a row, which outlive the lines of the usage log. */
function syncsInARow(): readonly string[] {
  return [`alter table connections add column syncs text`];
}

/** Every line of a district's journal is tied to the one before it; the last link stands with the district. */
function chainedJournal(): readonly string[] {
  return [
    `alter table journal add column link text`,
    `alter table districts add column journal_head text`,
    `create index journal_by_district on journal (district, sequence)`,
  ];
}

/** Refused requests of the connection-store API: a line for each day and what is counted together. */
function refusedAttempts({ ordered, strict }: Words): readonly string[] {
  const key = ["day", "reason", "operator", "source", "district"];
  return [
    `create table attempts (
      ${key.map((column) => `${column} ${ordered} not null`).join(", ")},
      first_at text not null, last_at text not null, count integer not null check (count > 0),
      primary key (${key.join(", ")})
    ) ${strict}`,
  ];
}
