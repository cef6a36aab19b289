import type { Address } from "../model/address.ts";
import type { ConnectionId } from "../model/live.ts";
import { elapsedMs, type Instant } from "../model/time.ts";

/** One system of a vendor, as far as the watch is concerned: whose it is, and which connections' values it holds. */
export interface Watched {
  readonly address: Address;
  readonly holds: ReadonlySet<ConnectionId>;
}

/** How long a vendor was without a working connection. */
export interface Gaps {
  /** The longest time, in milliseconds; 0 when there was none. A gap that has not ended counts to the last look. */
  readonly longestMs: number;
  /** How many times it began. */
  readonly times: number;
}

/** Keeps an eye on every system: one that could sync must go on to be able to. */
export interface Watch {
  look(now: Instant, systems: readonly Watched[], isActive: (id: ConnectionId) => boolean): void;
  gapsAt(address: Address): Gaps;
}

interface Seen {
  readonly address: Address;
  hasWorked: boolean;
  since?: Instant;
  longestMs: number;
  times: number;
}

/** A watch that has seen nothing yet. */
export function createWatch(): Watch {
  const seen = new Map<Watched, Seen>();
  return {
    look(now, systems, isActive) {
      for (const system of systems) {
        const state = seen.get(system) ?? { address: system.address, hasWorked: false, longestMs: 0, times: 0 };
        seen.set(system, state);
        lookAt(state, now, [...system.holds].some(isActive));
      }
    },
    gapsAt(address) {
      const own = [...seen.values()].filter((one) => one.address === address);
      return {
        longestMs: Math.max(0, ...own.map((one) => one.longestMs)),
        times: own.reduce((sum, one) => sum + one.times, 0),
      };
    },
  };
}

function lookAt(state: Seen, now: Instant, works: boolean): void {
  if (works) state.hasWorked = true;
  if (!state.hasWorked) return;
  if (!works && state.since === undefined) {
    state.since = now;
    state.times += 1;
  }
  if (state.since !== undefined) state.longestMs = Math.max(state.longestMs, elapsedMs(state.since, now));
  if (works) delete state.since;
}
