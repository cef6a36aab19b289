import { setTimeout as pause } from "node:timers/promises";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import type { StoreReader } from "../../src/stores/store.ts";
import type { Violation } from "./violation.ts";
import { faultsSeen, type Watch } from "./watched.ts";

const PAUSE_MS = 10;

/** Looks on from another process than those that apply, again and again. */
export interface Observer {
  /** Looks a last time and ends; gives everything that was wrong at some moment, each once. */
  stop(): Promise<Observed>;
  /** From now on less is watched: a person's hand is at work. */
  watch: Watch;
}

interface Observed {
  readonly violations: readonly Violation[];
  readonly looks: number;
}

/** Begins to look on. While the server cannot be reached nothing is seen. */
export function startObserver(reader: StoreReader, watch: Watch): Observer {
  const seen = new Map<DistrictId, LiveDistrict>();
  const violations = new Map<string, Violation>();
  let [looks, isOver] = [0, false];
  const observer: Observer = {
    watch,
    stop: async () => {
      isOver = true;
      await watching;
      await look();
      return { violations: [...violations.values()], looks };
    },
  };
  const look = async (): Promise<void> => {
    for await (const live of reader.read("all")) {
      for (const one of faultsSeen(live, observer.watch, seen.get(live.district)))
        violations.set(JSON.stringify(one), one);
      seen.set(live.district, live);
    }
    looks += 1;
  };
  const watching = (async () => {
    while (!isOver) {
      await look().catch((error: unknown) => {
        if (!(error instanceof OutsideError)) throw error;
      });
      await pause(PAUSE_MS);
    }
  })();
  return observer;
}
