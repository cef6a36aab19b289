import type { Address, DistrictId } from "../model/address.ts";
import type { Probed, Statement } from "../model/evidence.ts";
import type { Grounds } from "../model/grounds.ts";
import type { Judgement } from "../model/judge.ts";
import type { ConnectionId, LiveConnection, LiveDistrict, LiveOutline } from "../model/live.ts";
import type { Requirement } from "../model/requirement.ts";
import type { Credentials } from "../model/secret.ts";
import type { JournalEntry } from "../model/journal.ts";
import type { Site } from "../model/site.ts";
import type { FixedTraits, Traits } from "../model/traits.ts";

export type { JournalEntry } from "../model/journal.ts";

/**
 * The live system behind one port. What each call promises stands in test/stores/contract.ts; every driver keeps it.
 *
 * Failures of the world are thrown as `OutsideError`; what the store decides is returned as a value.
 */
export interface StoreReader {
  readonly can: Capabilities;
  /**
   * Districts one by one, in order of their identifiers; districts the store has never heard of come as empty ones when
   * they were named. Each district is read at one moment. Aborting ends the iteration with the signal's reason.
   */
  read(districts: readonly DistrictId[] | "all", signal?: AbortSignal): AsyncIterable<LiveDistrict>;
  /** The outlines of named districts, like `read` and for less; a driver that has no cheaper way has none. */
  outlines?(districts: readonly DistrictId[], signal?: AbortSignal): AsyncIterable<LiveOutline>;
  /** What happened at an address or everywhere, oldest first, without secrets. */
  journal(filter?: { readonly district?: DistrictId; readonly address?: Address }): AsyncIterable<JournalEntry>;
  /** The link of each district's last line, as the store keeps it beside the journal; none for districts without one. */
  journalHeads(): Promise<ReadonlyMap<DistrictId, string>>;
  close(): Promise<void>;
}

/** What a driver can see and do; the plan degrades honestly where it cannot. */
export interface Capabilities {
  /** Whether the store sees the consumer's pulls. Without it, a requirement `used` is a plan error. */
  readonly observesUse: boolean;
  /** Whether a disabled connection can be enabled again with the same secret. */
  readonly enables: boolean;
  /** Writes ask a person and answer another day. */
  readonly byHand: boolean;
}

/** The outcome of a write. `revision` is the slot's new one, to be named by the next write to the same address. */
export type Written<T> =
  | { readonly kind: "done"; readonly value: T; readonly revision: number }
  /** A person has to do it; nothing changed yet. */
  | { readonly kind: "asked"; readonly task: string }
  /** The slot moved since the plan was made; nothing was written. */
  | { readonly kind: "stale"; readonly expected: number; readonly found: number }
  /** The store will not do this, whoever asks; nothing was written. */
  | { readonly kind: "refused"; readonly why: string };

/** Every write says where, and on which revision of that slot it was planned (0: no slot yet). */
export interface At {
  readonly address: Address;
  readonly revision: number;
}

/** Generate a connection and open its cut-over, in one transaction. */
export interface OpenCommand extends At {
  readonly site: Site;
  /** Slot's generation plus one. The same address and generation never mint twice: a retry answers the first one. */
  readonly generation: number;
  readonly application: string;
  readonly make: Traits & FixedTraits;
  /** The connection that closing will disable; of this address, or of the one it replaces. Absent: a first one. */
  readonly from?: ConnectionId;
  readonly requires: Requirement;
}

/** Open a cut-over to a connection that exists: the address's own current one, or (to turn back) its survivor. */
export interface TieCommand extends At {
  readonly from: ConnectionId;
  readonly to: ConnectionId;
  readonly requires: Requirement;
}

/** Bring the connection back that this address had before, next to the one in use. */
export interface RestoreCommand extends At {
  readonly requires: Requirement;
}

/** The edit of what can be edited. Voids evidence. */
export interface UpdateCommand extends At {
  readonly connection: ConnectionId;
  readonly changes: Pick<Traits, "schools" | "share">;
}

