import { type Pull, PULLS } from "./pull.ts";
import type { SyncRun } from "./sync-run.ts";
import { elapsedMs, HOUR_MS, type Instant } from "./time.ts";

/**
 * What the store saw of the consumer on one connection. The tool's own probes are never part of it.
 *
 * `unobservable`: the store cannot see use at all (a registry kept by hand), which is not the same as "unused".
 */
export type Use =
  | { readonly kind: "unobservable" }
  | {
      readonly kind: "observed";
      /** Since when the store has been watching this connection. */
      readonly since: Instant;
      /** The last time the consumer did anything with these credentials. Absent: never since `since`. */
      readonly last?: Instant;
      /** The last successful pull of each family since the connection's present epoch began. */
      readonly pulled: Readonly<Partial<Record<Pull, Instant>>>;
      /** The syncs since then, where the consumer asked for anything that belongs to one. */
      readonly syncs?: SyncRun;
    };

/** Whether the consumer has pulled everything a sync needs since the connection's present epoch began. */
export function hasPulled(use: Use): boolean {
  return use.kind === "observed" && PULLS.every((pull) => use.pulled[pull] !== undefined);
}

/** What stays known of use when a new epoch begins: that it was used, not what was pulled. */
export function inNewEpochOf(use: Use): Use {
  if (use.kind === "unobservable") return use;
  const { kind, since, last } = use;
  return { kind, since, ...(last === undefined ? {} : { last }), pulled: {} };
}

/** Whether the consumer has done anything at all with the connection. `false` also where nothing can be seen. */
export function isUsed(use: Use): boolean {
  return use.kind === "observed" && use.last !== undefined;
}

/**
 * The least silence that counts as one, whatever a document or a client asks for: within a sync there may be pauses of half an
 * hour.
 */
const LEAST_QUIET_MS = HOUR_MS;

/** How long nothing may have been seen, in milliseconds. */
export function quietPeriod(quietMs: number): number {
  return Math.max(quietMs, LEAST_QUIET_MS);
}

/**
 * Whether the store has watched for at least `quietMs` (an hour or more) and saw nothing in that time. A clock that went backwards
 * (last use in the future) is never quiet, and neither is what cannot be observed.
 */
export function isQuiet(use: Use, quietMs: number, now: Instant): boolean {
  return use.kind === "observed" && elapsedMs(watchedQuietFrom(use), now) >= quietPeriod(quietMs);
}

/** Since when nothing was seen: the last use, or the day the store began to watch when that came later. */
export function watchedQuietFrom({ last, since }: Extract<Use, { kind: "observed" }>): Instant {
  return last !== undefined && last > since ? last : since;
}
