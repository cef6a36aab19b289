import type { Address } from "../model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";
import type { Instant } from "../model/time.ts";

/** Everything the decision about one address looks at: one row of the table in docs/life-of-a-change.md. */
export interface Row {
  readonly desired: DesiredConnection;
  readonly slot?: Slot;
  /** The connection in use at this address. */
  readonly current?: LiveConnection;
  /** The connection that the open cut-over leads to; may be `current` itself when two were tied. */
  readonly candidate?: LiveConnection;
  /** The connection that closing the open cut-over disables. */
  readonly from?: LiveConnection;
  /** The address whose current connection `from` is, where that is another one than this. */
  readonly fromHolder?: Address;
  /** The old address's slot when this one was renamed and has none of its own yet. */
  readonly renamedFrom?: Address;
  /** Active connections in this vendor's tile that nobody manages. */
  readonly found: readonly LiveConnection[];
  /** The found connection that `adopt:` names, whatever its state, and the slot that has it if one does. */
  readonly adoptee?: LiveConnection;
  /** The active connection of the address that `replaces:` names. */
  readonly replaced?: LiveConnection;
  /** The address that replaces this one and has not taken over yet. */
  readonly replacedBy?: Address;
  /** Another address whose open cut-over is going to disable `current`. */
  readonly pendingAt?: Address;
  readonly observesUse: boolean;
  readonly now: Instant;
}

/** Looks at one district from the side of addresses: who is where. */
export interface Index {
  readonly slots: ReadonlyMap<Address, Slot>;
  readonly connections: ReadonlyMap<ConnectionId, LiveConnection>;
  /** Active connections nobody manages, by the name of their tile in lower case. */
  readonly found: ReadonlyMap<string, readonly LiveConnection[]>;
  readonly byClientId: ReadonlyMap<string, LiveConnection>;
  readonly desired: ReadonlyMap<Address, DesiredConnection>;
  /** Which address a connection is the current one of. */
  readonly holders: ReadonlyMap<ConnectionId, Address>;
  /** Connections that some open cut-over is going to disable, and at which address it is open. */
  readonly pending: ReadonlyMap<ConnectionId, Address>;
  /** Replaced address to the address that replaces it. */
  readonly replacers: ReadonlyMap<Address, Address>;
  readonly observesUse: boolean;
}

/** Indexes the two sides of a district once, so that each row costs a few look-ups. */
export function indexDistrict(desired: DesiredDistrict, live: LiveDistrict): Index {
  const found = new Map<string, LiveConnection[]>();
  for (const connection of live.connections) {
    if (connection.provenance !== "found" || !isActive(connection)) continue;
    const tile = connection.application.toLowerCase();
    const known = found.get(tile);
    if (known === undefined) found.set(tile, [connection]);
    else known.push(connection);
  }
  const replacers = new Map<Address, Address>();
  for (const one of desired.connections) {
    if (one.replaces !== undefined && one.state === "active") replacers.set(one.replaces, one.address);
  }
  return {
    slots: new Map(live.slots.map((slot) => [slot.address, slot])),
    connections: new Map(live.connections.map((connection) => [connection.id, connection])),
    found,
    byClientId: new Map(live.connections.map((connection) => [connection.clientId, connection])),
    desired: new Map(desired.connections.map((one) => [one.address, one])),
    replacers,
    holders: new Map(live.slots.flatMap((slot) => (slot.current === undefined ? [] : [[slot.current, slot.address]]))),
    pending: new Map(
      live.slots.flatMap((slot) => (slot.cutover?.from === undefined ? [] : [[slot.cutover.from, slot.address]])),
    ),
    observesUse: live.observesUse,
  };
}

/** Collects what the decision about `desired` looks at. */
export function rowOf(desired: DesiredConnection, index: Index, now: Instant): Row {
  const own = index.slots.get(desired.address);
  const old = own === undefined && desired.was !== undefined ? index.slots.get(desired.was) : undefined;
  const slot = own ?? old;
  const current = lookUp(index, slot?.current);
  const candidate = lookUp(index, slot?.cutover?.to);
  const from = lookUp(index, slot?.cutover?.from);
  const holder = from === undefined ? undefined : index.holders.get(from.id);
  const pendingAt = current === undefined ? undefined : index.pending.get(current.id);
  const adoptee = desired.adopt === undefined ? undefined : index.byClientId.get(desired.adopt);
  const replaced = replacedBy(desired, index);
  const replacer = index.replacers.get(desired.address);
  return {
    desired,
    ...(slot === undefined ? {} : { slot }),
    ...(current === undefined ? {} : { current }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(from === undefined ? {} : { from }),
    ...(holder === undefined || holder === slot?.address ? {} : { fromHolder: holder }),
    ...(old === undefined ? {} : { renamedFrom: old.address }),
    found: index.found.get(desired.vendor.toLowerCase()) ?? [],
    ...(adoptee === undefined ? {} : { adoptee }),
    ...(replaced === undefined ? {} : { replaced }),
    ...(replacer === undefined ? {} : { replacedBy: replacer }),
    ...(pendingAt === undefined || pendingAt === slot?.address ? {} : { pendingAt }),
    observesUse: index.observesUse,
    now,
  };
}

function lookUp(index: Index, id: ConnectionId | undefined): LiveConnection | undefined {
  return id === undefined ? undefined : index.connections.get(id);
}

/** What `replaces:` points at, unless its own line already accepts that it is cut off before anybody takes over. */
function replacedBy(desired: DesiredConnection, index: Index): LiveConnection | undefined {
  if (desired.replaces === undefined) return undefined;
  const replaced = index.desired.get(desired.replaces);
  const current = lookUp(index, index.slots.get(desired.replaces)?.current);
  if (current === undefined || !isActive(current)) return undefined;
  return replaced !== undefined && acceptsCutOff(replaced) && !index.pending.has(current.id) ? undefined : current;
}

/** Whether a line says both "disabled" and "even if the vendor still uses it". */
export function acceptsCutOff(desired: DesiredConnection): boolean {
  return desired.state === "disabled" && desired.accepts.some((item) => item === "cut-off");
}
