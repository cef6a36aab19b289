import type { Diagnostic, Locate } from "../../diagnostics/diagnostic.ts";
import type { Address, DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import type { Digests } from "../../plan/digest.ts";
import type { Counts, Plan } from "../../plan/plan.ts";
import type { LossFacts, Trouble } from "../runbook/runbook.ts";
import type { Life } from "./life.ts";

/** A plan as somebody reads it who looks at a pull request for one minute: what matters first. Never a secret. */
export interface Review {
  readonly subject: "Plan" | "Documents";
  readonly madeAt: Instant;
  /** Empty where no plan was made. */
  readonly digest: string;
  readonly partial: boolean;
  /** Whether an error stands in the way of a part of it. */
  readonly isErrored: boolean;
  readonly counts: Counts;
  /** The last line of the plan: `Plan: ...` or `No changes. ...`. */
  readonly total: string;
  /** What the last line does not say: what waits, what is blocked or only observed, what was left out. */
  readonly notes: readonly string[];
  readonly districts: readonly ReviewDistrict[];
  /** How many districts there are besides, in which nothing is to be done. */
  readonly settled: number;
  /** Errors first; each once. */
  readonly troubles: readonly Trouble[];
}

export interface ReviewDistrict {
  readonly district: DistrictId;
  readonly digest: string;
  /** Addresses of which something has to be said, sorted by rank, then by address. */
  readonly rows: readonly ReviewRow[];
  /** How many addresses stay as they are. */
  readonly unchanged: number;
  /** How many active connections no document speaks of. */
  readonly unmanaged: number;
  /** Who signed that the registry is complete; nothing where the live system is read itself. */
  readonly inventory?: string;
}

/** What a reviewer has to see first. */
export const RANKS = ["blocked", "loses", "waiting", "changes", "stays"] as const;
export type Rank = (typeof RANKS)[number];

/** One address. */
export interface ReviewRow {
  readonly address: Address;
  readonly rank: Rank;
  /** What becomes of it, in the order in which it happens. */
  readonly acts: readonly Act[];
  readonly losses: readonly LossFacts[];
  /** What the vendor sees after and not before. */
  readonly widens: readonly string[];
  /** What is waited for, and who can provide it: `waits for the vendor: a full pull ...`. */
  readonly awaits: readonly string[];
  /** The errors that stand in the way, each in one line with its code. */
  readonly blockedBy: readonly string[];
  /** Where the document speaks of it: `districts/springfield.yaml:5`. */
  readonly place: string;
  readonly isObserved: boolean;
  /** Where a connection is new here, or takes over. */
  readonly life?: Life;
}

export interface Act {
  /** As in the text of a plan: `+/-`. */
  readonly symbol: string;
  /** `will be switched`. */
  readonly becomes: string;
  readonly reason?: string;
  /** `version 1.1 -> 1.2`. */
  readonly facts: readonly string[];
  /** `districts/springfield.yaml:5`. */
  readonly place: string;
}

/** What a review is made of. */
export interface ReviewInput {
  readonly plan: Plan;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
  readonly digests: Digests;
  readonly locate: Locate;
  /** What else was told while the plan was made. */
  readonly more?: readonly Diagnostic[];
  /** What was left out, and why, each in one line. */
  readonly notes?: readonly string[];
}
