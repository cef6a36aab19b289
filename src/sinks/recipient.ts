import { constants, createCipheriv, createHash, createPublicKey, hkdfSync, publicEncrypt } from "node:crypto";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import type { Recipient } from "age-encryption";
import { OutsideError } from "../diagnostics/outside-error.ts";

/** Labels of the SSH recipient types in the age format (C2SP, age.md and filippo.io/age/agessh). */
const ED25519_LABEL = "age-encryption.org/v1/ssh-ed25519";
const RSA_LABEL = "age-encryption.org/v1/ssh-rsa";
const FEWEST_RSA_BITS = 2048;

/**
 * Somebody to encrypt for, from a public key as people keep it: `age1...` as age-keygen prints it, or a line of an SSH
 * public key file (`ssh-ed25519 AAAA... comment`, `ssh-rsa AAAA... comment`). What it is encrypted to can be opened with
 * `age -d -i`. Throws `sinks/bad-recipient`, which never repeats the text: somebody may have put a private key there.
 */
export async function recipientFrom(line: string): Promise<string | Recipient> {
  const [type = "", body = ""] = line.trim().split(/\s+/);
  if (type.startsWith("age1")) return type;
  if (type === "ssh-ed25519") return ed25519Recipient(wireOf(type, body));
  if (type === "ssh-rsa") return await rsaRecipient(wireOf(type, body));
  throw badRecipient("A key is neither age1..., ssh-ed25519 nor ssh-rsa.");
}

/** Told where a public key cannot be used; the key is not repeated. */
export function badRecipient(why: string, cause?: unknown): OutsideError {
  return new OutsideError("sinks/bad-recipient", why, {
    fix: "Name public keys only, under `keys` of the vendor or `recipients` of the sink: age1... as age-keygen prints it, or the line of an SSH key's .pub file.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A key as SSH writes it (RFC 4253, section 6.6): its fields, and all of it, by which age names the recipient. */
interface Wire {
  readonly whole: Buffer;
  readonly fields: readonly Buffer[];
}

function wireOf(type: string, body: string): Wire {
  const whole = Buffer.from(body, "base64");
  const fields: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    if (at + 4 > whole.length) throw badRecipient(`An ${type} key is cut off.`);
    const length = whole.readUInt32BE(at);
    if (at + 4 + length > whole.length) throw badRecipient(`An ${type} key is cut off.`);
    fields.push(whole.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (fields[0]?.toString() !== type) throw badRecipient(`What follows ${type} is not a key of that type.`);
  return { whole, fields };
}

function tagOf({ whole }: Wire): string {
  return createHash("sha256").update(whole).digest().subarray(0, 4).toString("base64").replace(/=+$/, "");
}

/** X25519 with the key's Montgomery form, tweaked by the SSH key, so that it differs from the same point as an age key. */
function ed25519Recipient(wire: Wire): Recipient {
  const point = wire.fields[1] ?? Buffer.alloc(0);
  let theirs: Uint8Array;
  try {
    theirs = ed25519.utils.toMontgomery(point);
  } catch (error) {
    throw badRecipient("An ssh-ed25519 key holds no point of the curve.", error);
  }
  const tweak = derive(Buffer.alloc(0), wire.whole, ED25519_LABEL);
  return {
    wrapFileKey: (fileKey) => {
      const { secretKey, publicKey } = x25519.keygen();
      const shared = x25519.getSharedSecret(tweak, x25519.getSharedSecret(secretKey, theirs));
      const key = derive(shared, Buffer.concat([publicKey, theirs]), ED25519_LABEL);
      const cipher = createCipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      const share = Buffer.from(publicKey).toString("base64").replace(/=+$/, "");
      return [{ args: ["ssh-ed25519", tagOf(wire), share], body: Uint8Array.from(body) }];
    },
  };
}

function derive(secret: Uint8Array, salt: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, label, 32));
}

async function rsaRecipient(wire: Wire): Promise<Recipient> {
  const [, exponent, modulus] = wire.fields;
  if (exponent === undefined || modulus === undefined) throw badRecipient("An ssh-rsa key is cut off.");
  if (bitsOf(modulus) < FEWEST_RSA_BITS) throw badRecipient(`An ssh-rsa key has fewer than ${FEWEST_RSA_BITS} bits.`);
  const key = createPublicKey({
    format: "jwk",
    key: { kty: "RSA", n: modulus.toString("base64url"), e: exponent.toString("base64url") },
  });
  const padding = {
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: "sha256",
    oaepLabel: Buffer.from(RSA_LABEL),
  };
  return {
    wrapFileKey: (fileKey) => [
      { args: ["ssh-rsa", tagOf(wire)], body: Uint8Array.from(publicEncrypt({ key, ...padding }, fileKey)) },
    ],
  };
}

/** SSH writes a leading zero byte before a number whose first bit is set. */
function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
}
