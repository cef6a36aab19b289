import { createHash } from "node:crypto";
import type { Secret } from "../model/secret.ts";

/** The first 16 hexadecimal digits of SHA-256 over Client ID, a line feed, and the secret. Does not reveal the secret. */
export function fingerprintOf(clientId: string, secret: Secret): string {
  return createHash("sha256").update(`${clientId}\n${secret.reveal()}`).digest("hex").slice(0, 16);
}
