import type { Address, DistrictId } from "../../model/address.ts";
import type { RecordedEvidence } from "../../model/evidence.ts";
import type {
  Aborted,
  Asked,
  ConnectionId,
  ConnectionOutline,
  Cutover,
  Delivery,
  Inventory,
  LastApplied,
  LiveConnection,
  Said,
  Slot,
  SlotOutline,
  Status,
} from "../../model/live.ts";
import type { Requirement } from "../../model/requirement.ts";
import type { Site } from "../../model/site.ts";
import type { SyncRun } from "../../model/sync-run.ts";
import type { Day, Instant } from "../../model/time.ts";
import type { DataSet, SchoolScope } from "../../model/traits.ts";
import type { Pull } from "../../model/pull.ts";
import type { Use } from "../../model/use.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { Traffic } from "../campus-side.ts";
import type { Kept, Note } from "../rules/scene.ts";
import type { JournalEntry } from "../store.ts";
import type { AskedRow, ConnectionRow, DistrictRow, InventoryRow, JournalRow, SlotRow, TrafficRow } from "./tables.ts";

/**
 * Rows to words of the model and back. The casts say what the tables promise: only this file writes the columns, and the
 * engine checks their shapes.
 */

/** What was written as JSON by the function on the other side of this file. */
function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}

function ifSet<K extends string, T>(key: K, value: T | null | undefined): { readonly [Key in K]?: T } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { readonly [Key in K]: T });
}

export function siteFrom(row: Pick<DistrictRow, "site_host" | "site_app" | "site_kind">): Site | undefined {
  const { site_host: host, site_app: app, site_kind: kind } = row;
  return host === null || app === null || kind === null ? undefined : { host, app, kind };
}

export function slotFrom(row: SlotRow): Slot {
  return {
    address: row.address as Address,
    revision: row.revision,
    generation: row.generation,
    ...ifSet("current", row.current_id as ConnectionId | null),
    ...ifSet("cutover", cutoverFrom(row)),
    ...ifSet("previous", row.previous_id as ConnectionId | null),
    ...ifSet("aborted", row.aborted === null ? null : parsed<Aborted>(row.aborted)),
    ...ifSet("applied", row.applied === null ? null : parsed<LastApplied>(row.applied)),
  };
}

function cutoverFrom(row: SlotRow): Cutover | undefined {
  if (row.cutover_to === null) return undefined;
  invariant(row.cutover_requires !== null && row.cutover_generation !== null, "a cut-over is stored whole");
  return {
    ...ifSet("from", row.cutover_from as ConnectionId | null),
    to: row.cutover_to as ConnectionId,
    generation: row.cutover_generation,
    requires: parsed<Requirement>(row.cutover_requires),
    openedAt: row.cutover_opened_at as Instant,
  };
}

export function slotRow(district: DistrictId, slot: Slot): SlotRow {
  const { cutover } = slot;
  return {
    address: slot.address,
    district,
    revision: slot.revision,
    generation: slot.generation,
    current_id: slot.current ?? null,
    previous_id: slot.previous ?? null,
    cutover_from: cutover?.from ?? null,
    cutover_to: cutover?.to ?? null,
    cutover_generation: cutover?.generation ?? null,
    cutover_requires: cutover === undefined ? null : JSON.stringify(cutover.requires),
    cutover_opened_at: cutover?.openedAt ?? null,
    aborted: slot.aborted === undefined ? null : JSON.stringify(slot.aborted),
    applied: slot.applied === undefined ? null : JSON.stringify(slot.applied),
  };
}

export function keptFrom(row: ConnectionRow, observesUse: boolean): Kept {
  return {
    live: liveFrom(row, observesUse),
    ...ifSet("address", row.address as Address | null),
    ...ifSet("generation", row.generation),
  };
}

