import type { Kysely, Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Clock } from "../../model/time.ts";
import { sortedUnique } from "../../model/traits.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { CampusSide } from "../campus-side.ts";
import { isSameSecret, type Mint } from "../minting.ts";
import { useAfter } from "../rules/hands.ts";
import type { Changes, Kept, Ruling, Scene, Scope } from "../rules/scene.ts";
import type { SecretBox } from "../secret-box.ts";
import type { StoreWriter, Written } from "../store.ts";
import { createWrites, unknownConnection, type Writes } from "../writes.ts";
import { createSqlReader, originOf, readTraffic, type Sight } from "./reading.ts";
import {
  connectionRow,
  journalRow,
  keptFrom,
  liveFrom,
  siteFrom,
  slotFrom,
  slotRow,
  trafficRow,
  useColumns,
} from "./rows.ts";
import type { ConnectionRow, Tables } from "./tables.ts";

/** What a writer over SQL needs besides the database. */
export interface SqlSetting {
  readonly clock: Clock;
  readonly by: string;
  readonly box: SecretBox;
  readonly mint: Mint;
  /**
   * Runs work in a transaction that excludes every other write to the district, or to the whole store. Left out where any
   * transaction of the engine excludes every other.
   */
  readonly exclusively?: Exclusively;
}

export type Exclusively = <T>(
  district: DistrictId | "all",
  work: (tx: Transaction<Tables>) => Promise<T>,
) => Promise<T>;

function exclusivelyIn(db: Kysely<Tables>, { exclusively }: SqlSetting): Exclusively {
  return exclusively ?? ((_, work) => db.transaction().execute(work));
}

/** The writing half of every SQL driver: load what the rule may look at, run it, save what it says, in one transaction. */
export function createSqlWriter(db: Kysely<Tables>, sight: Sight, setting: SqlSetting): StoreWriter & CampusSide {
  const exclusively = exclusivelyIn(db, setting);
  const writes = createWrites({
    mint: setting.mint,
    districtOf: async (id) => (await connectionRowOf(db, id))?.district as DistrictId | undefined,
    transact: (scope, rule) => exclusively(scope.district, (tx) => transact(tx, setting, scope, rule)),
  });
  return {
    ...createSqlReader(db, sight),
    ...writes,
    ...createSqlCampus(db, sight, setting, writes),
    credentials: async (id) => {
      const row = await connectionRowOf(db, id);
      if (row === undefined) throw unknownConnection(id);
      const clientSecret = await secretOf(db, setting.box, id);
      return { clientId: row.client_id, clientSecret, tokenUrl: row.token_url, baseUrl: row.base_url };
    },
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
async function loadScene(tx: Transaction<Tables>, { clock, by }: SqlSetting, scope: Scope): Promise<Scene> {
  const origin = await originOf(tx);
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
    ...own.flatMap((row) => [row.current_id, row.cutover_from, row.cutover_to]).filter((id) => id !== null),
  ]);
  // Without the district in the condition, so that the engine looks each of them up instead of walking the district.
  const found = await tx
    .selectFrom("connections")
    .selectAll()
    .where((is) => is.or([is("id", "in", named), is("address", "in", scope.addresses)]))
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
  };
}

async function save(tx: Transaction<Tables>, box: SecretBox, district: DistrictId, changes: Changes): Promise<void> {
  const { revision, site } = changes;
  const columns = {
    revision,
    ...(site === undefined ? {} : { site_host: site.host, site_app: site.app, site_kind: site.kind }),
  };
  await tx
    .insertInto("districts")
    .values({ district, site_host: null, site_app: null, site_kind: null, ...columns })
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
  await tx.insertInto("journal").values(journalRow(changes.note)).execute();
}

async function insertConnection(
  tx: Transaction<Tables>,
  box: SecretBox,
  { kept, secret }: NonNullable<Changes["minted"]>,
): Promise<void> {
  const unseen = { last_use: null, pulled_orgs: null, pulled_users: null, pulled_enrollments: null };
  const row = { ...connectionRow(kept), watched_since: kept.live.createdAt, ...unseen };
  await tx.insertInto("connections").values(row).execute();
  await tx
    .insertInto("secrets")
    .values({ connection: kept.live.id, sealed: box.seal(kept.live.id, secret) })
    .execute();
}

function createSqlCampus(
  db: Kysely<Tables>,
  sight: Sight,
  setting: SqlSetting,
  { createByHand, changeByHand }: Writes,
): CampusSide {
  const { box, clock } = setting;
  const exclusively = exclusivelyIn(db, setting);
  const seesUse = async () => (await originOf(db)) !== undefined;
  return {
    createByHand,
    changeByHand,
    authenticate: async (clientId, secret) => {
      const row = await db.selectFrom("connections").selectAll().where("client_id", "=", clientId).executeTakeFirst();
      if (row === undefined) return undefined;
      const { live } = keptFrom(row, await seesUse());
      return { connection: live, isRight: isSameSecret(secret, await secretOf(db, box, live.id)) };
    },
    connection: async (id) => {
      const row = await connectionRowOf(db, id);
      return row === undefined ? undefined : liveFrom(row, await seesUse());
    },
    siteOf: async (district) => {
      const row = await db.selectFrom("districts").selectAll().where("district", "=", district).executeTakeFirst();
      return row === undefined ? undefined : siteFrom(row);
    },
    recordTraffic: async (traffic) => {
      // Its district never changes, so it may be looked up before the others are excluded.
      const { district } = (await connectionRowOf(db, traffic.connection)) ?? {};
      if (district === undefined) throw unknownConnection(traffic.connection);
      await exclusively(district as DistrictId, async (tx) => {
        const row = await connectionRowOf(tx, traffic.connection);
        if (row === undefined) throw unknownConnection(traffic.connection);
        await tx.insertInto("traffic").values(trafficRow(traffic)).execute();
        const kept: Kept = keptFrom(row, true);
        const use = useColumns(useAfter(kept.live, traffic));
        if (use !== undefined) await tx.updateTable("connections").set(use).where("id", "=", row.id).execute();
      });
    },
    traffic: (connection) => readTraffic(db, connection),
    setOrigin: async (origin) => {
      await exclusively("all", async (tx) => {
        // From the first campus on, use is seen; whatever was or was not logged before says nothing.
        if ((await originOf(tx)) === undefined) {
          await tx.updateTable("connections").set({ watched_since: clock.now() }).execute();
        }
        await tx
          .insertInto("meta")
          .values({ key: "origin", value: origin })
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: origin }))
          .execute();
      });
      sight.origin = origin;
    },
  };
}

async function connectionRowOf(db: Kysely<Tables>, id: ConnectionId): Promise<ConnectionRow | undefined> {
  return await db.selectFrom("connections").selectAll().where("id", "=", id).executeTakeFirst();
}

async function secretOf(db: Kysely<Tables>, box: SecretBox, id: ConnectionId) {
  const row = await db.selectFrom("secrets").select("sealed").where("connection", "=", id).executeTakeFirst();
  invariant(row !== undefined, `connection ${id} was stored without its secret`);
  return box.open(id, row.sealed);
}
