import type { Address } from "../model/address.ts";
import type { FieldNames } from "../model/desired.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";

/** What is handed over, and for whom. */
export interface Handover {
  readonly address: Address;
  readonly vendor: string;
  readonly connection: LiveConnection;
  readonly credentials: Credentials;
  /** The vendor's own names for the four values. */
  readonly fieldNames?: FieldNames;
  readonly contact?: string;
}

/** Where credentials go. Delivering the same connection twice to the same target leaves the same thing there. */
export interface Sink {
  /** Whether a later look at the target finds what was last delivered there. */
  readonly keeps: boolean;
  /** Stable description of the place for this address, without secrets, e.g. `file:credentials/springfield/otus.txt`. */
  target(address: Address): string;
  /** Puts the four values there, whole or not at all; throws `OutsideError` when it cannot. */
  deliver(handover: Handover): Promise<void>;
}