export type CloseOutcome =
  | { readonly kind: "closed"; readonly current: ConnectionId; readonly disabled?: ConnectionId }
  | { readonly kind: "waiting"; readonly judgement: Judgement };

export type AbandonOutcome =
  | { readonly kind: "abandoned"; readonly connection: ConnectionId }
  /** The consumer already uses the candidate; disabling it would cut it off. */
  | { readonly kind: "in-use"; readonly connection: ConnectionId };

export type DisableOutcome =
  | { readonly kind: "disabled"; readonly connection: ConnectionId }
  | { readonly kind: "in-use"; readonly connection: ConnectionId };

/** The writing half. One writer is opened in somebody's name, and every write is journaled under it. */
export interface StoreWriter extends StoreReader {
  open(command: OpenCommand): Promise<Written<LiveConnection>>;
  tie(command: TieCommand): Promise<Written<LiveConnection>>;
  /**
   * The way back after a cut-over was closed: enables the address's previous connection, with the secret that it had, and opens
   * a cut-over to it. Nothing is disabled by this; the one in use stays until closing judges that the consumer went back.
   * Refused while a cut-over is open, where there is no previous connection, and by stores that cannot enable one
   * (`can.enables`). Asked for again it changes nothing.
   */
  restore(command: RestoreCommand): Promise<Written<LiveConnection>>;
  /** The four values of a connection. Here and not in the reader, so that planning can never see a secret. */
  credentials(connection: ConnectionId): Promise<Credentials>;
  /**
   * Write before the sink is called. A second delivery to another target while one is begun and not done is refused;
   * the same target again is fine.
   */
  beginDelivery(
    at: At & { readonly connection: ConnectionId; readonly target: string },
  ): Promise<Written<LiveConnection>>;
  /** Write after the sink answered. The first time starts a new epoch; the same target again changes nothing. */
  recordDelivery(
    at: At & { readonly connection: ConnectionId; readonly target: string },
  ): Promise<Written<LiveConnection>>;
  /**
   * Keeps that the delivered values arrived, and who said so. Refused before a delivery is done. Starts no epoch and is no
   * evidence of use; said again, the first receipt stays.
   */
  recordReceipt(
    at: At & { readonly connection: ConnectionId; readonly from: string },
  ): Promise<Written<LiveConnection>>;
  /** Refused when `about` no longer is the connection's present epoch and fingerprint. */
  recordFindings(at: At & { readonly probed: Probed }): Promise<Written<LiveConnection>>;
  recordStatement(at: At & { readonly statement: Statement }): Promise<Written<LiveConnection>>;
  update(command: UpdateCommand): Promise<Written<LiveConnection>>;
  /** Makes a found connection the address's current one. Refused when the address has one or somebody else manages it. */
  adopt(
    command: At & { readonly site: Site; readonly connection: ConnectionId; readonly rotate: number },
  ): Promise<Written<LiveConnection>>;
  /** Moves a slot with all it holds to another address; nothing is minted. Refused when the new address has a slot. */
  rename(command: At & { readonly to: Address }): Promise<Written<undefined>>;
  /** Stops managing an address: its connections become found ones, live and untouched. */
  release(at: At): Promise<Written<undefined>>;
  /**
   * One transaction: the store itself judges the stored requirement on what it holds, and only then disables `from` and
   * makes `to` current. The only call that disables a connection that was superseded.
   */
  closeCutover(at: At): Promise<Written<CloseOutcome>>;
  /** One transaction: disables the candidate if nobody uses it and forgets the cut-over. `hold` remembers it as aborted. */
  abandon(at: At & { readonly hold: boolean }): Promise<Written<AbandonOutcome>>;
  /** Disables the current connection of an address that the document wants disabled. Refused while it is part of a cut-over. */
  disable(at: At & { readonly connection: ConnectionId; readonly grounds: Grounds }): Promise<Written<DisableOutcome>>;
}
