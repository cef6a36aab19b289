import type { Address, DistrictId } from "../model/address.ts";
import type { Place } from "../model/place.ts";
import type { Doc } from "./doc.ts";
import type { Connection } from "./generated/connection.ts";

/** The documents put together, before anybody asked whether they make sense. What the checks look at. */
export interface Draft {
  readonly project?: Doc<"project">;
  readonly catalogue?: Doc<"catalogue">;
  /** In the order of the files. */
  readonly districts: readonly DraftDistrict[];
  /** Whether every document that was named could be read; else nobody can say that something is missing. */
  readonly isWhole: boolean;
}

export interface DraftDistrict {
  readonly id: DistrictId;
  readonly doc: Doc<"district">;
  readonly connections: readonly DraftConnection[];
  readonly ignored: readonly string[];
}

/** One connection after groups and district were merged. */
export interface DraftConnection {
  readonly address: Address;
  readonly vendor: string;
  readonly name?: string;
  readonly keys: Connection;
  /** Where each key stands; parts of a map also under `map.key`. */
  readonly places: Readonly<Record<string, Place>>;
  readonly place: Place;
  /** The layers that make it, for "is something missing, or only broken?". */
  readonly layers: readonly Layer[];
}

/** What one document says about a vendor: an entry of `vendors:` in a group or a district. */
export interface Layer {
  readonly doc: Doc<"project"> | Doc<"district">;
  readonly entry: VendorEntry;
  readonly path: readonly string[];
  readonly isGroup: boolean;
}

/** The three forms of an entry under `vendors:`. */
export type VendorEntry = "ignore" | Connection | Named;

export interface Named {
  readonly connections: Readonly<Record<string, Connection>>;
}

export function isNamed(entry: Exclude<VendorEntry, "ignore">): entry is Named {
  return "connections" in entry;
}

/** Keys that speak about one district: no group can say them for others. */
export const NEVER_INHERITED: ReadonlySet<string> = new Set(["accept", "adopt", "approved", "attest"]);
