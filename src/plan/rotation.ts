import type { Address, DistrictId } from "../model/address.ts";
import type { Desired, DesiredConnection, DesiredDistrict } from "../model/desired.ts";
import type { LiveConnection, LiveDistrict, Slot } from "../model/live.ts";
import { addDays, DAY_MS, type Day, dayOf, elapsedMs, type Instant } from "../model/time.ts";
import { isSameFixed } from "../model/traits.ts";
import { firstFreeDay } from "./holds.ts";
import { managedIn, mostAllowed } from "./limits.ts";
import { heldConnections } from "./stale.ts";

/** A secret that is to be replaced by raising `rotate` in a line. */
export interface Turn {
  readonly district: DesiredDistrict;
  readonly desired: DesiredConnection;
  readonly connection: LiveConnection;
}

/** Turns that may be taken together: within limits, on a day that is frozen in none of their districts. */
export interface Wave {
  /** Counted from 1. */
  readonly number: number;
  /** Not before this day: today, or when a cut-over of the wave before can have ended at the earliest. */
  readonly from: Day;
  /** The oldest secret first. */
  readonly turns: readonly Turn[];
}

/** An old secret that is not to be rotated by an edit now, and why. */
export interface NotTurned {
  readonly address: Address;
  readonly connection: LiveConnection;
  readonly why: string;
}

export interface Rotation {
  readonly waves: readonly Wave[];
  readonly left: readonly NotTurned[];
}

/** What a rotation is planned from. */
export interface RotationInput {
  readonly desired: Desired;
  readonly live: Iterable<LiveDistrict>;
  /** Secrets that are older are due, in milliseconds. A secret is as old as its connection: none is ever given a new one. */
  readonly olderThanMs: number;
  readonly now: Instant;
  /** Which addresses are looked at. */
  readonly isChosen: (address: Address) => boolean;
}

/**
 * Plans how old secrets are replaced, wave after wave. Nothing is done here: rotating is desired state, so that what comes
 * out is which lines to change and when. In one wave no vendor of a district has two turns: it is asked to paste once.
 */
export function planRotation(input: RotationInput): Rotation {
  const districts = new Map(input.desired.districts.map((one) => [one.district, one]));
  const lives = [...input.live];
  const turns: Waiting[] = [];
  const left: NotTurned[] = [];
  for (const live of lives) {
    const district = districts.get(live.district);
    for (const { address, connection } of heldConnections(live)) {
      if (address === undefined || !input.isChosen(address) || !isOld(connection, input)) continue;
      const found = turnOf(address, { live, connection, district });
      if (typeof found === "string") left.push({ address, connection, why: found });
      else turns.push(found);
    }
  }
  turns.sort((a, b) => byAge(asPlaced(a), asPlaced(b)));
  const { waves, stopped } = inWaves(turns, lives, input);
  return { waves, left: [...left, ...stopped].sort(byAge) };
}

function isOld({ createdAt }: LiveConnection, { olderThanMs, now }: RotationInput): boolean {
  return elapsedMs(createdAt, now) > olderThanMs;
}

type Placed = Omit<NotTurned, "why">;

function asPlaced({ desired: { address }, connection }: Turn): Placed {
  return { address, connection };
}

/** The oldest first, and by address, so that two runs say the same in the same order. */
function byAge(a: Placed, b: Placed): number {
  if (a.connection.createdAt !== b.connection.createdAt)
    return a.connection.createdAt < b.connection.createdAt ? -1 : 1;
  return a.address < b.address ? -1 : 1;
}

interface Case {
  readonly live: LiveDistrict;
  readonly connection: LiveConnection;
  readonly district: DesiredDistrict | undefined;
}

/** A turn that has no place in a wave yet, and how many of its district may be switched in one. */
interface Waiting extends Turn {
  readonly room: number;
}

