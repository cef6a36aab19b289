import type { Kysely } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import { TRAFFIC_KEPT } from "../../model/traffic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { AttemptReader, CampusSide, TrafficReader } from "../campus-side.ts";
import { isSameSecret, mintRandomly } from "../minting.ts";
import { useAfter } from "../rules/hands.ts";
import type { Kept } from "../rules/scene.ts";
import type { StoreWriter } from "../store.ts";
import { createWrites, unknownConnection, type Writes } from "../writes.ts";
import { ATTEMPTS, countAttempts } from "./attempts.ts";
import { connectionRowOf, createSqlEngine } from "./engine.ts";
import { createPrepare } from "./prepared.ts";
import { createSqlReader, originOf, type Sight } from "./reading.ts";
import { keptFrom, liveFrom, siteFrom, trafficRow, useColumns } from "./rows.ts";
import { secretOf } from "./secrets.ts";
import type { SqlSetting } from "./setting.ts";
import type { Tables } from "./tables.ts";

/** The writing half of every SQL driver, with the side on which a campus stands. */
export function createSqlWriter(db: Kysely<Tables>, sight: Sight, setting: SqlSetting): StoreWriter & CampusSide {
  const writes = createWrites(createSqlEngine(db, setting));
  const reader = createSqlReader(db, sight);
  const credentialsRow = createPrepare(db)(credentialsOf);
  return {
    ...reader,
    ...writes,
    ...createSqlCampus(db, sight, setting, writes, reader),
    credentials: async (id) => {
      const [row] = await credentialsRow(db, { id });
      if (row === undefined) throw unknownConnection(id);
      const { sealed, client_id: clientId, token_url: tokenUrl, base_url: baseUrl } = row;
      invariant(sealed !== null, WITHOUT_SECRET);
      return { clientId, clientSecret: setting.box.open(id, sealed), tokenUrl, baseUrl };
    },
  };
}

function createSqlCampus(
  db: Kysely<Tables>,
  sight: Sight,
  setting: SqlSetting,
  { createByHand, changeByHand }: Writes,
  reader: TrafficReader & AttemptReader,
): CampusSide {
  const { clock, exclusively } = setting;
  const decoy = createDecoy(db, setting);
  const connectionAndOrigin = createPrepare(db)(connectionWithOrigin);
  const seesUse = async () => (await originOf(db)) !== undefined;
  return {
    createByHand,
    changeByHand,
    authenticate: async (clientId, secret) => {
      const row = await db.selectFrom("connections").selectAll().where("client_id", "=", clientId).executeTakeFirst();
      const observesUse = await seesUse();
      // The same is done for an id that nobody has, so that the time of an answer does not tell which ids exist.
      const right = row === undefined ? await decoy() : await knownSecretOf(db, setting, row.id as ConnectionId);
      const isRight = isSameSecret(secret, right);
      return row === undefined ? undefined : { connection: liveFrom(row, observesUse), isRight };
    },
    connection: async (id) => {
      const [row] = await connectionAndOrigin(db, { id });
      return row === undefined ? undefined : liveFrom(row, row.origin !== null);
    },
    siteOf: async (district) => {
      const row = await db.selectFrom("districts").selectAll().where("district", "=", district).executeTakeFirst();
      return row === undefined ? undefined : siteFrom(row);
    },
    recordTraffic: async (traffic) => {
      // Its district never changes, so it may be looked up before the others are excluded.
      const { district } = (await connectionRowOf(db, traffic.connection)) ?? {};
      if (district === undefined) throw unknownConnection(traffic.connection);
      await exclusively(district as DistrictId, `noting use in ${district}`, async (tx) => {
        const row = await connectionRowOf(tx, traffic.connection);
        if (row === undefined) throw unknownConnection(traffic.connection);
        const line = await tx
          .insertInto("traffic")
          .values(trafficRow(traffic))
          .returning("sequence")
          .executeTakeFirst();
        if (Number(line?.sequence) % FORGETS_EVERY === 0) await forgetOldest(tx, traffic.connection);
        const kept: Kept = keptFrom(row, true);
        const use = useColumns(useAfter(kept.live, traffic));
        if (use !== undefined) await tx.updateTable("connections").set(use).where("id", "=", row.id).execute();
      });
    },
    traffic: (connection, since) => reader.traffic(connection, since),
    attempts: () => reader.attempts(),
    countAttempts: (attempts) =>
      exclusively(ATTEMPTS, "counting refused attempts", (tx) => countAttempts(tx, attempts, clock.now())),
    setOrigin: async (origin) => {
      await exclusively("all", "setting the origin of the campus", async (tx) => {
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

/**
 * Looking for lines to forget takes longer than writing one, so it is not done each time. A prime, so that connections
 * that take turns all meet it.
 */
const FORGETS_EVERY = 499;

async function forgetOldest(tx: Kysely<Tables>, connection: ConnectionId): Promise<void> {
  const lines = tx.selectFrom("traffic").select("sequence").where("connection", "=", connection);
  const newest = await lines.orderBy("sequence", "desc").offset(TRAFFIC_KEPT).limit(1).executeTakeFirst();
  if (newest === undefined) return;
  const forgotten = tx.deleteFrom("traffic").where("connection", "=", connection);
  await forgotten.where("sequence", "<=", newest.sequence).execute();
}

/** A secret that is nobody's, fetched and opened like any other. */
function createDecoy(db: Kysely<Tables>, { box }: SqlSetting): () => Promise<Secret> {
  const id = "nobody" as ConnectionId;
  const sealed = box.seal(id, mintRandomly().clientSecret);
  return async () => (await secretOf(db, box, id)) ?? box.open(id, sealed);
}

/** Where the live system itself is the store, every connection was made with its secret. */
async function knownSecretOf(db: Kysely<Tables>, { box }: SqlSetting, id: ConnectionId): Promise<Secret> {
  const secret = await secretOf(db, box, id);
  invariant(secret !== undefined, WITHOUT_SECRET);
  return secret;
}

const WITHOUT_SECRET = "a connection was stored without its secret";

function credentialsOf(db: Kysely<Tables>, { id }: { readonly id: string }) {
  return db
    .selectFrom("connections")
    .leftJoin("secrets", "secrets.connection", "connections.id")
    .select(["client_id", "token_url", "base_url", "sealed"])
    .where("connections.id", "=", id);
}

function connectionWithOrigin(db: Kysely<Tables>, { id }: { readonly id: string }) {
  return db
    .selectFrom("connections")
    .leftJoin("meta", (join) => join.on("meta.key", "=", "origin"))
    .selectAll("connections")
    .select("meta.value as origin")
    .where("id", "=", id);
}
