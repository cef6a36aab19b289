import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { ConnectionId } from "../model/live.ts";
import { Secret } from "../model/secret.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Fresh } from "./rules/mint.ts";

/** Makes the random part of a new connection. Tests hand in one that counts. */
export type Mint = () => Omit<Fresh, "fingerprint">;

/** Random identifiers and a secret of 256 bits. */
export const mintRandomly: Mint = () => ({
  id: `c-${randomBytes(12).toString("hex")}` as ConnectionId,
  clientId: randomBytes(16).toString("hex"),
  clientSecret: new Secret(randomBytes(32).toString("base64url")),
});

/** The minted part with its fingerprint. */
export function freshFrom(mint: Mint): Fresh {
  const made = mint();
  return { ...made, fingerprint: fingerprintOf(made.clientId, made.clientSecret) };
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function isSameSecret(a: Secret, b: Secret): boolean {
  const [first, second] = [a, b].map((secret) => createHash("sha256").update(secret.reveal()).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
