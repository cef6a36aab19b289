import { hash } from "node:crypto";
import type { Note } from "./scene.ts";

/** What the first line of a district's journal is linked to. */
export const CHAIN_START = "0".repeat(64);

/**
 * The link of a line: SHA-256 over the link of the line before it in the same district and the line's own words, in hexadecimal.
 * A line that is changed, taken out or put in later no longer fits what follows it.
 */
export function linkAfter(previous: string, note: Note): string {
  const { at, by, what, district, address, connection, detail } = note;
  const words = [previous, at, by, what, district, address ?? null, connection ?? null, detail];
  return hash("sha256", JSON.stringify(words), "hex");
}