export function liveFrom(row: ConnectionRow, observesUse: boolean): LiveConnection {
  return {
    id: row.id as ConnectionId,
    district: row.district as DistrictId,
    application: row.application,
    clientId: row.client_id,
    tokenUrl: row.token_url,
    baseUrl: row.base_url,
    fingerprint: row.fingerprint,
    kind: row.kind,
    version: row.version,
    rotate: row.rotate,
    schools: row.schools === "all" ? "all" : parsed<SchoolScope>(row.schools),
    share: row.share === "[]" ? [] : parsed<readonly DataSet[]>(row.share),
    status: statusFrom(row),
    provenance: row.provenance,
    createdAt: row.created_at as Instant,
    epoch: row.epoch,
    epochAt: row.epoch_at as Instant,
    use: observesUse ? useFrom(row) : ({ kind: "unobservable" } as const),
    evidence: row.evidence === "[]" ? [] : parsed<readonly RecordedEvidence[]>(row.evidence),
    ...ifSet("delivery", deliveryFrom(row)),
    ...ifSet("reported", saidFrom(row.reported_by, row.reported_at)),
  };
}

function deliveryFrom(row: ConnectionRow): Delivery | undefined {
  const { delivery_state: state, delivery_target: target, delivery_at: at } = row;
  if (state === null || target === null) return undefined;
  return { state, target, at: at as Instant, ...ifSet("received", saidFrom(row.received_by, row.received_at)) };
}

function saidFrom(by: string | null, at: string | null): Said | undefined {
  return by === null || at === null ? undefined : { by, at: at as Instant };
}

function statusFrom({ disabled_at: at, disabled_by: by, disabled_how: how }: ConnectionRow): Status {
  if (how === null) return { kind: "active" };
  return { kind: "disabled", at: at as Instant, by: by ?? "unknown", how };
}

function useFrom(row: ConnectionRow): Use {
  return {
    kind: "observed",
    since: row.watched_since as Instant,
    ...ifSet("last", row.last_use as Instant | null),
    pulled: {
      ...ifSet("orgs", row.pulled_orgs as Instant | null),
      ...ifSet("users", row.pulled_users as Instant | null),
      ...ifSet("enrollments", row.pulled_enrollments as Instant | null),
    } satisfies Partial<Record<Pull, Instant>>,
    ...ifSet("syncs", row.syncs === null ? null : parsed<SyncRun>(row.syncs)),
  };
}

/** All columns but those of use, which are written apart: a store that cannot see use must not forget what it once saw. */
export function connectionRow({ live, address, generation }: Kept): Omit<ConnectionRow, keyof UseColumns> {
  const { status, delivery, reported } = live;
  const disabled = status.kind === "disabled" ? status : undefined;
  return {
    id: live.id,
    district: live.district,
    address: address ?? null,
    generation: generation ?? null,
    application: live.application,
    kind: live.kind,
    version: live.version,
    rotate: live.rotate,
    schools: live.schools === "all" ? "all" : JSON.stringify(live.schools),
    share: JSON.stringify(live.share),
    client_id: live.clientId,
    token_url: live.tokenUrl,
    base_url: live.baseUrl,
    fingerprint: live.fingerprint,
    provenance: live.provenance,
    created_at: live.createdAt,
    disabled_at: disabled?.at ?? null,
    disabled_by: disabled?.by ?? null,
    disabled_how: disabled?.how ?? null,
    epoch: live.epoch,
    epoch_at: live.epochAt,
    delivery_state: delivery?.state ?? null,
    delivery_target: delivery?.target ?? null,
    delivery_at: delivery?.at ?? null,
    received_by: delivery?.received?.by ?? null,
    received_at: delivery?.received?.at ?? null,
    reported_by: reported?.by ?? null,
    reported_at: reported?.at ?? null,
    evidence: JSON.stringify(live.evidence),
  };
}

export type UseColumns = Pick<
  ConnectionRow,
  "watched_since" | "last_use" | "pulled_orgs" | "pulled_users" | "pulled_enrollments" | "syncs"
>;

/** The columns of use; `undefined` where nothing was seen that could be written. */
export function useColumns(use: Use): UseColumns | undefined {
  if (use.kind === "unobservable") return undefined;
  return {
    watched_since: use.since,
    last_use: use.last ?? null,
    pulled_orgs: use.pulled.orgs ?? null,
    pulled_users: use.pulled.users ?? null,
    pulled_enrollments: use.pulled.enrollments ?? null,
    syncs: use.syncs === undefined ? null : JSON.stringify(use.syncs),
  };
}

