import type { Address, DistrictId } from "../../model/address.ts";
import { shapeOf, type UrlShape } from "../../model/base-url.ts";
import type { DesiredConnection, DesiredDistrict } from "../../model/desired.ts";
import { presentEvidence, probeVerdict } from "../../model/judge.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict } from "../../model/live.ts";
import { dayOf, type Instant } from "../../model/time.ts";

/** One connection of one district, managed or not, and what the documents say of it. */
export interface InventoryRow {
  readonly district: DistrictId;
  /** The address that holds it; absent when nobody manages it. */
  readonly address?: Address;
  /** What the documents say of the address; absent when they do not speak of it. */
  readonly desired?: DesiredConnection;
  /** Who answers for it: its own owner, else the district's. */
  readonly owner?: string;
  readonly connection: LiveConnection;
  readonly shape: UrlShape;
}

/** Every connection that the store knows of in a district, in the order in which it learnt of them. */
export function inventoryRows(
  { connections: wanted, owner }: Pick<DesiredDistrict, "connections" | "owner">,
  { district, slots, connections }: LiveDistrict,
): readonly InventoryRow[] {
  const byAddress = new Map(wanted.map((one) => [one.address, one]));
  const holders = new Map<ConnectionId, Address>();
  for (const { address, current, cutover } of slots)
    for (const id of [cutover?.to, current]) if (id !== undefined) holders.set(id, address);
  return connections.map((connection) => {
    const address = holders.get(connection.id);
    const desired = address === undefined ? undefined : byAddress.get(address);
    const answers = desired?.owner ?? owner;
    return {
      district,
      ...(address === undefined ? {} : { address }),
      ...(desired === undefined ? {} : { desired }),
      ...(answers === undefined ? {} : { owner: answers }),
      connection,
      shape: shapeOf(connection.baseUrl),
    };
  });
}

/** The address, else the application with a mark that nobody manages it. */
export function describeWhere({ address, connection }: Pick<InventoryRow, "address" | "connection">): string {
  return address ?? `${connection.application} (not managed)`;
}

/** `active` or `disabled`. */
export function describeState({ connection }: Pick<InventoryRow, "connection">): string {
  return isActive(connection) ? "active" : "disabled";
}

/** What was last seen or said of a connection as it is now. */
export interface LastEvidence {
  readonly kind: "used" | "probed" | "attested" | "waived";
  readonly at: Instant;
  readonly says: string;
}

/** The latest evidence of a connection; `undefined` when there is none since it was last changed. */
export function lastEvidence(connection: LiveConnection): LastEvidence | undefined {
  const evidence = presentEvidence(connection);
  const { use } = connection;
  const found: LastEvidence[] = evidence.map((one) => {
    const says = one.kind === "probed" ? `probed (${probeVerdict([one]) ?? "nothing"})` : `${one.kind} by ${one.by}`;
    return { kind: one.kind, at: one.at, says };
  });
  if (use.kind === "observed" && use.last !== undefined) found.push({ kind: "used", at: use.last, says: "used" });
  return found.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))[0];
}

/** `used 2027-03-01`, or that there is none. */
export function describeLastEvidence(connection: LiveConnection): string {
  const last = lastEvidence(connection);
  return last === undefined ? "no evidence" : `${last.says} ${dayOf(last.at)}`;
}
