import type { UrlShape } from "../../model/base-url.ts";
import { type Day, describeDuration } from "../../model/time.ts";
import type { DueMove } from "../../plan/moves.ts";
import { wrap } from "../layout.ts";
import { layTable } from "../table.ts";
import { listOf, plural } from "../words.ts";

/** What a deadline is about. */
export interface Deadline {
  readonly before: Day;
  readonly shapes: readonly UrlShape[];
  /** Whether nobody named the shapes, so that they are assumed. */
  readonly isAssumed: boolean;
}

const NEXT: Readonly<Record<DueMove["next"], string>> = {
  start: "start",
  "hand-over": "hand over",
  "vendor-moves": "vendor moves",
};

/** What must still move, by day, and the earliest day of each vendor. Ends without a line break. */
export function describeDeadline(moves: readonly DueMove[], deadline: Deadline, width: number): string {
  const head = [...wrap(premise(deadline), { width }), ""];
  if (moves.length === 0) return [...head, "Nothing has to move."].join("\n");
  const table = layTable(
    ["CONNECTION", "VERSION", "BASE URL", "NEXT", "AT THE LATEST"],
    moves.map((one) => [
      describePlaceOf(one),
      one.connection.version,
      one.shape,
      NEXT[one.next],
      one.isTooLate ? "too late" : (one.by ?? "too late"),
    ]),
    width,
  );
  const lines = moves.flatMap((one, index) => [
    ...(table.rows[index] ?? []),
    ...notesOf(one).flatMap((note) => wrap(note, { width, first: "    ", rest: "      " })),
  ]);
  const vendors = vendorsOf(moves).flatMap((one) => wrap(describeVendor(one), { width, first: "  ", rest: "    " }));
  return [...head, table.heading, ...lines, "", "Latest safe day by vendor:", ...vendors].join("\n");
}

function describePlaceOf(move: DueMove): string {
  return move.address ?? `${move.district}: ${move.connection.application}`;
}

function premise({ before, shapes, isAssumed }: Deadline): string {
  const what = `Must move before ${before}: active connections whose Base URL is ${listOf(shapes)}.`;
  return isAssumed ? `${what} ${ASSUMPTION}` : what;
}

/** Said wherever nobody named the shapes that are taken for legacy ones. */
export const ASSUMPTION =
  "Infinite Campus does not say which shape is the legacy one; these are assumed. Name others with --legacy-urls.";

function notesOf(move: DueMove): readonly string[] {
  const { by, earliestEnd, isTooLate, next } = move;
  const since = by === undefined ? "its values may not be handed over in time" : `the last safe day was ${by}`;
  const step = next === "start" ? "begun" : next === "hand-over" ? "handed over" : "entered by the vendor";
  return [
    ...(isTooLate ? [`${since}; ${step} today it can be over on ${earliestEnd} at the earliest`] : []),
    ...(move.isCandidateAlike ? ["its new connection has such a Base URL as well: moving to it does not help"] : []),
    ...(move.address === undefined ? ["nobody manages it: adopt it, or write it down"] : []),
  ];
}

/** What one vendor has to be ready for. */
export interface VendorDeadline {
  readonly vendor: string;
  /** The earliest of its days; absent where one of them is none. */
  readonly by?: Day;
  readonly isTooLate: boolean;
  readonly connections: number;
  /** The longest of its sync periods. */
  readonly quietMs: number;
}

/** The moves by vendor, the most urgent first. */
export function vendorsOf(moves: readonly DueMove[]): readonly VendorDeadline[] {
  const vendors = new Map<string, DueMove[]>();
  for (const move of moves) vendors.set(move.vendor, [...(vendors.get(move.vendor) ?? []), move]);
  // Moves come sorted by their days, those without any first: the first one of a vendor is its most urgent one.
  return [...vendors].map(([vendor, own]) => {
    const by = own[0]?.by;
    return {
      vendor,
      ...(by === undefined ? {} : { by }),
      isTooLate: own.some((one) => one.isTooLate),
      connections: own.length,
      quietMs: Math.max(...own.map((one) => one.quietMs)),
    };
  });
}

function describeVendor({ vendor, by, isTooLate, connections, quietMs }: VendorDeadline): string {
  const day = isTooLate ? "too late already" : (by ?? "too late already");
  return `${vendor}: ${day} (${plural(connections, "connection")}, sync period ${describeDuration(quietMs)})`;
}

/** One move for machines. */
export function dueMoveJson(move: DueMove) {
  const { district, address, vendor, connection, shape, next, by, isTooLate, earliestEnd, isCandidateAlike } = move;
  return {
    type: "due_move",
    district,
    address: address ?? null,
    vendor,
    application: connection.application,
    client_id: connection.clientId,
    version: connection.version,
    kind: connection.kind,
    url_shape: shape,
    base_url: connection.baseUrl,
    next,
    by: by ?? null,
    too_late: isTooLate,
    earliest_end: earliestEnd,
    candidate_alike: isCandidateAlike,
    sync_period: describeDuration(move.quietMs),
    owner: move.desired?.owner ?? null,
    contact: move.desired?.contact ?? null,
  };
}
