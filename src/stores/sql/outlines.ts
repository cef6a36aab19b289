import type { Kysely } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionOutline, LiveOutline, SlotOutline } from "../../model/live.ts";
import { sortedUnique } from "../../model/traits.ts";
import {
  connectionOutlineFrom,
  type OutlinedConnection,
  type OutlinedSlot,
  siteFrom,
  slotOutlineFrom,
} from "./rows.ts";
import type { Tables } from "./tables.ts";

/** How many districts are read at one moment. */
const DISTRICTS_AT_ONCE = 50;

const SLOT = [
  ...(["district", "address", "current_id", "previous_id", "cutover_to", "aborted"] as const),
] satisfies readonly (keyof OutlinedSlot)[];
const CONNECTION = [
  ...(["id", "district", "kind", "version", "rotate", "schools", "share"] as const),
  ...(["provenance", "disabled_how", "disabled_at", "last_use"] as const),
] satisfies readonly (keyof OutlinedConnection)[];

interface Around {
  readonly byHand: boolean;
  /** Where a campus serves the store; only then is use seen. */
  readonly originOf: (db: Kysely<Tables>) => Promise<string | undefined>;
  readonly signal: AbortSignal | undefined;
}

/** Outlines of districts, in order: only the columns that show whether something is to be done, a fifth of all bytes. */
export async function* readOutlines(
  db: Kysely<Tables>,
  districts: readonly DistrictId[],
  { signal, ...around }: Around,
): AsyncIterable<LiveOutline> {
  const ids = sortedUnique(districts);
  for (let at = 0; at < ids.length; at += DISTRICTS_AT_ONCE) {
    signal?.throwIfAborted();
    yield* await readSome(db, ids.slice(at, at + DISTRICTS_AT_ONCE), around);
  }
}

type Writable = Omit<LiveOutline, "slots" | "connections"> & {
  readonly slots: SlotOutline[];
  readonly connections: ConnectionOutline[];
};

/** These districts as they were at one moment. */
async function readSome(
  db: Kysely<Tables>,
  ids: readonly DistrictId[],
  { byHand: isKept, originOf }: Omit<Around, "signal">,
): Promise<readonly LiveOutline[]> {
  return await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (tx) => {
      const observesUse = !isKept && (await originOf(tx)) !== undefined;
      const known = new Map<string, Writable>();
      for (const row of await tx.selectFrom("districts").selectAll().where("district", "in", ids).execute()) {
        const site = siteFrom(row);
        const district = row.district as DistrictId;
        known.set(district, { district, isKept, ...(site === undefined ? {} : { site }), slots: [], connections: [] });
      }
      for (const row of await tx.selectFrom("slots").select(SLOT).where("district", "in", ids).execute()) {
        known.get(row.district)?.slots.push(slotOutlineFrom(row));
      }
      for (const row of await tx.selectFrom("connections").select(CONNECTION).where("district", "in", ids).execute()) {
        known.get(row.district)?.connections.push(connectionOutlineFrom(row, observesUse));
      }
      return ids.map((district) => known.get(district) ?? { district, isKept, slots: [], connections: [] });
    });
}
