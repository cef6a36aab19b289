import { dayOf } from "../../model/time.ts";
import { describeState, describeWhere, type InventoryRow, lastEvidence } from "./rows.ts";

/** One connection of the inventory for machines. */
export function inventoryJson(row: InventoryRow) {
  const { connection, desired, owner } = row;
  const { reported } = connection;
  const last = lastEvidence(connection);
  return {
    type: "connection",
    district: row.district,
    where: describeWhere(row),
    address: row.address ?? null,
    application: connection.application,
    client_id: connection.clientId,
    fingerprint: connection.fingerprint,
    version: connection.version,
    kind: connection.kind,
    status: describeState(row),
    url_shape: row.shape,
    token_url: connection.tokenUrl,
    base_url: connection.baseUrl,
    created_at: connection.createdAt,
    owner: owner ?? null,
    contact: desired?.contact ?? null,
    last_evidence: last === undefined ? null : { kind: last.kind, at: last.at, says: last.says },
    ...(reported === undefined ? {} : { reported }),
  };
}

/** The same as cells of a table: one value a cell, days instead of moments. */
export function inventoryCells(row: InventoryRow): Readonly<Record<string, string>> {
  const { type: _, last_evidence: last, reported, created_at: createdAt, ...rest } = inventoryJson(row);
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, value ?? ""])),
    created_on: dayOf(createdAt),
    last_evidence: last === null ? "" : last.says,
    last_evidence_on: last === null ? "" : dayOf(last.at),
    reported_by: reported?.by ?? "",
    reported_on: reported === undefined ? "" : dayOf(reported.at),
  };
}
