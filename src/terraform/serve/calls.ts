import { logMistake } from "./faults.ts";
import type { Log } from "./log.ts";
import type { Answerer } from "./methods.ts";

/** The calls of one process: counted, and logged by name and duration. */
export interface Calls {
  /** Answers a call; `undefined` where there is no such call. */
  readonly answer: (path: string, request: Uint8Array) => Promise<Uint8Array | undefined>;
  /** Begins to load what answers calls, if that did not happen yet. */
  readonly warmUp: () => void;
  /** Asks the provider to finish what is in hand; resolves once no call is left, or after so many milliseconds. */
  readonly finish: (withinMs: number) => Promise<void>;
}

const POLL_MS = 20;

/** Loads what answers calls once the first one comes, or the process is warmed up. */
export function createCalls(load: (log: Log) => Promise<Answerer>, log: Log): Calls {
  let loading: Promise<Answerer> | undefined;
  let inHand = 0;
  const loaded = () => (loading ??= load(log));
  return {
    warmUp: () => {
      // Whoever calls is told what went wrong.
      loaded().catch(() => {});
    },
    answer: async (path, request) => {
      inHand += 1;
      const started = performance.now();
      try {
        const { answers } = await loaded();
        const answer = answers.get(path);
        return answer === undefined ? undefined : await answer(request);
      } catch (thrown) {
        logMistake(thrown, path, log);
        throw thrown;
      } finally {
        inHand -= 1;
        if (log.isDebug) log.debug("answered", { rpc: path, ms: Math.round((performance.now() - started) * 10) / 10 });
      }
    },
    finish: async (withinMs) => {
      const deadline = performance.now() + withinMs;
      if (loading !== undefined) (await loading.catch(() => undefined))?.stop();
      while (inHand > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    },
  };
}
