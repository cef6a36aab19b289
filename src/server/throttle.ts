import { createHash } from "node:crypto";
import { type Clock, elapsedMs, type Instant, MINUTE_MS, SECOND_MS } from "../model/time.ts";

/** Somebody who named a Client ID, and where from. */
export interface Attempt {
  readonly clientId: string;
  readonly address: string;
}

/**
 * Slows down whoever keeps failing, and nobody else: a secret is refused unseen only where its own Client ID failed from
 * the same address before. Counts only; it never learns a secret.
 */
export interface Throttle {
  /** How many seconds this one has to wait before the secret is looked at; `undefined` when it may be now. */
  waitBefore(attempt: Attempt): number | undefined;
  /** Counts a failure. Answers the seconds to wait when the address has failed too often. */
  countFailure(attempt: Attempt): number | undefined;
  /** Whether a throttled request is to be written down: the first of each minute for one Client ID. */
  isWorthNoting(clientId: string): boolean;
}

/** How many failures in a minute are answered as what they are. */
export const LIMITS = { ofPair: 10, ofClientId: 50, ofAddress: 200 } as const;

const WINDOW_MS = MINUTE_MS;
/** Counts held of each sort; the oldest go first. */
const MOST_COUNTS = 20_000;

/** Makes a throttle that has seen nothing yet. `most` is how many counts of each sort it holds. */
export function createThrottle(clock: Clock, most: number = MOST_COUNTS): Throttle {
  const [pairs, clientIds, addresses, notes] = [counts(), counts(), counts(), counts()];
  function counts(): Counts {
    return createCounts(clock, most);
  }
  return {
    waitBefore: ({ clientId, address }) => {
      const network = networkOf(address);
      const pair = pairs.of(keyOf(clientId, network));
      if (pair === undefined) return undefined;
      if (pair.count >= LIMITS.ofPair) return secondsLeft(pair, clock);
      const everywhere = clientIds.of(keyOf(clientId));
      return everywhere !== undefined && everywhere.count >= LIMITS.ofClientId
        ? secondsLeft(everywhere, clock)
        : undefined;
    },
    countFailure: ({ clientId, address }) => {
      const network = networkOf(address);
      pairs.add(keyOf(clientId, network));
      clientIds.add(keyOf(clientId));
      const ofAddress = addresses.add(keyOf(network));
      return ofAddress.count > LIMITS.ofAddress ? secondsLeft(ofAddress, clock) : undefined;
    },
    isWorthNoting: (clientId) => notes.add(keyOf(clientId)).count === 1,
  };
}

interface Count {
  readonly startedAt: Instant;
  count: number;
}

interface Counts {
  of(key: string): Count | undefined;
  add(key: string): Count;
}

function createCounts(clock: Clock, most: number): Counts {
  const entries = new Map<string, Count>();
  const of = (key: string): Count | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && isOpen(entry, clock.now()) ? entry : undefined;
  };
  return {
    of,
    add: (key) => {
      const entry = of(key) ?? { startedAt: clock.now(), count: 0 };
      entry.count += 1;
      if (entry.count === 1) {
        entries.delete(key);
        makeRoom(entries, clock.now(), most);
        entries.set(key, entry);
      }
      return entry;
    },
  };
}

/** Counts are held in the order in which they began, so the first ones are the ones to forget. */
function makeRoom(entries: Map<string, Count>, now: Instant, most: number): void {
  for (const [key, entry] of entries) {
    if (isOpen(entry, now) && entries.size < most) return;
    entries.delete(key);
  }
}

/** A clock that was set back closes a window as well: nobody waits for a moment that may never come. */
function isOpen({ startedAt }: Count, now: Instant): boolean {
  const passed = elapsedMs(startedAt, now);
  return passed >= 0 && passed < WINDOW_MS;
}

function secondsLeft({ startedAt }: Count, clock: Clock): number {
  return Math.max(1, Math.ceil((WINDOW_MS - elapsedMs(startedAt, clock.now())) / SECOND_MS));
}

/** Of constant size, whatever was sent as a Client ID. */
function keyOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

/** One machine commands 64 bits of IPv6 addresses; they count as one. */
export function networkOf(address: string): string {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const ends = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - ends.length) }, () => "0");
  const all = tail === undefined ? groups : [...groups, ...zeros, ...ends];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
