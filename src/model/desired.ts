import type { Address, DistrictId } from "./address.ts";
import type { Acceptance } from "./loss.ts";
import type { Place } from "./place.ts";
import type { Clause } from "./requirement.ts";
import type { Site } from "./site.ts";
import type { Day } from "./time.ts";
import type { Traits } from "./traits.ts";

/** A reviewed `attest:` line: a named person's statement about one connection, by id and fingerprint. */
export interface AttestLine {
  readonly connection: string;
  readonly fingerprint: string;
  readonly by: string;
  readonly at: Day;
  readonly reason: string;
  /** Where it can be looked up: the address of a ticket, a mail, a log. */
  readonly evidence?: string;
}

/** Who approved that data is shared with a vendor, and where that is written down. */
export interface Approval {
  readonly by: string;
  readonly on: Day;
  readonly reference?: string;
}

/** One connection as the document wants it, after defaults, groups and catalogue were merged. */
export interface DesiredConnection extends Traits {
  readonly address: Address;
  readonly district: DistrictId;
  readonly vendor: string;
  readonly name?: string;
  readonly state: "active" | "disabled";
  /** Raised to replace like for like; 0 when the document says nothing. */
  readonly rotate: number;
  /** What a superseding cut-over needs. */
  readonly requires: readonly Clause[];
  /** The vendor's sync period in milliseconds: how long an old connection must be quiet to count as unused. */
  readonly quietMs: number;
  /** How many good syncs in a row the vendor must have made on the new connection, where the policy says so. */
  readonly syncs?: number;
  /** After how many milliseconds an open cut-over asks for attention. It never promotes. */
  readonly withinMs?: number;
  /** The credentials are not handed over before this day. */
  readonly deliverFrom?: Day;
  readonly accepts: readonly Acceptance[];
  /** The address whose current connection this one takes over from. */
  readonly replaces?: Address;
  /** The address this one had before it was renamed. */
  readonly was?: Address;
  /** Client ID of the found connection that this address adopts. */
  readonly adopt?: string;
  readonly protected: boolean;
  readonly attest?: AttestLine;
  /** Reported by the inventory; stops nothing and starts nothing. */
  readonly approved?: Approval;
  /** When the contract or privacy agreement ends. Warns, never acts. */
  readonly ends?: Day;
  /** When the credentials end. Warns, never acts. */
  readonly expires?: Day;
  readonly owner?: string;
  readonly contact?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The vendor's own names for the four values, used in the hand-over. */
  readonly fieldNames?: FieldNames;
  /** Public age keys of the vendor, for a hand-over that only the vendor can read. */
  readonly recipients?: readonly string[];
  /** Where the connection stands, and where its keys do. A key that is inherited points at the group or catalogue. */
  readonly place: Place;
  readonly places: Readonly<Record<string, Place>>;
}

/** What a vendor calls the four values, e.g. Consumer Key, Service URL. */
export interface FieldNames {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  readonly baseUrl: string;
}

/** Days in which nothing is closed or disabled, and nothing is delivered that changes user ids. Both ends included. */
export interface Freeze {
  readonly from: Day;
  readonly to: Day;
  readonly why: string;
}

/** How much one plan may disable or switch: the larger of the fraction (0 to 1) and the floor. */
export interface Limits {
  readonly disable: number;
  readonly switch: number;
  readonly atLeast: number;
}

export const DEFAULT_LIMITS: Limits = { disable: 0.1, switch: 1, atLeast: 3 };

/** One district as the documents want it. */
export interface DesiredDistrict {
  readonly district: DistrictId;
  readonly site: Site;
  /** `observe`: planned and shown, never applied. */
  readonly mode: "manage" | "observe";
  readonly connections: readonly DesiredConnection[];
  /** Vendors the district does not want from its groups; nothing of theirs is touched or reported as unmanaged. */
  readonly ignored: readonly string[];
  readonly freeze: readonly Freeze[];
  readonly limits: Limits;
  readonly owner?: string;
  readonly place: Place;
}

/** Everything the documents say about what should be. */
export interface Desired {
  /** Sorted by district. */
  readonly districts: readonly DesiredDistrict[];
  /** Limits over all districts together. */
  readonly limits: Limits;
  /** Keys of connections that no district file may set. */
  readonly locked?: readonly string[];
}
