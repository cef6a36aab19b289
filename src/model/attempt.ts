import type { DistrictId } from "./address.ts";
import type { Instant } from "./time.ts";

/** Why a request to the connection-store API was refused before anything was read or written for it. */
export const REFUSALS = ["no-token", "unknown-token", "too-many", "read-only", "other-district"] as const;
export type Refusal = (typeof REFUSALS)[number];

/**
 * Requests of one day that were refused for the same reason, counted. Never a token or a part of one: whoever mistypes a
 * token should not find it in a log.
 */
export interface Attempt {
  readonly reason: Refusal;
  /** The address they came from, of IPv6 its first 64 bits. Left out where several were counted together. */
  readonly from?: string;
  /** Whose token it was, where it was known. */
  readonly operator?: string;
  /** The district that was reached for, and that was not the operator's. */
  readonly district?: DistrictId;
  readonly first: Instant;
  readonly last: Instant;
  readonly count: number;
}
