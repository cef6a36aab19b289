import type { Address } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { type ConnectionId, isActive, type LiveDistrict } from "../../src/model/live.ts";
import { type Violation, violation } from "./violation.ts";

/** What is watched while processes apply and faults strike. Addresses that a person's hand touches are left out. */
export interface Watch {
  /** For each address that works now and is meant to: who may hold a connection for its vendor later. */
  owners: readonly (readonly Address[])[];
  /** What each vendor works with. */
  inUse: ReadonlyMap<Address, ConnectionId>;
  /** What a person enables that an address gave up is active without one: that is the person's doing. */
  byHand: readonly ConnectionId[];
}

/** What must be kept working through the change that these documents ask for. */
export function watchOf(
  live: readonly LiveDistrict[],
  desired: Desired,
  inUse: ReadonlyMap<Address, ConnectionId>,
): Watch {
  const lines = desired.districts.flatMap((one) => one.connections);
  const owners = live.flatMap(({ slots, connections }) =>
    slots
      .filter((slot) => connections.some((one) => one.id === slot.current && isActive(one)))
      .map(({ address }) => [
        address,
        ...lines.filter((one) => one.was === address || one.replaces === address).map((one) => one.address),
      ])
      .filter((names) => lines.some((one) => names.includes(one.address) && one.state === "active")),
  );
  return { owners, inUse, byHand: [] };
}

/** What a person's hand reaches for: addresses, and the connection that it clicks on. */
export interface Touch {
  readonly addresses: readonly Address[];
  readonly connection?: ConnectionId;
}

/** The same without what a hand reaches for. */
export function without({ owners, inUse, byHand }: Watch, { addresses: touched, connection }: Touch): Watch {
  return {
    byHand: connection === undefined ? byHand : [...byHand, connection],
    owners: owners.filter((names) => !names.some((name) => touched.includes(name))),
    inUse: new Map([...inUse].filter(([address]) => !touched.includes(address))),
  };
}

/** What is wrong with one district at one moment. */
export function faultsSeen(live: LiveDistrict, watch: Watch, before: LiveDistrict | undefined): readonly Violation[] {
  return [...cutOff(live, watch), ...tooMany(live, watch), ...undone(live, before)];
}

function cutOff({ district, slots, connections }: LiveDistrict, { owners, inUse }: Watch): readonly Violation[] {
  const active = new Set(connections.filter(isActive).map(({ id }) => id));
  const working = slots.filter(({ current }) => current !== undefined && active.has(current));
  const isHere = (address: Address | undefined) => address?.startsWith(`${district}/`) === true;
  const lost = owners.filter((names) => isHere(names[0]) && !working.some((slot) => names.includes(slot.address)));
  const vendors = [...inUse].filter(([address, id]) => isHere(address) && !active.has(id));
  return [
    ...lost.map((names) => violation("address-works", `${names.join(" or ")} has no working connection`)),
    ...vendors.map(([address, id]) => violation("vendor-works", `the vendor of ${address} was cut off from ${id}`)),
  ];
}

/** Every managed connection that is active is the current one of an address, or stands in an open cut-over. */
function tooMany({ slots, connections }: LiveDistrict, { byHand }: Watch): readonly Violation[] {
  const held = new Set(slots.flatMap(({ current, cutover }) => [current, cutover?.from, cutover?.to]));
  return connections
    .filter((one) => isActive(one) && one.provenance !== "found" && !held.has(one.id) && !byHand.includes(one.id))
    .map(({ id, application }) => violation("one-each", `${id} (${application}) is active, and no address holds it`));
}

function undone(live: LiveDistrict, before: LiveDistrict | undefined): readonly Violation[] {
  if (before === undefined) return [];
  const known = new Set(live.connections.map(({ id }) => id));
  const gone = before.connections.filter(({ id }) => !known.has(id));
  return [
    ...(live.revision < before.revision
      ? [violation("never-back", `${live.district} went from revision ${before.revision} to ${live.revision}`)]
      : []),
    ...gone.map(({ id }) => violation("never-back", `connection ${id} of ${live.district} is there no more`)),
  ];
}
