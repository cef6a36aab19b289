import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address, DistrictId } from "../model/address.ts";
import type { Desired, DesiredConnection } from "../model/desired.ts";
import type { LiveConnection, LiveDistrict, Slot } from "../model/live.ts";
import type { Site } from "../model/site.ts";
import type { Instant } from "../model/time.ts";
import type { Action } from "./action.ts";
import type { Settled } from "./settled.ts";
import type { Step } from "./step.ts";

/** What a plan is made of. Planning is synchronous and pure: the same input gives the same plan, byte for byte. */
export interface PlanInput {
  readonly desired: Desired;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly now: Instant;
  /** Limits become warnings; nothing else changes. */
  readonly force?: boolean;
  readonly selection?: Selection;
  /** Districts beside those of `desired` of which is known that nothing is to be done and nothing to be said. */
  readonly settled?: readonly Settled[];
}

/** A part of everything; a plan made with one says that it is partial. */
export interface Selection {
  readonly targets?: readonly Address[];
  readonly excludes?: readonly Address[];
  readonly districts?: readonly DistrictId[];
  /** Tags of the form `key=value` or `key`, matched against labels. */
  readonly tags?: readonly string[];
  /**
   * The districts that are looked at at all, such as one shard of a fleet: nothing else is read, and limits count what is in
   * them. An empty list means none, unlike with the other choices.
   */
  readonly scope?: readonly DistrictId[];
}

/** What is decided about one address. */
export interface AddressPlan {
  readonly address: Address;
  readonly desired: DesiredConnection;
  /** The store's side as it was read; the slot's revision is what the first write names. */
  readonly slot?: Slot;
  readonly actions: readonly Action[];
  readonly steps: readonly Step[];
  /** Errors about this address; while there is one, none of its steps is walked. */
  readonly diagnostics: readonly Diagnostic[];
  /** `blocked`: an error stands above. `observe`: the district is only looked at. */
  readonly hold?: "blocked" | "observe";
}

/** What is decided about one district. */
export interface DistrictPlan {
  readonly district: DistrictId;
  /** Where new connections are generated; every district of the store belongs to one site. */
  readonly site: Site;
  /** Revision of the district that was read. */
  readonly revision: number;
  /** Sorted by address. */
  readonly addresses: readonly AddressPlan[];
  /** Live connections that no document speaks of; never touched. */
  readonly unmanaged: readonly LiveConnection[];
  /** Errors and warnings about the district as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What is decided about everything that was looked at. */
export interface Plan {
  readonly madeAt: Instant;
  /** Sorted by district. */
  readonly districts: readonly DistrictPlan[];
  /** Errors and warnings about everything (limits in total). */
  readonly diagnostics: readonly Diagnostic[];
  readonly partial: boolean;
  readonly counts: Counts;
  /** Districts that are in the digest and nowhere else: every address of them is kept. */
  readonly settled?: readonly Settled[];
}

/** How many of each, blocked and observed ones left out of the first five. */
export interface Counts {
  readonly generate: number;
  readonly switch: number;
  /** Updates, adoptions, renames, and cut-overs between two connections that are given up while both stay. */
  readonly change: number;
  /** Asked and abandoned. */
  readonly disable: number;
  /** Open cut-overs that will still be open after this run, as far as can be known now. */
  readonly waiting: number;
  readonly blocked: number;
  readonly observed: number;
}
