import type { Kysely, Transaction } from "kysely";
import { OutsideError } from "../../diagnostics/outside-error.ts";
import type { ConnectionId } from "../../model/live.ts";
import type { Secret } from "../../model/secret.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tables } from "./tables.ts";

/** The key may have been changed since a writer was opened, and nobody could open what it sealed then. */
export async function requireKey(tx: Transaction<Tables>, box: SecretBox): Promise<void> {
  const check = await tx.selectFrom("meta").select("value").where("key", "=", "key_check").executeTakeFirst();
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
export async function insertSecret(
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