/** The turn, or why raising `rotate` would not lead to a switch of this very connection, or is not for this tool to propose. */
function turnOf(address: Address, { live, connection, district }: Case): Waiting | string {
  const [busy] = live.slots.flatMap((slot) => cutoversWith(connection, slot));
  if (busy !== undefined) {
    const where = busy.address === address ? "" : ` of ${busy.address}`;
    return `a cut-over${where} is open since ${dayOf(busy.openedAt)}; it ends first`;
  }
  const desired = district?.connections.find((one) => one.address === address);
  if (desired === undefined || district === undefined) return "no document speaks of this address";
  if (desired.state === "disabled") return "the document says `state: disabled`";
  if (!isSameFixed(desired, connection)) return "the document asks for another connection already; `apply` switches it";
  if (desired.protected) return "the line says `protected: true`; take that out first if it is meant";
  if (district.mode === "observe") return "the district says `mode: observe`";
  const successor = district.connections.find((one) => one.state === "active" && one.replaces === address);
  if (successor !== undefined) return `${successor.address} replaces it`;
  return { district, desired, connection, room: mostAllowed("switch", district.limits, managedIn(live)) };
}

function cutoversWith({ id }: LiveConnection, { address, cutover }: Slot) {
  if (cutover === undefined || (cutover.from !== id && cutover.to !== id)) return [];
  return [{ address, openedAt: cutover.openedAt }];
}

/** A wave that is being filled. */
interface Filling {
  readonly from: Day;
  readonly turns: Turn[];
  readonly vendors: Set<string>;
  readonly perDistrict: Map<DistrictId, number>;
}

/** How far ahead a wave may begin; for whom there is no room until then is told so instead of being given a day. */
const HORIZON_DAYS = 5 * 366;

/** Places each turn in the first wave that has room for it on a day that is free for it. */
function inWaves(
  turns: readonly Waiting[],
  lives: readonly LiveDistrict[],
  { desired, now }: RotationInput,
): { readonly waves: readonly Wave[]; readonly stopped: readonly NotTurned[] } {
  const inAll = lives.reduce((sum, live) => sum + managedIn(live), 0);
  const roomInAll = mostAllowed("switch", desired.limits, inAll);
  const apart = Math.max(1, ...turns.map((turn) => Math.ceil(turn.desired.quietMs / DAY_MS)));
  const waves: Filling[] = [];
  const waveAt = (index: number): Filling => {
    const from = addDays(dayOf(now), index * apart);
    return (waves[index] ??= { from, turns: [], vendors: new Set(), perDistrict: new Map() });
  };
  const stopped: NotTurned[] = [];
  for (const turn of turns) {
    const { address } = turn.desired;
    let index = 0;
    while (index * apart <= HORIZON_DAYS && !hasRoom(waveAt(index), turn, roomInAll)) index += 1;
    if (index * apart <= HORIZON_DAYS) take(waveAt(index), turn);
    else stopped.push({ address, connection: turn.connection, why: NO_ROOM });
  }
  const taken = waves.filter((wave) => wave.turns.length > 0);
  return { waves: taken.map(({ from, turns: all }, index) => ({ number: index + 1, from, turns: all })), stopped };
}

const NO_ROOM = "limits, a freeze or `deliver-from` leave no room for it within five years";

function hasRoom(wave: Filling, turn: Waiting, roomInAll: number): boolean {
  return (
    wave.turns.length < roomInAll &&
    (wave.perDistrict.get(turn.district.district) ?? 0) < turn.room &&
    !wave.vendors.has(vendorOf(turn)) &&
    isFreeDay(turn, wave.from)
  );
}

function take(wave: Filling, turn: Turn): void {
  const { district } = turn.district;
  wave.turns.push(turn);
  wave.vendors.add(vendorOf(turn));
  wave.perDistrict.set(district, (wave.perDistrict.get(district) ?? 0) + 1);
}

/** Nothing is begun in a freeze, nor before the line lets credentials be handed over. */
function isFreeDay({ district, desired }: Turn, day: Day): boolean {
  const isEarly = desired.deliverFrom !== undefined && day < desired.deliverFrom;
  return !isEarly && firstFreeDay(district.freeze, day) === day;
}

/** One vendor of one district, whatever the name of the connection. */
function vendorOf({ district, desired }: Turn): string {
  return `${district.district}/${desired.vendor.toLowerCase()}`;
}
