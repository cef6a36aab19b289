import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Finding, Verdict } from "../model/evidence.ts";
import type { ConnectionId } from "../model/live.ts";
import type { Awaited } from "../plan/action.ts";
import type { StepKind } from "../plan/step.ts";

/** What happens while a plan is walked. The library never prints; views do. No field can hold a secret. */
export type ApplyEvent =
  | { readonly kind: "address-started"; readonly address: Address; readonly steps: readonly StepKind[] }
  | { readonly kind: "step-started"; readonly address: Address; readonly step: StepKind }
  | {
      readonly kind: "step-done";
      readonly address: Address;
      readonly step: StepKind;
      readonly elapsedMs: number;
      readonly did: Did;
    }
  | {
      readonly kind: "step-waiting";
      readonly address: Address;
      readonly step: StepKind;
      readonly awaits: readonly Awaited[];
    }
  | {
      readonly kind: "step-failed";
      readonly address: Address;
      readonly step: StepKind;
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: "address-finished"; readonly outcome: AddressOutcome };

/** What a step did. */
export type Did =
  | { readonly kind: "opened" | "tied" | "updated" | "adopted" | "attested"; readonly connection: ConnectionId }
  | { readonly kind: "renamed"; readonly from: Address }
  | { readonly kind: "delivered"; readonly connection: ConnectionId; readonly target: string; readonly again: boolean }
  | {
      readonly kind: "probed";
      readonly connection: ConnectionId;
      readonly verdict: Verdict;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: "closed"; readonly current: ConnectionId; readonly disabled?: ConnectionId }
  | { readonly kind: "abandoned" | "disabled"; readonly connection: ConnectionId };

/**
 * How an address came out. `waiting` is no failure: evidence, hands or a date are missing. `failed` is: a probe was
 * refuted, or the world outside did not answer.
 */
export type AddressOutcome =
  | { readonly kind: "unchanged"; readonly address: Address }
  | { readonly kind: "done"; readonly address: Address; readonly did: readonly Did[] }
  | {
      readonly kind: "waiting";
      readonly address: Address;
      readonly did: readonly Did[];
      readonly awaits: readonly Awaited[];
    }
  | {
      readonly kind: "failed";
      readonly address: Address;
      readonly did: readonly Did[];
      readonly step: StepKind;
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: "blocked"; readonly address: Address; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "observed"; readonly address: Address }
  /** The run was interrupted before or inside this address; what it did stands. */
  | { readonly kind: "interrupted"; readonly address: Address; readonly did: readonly Did[] };

/** The summary that is always there, also after failures and interrupts. */
export interface ApplyReport {
  /** Sorted by address. */
  readonly outcomes: readonly AddressOutcome[];
  readonly counts: {
    readonly generated: number;
    readonly switched: number;
    readonly changed: number;
    readonly disabled: number;
    readonly waiting: number;
    readonly failed: number;
    readonly blocked: number;
    readonly interrupted: number;
  };
}
