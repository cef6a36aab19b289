import type { Address } from "../model/address.ts";
import type { ConnectionId } from "../model/live.ts";
import type { Instant } from "../model/time.ts";

/**
 * What vendors do with new values. `prompt` enters them on the day they arrive, `late` after nine days, `silent` never.
 * `half-moved` has two systems and moves one. `wrong-version` enters the values and goes on calling the paths of the other
 * OneRoster version. `back-to-old` moves at once, and enters the old values again after the cut-over.
 */
export const BEHAVIOURS = ["prompt", "late", "silent", "half-moved", "wrong-version", "back-to-old"] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Days after which a late vendor enters the values. */
export const LATE_DAYS = 9;

/** Trouble of the world that is played on some days. */
export const TROUBLES = [
  "slow",
  "server-errors",
  "throttled",
  "dropped-replies",
  "unknown-host",
  "expired-token",
  "empty-orgs",
  "wrong-scope",
] as const;
export type TroubleKind = (typeof TROUBLES)[number];

/** One trouble and its days, counted from the first day of the rehearsal (0); both ends included. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly from: number;
  readonly to: number;
}

/** What is played. */
export interface Script {
  readonly start: Instant;
  /** How many days are played at most; it ends earlier when nothing more will happen. */
  readonly days: number;
  readonly behaviourOf: (address: Address) => Behaviour;
  readonly troubles: readonly Trouble[];
}

/** Something that happened at an address, on a day of the rehearsal. */
export interface Happening {
  readonly address: Address;
  readonly at: Instant;
  readonly day: number;
  readonly what:
    | { readonly kind: "generated" | "tied" | "changed" | "adopted" | "delivered"; readonly connection: ConnectionId }
    | { readonly kind: "renamed"; readonly from: Address }
    | { readonly kind: "probe-refused"; readonly code: string; readonly says: string }
    | { readonly kind: "probe-open"; readonly code: string; readonly says: string }
    | { readonly kind: "entered" | "went-back"; readonly connection: ConnectionId }
    | { readonly kind: "synced"; readonly configured: "old" | "new" }
    | { readonly kind: "sync-failed"; readonly why: string; readonly configured: "old" | "new" }
    | { readonly kind: "attested" }
    | { readonly kind: "closed"; readonly disabled?: ConnectionId }
    | { readonly kind: "given-up" | "disabled"; readonly connection: ConnectionId }
    | { readonly kind: "failed"; readonly code: string; readonly says: string };
}
