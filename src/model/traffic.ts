import type { ConnectionId } from "./connection-id.ts";
import type { Instant } from "./time.ts";
import type { Pull } from "./pull.ts";

/** What a partner's write did to an object. */
export type Wrote = "created" | "replaced" | "deleted";

/**
 * One request that was made with a connection's credentials: counts and outcomes, never a row of what was read or written.
 * `probe` marks the tool's own questions, which never count as use.
 */
export interface Traffic {
  readonly connection: ConnectionId;
  readonly at: Instant;
  readonly by: "consumer" | "probe";
  /** `token` or the collection that was asked for. */
  readonly what: string;
  /** The family a successful read of a collection belongs to, where it counts as a pull. */
  readonly pull?: Pull;
  readonly ok: boolean;
  /** The HTTP status that was answered. */
  readonly status?: number;
  /** How many objects the answer held, or the write was about. */
  readonly rows?: number;
  /** Whether only what had changed since some moment was asked for. */
  readonly isDelta?: boolean;
  /** What a write that was taken did; `what` names the collection. */
  readonly wrote?: Wrote;
}

/** How many requests of one connection a store remembers; the oldest are forgotten first, its use never. */
export const TRAFFIC_KEPT = 20_000;
