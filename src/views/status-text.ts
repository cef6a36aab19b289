import type { Address } from "../model/address.ts";
import type { Said } from "../model/live.ts";
import { dayOf, type Instant } from "../model/time.ts";
import { type AwaitedJson, awaitedJson } from "./awaited-json.ts";
import { type ConnectionJson, liveJson } from "./change-json.ts";
import { describeEvidence } from "./evidence.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
import type { OpenOverlap } from "./overlaps.ts";
import { describeReport } from "./reported.ts";
import type { State, StatusRow } from "./status.ts";
import type { Style } from "./style.ts";
import { layTable } from "./table.ts";
import { ageInDays, createShort, describeAwaits, listOf, plural, type Short } from "./words.ts";

/** How a status is printed; ages count to `now`. */
export interface StatusOptions {
  readonly style: Style;
  readonly now: Instant;
  readonly width?: number;
}

const HEADINGS = ["ADDRESS", "STATE", "VERSION", "CLIENT", "CANDIDATE", "AGE"] as const;

/**
 * A table of addresses; below a row stand its evidence and what it waits for, where a cut-over is open, and what the next
 * run would do. Ends with a line break.
 */
export function describeStatus(rows: readonly StatusRow[], { style, now, width = PAGE_WIDTH }: StatusOptions): string {
  if (rows.length === 0) return "No connections. No document speaks of any.\n";
  const short = createShort(
    rows.flatMap(({ current, candidate }) => [current, candidate].flatMap((one) => one?.clientId ?? [])),
  );
  const table = layTable(
    HEADINGS,
    rows.map((row) => cellsOf(row, short, now)),
    width,
  );
  const text = rows.flatMap((row, index) => [
    ...(table.rows[index] ?? []),
    ...notesOf(row).flatMap((note) => wrap(note, { width, first: "    ", rest: "      " })),
  ]);
  return `${[style.bold(table.heading), ...text, "", style.bold(totalOf(rows))].join("\n")}\n`;
}

function cellsOf(row: StatusRow, short: Short, now: Instant): readonly string[] {
  const { current, candidate } = row;
  const isMoving = candidate !== undefined && candidate.id !== current?.id;
  const versions = [current?.version, isMoving ? candidate.version : undefined].filter((one) => one !== undefined);
  return [
    row.address,
    row.state,
    [...new Set(versions)].join(" -> ") || "-",
    current === undefined ? "-" : short(current.clientId),
    isMoving ? short(candidate.clientId) : "-",
    row.since === undefined ? "-" : `${ageInDays(row.since, now)}d`,
  ];
}

function notesOf(row: StatusRow): readonly string[] {
  const notes: string[] = reportsOf(row);
  if (row.hold === "blocked") notes.push("blocked by an error; `rosterform plan` shows it");
  if (row.candidate !== undefined && row.evidence !== undefined)
    notes.push(`evidence: ${describeEvidence(row.evidence)}`);
  notes.push(...describeAwaits(row.awaits, row.isEither).map(({ key, says }) => `${key} ${says}`));
  if (row.plans.length > 0 && row.hold !== "blocked") {
    const when = row.hold === "observe" ? "would be planned if it were not only observed" : "planned for the next run";
    notes.push(`${when}: ${listOf(row.plans)}`);
  }
  return notes;
}

/** Who said that the connection in use and the candidate are so; once where it was the same person on the same day. */
function reportsOf({ current, candidate }: StatusRow): string[] {
  const said = [current, candidate].flatMap((one) => (one === undefined ? [] : (describeReport(one) ?? [])));
  return new Set(said).size < 2 ? said.slice(0, 1) : [`in use ${said[0] ?? ""}; candidate ${said[1] ?? ""}`];
}

const ORDER: readonly State[] = ["active", "setting up", "switching", "disabled", "disabled outside", "none"];

function totalOf(rows: readonly StatusRow[]): string {
  const parts = ORDER.flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return `${plural(rows.length, "address", "addresses")}: ${parts.join(", ")}.`;
}

/** One row for machines. */
export interface StatusJson {
  readonly address: Address;
  readonly state: string;
  readonly current: ConnectionJson | null;
  readonly candidate: ConnectionJson | null;
  readonly evidence: StatusRow["evidence"] | null;
  readonly awaits: readonly AwaitedJson[];
  readonly since: Instant | null;
  readonly planned: readonly string[];
  readonly held?: "blocked" | "observe";
}

/** The status for machines, a row an object. */
export function statusJson(rows: readonly StatusRow[]): readonly StatusJson[] {
  return rows.map(({ address, state, current, candidate, evidence, awaits, since, plans, hold }) => ({
    address,
    state: state.replaceAll(" ", "-"),
    current: current === undefined ? null : liveJson(current),
    candidate: candidate === undefined ? null : liveJson(candidate),
    evidence: evidence ?? null,
    awaits: awaits.map(awaitedJson),
    since: since ?? null,
    planned: plans,
    ...(hold === undefined ? {} : { held: hold }),
  }));
}

/** The section about overlaps, oldest first; nothing where there is none. Ends with a line break. */
export function describeOverlaps(
  overlaps: readonly OpenOverlap[],
  { style, width = PAGE_WIDTH }: StatusOptions,
): string {
  if (overlaps.length === 0) return "";
  const lines = overlaps.flatMap((one) => [
    one.address,
    ...overlapFacts(one).flatMap((says) => wrap(says, { width, first: "    ", rest: "      " })),
  ]);
  return `\n${[style.bold("Overlaps: both connections work"), ...lines].join("\n")}\n`;
}

function overlapFacts(one: OpenOverlap): readonly string[] {
  const { due } = one;
  const end = due === undefined ? "no due date" : `due ${due}${one.isOverdue ? ", overdue" : ""}`;
  return [
    `open for ${plural(one.ageDays, "day")}; ${handOverOf(one)}; ${end}`,
    `owner: ${one.owner ?? "nobody"}; vendor: ${one.contact ?? "no contact"}`,
    `next: ${one.next}`,
  ];
}

function handOverOf({ isHandedOver, delivered, deliveredDays = 0, since, received }: OpenOverlap): string {
  const arrived = received === undefined ? "" : `, received (${received.by}, ${dayOf(received.at)})`;
  if (delivered === undefined)
    return isHandedOver ? "the vendor had these values before rosterform knew them" : "not handed over yet";
  // A cut-over back to values that the vendor got long ago hands nothing over.
  if (delivered < since) return `the vendor has had these values since ${dayOf(delivered)}${arrived}`;
  return `handed over ${plural(deliveredDays, "day")} ago${arrived}`;
}

/** One overlap for machines. */
export interface OverlapJson {
  readonly address: Address;
  readonly old: ConnectionJson;
  readonly young: ConnectionJson;
  readonly since: Instant;
  readonly ageDays: number;
  readonly handedOver: boolean;
  readonly delivered: Instant | null;
  readonly received: Said | null;
  readonly owner: string | null;
  readonly contact: string | null;
  readonly next: string;
  readonly due: string | null;
  readonly overdue: boolean;
}

/** The overlaps for machines. */
export function overlapsJson(overlaps: readonly OpenOverlap[]): readonly OverlapJson[] {
  return overlaps.map((one) => ({
    address: one.address,
    old: liveJson(one.old),
    young: liveJson(one.young),
    since: one.since,
    ageDays: one.ageDays,
    handedOver: one.isHandedOver,
    delivered: one.delivered ?? null,
    received: one.received ?? null,
    owner: one.owner ?? null,
    contact: one.contact ?? null,
    next: one.next,
    due: one.due ?? null,
    overdue: one.isOverdue,
  }));
}
