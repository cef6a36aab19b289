import type { Address } from "../model/address.ts";
import type { FieldNames } from "../model/desired.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { OneRosterVersion } from "../model/traits.ts";

/** What is handed over, and for whom. */
export interface Handover {
  readonly address: Address;
  readonly vendor: string;
  readonly connection: LiveConnection;
  readonly credentials: Credentials;
  /** The vendor's own names for the four values. */
  readonly fieldNames?: FieldNames;
  readonly contact?: string;
  /** Whom the vendor calls at the district or agency. */
  readonly owner?: string;
  /** What this hand-over changes for the vendor. */
  readonly change: HandoverChange;
  /** Public keys of the vendor (`age1...`, `ssh-ed25519 ...`, `ssh-rsa ...`), for a packet that only the vendor can open. */
  readonly recipients?: readonly string[];
}

/** What a hand-over changes for the vendor; the cover page tells it in plain words. */
export type HandoverChange =
  | { readonly kind: "first" }
  | {
      readonly kind: "replaces";
      /** Client ID of the connection that these values take over from. */
      readonly clientId: string;
      readonly version: OneRosterVersion;
      /** From 1.1 to 1.2 every user gets a new sourcedId: the vendor maps `metadata.ic.legacysourceId` and fully re-syncs. */
      readonly changesUserIds: boolean;
    };

/** Where credentials go. Delivering the same connection twice to the same target leaves the same thing there. */
export interface Sink {
  /** Whether a later look at the target finds what was last delivered there. */
  readonly keeps: boolean;
  /** Stable description of the place for this address, without secrets, e.g. `file:credentials/springfield/otus.txt`. */
  target(address: Address): string;
  /** Puts the four values there, whole or not at all; throws `OutsideError` when it cannot. */
  deliver(handover: Handover): Promise<void>;
}
