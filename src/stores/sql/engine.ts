import type { Kysely, Transaction } from "kysely";
import type { DistrictId } from "../../model/address.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Ruling, Scene, Scope } from "../rules/scene.ts";
import type { Written } from "../store.ts";
import type { Engine } from "../writes.ts";
import { createLoadScene, type LoadScene } from "./loading.ts";
import { createPrepare } from "./prepared.ts";
import { createSave, type Save } from "./saving.ts";
import type { SqlSetting } from "./setting.ts";
import type { ConnectionRow, Tables } from "./tables.ts";

/** Rules over SQL tables: load what the rule may look at, run it, save what it says, in one transaction. */

/** What every write over SQL is made with. */
export function createSqlEngine(db: Kysely<Tables>, setting: SqlSetting): Engine {
  const { exclusively } = setting;
  const prepare = createPrepare(db);
  const around = { load: createLoadScene(prepare, setting), save: createSave(prepare, setting.box) };
  return {
    mint: setting.mint,
    districtOf: async (id) => (await connectionRowOf(db, id))?.district as DistrictId | undefined,
    // A Client ID is one connection's in the whole store, so whoever is told one looks at all of it.
    transact: (doing, scope, rule) =>
      exclusively(
        scope.clientId === undefined ? scope.district : "all",
        `${doing} ${scope.addresses[0] ?? scope.district}`,
        (tx) => transact(tx, around, scope, rule),
      ),
  };
}

async function transact<T>(
  tx: Transaction<Tables>,
  { load, save }: { readonly load: LoadScene; readonly save: Save },
  scope: Scope,
  rule: (scene: Scene) => Ruling<T>,
): Promise<Written<T>> {
  const { scene, rows } = await load(tx, scope);
  const ruling = rule(scene);
  if (ruling.kind === "stale" || ruling.kind === "refused") return ruling;
  if (ruling.kind === "write") await save(tx, scope.district, ruling.changes, rows);
  return { kind: "done", value: ruling.value, revision: ruling.revision };
}

/** The row of a connection. */
export async function connectionRowOf(db: Kysely<Tables>, id: ConnectionId): Promise<ConnectionRow | undefined> {
  return await db.selectFrom("connections").selectAll().where("id", "=", id).executeTakeFirst();
}
