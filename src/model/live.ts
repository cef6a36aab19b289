import type { Address, DistrictId } from "./address.ts";
import type { ConnectionId } from "./connection-id.ts";
import type { RecordedEvidence } from "./evidence.ts";
import type { Requirement } from "./requirement.ts";
import type { Site } from "./site.ts";
import type { Day, Instant } from "./time.ts";
import type { FixedTraits, Traits } from "./traits.ts";
import type { Use } from "./use.ts";

export type { ConnectionId } from "./connection-id.ts";

/**
 * Whether a connection gives tokens. `disabled.how` tells our own step (`closed`, `disabled`, `abandoned`) from
 * somebody's hand in the live system (`outside`).
 */
export type Status =
  | { readonly kind: "active" }
  | {
      readonly kind: "disabled";
      readonly at: Instant;
      /** Who, where the store knows it; else `unknown`. */
      readonly by: string;
      readonly how: "closed" | "disabled" | "abandoned" | "outside";
    };

/** How a connection came to be known. `found` ones are not managed: rosterform never touches them. */
export type Provenance = "generated" | "adopted" | "found";

/** A delivery of the four values to a sink. `begun` is written before the sink is called, so that a crash shows. */
export interface Delivery {
  readonly state: "begun" | "done";
  /** The sink's stable description of the place, e.g. `file:credentials/springfield/otus.txt`. Never a secret. */
  readonly target: string;
  readonly at: Instant;
  /** Set once somebody said that the values arrived. It says nothing about use. */
  readonly received?: Said;
}

/** Who said something, and when. */
export interface Said {
  readonly by: string;
  readonly at: Instant;
}

/** The fingerprint of a connection whose secret was never told to us; its Client ID still names it. */
export const UNKNOWN_FINGERPRINT = "unknown";

/** One physical connection as the live system has it, without its secret. */
export interface LiveConnection extends Traits, FixedTraits {
  readonly id: ConnectionId;
  readonly district: DistrictId;
  /** Name of the application (tile) in the live system; usually the vendor's name. */
  readonly application: string;
  readonly clientId: string;
  readonly tokenUrl: string;
  readonly baseUrl: string;
  /** Short digest by which two people can tell that they hold the same secret; does not reveal it. */
  readonly fingerprint: string;
  readonly status: Status;
  readonly provenance: Provenance;
  readonly createdAt: Instant;
  /**
   * Counts what makes older evidence void: an edit, a change by hand, a new delivery.
   * `epochAt` is when the present one began.
   */
  readonly epoch: number;
  readonly epochAt: Instant;
  readonly use: Use;
  readonly delivery?: Delivery;
  /** Who last reported these facts, where people keep the store; absent where the live system is read itself. */
  readonly reported?: Said;
  /** Evidence of the present epoch only, oldest first. */
  readonly evidence: readonly RecordedEvidence[];
}

/** The stored fact that `to` is to take over. Without `from` it is a first connection. */
export interface Cutover {
  /** The connection that closing disables. Usually this address's current one, or another address's (`replaces`). */
  readonly from?: ConnectionId;
  readonly to: ConnectionId;
  readonly generation: number;
  readonly requires: Requirement;
  readonly openedAt: Instant;
}

/** A generation that a person gave up; held until the document asks for something else. */
export interface Aborted extends FixedTraits {
  readonly at: Instant;
  readonly by: string;
}

/** What was last applied at an address; drift is measured against it. */
export interface LastApplied extends Traits, FixedTraits {
  readonly connection: ConnectionId;
  readonly at: Instant;
}

/** What the store keeps for one address. */
export interface Slot {
  readonly address: Address;
  /** Grows with every write to this address; every write names the one it was planned on. */
  readonly revision: number;
  /** Generations opened so far; the next one is this plus one. */
  readonly generation: number;
  readonly current?: ConnectionId;
  readonly cutover?: Cutover;
  readonly previous?: ConnectionId;
  readonly aborted?: Aborted;
  readonly applied?: LastApplied;
}

