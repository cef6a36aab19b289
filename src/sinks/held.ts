import type { Sink } from "./sink.ts";

/** Delivers nothing: the values stay sealed in the store, for a door that opens them when somebody asks. */
export function createHeldSink(): Sink {
  return {
    keeps: false,
    target: (address) => `store:${address}`,
    deliver: () => Promise.resolve(),
  };
}
