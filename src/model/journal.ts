import type { Address, DistrictId } from "./address.ts";
import type { ConnectionId } from "./connection-id.ts";
import type { Instant } from "./time.ts";

/** One line of the append-only journal. */
export interface JournalEntry {
  readonly sequence: number;
  readonly at: Instant;
  readonly by: string;
  /** The name of the write (`open`, `close`, ...) or `outside` for a change by hand. */
  readonly what: string;
  readonly district: DistrictId;
  readonly address?: Address;
  readonly connection?: ConnectionId;
  /** Facts worth keeping: generation, reason, evidence in short. Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Ties the line to the one before it in its district. Absent on lines from before journals were chained. */
  readonly link?: string;
}
