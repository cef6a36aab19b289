import type { Locate } from "../../diagnostics/diagnostic.ts";
import { describeDuration, type Instant } from "../../model/time.ts";
import type { Rotation } from "../../plan/rotation.ts";
import type { Staleness } from "../../plan/stale.ts";
import { liveJson } from "../change-json.ts";
import { PAGE_WIDTH, wrap } from "../layout.ts";
import type { Style } from "../style.ts";
import { ageInDays, createShort, plural } from "../words.ts";
import type { Finding } from "./assess.ts";
import { findingsJson } from "./json.ts";
import { type AgePage, describeStale, describeUnmanaged, type Unmanaged } from "./lists.ts";
import { describeRotation, rotationJson } from "./rotation.ts";
import { describeFinding } from "./text.ts";

/** Everything that was looked for and what was found. */
export interface DriftReport {
  /** The most urgent first. */
  readonly findings: readonly Finding[];
  /** The oldest first. */
  readonly unmanaged: readonly Unmanaged[];
  /** Only where somebody asked for it. */
  readonly staleness?: Staleness & { readonly quietMs: number };
  readonly rotation?: Rotation & { readonly olderThanMs: number };
}

/** How many of each, as the last line says them. */
export interface DriftSummary {
  /** Connections that changed outside and not as their document says. */
  readonly drifted: number;
  /** Of these, how many `drift --heal` puts back. */
  readonly healable: number;
  /** Connections that changed outside to what their document says by now. */
  readonly agreeing: number;
  readonly unmanaged: number;
  readonly stale?: number;
  readonly due?: number;
}

/** Counts a report. */
export function summaryOf({ findings, unmanaged, staleness, rotation }: DriftReport): DriftSummary {
  const drifted = findings.filter(({ attention }) => attention !== "agrees");
  return {
    drifted: drifted.length,
    healable: drifted.filter(({ way }) => way === "heal").length,
    agreeing: findings.length - drifted.length,
    unmanaged: unmanaged.length,
    ...(staleness === undefined ? {} : { stale: staleness.stale.length }),
    ...(rotation === undefined ? {} : { due: dueIn(rotation) }),
  };
}

function dueIn({ waves, left }: Rotation): number {
  return waves.reduce((sum, { turns }) => sum + turns.length, 0) + left.length;
}

/** Where a report is printed. */
export interface DriftPage {
  readonly style: Style;
  readonly locate: Locate;
  readonly now: Instant;
  readonly width?: number;
}

/** A report for people: what changed, then what was asked for besides; the last line is greppable. Ends with a line break. */
export function describeDrift(report: DriftReport, { style, locate, now, width = PAGE_WIDTH }: DriftPage): string {
  const { findings, unmanaged, staleness, rotation } = report;
  const page: AgePage = { style, locate, now, width, short: createShort(clientIdsIn(report)) };
  const blocks = [
    ...findings.map((finding) => describeFinding(finding, page)),
    ...(unmanaged.length === 0 ? [] : [describeUnmanaged(unmanaged, page)]),
    ...(staleness === undefined || isNothing(staleness.stale, staleness.unobservable)
      ? []
      : [describeStale(staleness, staleness.quietMs, page)]),
    ...(rotation === undefined || isNothing(rotation.waves, rotation.left)
      ? []
      : [describeRotation(rotation, rotation.olderThanMs, page)]),
    totalsOf(summaryOf(report))
      .flatMap((line) => wrap(line, { width, rest: "  " }))
      .map(style.bold)
      .join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function isNothing(...lists: readonly (readonly unknown[])[]): boolean {
  return lists.every((list) => list.length === 0);
}

function clientIdsIn({ findings, unmanaged, staleness, rotation }: DriftReport): readonly string[] {
  return [
    ...findings.flatMap(({ drift }) => drift.clientId ?? []),
    ...unmanaged.map(({ connection }) => connection.clientId),
    ...(staleness?.stale ?? []).map(({ connection }) => connection.clientId),
    ...(rotation?.waves ?? []).flatMap(({ turns }) => turns.map(({ connection }) => connection.clientId)),
    ...(rotation?.left ?? []).map(({ connection }) => connection.clientId),
  ];
}

/** `Drift: 2 connections changed outside, 1 can be put back.`, and above it what else was found. */
function totalsOf({ drifted, healable, agreeing, unmanaged, stale, due }: DriftSummary): readonly string[] {
  const drift = drifted === 0 ? noDrift(agreeing) : `Drift: ${plural(drifted, "connection")} changed outside`;
  const healed = healable === 0 ? "" : `, ${healable} can be put back`;
  const others = [
    ...(drifted === 0 || agreeing === 0 ? [] : [`${agreeing} changed to what the documents say by now`]),
    ...(unmanaged === 0 ? [] : [`${unmanaged} not managed`]),
    ...(stale === undefined ? [] : [`${stale} without use`]),
    ...(due === undefined ? [] : [`${due} to rotate`]),
  ];
  return [...(others.length === 0 ? [] : [`Besides: ${others.join(", ")}.`]), `${drift}${healed}.`];
}

function noDrift(agreeing: number): string {
  return agreeing === 0
    ? "No drift. The live system is as it was last applied"
    : `No drift. ${plural(agreeing, "connection")} changed outside to what the documents say by now`;
}

/** A report for machines; members are only ever added. */
export function driftReportJson(report: DriftReport, locate: Locate, now: Instant) {
  const { findings, unmanaged, staleness, rotation } = report;
  return {
    type: "drift",
    resource_drift: findingsJson(findings, locate),
    unmanaged: unmanaged.map(unmanagedJson(now)),
    ...(staleness === undefined
      ? {}
      : {
          stale: {
            without_use_for: describeDuration(staleness.quietMs),
            connections: staleness.stale.map((one) => ({ ...heldJson(one), quiet_since: one.quietSince })),
            not_observable: staleness.unobservable.map(heldJson),
          },
        }),
    ...(rotation === undefined ? {} : { rotation: rotationJson(rotation, rotation.olderThanMs, locate, now) }),
    summary: summaryOf(report),
  };
}

function heldJson({ district, address, isCandidate, connection }: Omit<Unmanaged, "observesUse">) {
  return {
    district,
    address: address ?? null,
    connection: connection.id,
    application: connection.application,
    client_id: connection.clientId,
    is_candidate: isCandidate,
    created_at: connection.createdAt,
  };
}

function unmanagedJson(now: Instant) {
  return (one: Unmanaged) => {
    const { use, createdAt } = one.connection;
    const isSeen = use.kind === "observed" && one.observesUse;
    return {
      ...liveJson(one.connection),
      ...heldJson(one),
      age_days: ageInDays(createdAt, now),
      use: isSeen ? { observed: true, last: use.last ?? null, since: use.since } : { observed: false },
    };
  };
}
