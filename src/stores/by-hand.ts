import type { Clock } from "../model/time.ts";
import { type Hands, NO_HANDS } from "./hands.ts";
import type { Mint } from "./minting.ts";
import type { Registry } from "./registry.ts";
import type { PostgresPlace } from "./postgres.ts";
import { createSqliteStore, openSqliteReader, openSqliteRegistry } from "./sqlite.ts";
import type { AttemptReader, TrafficReader } from "./campus-side.ts";
import type { StoreReader, StoreWriter } from "./store.ts";

/**
 * A registry of a live system that has no interface for programs: people click, and the registry keeps what they were
 * asked, what they did, and what they saw. It cannot see use, cannot list, and cannot stop a click; it can refuse to ask
 * for one.
 */

type Place = FilePlace | PostgresPlace;

/** A store in a file on this machine. */
export interface FilePlace {
  readonly path: string;
  /** How long to wait for another process's write; default 10 seconds. */
  readonly busyTimeoutMs?: number;
}

/** What a registry is opened for writing with. */
export type ByHandWriterOptions = Place & {
  /** File with the key under which secrets are sealed. */
  readonly keyFile: string;
  readonly clock: Clock;
  /** In whose name everything is journaled, and who reports the clicks. */
  readonly by: string;
  /** Who is asked for clicks; by default nobody is there, and every click is for another day. */
  readonly hands?: Hands;
  /** Makes the ids of new connections; what else it makes is not used, because people report it. */
  readonly mint?: Mint;
};

/** Opens a registry for reading only. Needs no key. */
export async function openByHandReader(
  options: Place & { readonly clock?: Clock },
): Promise<StoreReader & TrafficReader & AttemptReader> {
  if ("path" in options) return await openSqliteReader({ ...options, byHand: true });
  const { openPostgresReader } = await import("./postgres.ts");
  return await openPostgresReader({ ...options, byHand: true });
}

/** Opens a registry for writing. Throws `OutsideError` where there is none, or a store of another kind. */
export async function openByHandWriter(options: ByHandWriterOptions): Promise<StoreWriter & Registry> {
  const { hands = NO_HANDS } = options;
  if ("path" in options) return await openSqliteRegistry({ ...options, hands });
  const { openPostgresRegistry } = await import("./postgres.ts");
  return await openPostgresRegistry({ ...options, hands });
}

/** Makes an empty registry, and its key file unless that is there already. Never overwrites. */
export async function createByHandStore(options: Place & { readonly keyFile: string }): Promise<void> {
  if ("path" in options) {
    await createSqliteStore({ ...options, byHand: true });
    return;
  }
  const { createPostgresStore } = await import("./postgres.ts");
  await createPostgresStore({ ...options, byHand: true });
}