/** Everything the live system says about one district. */
export interface LiveDistrict {
  readonly district: DistrictId;
  /** Grows with every material write in the district (never with use). 0: the store has never heard of it. */
  readonly revision: number;
  /** Known once something was written. */
  readonly site?: Site;
  readonly slots: readonly Slot[];
  /** All connections, also disabled and found ones, each once. */
  readonly connections: readonly LiveConnection[];
  /** What the store can see and do here. */
  readonly observesUse: boolean;
  /** Set where people keep the store (`by-hand`); absent where the live system lists its connections itself. */
  readonly kept?: KeptByHand;
}

/** What only a store that people keep has to say about a district. */
export interface KeptByHand {
  /** Until somebody signed, connections may exist that nobody told us of: the district is unknown, not empty. */
  readonly inventory: Inventory;
  /** What a person was asked to click and has not reported yet, oldest first. */
  readonly asked: readonly Asked[];
}

export type Inventory =
  | { readonly kind: "unsigned" }
  /** A named person said that on the day `asOf` everything that exists was in the registry. */
  | ({ readonly kind: "signed"; readonly asOf: Day } & Said);

/** A click in the live system that a person was asked for. It may have been made already. */
export interface Asked extends Said {
  readonly address: Address;
  readonly click: "generate" | "edit" | "disable";
  /** The connection to edit or disable. */
  readonly connection?: ConnectionId;
}

/** As much of a district as shows whether anything is to be done in it, for whoever looks at many thousands. */
export interface LiveOutline {
  readonly district: DistrictId;
  readonly site?: Site;
  /** People keep the store. */
  readonly isKept: boolean;
  readonly slots: readonly SlotOutline[];
  readonly connections: readonly ConnectionOutline[];
}

/** `isOpen`: a cut-over is open there, or a generation was given up. */
export interface SlotOutline extends Pick<Slot, "address" | "current" | "previous"> {
  readonly isOpen: boolean;
}

export interface ConnectionOutline extends Traits, FixedTraits {
  readonly id: ConnectionId;
  readonly provenance: Provenance;
  readonly isActive: boolean;
  /** It was seen in use after it had been disabled. */
  readonly isAskedAfterwards: boolean;
}

/** The outline of a district that was read whole. */
export function outlineOf(live: LiveDistrict): LiveOutline {
  const { district, site, kept } = live;
  return {
    district,
    ...(site === undefined ? {} : { site }),
    isKept: kept !== undefined,
    slots: live.slots.map(({ address, current, previous, cutover, aborted }) => ({
      address,
      ...(current === undefined ? {} : { current }),
      ...(previous === undefined ? {} : { previous }),
      isOpen: cutover !== undefined || aborted !== undefined,
    })),
    connections: live.connections.map((one) => ({
      id: one.id,
      provenance: one.provenance,
      isActive: isActive(one),
      kind: one.kind,
      version: one.version,
      rotate: one.rotate,
      schools: one.schools,
      share: one.share,
      isAskedAfterwards: isAskedAfterwards(one),
    })),
  };
}

function isAskedAfterwards({ status, use }: LiveConnection): boolean {
  if (status.kind !== "disabled" || use.kind !== "observed" || use.last === undefined) return false;
  return use.last > status.at;
}

/** A district the store has never heard of. */
export function emptyDistrict(district: DistrictId, observesUse: boolean): LiveDistrict {
  return { district, revision: 0, slots: [], connections: [], observesUse };
}

/** Whether a connection gives tokens. */
export function isActive(connection: LiveConnection): boolean {
  return connection.status.kind === "active";
}

/** Whether somebody holds the credentials by our doing; adopted ones were handed over before we knew them. */
export function isHandedOver(connection: LiveConnection): boolean {
  return connection.delivery?.state === "done" || connection.provenance === "adopted";
}
