import type { Address } from "../../src/model/address.ts";

/** What a process that applies says, one JSON text a line. */
export type Line =
  | { readonly kind: "ready" }
  | { readonly kind: "begun" }
  | Acknowledged
  /** The sink has the values. */
  | { readonly kind: "delivered"; readonly address: Address; readonly clientId: string }
  | Ending;

/** The store said that it holds a write. */
export interface Acknowledged {
  readonly kind: "acknowledged";
  /** The word of the journal for it. */
  readonly what: string;
  readonly address: Address;
  /** The revision that the write named, and the one that it was answered with. */
  readonly from: number;
  readonly revision: number;
  readonly connection?: string;
}

/** How an address came out, as far as it matters here. */
export interface Outcome {
  readonly address: Address;
  readonly kind: string;
  readonly code?: string;
}

export interface Ending {
  readonly kind: "ended";
  readonly outcomes: readonly Outcome[];
  /** Code of what went wrong outside before anything could be walked. */
  readonly failure?: string;
  /** What was thrown that may never be: a mistake of ours. */
  readonly mistake?: string;
}
