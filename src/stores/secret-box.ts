import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { ConnectionId } from "../model/live.ts";
import { Secret } from "../model/secret.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets for the database, and opens them again. */
export interface SecretBox {
  /** The secret as text that only the same key opens, and only for the same connection. */
  seal(connection: ConnectionId, secret: Secret): string;
  /** Throws `stores/secret-unreadable` when the text was changed or belongs to another connection. */
  open(connection: ConnectionId, sealed: string): Secret;
  /** Tells whether two boxes have the same key, without revealing it. Kept in the database. */
  readonly check: string;
}

/** AES-256-GCM under a key of 32 bytes; the connection's id is authenticated with it, so that secrets cannot be swapped. */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    check: createHmac("sha256", key).update("rosterform key check 1").digest("hex").slice(0, 32),
    seal: (connection, secret) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(connection));
      const hidden = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString("base64url");
    },
    open: (connection, sealed) => {
      const bytes = Buffer.from(sealed, "base64url");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(connection))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const shown = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
        return new Secret(shown.toString("utf8"));
      } catch (cause) {
        throw new OutsideError(
          "stores/secret-unreadable",
          `the sealed secret of connection ${connection} was changed`,
          {
            cause,
            fix: "Restore the store from a backup, or raise `rotate` for this connection to replace it.",
          },
        );
      }
    },
  };
}
