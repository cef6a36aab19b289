import { type Kysely, sql, type Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import { sortedUnique } from "../../model/traits.ts";
import type { RegistryScene, Scene, Scope } from "../rules/scene.ts";
import type { Prepare } from "./prepared.ts";
import { askedFrom, keptFrom, siteFrom, slotFrom } from "./rows.ts";
import type { SqlSetting } from "./setting.ts";
import type { ConnectionRow, SlotRow, Tables } from "./tables.ts";

/** What was loaded for a rule, and the rows that it was made from. */
export interface Loaded {
  readonly scene: Scene;
  readonly rows: LoadedRows;
}

/** Rows as the tables have them while the transaction lasts: nobody else writes meanwhile. */
export interface LoadedRows {
  /** Whether the district is known. */
  readonly hasDistrict: boolean;
  /** Link of the last line of the district's journal, where there is one that is linked. */
  readonly journalHead: string | null;
  readonly slots: readonly SlotRow[];
  readonly connections: readonly ConnectionRow[];
}

/** Loads what `Scope` promises. Nobody else writes meanwhile: the transaction holds the write lock. */
export type LoadScene = (tx: Transaction<Tables>, scope: Scope) => Promise<Loaded>;

/** Three questions for every scene, however large the district is. */
export function createLoadScene(prepare: Prepare, { clock, by, byHand }: SqlSetting): LoadScene {
  const asked = { basis: prepare(basis), connections: prepare(connectionsOf), slots: prepare(slotsOf) };
  return async (tx, scope) => {
    const { district, addresses } = scope;
    const own = await asked.basis(tx, { district, addresses });
    const [first] = own;
    const named = sortedUnique([
      ...scope.connections,
      ...own
        .flatMap((row) => [row.current_id, row.previous_id, row.cutover_from, row.cutover_to])
        .filter((id) => id !== null),
    ]);
    const clientIds = scope.clientId === undefined ? [] : [scope.clientId];
    const found = await asked.connections(tx, { named, addresses, clientIds });
    const connections = found.filter((row) => row.district === district);
    const ids = connections.map((row) => row.id);
    const managers = connections.map((row) => row.address).filter((address) => address !== null);
    const slots = await asked.slots(tx, { addresses: sortedUnique([...addresses, ...managers]), ids });
    const site = first === undefined ? undefined : siteFrom(first);
    const origin = byHand ? undefined : (first?.origin ?? undefined);
    const observesUse = origin !== undefined;
    const scene: Scene = {
      now: clock.now(),
      by,
      district,
      revision: first?.revision ?? 0,
      ...(site === undefined ? {} : { site }),
      ...(origin === undefined ? {} : { origin }),
      observesUse,
      slots: slots.map(slotFrom),
      connections: connections.map((row) => keptFrom(row, observesUse)),
      ...(byHand ? { registry: await loadRegistry(tx, scope) } : {}),
    };
    const hasDistrict = typeof first?.revision === "number";
    return { scene, rows: { hasDistrict, journalHead: first?.journal_head ?? null, slots, connections } };
  };
}

/** The origin, the district and what the slots at the addresses name: a row for each of these slots, and one where there is none. */
function basis(db: Kysely<Tables>, values: { readonly district: DistrictId; readonly addresses: readonly string[] }) {
  return db
    .selectFrom(sql<{ readonly one: number }>`(select 1 as one)`.as("always"))
    .leftJoin("meta", (join) => join.on("meta.key", "=", "origin"))
    .leftJoin("districts", (join) => join.on("districts.district", "=", values.district))
    .leftJoin("slots", (join) => join.on("slots.address", "in", values.addresses))
    .select("meta.value as origin")
    .select(["districts.revision", "districts.site_host", "districts.site_app", "districts.site_kind"])
    .select("districts.journal_head")
    .select(["slots.current_id", "slots.previous_id", "slots.cutover_from", "slots.cutover_to"]);
}

/**
 * Without the district in the condition, so that the engine looks each of them up instead of walking the district. A list that
 * is empty is left out: SQLite would walk all of the table for it.
 */
function connectionsOf(
  db: Kysely<Tables>,
  values: {
    readonly named: readonly string[];
    readonly addresses: readonly string[];
    readonly clientIds: readonly string[];
  },
) {
  const { named, addresses, clientIds } = values;
  return db
    .selectFrom("connections")
    .selectAll()
    .where((is) =>
      is.or([
        ...(named.length === 0 ? [] : [is("id", "in", named)]),
        ...(addresses.length === 0 ? [] : [is("address", "in", addresses)]),
        ...(clientIds.length === 0 ? [] : [is("client_id", "in", clientIds)]),
      ]),
    )
    .orderBy("number");
}

/** Every slot that manages one of the connections, or names it as current or in its cut-over. */
function slotsOf(
  db: Kysely<Tables>,
  { addresses, ids }: { readonly addresses: readonly string[]; readonly ids: readonly string[] },
) {
  const naming = ["current_id", "cutover_from", "cutover_to"] as const;
  return db
    .selectFrom("slots")
    .selectAll()
    .where((is) =>
      is.or([
        ...(addresses.length === 0 ? [] : [is("address", "in", addresses)]),
        ...(ids.length === 0 ? [] : naming.map((column) => is(column, "in", ids))),
      ]),
    )
    .orderBy("address");
}

async function loadRegistry(tx: Transaction<Tables>, { district, clientId }: Scope): Promise<RegistryScene> {
  const rows = await tx.selectFrom("asked").selectAll().where("district", "=", district).orderBy("at").execute();
  const asked = rows.map(askedFrom);
  if (clientId === undefined) return { asked };
  const row = await tx.selectFrom("connections").selectAll().where("client_id", "=", clientId).executeTakeFirst();
  return row === undefined ? { asked } : { asked, namesake: keptFrom(row, false) };
}
