import type { Address } from "../model/address.ts";
import type { Asked, LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import type { FixedTraits, Traits } from "../model/traits.ts";

/**
 * The hands of a person who clicks in a live system that has no interface for programs. A store that is kept by hand asks
 * them for one click at a time, and only for clicks that are allowed: before a superseded connection is to be disabled it
 * has judged the cut-over. Nobody can stop a person from clicking unasked; then only the asking is refused.
 */
export interface Hands {
  /** Resolves once the person reported what was done, or that it is not done now. Never rejects for "no". */
  carryOut(work: HandWork): Promise<HandReport>;
}

/** One click that is asked for. `asked` is set when it was asked for before and never reported: it may be done already. */
export type HandWork = Generating | Editing | Disabling;

/** Generate a connection in the tile of `application` and copy its four values. */
export interface Generating {
  readonly kind: "generate";
  readonly address: Address;
  readonly site: Site;
  readonly application: string;
  readonly make: Traits & FixedTraits;
  /** The connection that stays untouched until the new one is proven. */
  readonly from?: LiveConnection;
  readonly asked?: Asked;
}

/** Change schools or shared data of a connection; its four values stay. */
export interface Editing {
  readonly kind: "edit";
  readonly address: Address;
  readonly connection: LiveConnection;
  readonly make: Pick<Traits, "schools" | "share">;
  readonly asked?: Asked;
}

/** Disable a connection. */
export interface Disabling {
  readonly kind: "disable";
  readonly address: Address;
  readonly connection: LiveConnection;
  /** `superseded`: its successor is proven. `abandoned`: a new one that nobody uses. `asked`: the document wants it off. */
  readonly because: "superseded" | "abandoned" | "asked";
  /** The connection that works on. */
  readonly survivor?: LiveConnection;
  readonly asked?: Asked;
}

export type HandReport =
  | { readonly kind: "generated"; readonly credentials: Credentials }
  | { readonly kind: "clicked" }
  /** Not now; the store remembers that it asked. */
  | { readonly kind: "later" };

/** Nobody is there to click: everything is for another day. */
export const NO_HANDS: Hands = { carryOut: async () => ({ kind: "later" }) };
