import { elapsedMs, type Instant, MINUTE_MS } from "./time.ts";
import type { Traffic, Wrote } from "./traffic.ts";
import { type Pull, PULLS } from "./pull.ts";

/** Requests with no longer pause between them belong to one sync; a token asked for in between does not begin another. */
export const SYNC_PAUSE_MS = 30 * MINUTE_MS;

/** What was done with one collection, or with `token`, in one sync. */
export interface Part {
  readonly what: string;
  /** Requests that were answered as asked. */
  readonly requests: number;
  /** Those of them that read. */
  readonly reads: number;
  /** Objects that were read; absent where nobody counted. */
  readonly rows?: number;
  /** How many objects were written, by what happened to them. */
  readonly wrote: Readonly<Record<Wrote, number>>;
  /** How often it was refused, by HTTP status; 0 where none was noted. */
  readonly refused: ReadonlyMap<number, number>;
}

/** Requests of a consumer that belong together: a token, and what was read and written with it. */
export interface Sync {
  readonly from: Instant;
  readonly to: Instant;
  /** In the order in which each was first asked for. */
  readonly parts: readonly Part[];
  /** `full`: orgs, users and enrollments were read. `changes`: all that was read of them was asked for by date of change. */
  readonly kind: "full" | "changes" | "part";
}

/** The syncs in a usage log, oldest first. Lines of probes are left out; lines out of order stay where they are. */
export function syncsOf(lines: readonly Traffic[], pauseMs: number = SYNC_PAUSE_MS): readonly Sync[] {
  const syncs: Gathering[] = [];
  for (const line of lines) {
    if (line.by === "probe") continue;
    const open = syncs.at(-1);
    if (open === undefined || elapsedMs(open.to, line.at) > pauseMs) {
      syncs.push({ from: line.at, to: line.at, lines: [line] });
      continue;
    }
    open.lines.push(line);
    if (line.at > open.to) open.to = line.at;
    if (line.at < open.from) open.from = line.at;
  }
  return syncs.map(({ from, to, lines: own }) => ({ from, to, parts: partsOf(own), kind: kindOf(own) }));
}

interface Gathering {
  from: Instant;
  to: Instant;
  readonly lines: Traffic[];
}

function kindOf(lines: readonly Traffic[]): Sync["kind"] {
  const pulled = lines.filter(({ ok, pull }) => ok && pull !== undefined);
  if (pulled.length > 0 && pulled.every(({ isDelta }) => isDelta === true)) return "changes";
  const whole = new Set<Pull | undefined>(pulled.filter(({ isDelta }) => isDelta !== true).map(({ pull }) => pull));
  return PULLS.every((family) => whole.has(family)) ? "full" : "part";
}

function partsOf(lines: readonly Traffic[]): readonly Part[] {
  const byWhat = new Map<string, Traffic[]>();
  for (const line of lines) {
    const own = byWhat.get(line.what);
    if (own === undefined) byWhat.set(line.what, [line]);
    else own.push(line);
  }
  return [...byWhat].map(([what, own]) => partFrom(what, own));
}

function partFrom(what: string, lines: readonly Traffic[]): Part {
  const answered = lines.filter(({ ok }) => ok);
  const reads = answered.filter(({ wrote: written }) => written === undefined);
  const counts = reads.flatMap(({ rows }) => (rows === undefined ? [] : [rows]));
  const wrote = { created: 0, replaced: 0, deleted: 0 };
  for (const line of answered) if (line.wrote !== undefined) wrote[line.wrote] += line.rows ?? 1;
  const refused = new Map<number, number>();
  for (const { ok, status = 0 } of lines) if (!ok) refused.set(status, (refused.get(status) ?? 0) + 1);
  return {
    what,
    requests: answered.length,
    reads: reads.length,
    ...(counts.length === 0 ? {} : { rows: counts.reduce((sum, count) => sum + count, 0) }),
    wrote,
    refused,
  };
}
