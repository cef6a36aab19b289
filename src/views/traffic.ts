import type { Address } from "../model/address.ts";
import type { LiveConnection } from "../model/live.ts";
import { type Part, type Sync, syncsOf } from "../model/sync.ts";
import type { Instant } from "../model/time.ts";
import type { Traffic } from "../model/traffic.ts";
import { wrap } from "./layout.ts";
import { describeMoment, listOf, plural } from "./words.ts";

/** What a connection is to its address. */
export type Role = "in use" | "candidate" | "to be replaced" | "previous";

/** One connection of an address with the part of its usage log that was asked for. */
export interface Travelled {
  readonly role: Role;
  readonly connection: LiveConnection;
  readonly lines: readonly Traffic[];
}

/** Where traffic is printed. */
export interface TrafficPage {
  readonly address: Address;
  readonly width: number;
  /** From when on; everything that is remembered when it is left out. */
  readonly since?: Instant;
}

/** Text shows so many syncs of each connection; CSV and JSON show all. */
const SHOWN = 10;

/** What the consumer did with each connection of an address: its syncs, what was read and written, and what was refused. */
export function describeTraffic(travelled: readonly Travelled[], page: TrafficPage): string {
  if (travelled.length === 0) return `${page.address} has no connection yet, so there is no traffic.`;
  return travelled.map((one) => describeOne(one, page).join("\n")).join("\n\n");
}

function describeOne(
  { role, connection, lines }: Travelled,
  { address, width, since }: TrafficPage,
): readonly string[] {
  const syncs = syncsOf(lines);
  const shown = syncs.slice(-SHOWN);
  const probes = lines.filter(({ by }) => by === "probe").length;
  const kept = connection.use.kind === "observed" ? connection.use : undefined;
  const last = kept?.last;
  const notes = [
    ...(last !== undefined ? [`Last request of the consumer: ${describeMoment(last)}.`] : []),
    ...(last === undefined
      ? [`The consumer has not been seen since ${describeMoment(kept?.since ?? connection.createdAt)}.`]
      : []),
    ...(last !== undefined && syncs.length === 0
      ? [since === undefined ? "Its requests are not remembered any more." : `Nothing since ${describeMoment(since)}.`]
      : []),
    ...(shown.length < syncs.length
      ? [`The last ${shown.length} of ${syncs.length} syncs; --csv and --json give all.`]
      : []),
  ];
  const foot =
    probes === 0 ? [] : [`${plural(probes, "request")} of rosterform's own probes, which never count as use.`];
  return [
    `${address} ${role}: ${connection.id} (OneRoster ${connection.version}, ${connection.status.kind})`,
    ...notes.flatMap((text) => wrap(text, { width, first: "  " })),
    ...shown.flatMap((sync) => describeSync(sync, width)),
    ...foot.flatMap((text) => wrap(text, { width, first: "  " })),
  ];
}

const KINDS: Readonly<Record<Sync["kind"], string>> = {
  full: "full sync",
  changes: "sync of changes",
  part: "requests",
};

function describeSync(sync: Sync, width: number): readonly string[] {
  const until = sync.from.slice(0, 16) === sync.to.slice(0, 16) ? "" : ` to ${describeMoment(sync.to)}`;
  const read = sync.parts.filter((part) => part.what !== "token" && part.reads > 0);
  const wrote = sync.parts.flatMap((part) => describeWrites(part));
  const refused = sync.parts.flatMap((part) => describeRefusals(part));
  const tokens = sync.parts.find(({ what }) => what === "token")?.requests ?? 0;
  const details = [
    ...(read.length === 0 ? [] : [`read: ${listOf(read.map(describeRead))}`]),
    ...(wrote.length === 0 ? [] : [`wrote: ${listOf(wrote)}`]),
    ...(refused.length === 0 ? [] : [`refused: ${listOf(refused)}`]),
    ...(read.length + wrote.length + refused.length === 0 ? [`${plural(tokens, "token")} and nothing else`] : []),
  ];
  return [
    `  ${describeMoment(sync.from)}${until}, ${KINDS[sync.kind]}`,
    ...details.flatMap((text) => wrap(text, { width, first: "    ", rest: "      " })),
  ];
}

function describeRead(part: Part): string {
  const { what, rows, reads } = part;
  const requests = plural(reads, "request");
  return rows === undefined ? `${what} (${requests})` : `${rows} of ${what} (${requests})`;
}

function describeWrites({ what, wrote }: Part): readonly string[] {
  return (["created", "replaced", "deleted"] as const).flatMap((kind) =>
    wrote[kind] === 0 ? [] : [`${wrote[kind]} of ${what} ${kind}`],
  );
}

function describeRefusals({ what, refused }: Part): readonly string[] {
  return [...refused].map(([status, count]) => `${what} ${plural(count, "time")}${status === 0 ? "" : ` (${status})`}`);
}

/** One connection of an address for machines; counts only, like the log itself. */
export function trafficJson(
  { role, connection, lines }: Travelled,
  address: Address,
): Readonly<Record<string, unknown>> {
  const { use } = connection;
  return {
    address,
    role,
    connection: connection.id,
    version: connection.version,
    status: connection.status.kind,
    ...(use.kind === "observed" ? { watchedSince: use.since, lastRequest: use.last ?? null } : {}),
    probeRequests: lines.filter(({ by }) => by === "probe").length,
    syncs: syncsOf(lines).map(({ from, to, kind, parts }) => ({
      from,
      to,
      kind,
      parts: parts.map(({ refused, ...part }) => ({ ...part, refused: Object.fromEntries(refused) })),
    })),
  };
}

export const TRAFFIC_COLUMNS = [
  "address",
  "role",
  "connection",
  "sync_from",
  "sync_to",
  "sync_kind",
  "what",
  "requests",
  "rows",
  "created",
  "replaced",
  "deleted",
  "refused",
] as const;

/** One row for each collection of each sync. */
export function trafficCells(
  { role, connection, lines }: Travelled,
  address: Address,
): readonly Readonly<Record<(typeof TRAFFIC_COLUMNS)[number], unknown>>[] {
  return syncsOf(lines).flatMap(({ from, to, kind, parts }) =>
    parts.map(({ what, requests, rows, wrote, refused }) => ({
      address,
      role,
      connection: connection.id,
      sync_from: from,
      sync_to: to,
      sync_kind: kind,
      what,
      requests,
      rows,
      ...wrote,
      refused: [...refused.values()].reduce((sum, count) => sum + count, 0),
    })),
  );
}
