import type { Kysely } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import { type ConnectionId, emptyDistrict, type LiveDistrict } from "../../model/live.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { sortedUnique } from "../../model/traits.ts";
import type { Instant } from "../../model/time.ts";
import type { Traffic } from "../../model/traffic.ts";
import type { AttemptReader, TrafficReader } from "../campus-side.ts";
import type { Capabilities, StoreReader } from "../store.ts";
import { readAttempts } from "./attempts.ts";
import { readHeads, readJournal } from "./journal.ts";
import { askedFrom, inventoryFrom, liveFrom, siteFrom, slotFrom, trafficFrom } from "./rows.ts";
import { readOutlines } from "./outlines.ts";
import { paged } from "./paged.ts";
import type { Tables, TrafficRow } from "./tables.ts";

/** How many districts are read at one moment, and with the same few queries. */
const DISTRICTS_AT_ONCE = 50;
/** How many lines of a log are fetched at once. */
const LINES_AT_ONCE = 500;

/** The reading half of every SQL driver. `sight` is asked each time: a campus may begin to serve the store. */
export function createSqlReader(db: Kysely<Tables>, sight: Sight): StoreReader & TrafficReader & AttemptReader {
  const can: Capabilities = {
    get observesUse() {
      return sight.byHand !== true && sight.origin !== undefined;
    },
    enables: sight.byHand !== true,
    byHand: sight.byHand === true,
  };
  return {
    can,
    async *read(districts, signal) {
      for await (const ids of chunksOf(db, districts, signal)) {
        signal?.throwIfAborted();
        for (const district of await readDistricts(db, ids, sight.byHand === true)) {
          signal?.throwIfAborted();
          yield district;
        }
      }
    },
    outlines: (districts, signal) => readOutlines(db, districts, { byHand: sight.byHand === true, originOf, signal }),
    journal: (filter = {}) => readJournal(db, filter),
    journalHeads: () => readHeads(db),
    traffic: (connection, since) => readTraffic(db, connection, since),
    attempts: () => readAttempts(db),
    close: () => db.destroy(),
  };
}

/** Where the campus answers that serves this store, as this process last heard. */
export interface Sight {
  origin: string | undefined;
  /** People keep the store: nothing that happens in the live system is seen here. */
  readonly byHand?: true;
}

/** Who keeps the store: people, or the live system itself. */
async function isKeptByHand(db: Kysely<Tables>): Promise<boolean> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", "store_kind").executeTakeFirst();
  return row?.value === KEPT_BY_HAND.value;
}

/** The mark of a store that people keep. */
export const KEPT_BY_HAND = { key: "store_kind", value: "by-hand" } as const;

/** A store of one kind opened as the other would be read as saying what it does not say. */
export async function requireKind(db: Kysely<Tables>, byHand: boolean, name: string): Promise<void> {
  const isByHand = await isKeptByHand(db);
  if (isByHand === byHand) return;
  throw new OutsideError(
    "stores/other-kind",
    isByHand
      ? `the store ${name} is a registry that people keep by hand, and was opened as a live system`
      : `the store ${name} is a live system's own, and was opened as a registry that people keep by hand`,
    {
      fix: isByHand
        ? "Set `store.kind` in the project file to by-hand; nobody can serve such a store as a campus."
        : "Set `store.kind` in the project file to sqlite or postgres, or name another store.",
    },
  );
}

/** Where a campus serves this store: only then is the consumer seen, and only then "nothing seen" means "not used". */
export async function originOf(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await db.selectFrom("meta").select("value").where("key", "=", "origin").executeTakeFirst();
  return row?.value;
}

async function* chunksOf(
  db: Kysely<Tables>,
  districts: readonly DistrictId[] | "all",
  signal: AbortSignal | undefined,
): AsyncIterable<readonly DistrictId[]> {
  signal?.throwIfAborted();
  if (districts !== "all") {
    const ids = sortedUnique(districts);
    for (let at = 0; at < ids.length; at += DISTRICTS_AT_ONCE) yield ids.slice(at, at + DISTRICTS_AT_ONCE);
    return;
  }
  let last = "";
  for (;;) {
    const rows = await db
      .selectFrom("districts")
      .select("district")
      .where("district", ">", last)
      .orderBy("district")
      .limit(DISTRICTS_AT_ONCE)
      .execute();
    const ids = rows.map((row) => row.district as DistrictId);
    if (ids.length > 0) yield ids;
    if (ids.length < DISTRICTS_AT_ONCE) return;
    last = ids.at(-1) ?? "";
  }
}

/** These districts as they were at one moment, in the order of the list. */
async function readDistricts(
  db: Kysely<Tables>,
  ids: readonly DistrictId[],
  byHand: boolean,
): Promise<readonly LiveDistrict[]> {
  return await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => {
      const observesUse = !byHand && (await originOf(tx)) !== undefined;
      const known = new Map<string, Writable>();
      for (const row of await tx.selectFrom("districts").selectAll().where("district", "in", ids).execute()) {
        const site = siteFrom(row);
        const district = row.district as DistrictId;
        known.set(district, {
          district,
          revision: row.revision,
          ...(site === undefined ? {} : { site }),
          slots: [],
          connections: [],
          observesUse,
        });
      }
      const slots = tx.selectFrom("slots").selectAll().where("district", "in", ids);
      for (const row of await slots.orderBy("district").orderBy("address").execute()) {
        known.get(row.district)?.slots.push(slotFrom(row));
      }
      const connections = tx.selectFrom("connections").selectAll().where("district", "in", ids);
      for (const row of await connections.orderBy("district").orderBy("number").execute()) {
        known.get(row.district)?.connections.push(liveFrom(row, observesUse));
      }
      const districts = ids.map((id) => known.get(id) ?? emptyDistrict(id, observesUse));
      return byHand ? await withKept(tx, districts) : districts;
    });
}

/** What people said about the districts, and what they are asked and have not reported. */
async function withKept(db: Kysely<Tables>, districts: readonly LiveDistrict[]): Promise<readonly LiveDistrict[]> {
  const ids = districts.map(({ district }) => district);
  const signed = await db.selectFrom("inventories").selectAll().where("district", "in", ids).execute();
  const asked = await db
    .selectFrom("asked")
    .selectAll()
    .where("district", "in", ids)
    .orderBy("at")
    .orderBy("address")
    .execute();
  return districts.map((live) => ({
    ...live,
    kept: {
      inventory: inventoryFrom(signed.find((row) => row.district === live.district)),
      asked: asked.filter((row) => row.district === live.district).map(askedFrom),
    },
  }));
}

/** A district while it is being put together. */
type Writable = Omit<LiveDistrict, "slots" | "connections"> & {
  readonly slots: LiveDistrict["slots"][number][];
  readonly connections: LiveDistrict["connections"][number][];
};

/** Traffic of a connection, oldest first. */
async function* readTraffic(
  db: Kysely<Tables>,
  connection: ConnectionId,
  since: Instant | undefined,
): AsyncIterable<Traffic> {
  const lines = db
    .selectFrom("traffic")
    .selectAll()
    .where("connection", "=", connection)
    .where("at", ">=", since ?? "")
    .orderBy("sequence")
    .limit(LINES_AT_ONCE);
  const rows = paged<TrafficRow & { readonly sequence: number }>(LINES_AT_ONCE, (last) =>
    lines.where("sequence", ">", last?.sequence ?? 0).execute(),
  );
  for await (const row of rows) yield trafficFrom(row);
}
