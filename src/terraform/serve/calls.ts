import { logMistake } from "./faults.ts";
import type { Log } from "./log.ts";
import type { Answerer } from "./methods.ts";

/** The calls of one process: counted, and logged by name and duration. */
export interface Calls {
  /** Answers a call; `undefined` where there is no such call. */
  readonly answer: (path: string, request: Uint8Array) => Promise<Uint8Array | undefined>;
  /** Begins to load what answers calls, if that did not happen yet. */
  readonly warmUp: () => void;
  /**
   * Asks the provider to finish what is in hand, and to let go of what it opened; resolves then, or after so many milliseconds
   * where a call is still in hand.
   */
  readonly finish: (withinMs: number) => Promise<void>;
}

const POLL_MS = 20;
/** How long a store may take to close: it may stand on a server that does not answer any more. */
const CLOSING_MS = 1_000;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

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
      const answerer = await loading?.catch(() => undefined);
      answerer?.stop();
      while (inHand > 0 && performance.now() < deadline) await after(POLL_MS);
      if (inHand === 0 && answerer !== undefined) await Promise.race([answerer.close(), after(CLOSING_MS)]);
    },
  };
}
