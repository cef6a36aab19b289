import { createHash } from "node:crypto";

/** An identifier in UUID form that is the same for the same words every time. */
export function guidOf(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("\n")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** Picks by chance, but the same picks for the same seed (mulberry32). */
export function pickerOf(seed: string): (below: number) => number {
  let state = createHash("sha256").update(seed).digest().readUInt32LE();
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
