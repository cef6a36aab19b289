import { createHash } from "node:crypto";
import type { AddressParts } from "../model/address.ts";

/**
 * The name of the Terraform resource of an address, e.g. `springfield_Otus`. It depends on the address alone: neither
 * another vendor nor another place in the tree of constructs moves it, so that Terraform never takes a connection for a
 * new one.
 *
 * A part that Terraform's names cannot hold as it is gets a digest of the whole address at the end, so that no two
 * addresses have one name: `springfield_Google_Classroom__0f3a9c51`.
 */
export function logicalId({ district, vendor, name }: AddressParts): string {
  const parts = name === undefined ? [district, vendor] : [district, vendor, name];
  const text = parts.map((part) => part.replaceAll(/[^A-Za-z0-9-]+/g, "_")).join("_");
  const plain = /^[0-9-]/.test(text) ? `_${text}` : text;
  // Plain parts have no underscore, so that two underscores in a row only ever stand before a digest.
  if (parts.every((part) => /^[A-Za-z0-9-]+$/.test(part))) return plain;
  return `${plain.replaceAll(/_+/g, "_")}__${digest(parts)}`;
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
}
