import type { Address } from "../model/address.ts";
import type { AttestLine } from "../model/desired.ts";
import type { Grounds } from "../model/grounds.ts";
import type { ConnectionId, LiveConnection } from "../model/live.ts";
import type { Requirement } from "../model/requirement.ts";
import type { Day } from "../model/time.ts";
import type { FixedTraits, Traits } from "../model/traits.ts";
import type { Change } from "./action.ts";

/**
 * One write or look. The steps of an address are walked in order; the walk ends at the first that is not allowed yet,
 * that waits, or that fails. There is no step that disables a superseded connection except `close`.
 */
export type Step = StepWork & { readonly allowed: Allowed };

/** What a step does, whether it is allowed or not. */
export type StepWork =
  | { readonly kind: "rename"; readonly from: Address }
  | { readonly kind: "adopt"; readonly connection: LiveConnection; readonly rotate: number }
  | { readonly kind: "abandon"; readonly connection: ConnectionId }
  | {
      readonly kind: "open";
      readonly generation: number;
      readonly make: Traits & FixedTraits;
      readonly from?: ConnectionId;
      readonly requires: Requirement;
    }
  | { readonly kind: "tie"; readonly from: ConnectionId; readonly to: ConnectionId; readonly requires: Requirement }
  | {
      readonly kind: "update";
      readonly connection: ConnectionId;
      readonly changes: readonly Change[];
      readonly make: Pick<Traits, "schools" | "share">;
    }
  /** Hands the four values of the candidate to the sink. */
  | { readonly kind: "deliver" }
  /** Records the document's `attest:` line about the candidate. */
  | { readonly kind: "attest"; readonly line: AttestLine }
  /** Climbs the ladder: of the candidate, or of the named connection where there is no cut-over. */
  | { readonly kind: "confirm"; readonly connection?: ConnectionId; readonly against?: ConnectionId }
  | { readonly kind: "close"; readonly disables?: ConnectionId }
  | { readonly kind: "disable"; readonly connection: ConnectionId; readonly grounds: Grounds };

/** The kind of a step, as events and reports name it. */
export type StepKind = StepWork["kind"];

/** Whether a step may be done in this run. `evidence`: it is tried, and the store judges. */
export type Allowed =
  | { readonly kind: "now" }
  | { readonly kind: "not-before"; readonly day: Day; readonly why: string }
  | { readonly kind: "evidence" };
