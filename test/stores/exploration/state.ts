import type { Address } from "../../../src/model/address.ts";
import type { ConnectionId, LiveConnection, Slot } from "../../../src/model/live.ts";
import { HOUR_MS, type Instant, SECOND_MS, shift } from "../../../src/model/time.ts";
import type { Changes, Kept, Note, Scene } from "../../../src/stores/rules/scene.ts";
import { SITE, SPRINGFIELD, START } from "../world.ts";

/** What is explored: everything that a store holds of one district, and what is true in the world beside it. */

/** A day and an hour: longer than a probe counts, and longer than the vendor's sync period. */
export const A_DAY_MS = 25 * HOUR_MS;
/** The vendor's sync period here. */
export const QUIET_MS = 24 * HOUR_MS;

/** What is true, whether the store knows it or not. */
export interface Truth {
  /** The connection that the vendor works with. */
  readonly vendor?: ConnectionId;
  /** Connections that give tokens and are worthless: narrowed, or wrong behind the scenes. */
  readonly broken: ReadonlySet<ConnectionId>;
  /** Since when, and until when, the vendor worked with each connection. */
  readonly worked: ReadonlyMap<ConnectionId, { readonly from: Instant; readonly to: Instant }>;
  /** The vendor got values anew, and works with what it had first without having moved by itself. */
  readonly isStartedOver: boolean;
  /** Enabled by a person's hand: such a one may be active without an address that holds it. */
  readonly enabledByHand: ReadonlySet<ConnectionId>;
}

export interface State {
  readonly now: Instant;
  readonly revision: number;
  readonly slots: readonly Slot[];
  readonly kept: readonly Kept[];
  readonly truth: Truth;
  /** How much trouble may still come: hands, edits, clocks, worlds that break. */
  readonly trouble: number;
}

/** Where an exploration begins and how far it goes. */
export interface Play {
  readonly name: string;
  readonly addresses: readonly Address[];
  /** Whether a vendor works with a connection of the first address already. */
  readonly isInUse: boolean;
  /** Whether the store sees what vendors do. */
  readonly observesUse: boolean;
  /** How many connections there may be at most. */
  readonly connections: number;
  readonly trouble: number;
  /** Where credentials are delivered to. None: the vendor has them as soon as they exist. */
  readonly places: readonly string[];
  /** Left out: clients may send every command. Where guards are taken away, a few are enough to show the harm. */
  readonly only?: readonly string[] | undefined;
  /** A clock that jumps ahead: time that nobody lived through. What vendors do is then no longer told by silence. */
  readonly leapsAhead?: true;
}

/** Every step takes a second, so that what came later is later. */
export function aSecondLater(state: State, ms: number = SECOND_MS): State {
  return { ...state, now: shift(state.now, ms) };
}

/** Everything of the district, as a driver would load it. */
export function sceneOf(state: State, play: Play): Scene {
  const { now, revision, slots, kept } = state;
  return {
    now,
    by: "dana",
    district: SPRINGFIELD,
    revision,
    ...(revision === 0 ? {} : { site: SITE }),
    observesUse: play.observesUse,
    slots,
    connections: kept,
  };
}

/** What a store holds after a write. */
export function saved(state: State, changes: Changes): State {
  const { removed, slots, connections, minted } = changes;
  const isKept = (slot: Slot) =>
    !removed.includes(slot.address) && !slots.some(({ address }) => address === slot.address);
  const kept = state.kept.map((one) => connections.find(({ live }) => live.id === one.live.id) ?? one);
  return {
    ...state,
    revision: changes.revision,
    slots: [...state.slots.filter(isKept), ...slots].sort((a, b) => (a.address < b.address ? -1 : 1)),
    kept: minted === undefined ? kept : [...kept, minted.kept],
  };
}

/** What happened, for the laws. */
export interface Happening {
  readonly who: "client" | "world";
  readonly what: string;
  readonly address?: Address;
  readonly connection?: ConnectionId;
  /** The command was made for an earlier state, or came a second time. */
  readonly isLate?: true;
  /** Asks again for what the last generation was opened for. */
  readonly isRetry?: boolean;
  /** What the store answered: the kind of its ruling, and the connection where it answers with one. */
  readonly answer?: { readonly kind: string; readonly connection?: ConnectionId };
  /** The document accepts that a vendor is cut off. */
  readonly isAccepted?: boolean;
  readonly note?: Note;
}

export interface Step {
  readonly name: string;
  readonly happening: Happening;
  readonly state: State;
}

export function slotIn({ slots }: State, address: Address): Slot | undefined {
  return slots.find((slot) => slot.address === address);
}

export function liveIn({ kept }: State, id: ConnectionId): LiveConnection {
  const live = kept.find((one) => one.live.id === id)?.live;
  if (live === undefined) throw new Error(`there is no connection ${id}`);
  return live;
}

/** Whether a connection is worth something: it gives tokens, and what it shows is what was asked for. */
export function works(state: State, id: ConnectionId | undefined): boolean {
  return id !== undefined && liveIn(state, id).status.kind === "active" && !state.truth.broken.has(id);
}

export function emptyState(play: Play): State {
  const truth: Truth = { broken: new Set(), worked: new Map(), isStartedOver: false, enabledByHand: new Set() };
  return { now: START, revision: 0, slots: [], kept: [], truth, trouble: play.trouble };
}
