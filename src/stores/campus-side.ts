import type { Attempt } from "../model/attempt.ts";
import type { DistrictId } from "../model/address.ts";
import type { ConnectionId, LiveConnection } from "../model/live.ts";
import type { Secret } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import type { Instant } from "../model/time.ts";
import type { Traffic } from "../model/traffic.ts";
import type { Traits } from "../model/traits.ts";

export type { Traffic } from "../model/traffic.ts";

/** Who may look at the usage log: the narrowest way in. */
export interface TrafficReader {
  /** Traffic of a connection, oldest first; with `since`, from that moment on. Of a connection that is unknown, none. */
  traffic(connection: ConnectionId, since?: Instant): AsyncIterable<Traffic>;
}

/** Who may look at the attempts that were refused. */
export interface AttemptReader {
  /** Refused attempts, in the order of their days. */
  attempts(): AsyncIterable<Attempt>;
}

/**
 * What the live system itself does with a store that rosterform also writes to: it checks credentials, sees use, and lets
 * people click. The reference campus calls it; so do tests that play a person's hand.
 */
export interface CampusSide extends TrafficReader, AttemptReader {
  /** The connection with this Client ID, whatever its status, and whether the secret is right (compared in constant time). */
  authenticate(
    clientId: string,
    secret: Secret,
  ): Promise<{ readonly connection: LiveConnection; readonly isRight: boolean } | undefined>;
  connection(id: ConnectionId): Promise<LiveConnection | undefined>;
  /** The site of a district, as far as known. */
  siteOf(district: DistrictId): Promise<Site | undefined>;
  /**
   * Adds to the usage log. Never moves a revision. Of each connection at least the newest `TRAFFIC_KEPT` requests stay;
   * what `use` says of it is never forgotten.
   */
  recordTraffic(traffic: Traffic): Promise<void>;
  /**
   * Counts attempts that were refused. Moves no revision and stands in no journal: who has no rights in a district must not be able to
   * make its journal longer. However many there are, a day has a bounded number of lines, and the list a bounded number of days.
   */
  countAttempts(attempts: readonly Attempt[]): Promise<void>;
  /** A person generates a connection in the live system: it is `found`, nobody manages it. */
  createByHand(command: {
    readonly district: DistrictId;
    readonly site: Site;
    readonly application: string;
    readonly make: Traits;
    readonly by: string;
  }): Promise<LiveConnection>;
  /** A person edits, disables or enables a connection. Moves the slot's revision and voids evidence. */
  changeByHand(command: {
    readonly connection: ConnectionId;
    readonly by: string;
    readonly change:
      | { readonly kind: "disable" }
      | { readonly kind: "enable" }
      | ({ readonly kind: "edit" } & Pick<Traits, "schools" | "share">);
  }): Promise<LiveConnection>;
  /** Where this campus answers, e.g. `http://127.0.0.1:8642`; new connections get URLs below it. Kept in the store. */
  setOrigin(origin: string): Promise<void>;
}
