import type { Locate } from "../../diagnostics/diagnostic.ts";
import { isActive, type LiveConnection } from "../../model/live.ts";
import { describeSchools } from "../../model/traits.ts";
import { dayOf } from "../../model/time.ts";
import { wrap } from "../layout.ts";
import { layTable } from "../table.ts";
import { describePlace, listOf, placeOfKey, plural } from "../words.ts";
import { describeLastEvidence, describeState, type InventoryRow } from "./rows.ts";

/** What is shared with one consumer, most sensitive first. */
export type Shared = "demographics" | "grade book" | "assessments" | "rostering";

/** What a connection lets its consumer read (Infinite Campus knowledge base, "Supported and Unsupported Connections"). */
function sharedBy({ kind, share }: Pick<LiveConnection, "kind" | "share">): readonly Shared[] {
  return [
    ...(share.includes("demographics") ? (["demographics"] as const) : []),
    ...(kind === "supported" ? (["grade book", "assessments"] as const) : []),
    "rostering",
  ];
}

/** Connections that share something, demographics first, then those that nobody approved, then by name. */
export function sharingRows(rows: readonly InventoryRow[], isAll: boolean): readonly InventoryRow[] {
  const rank = ({ connection, desired }: InventoryRow): number =>
    (connection.share.includes("demographics") ? 0 : 2) + (desired?.approved === undefined ? 0 : 1);
  return rows
    .filter(({ connection }) => isAll || isActive(connection))
    .toSorted((a, b) => rank(a) - rank(b) || compare(`${a.district}/${nameOf(a)}`, `${b.district}/${nameOf(b)}`));
}

/** Whether something is shared that nobody approved in a document. */
export function isUnapproved({ connection, desired }: InventoryRow): boolean {
  return isActive(connection) && desired?.approved === undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf(row: InventoryRow): string {
  return row.address ?? `${row.district}: ${row.connection.application}`;
}

/** What is shared with whom, and who approved it. Ends without a line break. */
export function describeSharedWith(
  rows: readonly InventoryRow[],
  { locate, width }: { readonly locate: Locate; readonly width: number },
): string {
  if (rows.length === 0) return "Nothing is shared with anybody.";
  const table = layTable(
    ["CONNECTION", "STATUS", "SINCE", "SHARED"],
    rows.map((row) => [
      nameOf(row),
      describeState(row),
      dayOf(row.connection.createdAt),
      sharedBy(row.connection)
        .map((one) => (one === "demographics" ? "DEMOGRAPHICS" : one))
        .join(", "),
    ]),
    width,
  );
  const lines = rows.flatMap((row, index) => [
    ...(table.rows[index] ?? []),
    ...notesOf(row, locate).flatMap((note) => wrap(note, { width, first: "    ", rest: "      " })),
  ]);
  const sensitive = rows.filter(({ connection }) => connection.share.includes("demographics")).length;
  const unapproved = rows.filter(isUnapproved).length;
  const total = [
    plural(rows.length, "connection"),
    `${sensitive} with demographics`,
    `${unapproved} that nobody is named to have approved`,
  ];
  return [table.heading, ...lines, "", `${listOf(total)}.`].join("\n");
}

function notesOf(row: InventoryRow, locate: Locate): readonly string[] {
  const { connection, owner } = row;
  return [
    `with ${connection.application}; schools: ${describeSchools(connection.schools)}; ${describeLastEvidence(connection)}`,
    `approved by ${approvalOf(row)}; owner: ${owner ?? "nobody"}; ${documentOf(row, locate)}`,
  ];
}

function approvalOf({ desired }: InventoryRow): string {
  if (desired?.approved === undefined) return "nobody who is named";
  const { by, on, reference } = desired.approved;
  return `${by} on ${on}${reference === undefined ? "" : ` (${reference})`}`;
}

function documentOf({ desired, address }: InventoryRow, locate: Locate): string {
  if (desired === undefined) return address === undefined ? "no document speaks of it" : "no document speaks of it now";
  const place = placeOfKey(desired, ...(desired.share.length > 0 ? ["share"] : []));
  const ends = desired.ends === undefined ? "" : `; the agreement ends on ${desired.ends}`;
  return `${describePlace(place, locate)}${ends}`;
}

/** One line of the report for machines. */
export function sharingJson(row: InventoryRow, locate: Locate) {
  const { connection, desired, owner } = row;
  return {
    type: "sharing",
    district: row.district,
    address: row.address ?? null,
    application: connection.application,
    client_id: connection.clientId,
    status: describeState(row),
    since: connection.createdAt,
    shared: sharedBy(connection),
    schools: connection.schools,
    approved_by: desired?.approved?.by ?? null,
    approved_on: desired?.approved?.on ?? null,
    approved_reference: desired?.approved?.reference ?? null,
    owner: owner ?? null,
    ends: desired?.ends ?? null,
    document: desired === undefined ? null : describePlace(desired.place, locate),
  };
}
