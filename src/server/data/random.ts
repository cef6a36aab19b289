import { hash } from "node:crypto";

/** An identifier in UUID form that is the same for the same words every time. */
export function guidOf(...words: readonly string[]): string {
  const hex = hash("sha256", words.join("\n"), "hex");
  // Joined rather than a template: a template of many parts stays a rope, which holds several times the memory.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** A whole number from 0 up to but not including `below`. */
export type Pick = (below: number) => number;

/** A seed for `pickerOf`, the same for the same words every time. */
export function seedOf(...words: readonly string[]): number {
  return hash("sha256", words.join("\n"), "buffer").readUInt32LE();
}

/** A seed derived from another one and a few numbers; much cheaper than one from words. */
export function deriveSeed(seed: number, ...numbers: readonly number[]): number {
  let state = seed >>> 0;
  for (const number of numbers) {
    state = Math.imul(state ^ (number >>> 0), 0x9e3779b1) >>> 0;
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) >>> 0;
    state = (state ^ (state >>> 13)) >>> 0;
  }
  return state;
}

/** Picks by chance, but the same picks for the same seed (mulberry32). */
export function pickerOf(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of the items. */
export function oneOf<T>(pick: Pick, items: readonly [T, ...(readonly T[])]): T {
  return items[pick(items.length)] ?? items[0];
}
