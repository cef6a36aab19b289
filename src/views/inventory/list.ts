import type { DesiredDistrict } from "../../model/desired.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { dayOf, type Instant } from "../../model/time.ts";
import { wrap } from "../layout.ts";
import { describeInventory } from "../reported.ts";
import { layTable } from "../table.ts";
import { ageInDays, createShort } from "../words.ts";
import { describeLastEvidence, describeState, describeWhere, type InventoryRow, inventoryRows } from "./rows.ts";

/** Where a list is printed. */
export interface ListPage {
  readonly now: Instant;
  readonly width: number;
}

/** The connections of a district as a table, and whether somebody signed that these are all. */
export function describeDistrictInventory(
  wanted: Pick<DesiredDistrict, "connections" | "owner">,
  live: LiveDistrict,
  page: ListPage,
): string {
  return describeRows(live, inventoryRows(wanted, live), page);
}

/** The same, of some of the connections. */
export function describeRows(live: LiveDistrict, rows: readonly InventoryRow[], { now, width }: ListPage): string {
  const short = createShort(live.connections.map(({ clientId }) => clientId));
  const table = layTable(
    ["CONNECTION", "VERSION", "KIND", "STATUS", "CLIENT", "BASE URL", "AGE"],
    rows.map((row) => [
      describeWhere(row),
      row.connection.version,
      row.connection.kind,
      describeState(row),
      short(row.connection.clientId),
      row.shape,
      `${ageInDays(row.connection.createdAt, now)}d`,
    ]),
    width,
  );
  const signed = describeInventory(live.kept?.inventory);
  const lines = rows.flatMap((row, index) => [
    ...(table.rows[index] ?? []),
    ...wrap(noteOf(row), { width, first: "    ", rest: "      " }),
  ]);
  return [
    `# ${live.district}`,
    ...(signed === undefined ? [] : wrap(signed, { width })),
    ...(rows.length === 0 ? ["No connection is known."] : [table.heading, ...lines]),
  ].join("\n");
}

function noteOf({ owner, connection }: InventoryRow): string {
  const { reported } = connection;
  const said = reported === undefined ? [] : [`reported by ${reported.by}, ${dayOf(reported.at)}`];
  return [`owner: ${owner ?? "nobody"}`, describeLastEvidence(connection), ...said].join("; ");
}
