import type { Clock } from "../model/time.ts";
import { type Hands, NO_HANDS } from "./hands.ts";
import type { Mint } from "./minting.ts";
import type { Registry } from "./registry.ts";
import { createSqliteStore, openSqliteReader, openSqliteRegistry } from "./sqlite.ts";
import type { StoreReader, StoreWriter } from "./store.ts";

/**
 * A registry of a live system that has no interface for programs: people click, and the registry keeps what they were
 * asked, what they did, and what they saw. It cannot see use, cannot list, and cannot stop a click; it can refuse to ask
 * for one.
 */

interface Place {
  readonly path: string;
  /** How long to wait for another process's write; default 10 seconds. */
  readonly busyTimeoutMs?: number;
}

/** What a registry is opened for writing with. */
export interface ByHandWriterOptions extends Place {
  /** File with the key under which secrets are sealed. */
  readonly keyFile: string;
  readonly clock: Clock;
  /** In whose name everything is journaled, and who reports the clicks. */
  readonly by: string;
  /** Who is asked for clicks; by default nobody is there, and every click is for another day. */
  readonly hands?: Hands;
  /** Makes the ids of new connections; what else it makes is not used, because people report it. */
  readonly mint?: Mint;
}

/** Opens a registry for reading only. Needs no key. */
export async function openByHandReader(options: Place & { readonly clock?: Clock }): Promise<StoreReader> {
  return await openSqliteReader({ ...options, byHand: true });
}

/** Opens a registry for writing. Throws `OutsideError` where there is none, or a store of another kind. */
export async function openByHandWriter(options: ByHandWriterOptions): Promise<StoreWriter & Registry> {
  const { hands = NO_HANDS, ...rest } = options;
  return await openSqliteRegistry({ ...rest, hands });
}

/** Makes an empty registry, and its key file unless that is there already. Never overwrites. */
export async function createByHandStore(options: { readonly path: string; readonly keyFile: string }): Promise<void> {
  await createSqliteStore({ ...options, byHand: true });
}
