import { invariant } from "../diagnostics/invariant.ts";
import type { Address } from "../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";

/**
 * One district from the side of addresses: who is where. Addresses of slots are given by the names the documents use
 * now, so that a rename that is still to be done does not tear apart what belongs together.
 */
export interface Index {
  readonly slots: ReadonlyMap<Address, Slot>;
  readonly connections: ReadonlyMap<ConnectionId, LiveConnection>;
  /** Active connections that nobody manages and no line adopts, by the name of their tile in lower case. */
  readonly found: ReadonlyMap<string, readonly LiveConnection[]>;
  readonly byClientId: ReadonlyMap<string, LiveConnection>;
  readonly desired: ReadonlyMap<Address, DesiredConnection>;
  /** Which address a connection is the current one of. */
  readonly holders: ReadonlyMap<ConnectionId, Address>;
  /** Connections that some open cut-over is going to disable, and at which address it is open. */
  readonly pending: ReadonlyMap<ConnectionId, Address>;
  /** Connections that some open cut-over leads from or to, and at which address it is open. */
  readonly busy: ReadonlyMap<ConnectionId, Address>;
  /** Replaced address to the first address that replaces it. */
  readonly replacers: ReadonlyMap<Address, Address>;
  /** Current connections that a line protects, and the address of that line. */
  readonly protectedAt: ReadonlyMap<ConnectionId, Address>;
  readonly observesUse: boolean;
}

/** Indexes the two sides of a district once, so that each row costs a few look-ups. */
export function indexDistrict(desired: DesiredDistrict, live: LiveDistrict): Index {
  const lines = new Map(desired.connections.map((line) => [line.address, line]));
  const slots = new Map(byPresentName(lines, live.slots));
  const named = [...slots];
  return {
    slots,
    connections: new Map(live.connections.map((connection) => [connection.id, connection])),
    found: foundByTile(desired, live),
    byClientId: new Map(live.connections.map((connection) => [connection.clientId, connection])),
    desired: lines,
    holders: new Map(named.flatMap(([address, { current }]) => (current === undefined ? [] : [[current, address]]))),
    pending: new Map(
      named.flatMap(([address, { cutover }]) => (cutover?.from === undefined ? [] : [[cutover.from, address]])),
    ),
    busy: new Map(
      named.flatMap(([address, { cutover }]) =>
        [cutover?.from, cutover?.to].flatMap((id) => (id === undefined ? [] : [[id, address] as const])),
      ),
    ),
    replacers: replacersIn(desired),
    protectedAt: new Map(
      named.flatMap(([address, { current }]) =>
        current !== undefined && lines.get(address)?.protected === true ? [[current, address]] : [],
      ),
    ),
    observesUse: live.observesUse,
  };
}

/** The slot of an address, also while it still stands under the old name. */
export function slotFor(index: Index, address: Address): Slot | undefined {
  return index.slots.get(address);
}

/** The connection with this identifier. A slot only names connections of its district. */
export function connectionAt(index: Index, id: ConnectionId | undefined): LiveConnection | undefined {
  if (id === undefined) return undefined;
  const connection = index.connections.get(id);
  invariant(connection !== undefined, `a slot names connection ${id}, which its district does not list`);
  return connection;
}

/** A line takes over the slot of its old name only while it has none itself and no other line stands at the old name. */
function byPresentName(
  lines: ReadonlyMap<Address, DesiredConnection>,
  slots: readonly Slot[],
): readonly (readonly [Address, Slot])[] {
  const taken = new Set(slots.map((slot) => slot.address));
  const renames = new Map<Address, Address>();
  for (const { address, was } of lines.values()) {
    if (was !== undefined && !taken.has(address) && !lines.has(was)) renames.set(was, address);
  }
  return slots.map((slot) => [renames.get(slot.address) ?? slot.address, slot]);
}

function foundByTile(desired: DesiredDistrict, live: LiveDistrict): ReadonlyMap<string, readonly LiveConnection[]> {
  const adopted = new Set(desired.connections.map((line) => line.adopt));
  const found = new Map<string, LiveConnection[]>();
  for (const connection of sortedById(live.connections)) {
    if (connection.provenance !== "found" || !isActive(connection) || adopted.has(connection.clientId)) continue;
    const tile = connection.application.toLowerCase();
    found.set(tile, [...(found.get(tile) ?? []), connection]);
  }
  return found;
}

/** In order of their identifiers, so that a plan does not depend on the order in which a store lists them. */
export function sortedById(connections: readonly LiveConnection[]): readonly LiveConnection[] {
  return [...connections].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function replacersIn(desired: DesiredDistrict): ReadonlyMap<Address, Address> {
  const replacers = new Map<Address, Address>();
  for (const { address, replaces, state } of desired.connections) {
    if (replaces === undefined || state !== "active") continue;
    const first = replacers.get(replaces);
    if (first === undefined || address < first) replacers.set(replaces, address);
  }
  return replacers;
}
