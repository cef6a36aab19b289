import type { Address, DistrictId } from "../model/address.ts";
import { shapeOf, type UrlShape } from "../model/base-url.ts";
import type { Desired, DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import { type ConnectionId, isActive, isHandedOver, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import { DEFAULT_QUIET_MS } from "../model/requirement.ts";
import { addDays, type Day, dayOf, type Instant } from "../model/time.ts";
import { earliestEnd, latestStart, type Move } from "./latest-start.ts";

/** What has to move, and by when. */
export interface MoveTerms {
  /** The shapes that end. */
  readonly shapes: ReadonlySet<UrlShape>;
  /** The first day on which they no longer work. */
  readonly before: Day;
  /** Days for the probe, the hand-over and the vendor's entering the values. */
  readonly vendorDays: number;
  readonly now: Instant;
}

/** One connection that must still move. */
export interface DueMove {
  readonly district: DistrictId;
  readonly vendor: string;
  /** Absent where no document speaks of the connection. */
  readonly desired?: DesiredConnection;
  readonly address?: Address;
  readonly connection: LiveConnection;
  readonly shape: UrlShape;
  /** What is to be done next. */
  readonly next: "start" | "hand-over" | "vendor-moves";
  /** The last day on which that is early enough; absent where no day is. */
  readonly by?: Day;
  readonly isTooLate: boolean;
  /** The first day on which the move can be over when the next thing is done today. */
  readonly earliestEnd: Day;
  /** The new connection has such a Base URL as well, so that moving to it does not help. */
  readonly isCandidateAlike: boolean;
  readonly quietMs: number;
}

/**
 * The active connections that must still move before some Base URLs end, managed or not, with the last safe day of what is
 * to be done next: counted backwards from the last day on which they work, over sync periods and freeze windows.
 */
export function dueMoves(
  desired: Desired,
  live: ReadonlyMap<DistrictId, LiveDistrict>,
  terms: MoveTerms,
): readonly DueMove[] {
  const rows = desired.districts.flatMap((one) => {
    const seen = live.get(one.district);
    return seen === undefined ? [] : movesIn(one, seen, terms);
  });
  return rows.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** By day, those without any first, then by vendor; ids tell the rest apart. */
function orderOf({ by, vendor, connection }: DueMove): string {
  return [by ?? "", vendor, connection.id].join("\u0000");
}

function movesIn(wanted: DesiredDistrict, seen: LiveDistrict, terms: MoveTerms): readonly DueMove[] {
  const byAddress = new Map(wanted.connections.map((one) => [one.address, one]));
  const holders = new Map<ConnectionId, Address>();
  for (const { address, current, cutover } of seen.slots)
    for (const id of [cutover?.to, current]) if (id !== undefined) holders.set(id, address);
  return seen.connections.flatMap((connection) => {
    const shape = shapeOf(connection.baseUrl);
    const address = holders.get(connection.id);
    const desired = address === undefined ? undefined : byAddress.get(address);
    if (!isActive(connection) || !terms.shapes.has(shape) || desired?.state === "disabled") return [];
    const candidateId = seen.slots.find((slot) => slot.cutover?.from === connection.id)?.cutover?.to;
    const candidate = seen.connections.find((one) => one.id === candidateId);
    return [
      dueMove({ wanted, connection, shape, ...(candidate && { candidate }), ...(desired && { desired }) }, terms),
    ];
  });
}

interface Case {
  readonly wanted: DesiredDistrict;
  readonly connection: LiveConnection;
  readonly shape: UrlShape;
  readonly candidate?: LiveConnection;
  readonly desired?: DesiredConnection;
}

function dueMove({ wanted, connection, shape, candidate, desired }: Case, terms: MoveTerms): DueMove {
  const { quietMs = DEFAULT_QUIET_MS, deliverFrom, version = connection.version } = desired ?? {};
  const isCandidateAlike = candidate !== undefined && terms.shapes.has(shapeOf(candidate.baseUrl));
  const isMoving = candidate !== undefined && !isCandidateAlike;
  const next = !isMoving ? "start" : isHandedOver(candidate) ? "vendor-moves" : "hand-over";
  const hasValues = next === "vendor-moves";
  const move: Move = {
    freeze: wanted.freeze,
    quietMs,
    // Values that the vendor has are not handed over again; it may enter them today.
    vendorDays: hasValues ? 0 : terms.vendorDays,
    changesUserIds: !hasValues && version !== connection.version,
    ...(hasValues || deliverFrom === undefined ? {} : { deliverFrom }),
  };
  const today = dayOf(terms.now);
  const by = latestStart(move, addDays(terms.before, -1));
  return {
    district: wanted.district,
    vendor: desired?.vendor ?? connection.application,
    ...(desired === undefined ? {} : { desired, address: desired.address }),
    connection,
    shape,
    next,
    ...(by === undefined ? {} : { by }),
    isTooLate: by === undefined || by < today,
    earliestEnd: earliestEnd(move, today),
    isCandidateAlike,
    quietMs,
  };
}
