import { createHash } from "node:crypto";

/** Random choices that depend on a seed alone, so that a round can be thrown again. */
export interface Dice {
  /** A whole number from 0 up to, but not including, the limit. */
  below(limit: number): number;
  /** True in so many of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Dice of their own for a part of the work, so that what others throw moves nothing there. */
  fork(name: string): Dice;
}

/** Dice from words such as the seed of a run, the database and the number of the round. */
export function diceFrom(...words: readonly (string | number)[]): Dice {
  const name = words.join("/");
  // mulberry32, begun at a digest so that neighbouring rounds have nothing in common.
  let state = createHash("sha256").update(name).digest().readInt32BE();
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(Math.max(1, items.length))];
      if (item === undefined) throw new Error("there is nothing to pick from");
      return item;
    },
    fork: (more) => diceFrom(name, more),
  };
}
