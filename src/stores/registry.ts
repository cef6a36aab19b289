import type { DistrictId } from "../model/address.ts";
import type { Inventory, LiveConnection } from "../model/live.ts";
import type { Secret } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import type { Day } from "../model/time.ts";
import type { Traits } from "../model/traits.ts";
import type { CampusSide } from "./campus-side.ts";

/** What people tell a store that they keep by hand, besides the clicks that it asked for. */
export interface Registry extends Pick<CampusSide, "changeByHand"> {
  /**
   * A connection that exists in the live system, as a person saw it there. The Client ID names it: told again, facts are
   * brought up to date (a change voids evidence, as any change by hand does). Answers the connection as it is kept now.
   */
  reportFound(command: FoundByHand): Promise<LiveConnection>;
  /** A named person says that on the day `asOf` every connection of the site is in the registry. */
  signInventory(command: {
    readonly district: DistrictId;
    readonly site: Site;
    readonly by: string;
    readonly asOf: Day;
  }): Promise<Extract<Inventory, { kind: "signed" }>>;
}

/** One tile's connection, copied from the screen. The secret is optional; without it there can be no probe. */
export interface FoundByHand {
  readonly district: DistrictId;
  readonly site: Site;
  readonly application: string;
  readonly make: Traits;
  readonly status: "active" | "disabled";
  readonly clientId: string;
  readonly clientSecret?: Secret;
  readonly tokenUrl: string;
  readonly baseUrl: string;
  /** Who saw it. */
  readonly by: string;
}
