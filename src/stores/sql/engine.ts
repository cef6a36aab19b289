import type { Kysely, Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { Clock } from "../../model/time.ts";
import { sortedUnique } from "../../model/traits.ts";
import type { Mint } from "../minting.ts";
import type { Changes, RegistryChanges, RegistryScene, Ruling, Scene, Scope } from "../rules/scene.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Written } from "../store.ts";
import type { Engine } from "../writes.ts";
import { appendToJournal } from "./journal.ts";
import { originOf } from "./reading.ts";
import {
  askedFrom,
  askedRow,
  connectionRow,
  inventoryRow,
  keptFrom,
  siteFrom,
  slotFrom,
  slotRow,
  useColumns,
} from "./rows.ts";
import type { ConnectionRow, Tables } from "./tables.ts";

/** Rules over SQL tables: load what the rule may look at, run it, save what it says, in one transaction. */

/** What a writer over SQL needs besides the database. */
export interface SqlSetting {
  readonly clock: Clock;
  readonly by: string;
  readonly box: SecretBox;
  readonly mint: Mint;
  /** People keep the store: nothing is seen here, and what they are asked and tell is kept. */
  readonly byHand?: true;
  /**
   * Runs work in a transaction that excludes every other write to the district, or to the whole store. Left out where any
   * transaction of the engine excludes every other.
   */
  readonly exclusively?: Exclusively;
}

/** `doing` is for people, such as `closing springfield/Otus`: where the engine can, whoever waits is told. */
export type Exclusively = <T>(
  district: DistrictId | "all",
  doing: string,
  work: (tx: Transaction<Tables>) => Promise<T>,
) => Promise<T>;

export function exclusivelyIn(db: Kysely<Tables>, { exclusively }: SqlSetting): Exclusively {
  return exclusively ?? ((_district, _doing, work) => db.transaction().execute(work));
}

/** What every write over SQL is made with. */
export function createSqlEngine(db: Kysely<Tables>, setting: SqlSetting): Engine {
  const exclusively = exclusivelyIn(db, setting);
  return {
    mint: setting.mint,
    districtOf: async (id) => (await connectionRowOf(db, id))?.district as DistrictId | undefined,
    // A Client ID is one connection's in the whole store, so whoever is told one looks at all of it.
    transact: (doing, scope, rule) =>
      exclusively(
        scope.clientId === undefined ? scope.district : "all",
        `${doing} ${scope.addresses[0] ?? scope.district}`,
        (tx) => transact(tx, setting, scope, rule),
      ),
  };
}

async function transact<T>(
  tx: Transaction<Tables>,
  setting: SqlSetting,
  scope: Scope,
  rule: (scene: Scene) => Ruling<T>,
): Promise<Written<T>> {
  const ruling = rule(await loadScene(tx, setting, scope));
  if (ruling.kind === "stale" || ruling.kind === "refused") return ruling;
  if (ruling.kind === "write") await save(tx, setting.box, scope.district, ruling.changes);
  return { kind: "done", value: ruling.value, revision: ruling.revision };
}

/** Loads what `Scope` promises. Nobody else writes meanwhile: the transaction holds the write lock. */
async function loadScene(tx: Transaction<Tables>, { clock, by, byHand }: SqlSetting, scope: Scope): Promise<Scene> {
  const origin = byHand ? undefined : await originOf(tx);
  const observesUse = origin !== undefined;
  const district = await tx
    .selectFrom("districts")
    .selectAll()
    .where("district", "=", scope.district)
    .executeTakeFirst();
  const site = district === undefined ? undefined : siteFrom(district);
  const own = await tx.selectFrom("slots").selectAll().where("address", "in", scope.addresses).execute();
  const named = sortedUnique([
    ...scope.connections,
    ...own
      .flatMap((row) => [row.current_id, row.previous_id, row.cutover_from, row.cutover_to])
      .filter((id) => id !== null),
  ]);
  // Without the district in the condition, so that the engine looks each of them up instead of walking the district.
  const found = await tx
    .selectFrom("connections")
    .selectAll()
    .where((is) =>
      is.or([
        is("id", "in", named),
        is("address", "in", scope.addresses),
        ...(scope.clientId === undefined ? [] : [is("client_id", "=", scope.clientId)]),
      ]),
    )
    .orderBy("number")
    .execute();
  const connections = found.filter((row) => row.district === scope.district);
  const ids = connections.map((row) => row.id);
  const managers = connections.map((row) => row.address).filter((address) => address !== null);
  const slots = await tx
    .selectFrom("slots")
    .selectAll()
    .where((is) =>
      is.or([
        is("address", "in", [...scope.addresses, ...managers]),
        is("current_id", "in", ids),
        is("cutover_from", "in", ids),
        is("cutover_to", "in", ids),
      ]),
    )
    .orderBy("address")
    .execute();
  return {
    now: clock.now(),
    by,
    district: scope.district,
    revision: district?.revision ?? 0,
    ...(site === undefined ? {} : { site }),
    ...(origin === undefined ? {} : { origin }),
    observesUse,
    slots: slots.map(slotFrom),
    connections: connections.map((row) => keptFrom(row, observesUse)),
    ...(byHand ? { registry: await loadRegistry(tx, scope) } : {}),
  };
}

async function loadRegistry(tx: Transaction<Tables>, { district, clientId }: Scope): Promise<RegistryScene> {
  const rows = await tx.selectFrom("asked").selectAll().where("district", "=", district).orderBy("at").execute();
  const asked = rows.map(askedFrom);
  if (clientId === undefined) return { asked };
  const row = await tx.selectFrom("connections").selectAll().where("client_id", "=", clientId).executeTakeFirst();
  return row === undefined ? { asked } : { asked, namesake: keptFrom(row, false) };
}

async function save(tx: Transaction<Tables>, box: SecretBox, district: DistrictId, changes: Changes): Promise<void> {
  const { revision, site } = changes;
  const columns = {
    revision,
    ...(site === undefined ? {} : { site_host: site.host, site_app: site.app, site_kind: site.kind }),
  };
  await tx
    .insertInto("districts")
    .values({ district, site_host: null, site_app: null, site_kind: null, journal_head: null, ...columns })
    .onConflict((conflict) => conflict.column("district").doUpdateSet(columns))
    .execute();
  if (changes.removed.length > 0) await tx.deleteFrom("slots").where("address", "in", changes.removed).execute();
  if (changes.minted !== undefined) await insertConnection(tx, box, changes.minted);
  for (const kept of changes.connections) {
    const use = useColumns(kept.live.use) ?? {};
    const columnsOfIt = { ...connectionRow(kept), ...use };
    await tx.updateTable("connections").set(columnsOfIt).where("id", "=", kept.live.id).execute();
  }
  for (const slot of changes.slots) {
    const row = slotRow(district, slot);
    await tx
      .insertInto("slots")
      .values(row)
      .onConflict((conflict) => conflict.column("address").doUpdateSet(row))
      .execute();
  }
  await appendToJournal(tx, district, changes.note);
  if (changes.registry !== undefined) await saveRegistry(tx, box, district, changes.registry);
}

async function saveRegistry(
  tx: Transaction<Tables>,
  box: SecretBox,
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
    await insertSecret(tx, box, told.connection, told.secret);
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

async function insertConnection(
  tx: Transaction<Tables>,
  box: SecretBox,
  { kept, secret }: NonNullable<Changes["minted"]>,
): Promise<void> {
  const unseen = { last_use: null, pulled_orgs: null, pulled_users: null, pulled_enrollments: null, syncs: null };
  const row = { ...connectionRow(kept), watched_since: kept.live.createdAt, ...unseen };
  await tx.insertInto("connections").values(row).execute();
  if (secret !== undefined) await insertSecret(tx, box, kept.live.id, secret);
}

async function insertSecret(
  tx: Transaction<Tables>,
  box: SecretBox,
  connection: ConnectionId,
  secret: Secret,
): Promise<void> {
  await requireKey(tx, box);
  await tx
    .insertInto("secrets")
    .values({ connection, sealed: box.seal(connection, secret) })
    .execute();
}

/** The key may have been changed since a writer was opened, and nobody could open what it sealed then. */
export async function requireKey(tx: Transaction<Tables>, box: SecretBox): Promise<void> {
  const check = await tx.selectFrom("meta").select("value").where("key", "=", "key_check").executeTakeFirst();
  if (check?.value === box.check) return;
  throw new OutsideError("stores/wrong-key", "the key of the store was changed while this program ran", {
    fix: "Put the new key file in place and run it again; nothing was written.",
  });
}

/** The row of a connection. */
export async function connectionRowOf(db: Kysely<Tables>, id: ConnectionId): Promise<ConnectionRow | undefined> {
  return await db.selectFrom("connections").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The secret of a connection, where it is held. */
export async function secretOf(db: Kysely<Tables>, box: SecretBox, id: ConnectionId): Promise<Secret | undefined> {
  const row = await db.selectFrom("secrets").select("sealed").where("connection", "=", id).executeTakeFirst();
  return row === undefined ? undefined : box.open(id, row.sealed);
}
