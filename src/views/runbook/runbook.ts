import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { LiveConnection, LiveDistrict } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import type { Digests } from "../../plan/digest.ts";
import type { AddressPlan, DistrictPlan, Plan } from "../../plan/plan.ts";
import type { Undo } from "../undo.ts";
import type { Short } from "../words.ts";
import type { Click } from "./campus-words.ts";

/** A plan as a person carries it out: every step in order, one numbering from the first page to the last. Never a secret. */
export interface Runbook {
  readonly madeAt: Instant;
  readonly digest: string;
  /** Whether people keep the store, so that clicks in Campus are asked for. */
  readonly isByHand: boolean;
  readonly partial: boolean;
  readonly troubles: readonly Trouble[];
  readonly overlaps: readonly Overlap[];
  readonly districts: readonly RunbookDistrict[];
}

export interface RunbookDistrict {
  readonly district: DistrictId;
  readonly digest: string;
  readonly site: string;
  /** Who signed that the registry is complete; nothing where the live system is read itself. */
  readonly inventory?: string;
  readonly troubles: readonly Trouble[];
  readonly addresses: readonly RunbookAddress[];
  /** Addresses at which there is nothing to do. */
  readonly unchanged: readonly Address[];
}

export interface RunbookAddress {
  readonly address: Address;
  /** What is to happen here, and why. */
  readonly headline: readonly string[];
  readonly owner: string;
  readonly contact: string;
  readonly connections: readonly ConnectionFacts[];
  readonly losses: readonly LossFacts[];
  /** Clicks that were asked for and never reported, of which no step below speaks. */
  readonly asked: readonly string[];
  readonly steps: readonly RunbookStep[];
  readonly undo: readonly Undo[];
  readonly troubles: readonly Trouble[];
}

export interface RunbookStep {
  /** Counts through the whole runbook. */
  readonly number: number;
  readonly address: Address;
  readonly kind: AddressPlan["steps"][number]["kind"];
  readonly title: string;
  readonly state: StepState;
  readonly who: string;
  readonly where?: string;
  /** What to do, each with a box to tick; none unless the step is allowed now. */
  readonly clicks: readonly Click[];
  readonly otherwise: readonly string[];
  /** Which value goes into which field of the vendor. */
  readonly pastes: readonly Paste[];
  /** The click was asked for before and never reported. */
  readonly asked?: string;
}

export type StepState =
  /** Recorded already. */
  | { readonly kind: "done"; readonly says: string }
  /** Allowed; `after` is the step that comes first. */
  | { readonly kind: "now"; readonly after?: number }
  | { readonly kind: "not-yet"; readonly why: string; readonly needs: readonly string[] }
  /** An error stands in the way. */
  | { readonly kind: "refused"; readonly why: string };

export interface Paste {
  readonly value: string;
  readonly into: string;
}

/** An error or a warning, with its place in words. */
export interface Trouble {
  readonly severity: Diagnostic["severity"];
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly place?: string;
}

/** What is known of one live connection; enough to find it in Campus, and never its secret. */
export interface ConnectionFacts {
  readonly role: string;
  /** Shortened, as in a plan. */
  readonly clientId: string;
  readonly fingerprint: string;
  readonly version: string;
  readonly application: string;
  readonly status: string;
  readonly access: string;
  /** Who says all this, and when. */
  readonly source: string;
}

/** Something that is lost by a change, and whether the document accepts it. */
export interface LossFacts {
  readonly what: string;
  readonly todo: string;
  readonly accepted: boolean;
  readonly acceptance: string;
}

/** Two connections of one vendor that both give tokens: needed for a while, and a risk for as long as it lasts. */
export interface Overlap {
  readonly address: Address;
  readonly old: string;
  readonly young: string;
  readonly since: Instant;
  /** `3 days`. */
  readonly age: string;
  readonly owner: string;
  /** What ends it. */
  readonly next: string;
}

/** What a runbook is made of. */
export interface RunbookInput {
  readonly plan: Plan;
  /** The live side that the plan was made from. */
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly digests: Digests;
  /** How the project hands values over, e.g. `file` or `terminal`. */
  readonly deliver: string;
  readonly locate: Locate;
}

/** What every part of a runbook is made with. */
export interface Around {
  readonly plan: AddressPlan;
  readonly site: DistrictPlan["site"];
  readonly live: LiveDistrict | undefined;
  readonly connections: ReadonlyMap<string, LiveConnection>;
  readonly isByHand: boolean;
  readonly deliver: string;
  readonly short: Short;
  readonly now: Instant;
}
