import { createHmac } from "node:crypto";
import type { Secret } from "../model/secret.ts";

/**
 * The symmetric scheme of Standard Webhooks 1.0.0, under "Signature scheme" and "Webhook headers":
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * Keys of 24 to 64 random bytes, written as `whsec_` and base64; the signed text is `id.timestamp.body`; a signature is `v1,` and
 * the HMAC-SHA256 in base64; several of them, parted by blanks, while a key is replaced.
 */

const KEY = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
const SHORTEST = 24;
const LONGEST = 64;
/** One in use and one that is being replaced, and room for a mistake. */
const MOST_KEYS = 4;

/** The keys in a text, parted by blanks or lines; `undefined` where it holds none, or anything else besides. */
export function keysIn(text: Secret): readonly Uint8Array[] | undefined {
  const words = text
    .reveal()
    .split(/\s+/)
    .filter((word) => word !== "");
  const keys = words.map((word) => Buffer.from(KEY.exec(word)?.[1] ?? "", "base64"));
  const areRight = keys.every(({ length }) => length >= SHORTEST && length <= LONGEST);
  return areRight && keys.length > 0 && keys.length <= MOST_KEYS ? keys : undefined;
}

/** What is signed. */
export interface Signed {
  readonly id: string;
  /** Seconds since 1970-01-01T00:00:00Z, of this try. */
  readonly seconds: number;
  readonly body: string;
}

/** The value of `webhook-signature`: one signature for each key. */
export function signatureOf({ id, seconds, body }: Signed, keys: readonly Uint8Array[]): string {
  const text = `${id}.${seconds}.${body}`;
  return keys.map((key) => `v1,${createHmac("sha256", key).update(text, "utf8").digest("base64")}`).join(" ");
}
