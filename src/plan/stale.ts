import type { Address, DistrictId } from "../model/address.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import type { Instant } from "../model/time.ts";
import { isQuiet, watchedQuietFrom } from "../model/use.ts";

/** An active connection, and which address holds it. */
export interface HeldConnection {
  readonly district: DistrictId;
  /** Absent when no address holds it. */
  readonly address?: Address;
  /** Whether it is the candidate of a cut-over that is open there. */
  readonly isCandidate: boolean;
  readonly connection: LiveConnection;
}

/** An active connection that nobody was seen on. */
export interface StaleConnection extends HeldConnection {
  /** Since when: the last use, or the day from which on it was watched without any. */
  readonly quietSince: Instant;
}

/** Which active connections nobody used for so long, and of which that cannot be known. */
export interface Staleness {
  /** The longest silence first. */
  readonly stale: readonly StaleConnection[];
  /** Connections of stores that cannot see use: nothing is known of them, which is not the same as unused. */
  readonly unobservable: readonly HeldConnection[];
}

/** Looks for active connections, managed or not, that were watched for at least `quietMs` in which nobody used them. */
export function staleIn(live: Iterable<LiveDistrict>, quietMs: number, now: Instant): Staleness {
  const all = [...live].flatMap((district) => heldConnections(district).map((held) => ({ held, district })));
  const isSeen = ({ held, district }: (typeof all)[number]): boolean =>
    district.observesUse && held.connection.use.kind === "observed";
  const stale = all.filter(isSeen).flatMap(({ held }): readonly StaleConnection[] => {
    const { use } = held.connection;
    if (use.kind !== "observed" || !isQuiet(use, quietMs, now)) return [];
    return [{ ...held, quietSince: watchedQuietFrom(use) }];
  });
  stale.sort((a, b) => (a.quietSince < b.quietSince ? -1 : a.quietSince > b.quietSince ? 1 : byName(a, b)));
  return { stale, unobservable: all.filter((one) => !isSeen(one)).map(({ held }) => held) };
}

/** By what people know it as, so that two runs say the same in the same order; identifiers are random. */
export function byName(a: HeldConnection, b: HeldConnection): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function nameOf({ district, address, connection }: HeldConnection): string {
  return `${address ?? `${district}/${connection.application}`} ${connection.id}`;
}

/** The active connections of a district with the addresses that hold them. */
export function heldConnections({ district, slots, connections }: LiveDistrict): readonly HeldConnection[] {
  const holders = new Map<ConnectionId, Address>();
  const candidates = new Set<ConnectionId>();
  for (const { address, current, cutover } of slots) {
    for (const id of [cutover?.to, current]) if (id !== undefined) holders.set(id, address);
    if (cutover !== undefined && cutover.to !== current) candidates.add(cutover.to);
  }
  return connections.filter(isActive).map((connection) => {
    const address = holders.get(connection.id);
    const isCandidate = candidates.has(connection.id);
    return { district, ...(address === undefined ? {} : { address }), isCandidate, connection };
  });
}
