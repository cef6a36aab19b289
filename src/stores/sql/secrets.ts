import type { Kysely, Transaction } from "kysely";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Prepare } from "./prepared.ts";
import type { Tables } from "./tables.ts";

/** The key may have been changed since a writer was opened, and nobody could open what it sealed then. */
export async function requireKey(tx: Kysely<Tables>, box: SecretBox): Promise<void> {
  requireSameKey(await keyCheck(tx).executeTakeFirst(), box);
}

function keyCheck(db: Kysely<Tables>) {
  return db.selectFrom("meta").select("value").where("key", "=", "key_check");
}

function requireSameKey(check: { readonly value: string } | undefined, box: SecretBox): void {
  if (check?.value === box.check) return;
  throw new OutsideError("stores/wrong-key", "the key of the store was changed while this program ran", {
    fix: "Put the new key file in place and run it again; nothing was written.",
  });
}

/** The secret of a connection, where it is held. */
export async function secretOf(db: Kysely<Tables>, box: SecretBox, id: ConnectionId): Promise<Secret | undefined> {
  const row = await db.selectFrom("secrets").select("sealed").where("connection", "=", id).executeTakeFirst();
  return row === undefined ? undefined : box.open(id, row.sealed);
}

/** Keeps the secret of a connection that has none yet. */
export type KeepSecret = (tx: Transaction<Tables>, connection: ConnectionId, secret: Secret) => Promise<void>;

/** Makes the function that keeps secrets sealed under the key of the box, as long as the store has that one. */
export function createKeepSecret(prepare: Prepare, box: SecretBox): KeepSecret {
  const check = prepare(keyCheck);
  const insert = prepare((db, row: { readonly connection: string; readonly sealed: string }) =>
    db.insertInto("secrets").values(row),
  );
  return async (tx, connection, secret) => {
    const [found] = await check(tx, {});
    requireSameKey(found, box);
    await insert(tx, { connection, sealed: box.seal(connection, secret) });
  };
}
