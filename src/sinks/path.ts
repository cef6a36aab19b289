import { createHash } from "node:crypto";
import { invariant } from "../diagnostics/invariant.ts";
import { type Address, partsOf } from "../model/address.ts";

/**
 * Where an address's file stands below the folder: `springfield/google-classroom--north`, without an ending.
 *
 * Two addresses never share a file, also where a file system ignores case. A name whose slug can be turned back into it
 * (`Google Classroom`, `north`) keeps the plain slug; any other gets a piece of its hash after a dot, which no slug holds.
 */
export function pathOf(address: Address): { readonly folder: string; readonly file: string } {
  const { district, vendor, name } = partsOf(address);
  invariant(district !== "", "credentials are handed over for a well-formed address");
  const slugs = name === undefined ? [slugOf(vendor)] : [slugOf(vendor), slugOf(name)];
  const isPlain =
    titled(slugOf(vendor)) === vendor && (name === undefined || slugOf(name).replaceAll("-", " ") === name);
  const file = slugs.map((slug) => (slug === "" ? "x" : slug)).join("--");
  return { folder: district, file: isPlain ? file : `${file}.${hashOf(address)}` };
}

/** An address as words for names that allow little: lower-case letters, digits and single hyphens between. */
export interface Words {
  /** Of district, vendor and, where there is one, name. */
  readonly parts: readonly string[];
  /** A piece of the address's hash, where the address cannot be told from its words. */
  readonly hash?: string;
}

/**
 * The words of an address. Two addresses never have the same parts and the same hash; whoever joins them keeps parts and
 * hash apart by signs that no part holds.
 */
export function wordsOf(address: Address): Words {
  const { district, vendor, name } = partsOf(address);
  invariant(district !== "", "credentials are handed over for a well-formed address");
  const parts = [district, vendor, ...(name === undefined ? [] : [name])].map(slugOf);
  const isPlain = parts[0] === district && !pathOf(address).file.includes(".");
  return isPlain ? { parts } : { parts: parts.map((part) => (part === "" ? "x" : part)), hash: hashOf(address) };
}

/** Lower-case letters and digits of a name with single hyphens between; empty when it holds none. */
function slugOf(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The name a slug stands for when nothing else is said: every word with a capital. */
function titled(slug: string): string {
  return slug
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(" ");
}

function hashOf(address: Address): string {
  return createHash("sha256").update(address).digest("hex").slice(0, 10);
}
