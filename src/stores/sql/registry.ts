import type { Kysely } from "kysely";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import { type ConnectionId, UNKNOWN_FINGERPRINT } from "../../model/live.ts";
import { createAskingWrites, freshWith } from "../asking.ts";
import type { Hands } from "../hands.ts";
import type { FoundByHand, Registry } from "../registry.ts";
import { ruleReportFound, ruleSignInventory } from "../rules/registry.ts";
import type { StoreWriter } from "../store.ts";
import { createWrites, type Engine, handed, unknownConnection } from "../writes.ts";
import { connectionRowOf, createSqlEngine } from "./engine.ts";
import { createSqlReader } from "./reading.ts";
import { secretOf } from "./secrets.ts";
import type { SqlSetting } from "./setting.ts";
import type { Tables } from "./tables.ts";

/** The writing half of a store that people keep, over any SQL driver. */
export function createSqlRegistry(
  db: Kysely<Tables>,
  setting: SqlSetting & { readonly byHand: true },
  hands: Hands,
): StoreWriter & Registry {
  const engine = createSqlEngine(db, setting);
  // Nothing can be generated here without a person, so that call is not offered.
  const { createByHand: _, ...writes } = createWrites(engine);
  return {
    ...createSqlReader(db, { origin: undefined, byHand: true }),
    ...writes,
    ...createAskingWrites(engine, hands),
    ...createReports(engine),
    credentials: async (id) => {
      const row = await connectionRowOf(db, id);
      if (row === undefined) throw unknownConnection(id);
      const clientSecret = await secretOf(db, setting.box, id);
      if (clientSecret === undefined) throw noSecret(id, row.client_id);
      return { clientId: row.client_id, clientSecret, tokenUrl: row.token_url, baseUrl: row.base_url };
    },
  };
}

function createReports(engine: Engine): Pick<Registry, "reportFound" | "signInventory"> {
  return {
    reportFound: async (command) => {
      const { district, clientId } = command;
      const fresh = foundFresh(engine, command);
      const scope = { district, addresses: [], connections: [], clientId };
      return handed(
        await engine.transact("noting what was found in", scope, (scene) => ruleReportFound(scene, command, fresh)),
      );
    },
    signInventory: async (command) => {
      const scope = { district: command.district, addresses: [], connections: [] };
      return handed(
        await engine.transact("signing the inventory of", scope, (scene) => ruleSignInventory(scene, command)),
      );
    },
  };
}

function foundFresh({ mint }: Engine, { clientSecret, clientId, tokenUrl, baseUrl }: FoundByHand) {
  const values = { clientId, tokenUrl, baseUrl };
  if (clientSecret !== undefined) return freshWith(mint, { ...values, clientSecret });
  return { id: mint().id, clientId, fingerprint: UNKNOWN_FINGERPRINT, endpoints: { tokenUrl, baseUrl } };
}

function noSecret(id: ConnectionId, clientId: string): OutsideError {
  return new OutsideError(
    "stores/no-secret",
    `the secret of connection ${id} (Client ID ${clientId}) is not kept in the registry`,
    {
      fix: "Campus shows it to people who may see it under Information to Share; report the connection with its secret once more.",
    },
  );
}
