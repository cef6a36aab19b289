import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { ConnectionId } from "../model/live.ts";
import { Secret } from "../model/secret.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Fresh } from "./rules/mint.ts";

/** Makes the random part of a new connection. Tests hand in one that counts. */
export type Mint = () => Omit<Fresh, "fingerprint">;

/** Random identifiers and a secret of 256 bits. */
export const mintRandomly: Mint = () => {
  // Asked for at once: asking takes longer than what is given.
  const bytes = randomBytes(60);
  return {
    id: `c-${bytes.toString("hex", 0, 12)}` as ConnectionId,
    clientId: bytes.toString("hex", 12, 28),
    clientSecret: new Secret(bytes.toString("base64url", 28)),
  };
};

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
