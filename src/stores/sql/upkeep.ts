import type { Kysely, Transaction } from "kysely";
import type { ConnectionId } from "../../model/live.ts";
import { readKeyFile } from "../key-file.ts";
import { createSecretBox, type SecretBox } from "../secret-box.ts";
import type { Upkeep } from "../upkeep.ts";
import { dump, numbered } from "./dump.ts";
import { checkDump, load, requireSame } from "./load.ts";
import { requireKey } from "./secrets.ts";
import type { SqlSetting } from "./setting.ts";
import type { Tables } from "./tables.ts";

/** The upkeep of every SQL driver. */
export function createSqlUpkeep(db: Kysely<Tables>, setting: SqlSetting): Upkeep {
  return {
    dump: (write) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute((tx) => dump(tx, setting, write)),
    load: async (lines) => {
      const head = await checkDump(lines());
      requireSame(head, setting);
      return await setting.exclusively("all", "loading a dump", (tx) => load(tx, head, lines()));
    },
    reseal: (keyFile) => {
      const next = createSecretBox(readKeyFile(keyFile));
      return setting.exclusively("all", "sealing it under a new key", (tx) => reseal(tx, setting.box, next));
    },
    close: () => db.destroy(),
  };
}

async function reseal(tx: Transaction<Tables>, box: SecretBox, next: SecretBox): Promise<number> {
  await requireKey(tx, box);
  let count = 0;
  for await (const row of numbered(tx, "secrets")) {
    const { connection, sealed } = row as { readonly connection: ConnectionId; readonly sealed: string };
    const again = next.seal(connection, box.open(connection, sealed));
    await tx.updateTable("secrets").set({ sealed: again }).where("connection", "=", connection).execute();
    count += 1;
  }
  await tx.updateTable("meta").set({ value: next.check }).where("key", "=", "key_check").execute();
  return count;
}
