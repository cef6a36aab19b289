import type { World } from "./world.ts";

/**
 * What a story needs beside the port itself: `hands` of a person in the live system, `use` by a consumer, a `clock` that can
 * be moved on, `another` operator, a store that `enables` what was disabled, a `reader` who may only read, and an `outsider`
 * who may not reach the story's district.
 */
export const NEEDS = ["hands", "use", "clock", "another", "enables", "reader", "outsider"] as const;
export type Need = (typeof NEEDS)[number];

/** One promise of the port: a sentence in the present tense, and the story that shows whether it is kept. */
export interface StorePromise<W = World> {
  readonly says: string;
  readonly needs: readonly Need[];
  /** Throws what is broken. */
  readonly tell: (world: W) => Promise<void>;
}

/** Promises about one thing; a sentence goes on where the name of the area stops. */
export interface Area<W = World> {
  readonly name: string;
  readonly promises: readonly StorePromise<W>[];
}

/** An area with its promises. */
export function area<W = World>(name: string, promises: readonly StorePromise<W>[]): Area<W> {
  return { name, promises };
}

/** A promise with its story. */
export function promise<W = World>(
  says: string,
  needs: readonly Need[],
  tell: (world: W) => Promise<void>,
): StorePromise<W> {
  return { says, needs, tell };
}
