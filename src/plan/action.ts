import type { Address } from "../model/address.ts";
import type { DesiredConnection } from "../model/desired.ts";
import type { Missing } from "../model/judge.ts";
import type { Cutover, LiveConnection } from "../model/live.ts";
import type { Loss } from "../model/loss.ts";
import type { Requirement } from "../model/requirement.ts";
import type { Day } from "../model/time.ts";

/** One decision about one address. `reason` is a sentence without places, clocks or counters: it is part of the digest. */
export type Action = Generate | Switch | Update | Disable | Adopt | Rename | Wait | Keep;

/** A first connection, or one where nothing works any more. */
export interface Generate {
  readonly kind: "generate";
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly generation: number;
  readonly requires: Requirement;
  readonly reason: string;
}

/** Another connection takes over. `to` is set when it exists already (turning back, or tying two addresses). */
export interface Switch {
  readonly kind: "switch";
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly generation: number;
  readonly from: LiveConnection;
  readonly to?: LiveConnection;
  readonly requires: Requirement;
  readonly loses: readonly Loss[];
  readonly reason: string;
}

/** Schools or shared data change in place; the credentials stay. */
export interface Update {
  readonly kind: "update";
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly connection: LiveConnection;
  readonly changes: readonly Change[];
  readonly loses: readonly Loss[];
  readonly reason: string;
}

/** `asked`: the document says disabled. `abandoned`: a candidate that nobody uses is given up. */
export interface Disable {
  readonly kind: "disable";
  readonly address: Address;
  readonly connection: LiveConnection;
  readonly because: "asked" | "abandoned";
  /** Set where the document accepts that a vendor in use is cut off. */
  readonly loses: readonly Loss[];
  readonly quietMs: number;
  readonly reason: string;
}

/** A found connection becomes the address's current one because a line of the document says so. */
export interface Adopt {
  readonly kind: "adopt";
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly connection: LiveConnection;
  readonly reason: string;
}

/** An address got another name (`was:`); its connection and cut-over move with it. */
export interface Rename {
  readonly kind: "rename";
  readonly address: Address;
  readonly from: Address;
  readonly desired: DesiredConnection;
  readonly reason: string;
}

/** An open cut-over goes on where it stopped. Nothing awaited: it closes in this run. */
export interface Wait {
  readonly kind: "wait";
  readonly address: Address;
  readonly desired: DesiredConnection;
  readonly cutover: Cutover;
  readonly candidate: LiveConnection;
  readonly from?: LiveConnection;
  readonly awaits: readonly Awaited[];
  readonly reason: string;
}

/** Nothing is to be done. */
export interface Keep {
  readonly kind: "keep";
  readonly address: Address;
  readonly connection?: LiveConnection;
  readonly reason?: string;
}

/** One editable thing that changes, in the words of documents. */
export interface Change {
  readonly what: "schools" | "share";
  readonly before: string;
  readonly after: string;
}

/** What is waited for and who can provide it. */
export type Awaited =
  | {
      readonly kind: "date";
      readonly who: "calendar";
      readonly step: "deliver" | "close" | "disable";
      readonly until: Day;
      readonly why: string;
    }
  | { readonly kind: "delivery"; readonly who: "rosterform" }
  | { readonly kind: "hands"; readonly who: "person"; readonly task: string }
  /** Another address's cut-over has to close first. */
  | { readonly kind: "address"; readonly who: "rosterform"; readonly address: Address }
  | Missing;