export function journalRow(note: Note, link: string): JournalRow {
  return {
    at: note.at,
    by: note.by,
    what: note.what,
    district: note.district,
    address: note.address ?? null,
    connection: note.connection ?? null,
    detail: JSON.stringify(note.detail),
    link,
  };
}

export function entryFrom(row: JournalRow & { readonly sequence: number }): JournalEntry {
  return {
    sequence: row.sequence,
    at: row.at as Instant,
    by: row.by,
    what: row.what,
    district: row.district as DistrictId,
    ...ifSet("address", row.address as Address | null),
    ...ifSet("connection", row.connection as ConnectionId | null),
    detail: parsed<JournalEntry["detail"]>(row.detail),
    ...ifSet("link", row.link),
  };
}

export function trafficRow(traffic: Traffic): TrafficRow {
  const { connection, at, by, what, pull, ok, status, rows, isDelta, wrote } = traffic;
  return {
    connection,
    at,
    by,
    what,
    pull: pull ?? null,
    ok: ok ? 1 : 0,
    status: status ?? null,
    rows: rows ?? null,
    is_delta: isDelta === undefined ? null : Number(isDelta),
    wrote: wrote ?? null,
  };
}

export function trafficFrom(row: TrafficRow): Traffic {
  const { connection, at, by, what, pull, ok, status, rows, wrote } = row;
  return {
    connection: connection as ConnectionId,
    at: at as Instant,
    by,
    what,
    ...ifSet("pull", pull),
    ok: ok === 1,
    ...ifSet("status", status),
    ...ifSet("rows", rows),
    ...ifSet("isDelta", row.is_delta === null ? null : row.is_delta === 1),
    ...ifSet("wrote", wrote),
  };
}

export function askedRow(district: DistrictId, asked: Asked): AskedRow {
  const { address, click, connection, by, at } = asked;
  return { address, click, connection: connection ?? "", district, by, at };
}

export function askedFrom({ address, click, connection, by, at }: AskedRow): Asked {
  return {
    address: address as Address,
    click,
    ...ifSet("connection", connection === "" ? undefined : (connection as ConnectionId)),
    by,
    at: at as Instant,
  };
}

export function inventoryRow(
  district: DistrictId,
  { by, at, asOf }: Extract<Inventory, { kind: "signed" }>,
): InventoryRow {
  return { district, by, at, as_of: asOf };
}

export function inventoryFrom(row: InventoryRow | undefined): Inventory {
  if (row === undefined) return { kind: "unsigned" };
  return { kind: "signed", by: row.by, at: row.at as Instant, asOf: row.as_of as Day };
}

export type OutlinedSlot = Pick<
  SlotRow,
  "district" | "address" | "current_id" | "previous_id" | "cutover_to" | "aborted"
>;
export type OutlinedConnection = Pick<
  ConnectionRow,
  | ("id" | "district" | "kind" | "version" | "rotate" | "schools" | "share")
  | ("provenance" | "disabled_how" | "disabled_at" | "last_use")
>;

export function slotOutlineFrom(row: OutlinedSlot): SlotOutline {
  return {
    address: row.address as Address,
    ...ifSet("current", row.current_id as ConnectionId | null),
    ...ifSet("previous", row.previous_id as ConnectionId | null),
    isOpen: row.cutover_to !== null || row.aborted !== null,
  };
}

export function connectionOutlineFrom(row: OutlinedConnection, observesUse: boolean): ConnectionOutline {
  const { disabled_at: at, last_use: last } = row;
  return {
    id: row.id as ConnectionId,
    kind: row.kind,
    version: row.version,
    rotate: row.rotate,
    schools: row.schools === "all" ? "all" : parsed<SchoolScope>(row.schools),
    share: row.share === "[]" ? [] : parsed<readonly DataSet[]>(row.share),
    provenance: row.provenance,
    isActive: row.disabled_how === null,
    isAskedAfterwards: observesUse && at !== null && last !== null && last > at,
  };
}
