import type { Address } from "../../src/model/address.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";

/** What the vendor of an address does once the fault is over. */
export type Later =
  /** Pastes what lies in the sink for it. */
  | "follows"
  /** Goes on with what it has. */
  | "stays"
  /** Goes back to what it had before it moved. */
  | "returns"
  /** Does nothing any more. */
  | "silent";

/** One address, or two that hang together, with its past and what the documents say now. */
export interface Part {
  readonly kind: string;
  /** Where it begins; a part about two addresses names the other one second. */
  readonly addresses: readonly Address[];
  /** What the documents said first; none where the address is new. */
  readonly before: readonly DesiredConnection[];
  /** What they said next, where a cut-over is open already. */
  readonly opened?: readonly DesiredConnection[];
  /** Whether the vendor took up the candidate of that cut-over. */
  readonly hasMoved?: boolean;
  /** Whether the vendor has fallen silent. */
  readonly isSilent?: boolean;
  /** Whether a person made the connection by hand, which the documents adopt now. */
  readonly isFound?: boolean;
  /** What the documents say when the fault strikes. */
  readonly after: readonly DesiredConnection[];
  /** Where the connection is in the end. */
  readonly home: Address;
  readonly later: Later;
}

/** A world about to be changed: several districts, each with addresses in all kinds of states. */
export interface Story {
  readonly parts: readonly Part[];
}
