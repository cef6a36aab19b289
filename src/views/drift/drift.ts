import { type Address, type DistrictId, partsOf } from "../../model/address.ts";
import {
  type ConnectionId,
  isActive,
  type LastApplied,
  type LiveConnection,
  type LiveDistrict,
  type Slot,
} from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import { type Being, type Difference, differencesBetween } from "../differences.ts";

/** How the live system differs from what was last applied at one address. */
export interface Drift {
  readonly district: DistrictId;
  readonly address: Address;
  readonly connection: ConnectionId;
  readonly clientId?: string;
  readonly differences: readonly DriftDifference[];
  /** What was last applied there and when, where anything was. */
  readonly applied?: LastApplied;
  /** Who changed it and when, where the store knows; kept for disabled connections only. */
  readonly by?: string;
  readonly at?: Instant;
}

export interface DriftDifference extends Omit<Difference, "what"> {
  readonly what: Difference["what"] | "status" | "connection" | "previous" | "candidate";
}

/** Compares what was last applied with the live side. Connections without a slot were never applied, so they cannot drift. */
export function driftOf(live: LiveDistrict | Iterable<LiveDistrict>): readonly Drift[] {
  const districts = "district" in live ? [live] : [...live];
  return districts
    .flatMap((district) => {
      const connections = new Map(district.connections.map((one) => [one.id, one]));
      const wanted = new Set(district.slots.flatMap((slot) => [slot.current, slot.cutover?.from, slot.cutover?.to]));
      return district.slots.flatMap((slot) => [
        ...appliedDrift(slot, connections, wanted),
        ...previousDrift(slot, connections, wanted),
        ...candidateDrift(slot, connections),
      ]);
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

type Connections = ReadonlyMap<ConnectionId, LiveConnection>;
type Wanted = ReadonlySet<ConnectionId | undefined>;

function appliedDrift(slot: Slot, connections: Connections, wanted: Wanted): readonly Drift[] {
  const { applied, address } = slot;
  if (applied === undefined) return [];
  const now = connections.get(applied.connection);
  if (now === undefined) {
    const gone = { what: "connection", before: "there", after: "gone" } as const;
    const { district } = partsOf(address);
    return [{ district, address, connection: applied.connection, differences: [gone], applied }];
  }
  const differences = [...statusDrift(now, wanted.has(now.id)), ...differencesBetween(beingOf(applied), beingOf(now))];
  return differences.length === 0 ? [] : [drifted(slot, now, differences)];
}

/** A connection we superseded or disabled is active again: somebody enabled it, and it gives tokens to whoever kept it. */
function previousDrift(slot: Slot, connections: Connections, wanted: Wanted): readonly Drift[] {
  const { previous, applied } = slot;
  const now = previous === undefined ? undefined : connections.get(previous);
  if (now === undefined || !isActive(now) || wanted.has(now.id) || now.id === applied?.connection) return [];
  return [drifted(slot, now, [{ what: "previous", before: "disabled", after: "active" }])];
}

/** A connection that is being set up, and that somebody disabled before it was in use. */
function candidateDrift({ cutover, ...slot }: Slot, connections: Connections): readonly Drift[] {
  const now = cutover === undefined ? undefined : connections.get(cutover.to);
  if (now === undefined || now.id === slot.applied?.connection || !isDisabledOutside(now)) return [];
  return [drifted({ address: slot.address }, now, [{ what: "candidate", before: "active", after: "disabled" }])];
}

function isDisabledOutside({ status }: LiveConnection): boolean {
  return status.kind === "disabled" && status.how === "outside";
}

function statusDrift(now: LiveConnection, isWanted: boolean): readonly DriftDifference[] {
  if (isActive(now)) return isWanted ? [] : [{ what: "status", before: "disabled", after: "active" }];
  return isDisabledOutside(now) && isWanted ? [{ what: "status", before: "active", after: "disabled" }] : [];
}

function drifted(
  { address, applied }: Pick<Slot, "address" | "applied">,
  now: LiveConnection,
  differences: readonly DriftDifference[],
): Drift {
  const who = now.status.kind === "disabled" ? { by: now.status.by, at: now.status.at } : {};
  const last = applied === undefined ? {} : { applied };
  const { district } = partsOf(address);
  return { district, address, connection: now.id, clientId: now.clientId, differences, ...last, ...who };
}

function beingOf({ version, kind, rotate, schools, share }: LastApplied | LiveConnection): Being {
  return { version, kind, rotate, schools, share };
}
