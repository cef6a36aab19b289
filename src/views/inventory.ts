import type { DistrictId } from "../model/address.ts";
import type { Instant } from "../model/time.ts";
import { isActive, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import { wrap } from "./layout.ts";
import { layTable } from "./table.ts";
import { describeInventory } from "./runbook/facts.ts";
import { ageInDays, createShort } from "./words.ts";

/** One connection of one district, managed or not. */
export interface InventoryRow {
  readonly district: DistrictId;
  /** The address that holds it, else the application with a mark that nobody manages it. */
  readonly where: string;
  readonly connection: LiveConnection;
}

/** Every connection that the store knows of in a district, in the order in which it learnt of them. */
export function inventoryRows({ district, slots, connections }: LiveDistrict): readonly InventoryRow[] {
  const holders = new Map(
    slots.flatMap(({ address, current, cutover }) => [
      ...(cutover === undefined ? [] : [[cutover.to, address] as const]),
      ...(current === undefined ? [] : [[current, address] as const]),
    ]),
  );
  return connections.map((connection) => ({
    district,
    where: holders.get(connection.id) ?? `${connection.application} (not managed)`,
    connection,
  }));
}

/** The connections of a district as a table, and whether somebody signed that these are all. */
export function describeDistrictInventory(
  live: LiveDistrict,
  page: { readonly now: Instant; readonly width: number },
): string {
  const rows = inventoryRows(live);
  const short = createShort(rows.map(({ connection }) => connection.clientId));
  const cells = rows.map(({ where, connection: one }) => [
    where,
    one.version,
    one.kind,
    isActive(one) ? "active" : "disabled",
    short(one.clientId),
    `${ageInDays(one.createdAt, page.now)}d`,
    one.reported === undefined ? "-" : `${one.reported.by}, ${one.reported.at.slice(0, 10)}`,
  ]);
  const table = layTable(
    ["CONNECTION", "VERSION", "KIND", "STATUS", "CLIENT", "AGE", "REPORTED BY"],
    cells,
    page.width,
  );
  const signed = describeInventory(live.kept?.inventory);
  return [
    `# ${live.district}`,
    ...(signed === undefined ? [] : wrap(signed, { width: page.width })),
    ...(rows.length === 0 ? ["No connection is known."] : [table.heading, ...table.rows.flat()]),
  ].join("\n");
}
