import type { Address } from "../../model/address.ts";
import type { DesiredConnection } from "../../model/desired.ts";
import type { LiveConnection, LiveDistrict, Slot } from "../../model/live.ts";

/** A district by its parts, so that what concerns one address is found without going through all of it. */
interface Parts {
  readonly slots: ReadonlyMap<Address, Slot>;
  readonly connections: ReadonlyMap<string, LiveConnection>;
  /** Connections by every name under which a plan looks for them: their tile in lower case, and their Client ID. */
  readonly byName: ReadonlyMap<string, readonly LiveConnection[]>;
  /** Which slots name a connection. */
  readonly holders: ReadonlyMap<string, readonly Slot[]>;
}

const known = new WeakMap<LiveDistrict, Parts>();

/**
 * What of a district concerns one address: its own slot, those that its line names (`replaces`, `was`), everything that hangs
 * together with them by a connection, and the connections in the vendor's tile. A plan of that address is the same as one made
 * from the whole district.
 */
export function liveAround(live: LiveDistrict, lines: readonly DesiredConnection[]): LiveDistrict {
  const parts = partsOf(live);
  const slots = new Set<Slot>();
  const connections = new Set<LiveConnection>();
  const open: Slot[] = [];
  const take = (slot: Slot | undefined): void => {
    if (slot === undefined || slots.has(slot)) return;
    slots.add(slot);
    open.push(slot);
  };
  const meet = (connection: LiveConnection | undefined): void => {
    if (connection === undefined || connections.has(connection)) return;
    connections.add(connection);
    for (const holder of parts.holders.get(connection.id) ?? []) take(holder);
  };
  for (const { address, replaces, was, vendor, adopt } of lines) {
    for (const one of [address, replaces, was]) take(one === undefined ? undefined : parts.slots.get(one));
    for (const name of [tileOf(vendor), adopt]) {
      for (const one of name === undefined ? [] : (parts.byName.get(name) ?? [])) meet(one);
    }
  }
  for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
    for (const id of namedBy(slot)) meet(parts.connections.get(id));
  }
  return { ...live, slots: [...slots], connections: [...connections] };
}

/** The slot of an address, and any connection, without going through the district. */
export function lookUp(live: LiveDistrict): Pick<Parts, "slots" | "connections"> {
  return partsOf(live);
}

function partsOf(live: LiveDistrict): Parts {
  const before = known.get(live);
  if (before !== undefined) return before;
  const byName = new Map<string, LiveConnection[]>();
  const holders = new Map<string, Slot[]>();
  for (const connection of live.connections) {
    for (const name of new Set([tileOf(connection.application), connection.clientId])) append(byName, name, connection);
  }
  for (const slot of live.slots) for (const id of namedBy(slot)) append(holders, id, slot);
  const parts: Parts = {
    slots: new Map(live.slots.map((slot) => [slot.address, slot])),
    connections: new Map(live.connections.map((one) => [one.id, one])),
    byName,
    holders,
  };
  known.set(live, parts);
  return parts;
}

function namedBy({ current, cutover, previous }: Slot): readonly string[] {
  return [current, cutover?.to, cutover?.from, previous].filter((id) => id !== undefined);
}

function tileOf(vendor: string): string {
  return vendor.toLowerCase();
}

function append<T>(map: Map<string, T[]>, name: string, item: T): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [item]);
  else list.push(item);
}
