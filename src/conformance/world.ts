import { type Address, addressOf, type DistrictId } from "../model/address.ts";
import type { Requirement } from "../model/requirement.ts";
import type { Credentials } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import { type Clock, elapsedMs, HOUR_MS, parseInstant, shift } from "../model/time.ts";
import type { FixedTraits, Traits } from "../model/traits.ts";
import type { CampusSide } from "../stores/campus-side.ts";
import type { StoreReader, StoreWriter } from "../stores/store.ts";
import { Some } from "./expect.ts";

/** What happens in the live system without rosterform: a person's hand, and the consumer at work. */
export type LiveSystem = Pick<CampusSide, "createByHand" | "changeByHand" | "recordTraffic" | "traffic">;

/** The clock that a store goes by. */
export interface StoryClock extends Clock {
  /** Lets time pass. */
  pass(ms: number): void | Promise<void>;
  /** How far `now` may be from the store's own moment, in milliseconds: nothing where a test holds the clock. */
  readonly slackMs: number;
}

/** A store with everything that a story does to it. Every story has districts of its own, so that no two of them meet. */
export interface World {
  readonly clock: StoryClock;
  /** Signed by `me`. */
  readonly writer: StoreWriter;
  readonly campus: LiveSystem;
  /** The district that the story is about. */
  readonly district: DistrictId;
  /** In whose name `writer` writes. */
  readonly me: string;
  /** Who says that a consumer moved: somebody else, where there is somebody. */
  readonly witness: string;
  /** How many districts are many. */
  readonly many: number;
  /** Whether the live system takes these credentials at this moment. */
  works(credentials: Pick<Credentials, "clientId" | "clientSecret" | "tokenUrl">): Promise<boolean>;
  /** A second writer on the same store, as another process would open it. */
  signedBy(by: string): Promise<StoreWriter>;
  /** A reader on the same store, as `plan` opens it. */
  reader(): Promise<StoreReader>;
  /** Closes the writer and opens it again, as a next run would. */
  reopen(): Promise<World>;
}

/** Thrown where this world cannot do what the story needs: nothing is known of the promise then. */
export class NotTried extends Error {
  override readonly name = "NotTried";
}

export const TRAITS: Traits & FixedTraits = { kind: "other", version: "1.1", schools: "all", share: [], rotate: 0 };
export const REQUIRES: Requirement = { clauses: ["probed", "used-or-attested"], quietMs: 48 * HOUR_MS };

/** The site of a story's district: a sandbox, because nothing else is ever touched. */
export function siteOf(district: DistrictId): Site {
  return { host: `${district}.example.org`, app: district, kind: "sandbox" };
}

/** The address that most stories are about. */
export function otus({ district }: Pick<World, "district">): Address {
  return addressOf(district, "Otus");
}

/** Another address of the same district. */
export function canvas({ district }: Pick<World, "district">): Address {
  return addressOf(district, "Canvas");
}

/** Further districts of a story, in the order of their numbers. */
export function districtNumber({ district }: Pick<World, "district">, number: number): DistrictId {
  const text = `${district}-d${String(number).padStart(3, "0")}`;
  return text as DistrictId;
}

/** The present moment, or one that lies `ms` from it; as exactly as the world knows the store's clock. */
export function moment({ clock }: Pick<World, "clock">, ms = 0): Some {
  const wanted = shift(clock.now(), ms);
  return new Some(clock.slackMs === 0 ? wanted : `about ${wanted}`, (seen) => {
    const at = typeof seen === "string" ? parseInstant(seen) : undefined;
    return at !== undefined && Math.abs(elapsedMs(at, wanted)) <= clock.slackMs;
  });
}
