import { type About, type Attested, PROBE_FRESH_MS, type Verdict } from "./evidence.ts";
import type { LiveConnection } from "./live.ts";
import { type Clause, isEnoughToSupersede } from "./requirement.ts";
import { elapsedMs, type Instant } from "./time.ts";
import { hasPulled, isQuiet, type Use } from "./use.ts";

/**
 * What has to be true before a connection that works is disabled for another one, each by its name. `judge` asks all of them.
 * test/stores/exploration takes each away in turn, and shows that a vendor could then be cut off.
 */
export const proof = {
  /** Evidence is about the connection as it is now: no other counts, and no other is kept. */
  isAboutPresent: ({ id, fingerprint, epoch }: LiveConnection, about: About): boolean =>
    about.connection === id && about.fingerprint === fingerprint && about.epoch === epoch,

  /** There was a probe, and the last one was answered yes; inconclusive is never yes. */
  isYes: (verdict: Verdict | undefined): boolean => verdict === "confirmed",

  /** The world may have changed since an old probe; one that lies ahead of the clock says nothing either. */
  isFresh: (at: Instant, now: Instant): boolean => {
    const ageMs = elapsedMs(at, now);
    return ageMs >= 0 && ageMs <= PROBE_FRESH_MS;
  },

  /** However low a stored requirement was set, it has to ask for both facts. */
  isEnough: (clauses: readonly Clause[]): boolean => isEnoughToSupersede(clauses),

  /** The vendor itself read everything that a sync needs with the new credentials. */
  hasPulled: (use: Use): boolean => hasPulled(use),

  /** Nothing was seen on the old connection for as long as the vendor's syncs lie apart. */
  isQuiet: (use: Use, quietMs: number, now: Instant): boolean => isQuiet(use, quietMs, now),

  /** A named person said that the vendor moved. */
  isSaid: (statement: Attested | undefined): boolean => statement !== undefined,

  /** The vendor was not seen on the old connection after that was said. */
  isUncontradicted: (statement: Attested | undefined, old: Use): boolean => {
    const last = old.kind === "observed" ? old.last : undefined;
    if (statement === undefined || last === undefined) return true;
    const { at, oldSeen = last } = statement;
    return last <= at && oldSeen !== "never" && last <= oldSeen;
  },
};
