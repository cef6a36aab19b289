import type { Address } from "../model/address.ts";
import type { Instant } from "../model/time.ts";
import { type AwaitedJson, awaitedJson } from "./awaited-json.ts";
import { type ConnectionJson, liveJson } from "./change-json.ts";
import { describeEvidence } from "./evidence.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
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
  const notes: string[] = [];
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
