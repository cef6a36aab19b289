import { judge } from "../../model/judge.ts";
import { type ConnectionId, type Cutover, isActive, type LiveConnection, type Slot } from "../../model/live.ts";
import { isSameSite, type Site } from "../../model/site.ts";
import { isSameFixed } from "../../model/traits.ts";
import type { AbandonOutcome, At, CloseOutcome, OpenCommand, TieCommand } from "../store.ts";
import { type Fresh, mintedFrom } from "./mint.ts";
import { cutoverNaming, guards } from "./guards.ts";
import {
  appliedOf,
  asksAbout,
  disabledFor,
  holds,
  inNewEpoch,
  isReplaceable,
  type Kept,
  keptOf,
  knownKept,
  refused,
  type Ruling,
  same,
  type Scene,
  slotAt,
  staleness,
  unmanaged,
  without,
  write,
} from "./scene.ts";

/** Generates a connection and opens its cut-over. The same generation asked for again is answered with the first one. */
export function ruleOpen(scene: Scene, command: OpenCommand, fresh: Fresh): Ruling<LiveConnection> {
  const { address, generation } = command;
  const slot = slotAt(scene, address);
  const first = scene.connections.find((kept) => kept.address === address && kept.generation === generation);
  if (first !== undefined && slot !== undefined && isRetry(slot, first, command)) return same(first.live, slot);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  const obstacle = obstacleToOpening(scene, slot, command);
  if (obstacle !== undefined) return refused(obstacle);
  const { site, application, make, from, requires } = command;
  const live = mintedFrom(scene, fresh, { district: scene.district, site, application, make, provenance: "generated" });
  const cutover: Cutover = {
    ...(from === undefined ? {} : { from }),
    to: live.id,
    generation,
    requires,
    openedAt: scene.now,
  };
  const before = slot === undefined ? { address, revision: 0, generation } : without(slot, "aborted");
  return write(scene, live, {
    site,
    minted: { kept: { live, address, generation }, secret: fresh.clientSecret },
    slots: [{ ...before, generation, cutover }],
    what: "open",
    address,
    connection: live.id,
    detail: {
      generation,
      application,
      kind: make.kind,
      version: make.version,
      ...(from === undefined ? {} : { from }),
    },
    answers: (asked) => asked.address === address && asked.click === "generate",
  });
}

/** A lost acknowledgement looks like this: the generation exists, is what was asked for, and is still held. */
function isRetry(slot: Slot, first: Kept, command: OpenCommand): boolean {
  return holds(slot, first.live.id) && isSameFixed(first.live, command.make);
}

function obstacleToOpening(scene: Scene, slot: Slot | undefined, command: OpenCommand): string | undefined {
  const { address, from } = command;
  const next = (slot?.generation ?? 0) + 1;
  if (!guards.isTaken("open", slot)) return `${address} has an open cut-over already`;
  if (!guards.isNextGeneration(slot, command.generation))
    return `the next generation of ${address} is ${next}, not ${command.generation}`;
  if (!guards.isFromCurrent(slot, from)) {
    return `${address} has the current connection ${slot?.current}, which a new one has to name as the one it takes over from`;
  }
  return obstacleOfSite(scene, command.site) ?? (from === undefined ? undefined : obstacleToLeaving(scene, from));
}

/** Two sites never mix under one district's name. */
export function obstacleOfSite({ site: known, district }: Scene, site: Site): string | undefined {
  if (known === undefined || (isSameSite(known, site) && known.kind === site.kind)) return undefined;
  return `the store knows ${district} as ${known.kind} site ${known.host} (${known.app}), not as ${site.kind} site ${site.host} (${site.app})`;
}

/** Why a cut-over from this connection may not be opened. */
function obstacleToLeaving(scene: Scene, from: ConnectionId): string | undefined {
  const kept = keptOf(scene, from);
  if (kept === undefined) return `${scene.district} has no connection ${from}`;
  if (!isReplaceable(kept.live)) return `connection ${from} is disabled already`;
  if (!guards.isSomebodysCurrent(scene.slots, from)) return `connection ${from} is not the current one of any address`;
  return guards.isInNoCutover(scene.slots, from) ? undefined : busy(scene, from);
}

function busy({ slots }: Scene, id: ConnectionId): string {
  return `connection ${id} is part of the open cut-over at ${cutoverNaming(slots, id)}`;
}

/**
 * Opens a cut-over between two existing connections, or turns an open one round. A new epoch begins for `to`: what is known
 * about it answered another question, and must not disable `from`.
 */
export function ruleTie(scene: Scene, command: TieCommand): Ruling<LiveConnection> {
  const { address, from, to, requires } = command;
  const slot = slotAt(scene, address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  if (slot === undefined) return refused(`${address} has no connection`);
  if (slot.cutover?.from === from && slot.cutover.to === to) return same(knownKept(scene, to).live, slot);
  const obstacle = obstacleToTying(scene, slot, command);
  if (obstacle !== undefined) return refused(obstacle);
  const kept = knownKept(scene, to);
  const live = inNewEpoch(kept.live, scene.now);
  return write(scene, live, {
    slots: [{ ...slot, cutover: { from, to, generation: slot.generation, requires, openedAt: scene.now } }],
    connections: [{ ...kept, live }],
    what: "tie",
    address,
    connection: to,
    detail: { from, to, turnedRound: slot.cutover !== undefined },
  });
}

function obstacleToTying(scene: Scene, slot: Slot, { address, from, to }: TieCommand): string | undefined {
  const kept = keptOf(scene, to);
  if (from === to) return `a connection cannot take over from itself`;
  if (kept === undefined) return `${scene.district} has no connection ${to}`;
  if (!isActive(kept.live)) return `connection ${to} is disabled and cannot take over`;
  if (!guards.isTurnedRound(slot, from, to)) return `${address} has an open cut-over of other connections`;
  if (slot.cutover !== undefined) {
    if (!guards.isCurrentOfNoOther(scene.slots, address, to)) return `connection ${to} is in use at another address`;
    return isReplaceable(knownKept(scene, from).live) ? undefined : `connection ${from} is disabled already`;
  }
  if (!guards.isOwnCurrent(slot, to)) return `connection ${to} is not the current one of ${address}`;
  return guards.isInNoCutover(scene.slots, to) ? obstacleToLeaving(scene, from) : busy(scene, to);
}

/** Judges the stored requirement, and only if it is met disables `from` and makes `to` current. */
export function ruleClose(scene: Scene, at: At): Ruling<CloseOutcome> {
  const slot = slotAt(scene, at.address);
  const stale = staleness(slot, at);
  if (stale !== undefined) return stale;
  if (slot?.cutover === undefined) return refused(`no cut-over is open at ${at.address}`);
  const { from: fromId, to, requires } = slot.cutover;
  const candidate = knownKept(scene, to).live;
  const from = fromId === undefined ? undefined : knownKept(scene, fromId);
  const judgement = judge({ requires, candidate, ...(from === undefined ? {} : { from: from.live }), now: scene.now });
  if (!judgement.met) return same({ kind: "waiting", judgement }, slot);
  const closed: Slot = { ...without(slot, "cutover"), current: to, applied: appliedOf(candidate, scene.now) };
  const disables = from !== undefined && isActive(from.live);
  return write<CloseOutcome>(
    scene,
    { kind: "closed", current: to, ...(disables ? { disabled: from.live.id } : {}) },
    {
      slots: from === undefined ? [closed] : [{ ...closed, previous: from.live.id }, ...slotsLosing(scene, slot, from)],
      connections: disables ? [{ ...from, live: disabledFor(scene, from.live, "closed") }] : [],
      ...(fromId === undefined ? {} : { answers: asksAbout(fromId) }),
      forgets: [to, ...(fromId === undefined ? [] : [fromId])],
      what: "close",
      address: at.address,
      connection: to,
      detail: { reached: judgement.reached, ...(fromId === undefined ? {} : { from: fromId, disabled: disables }) },
    },
  );
}

/** Another address whose current connection was taken over (`replaces`) has none from now on. */
function slotsLosing(scene: Scene, own: Slot, from: Kept): readonly Slot[] {
  return scene.slots
    .filter((slot) => slot.address !== own.address && slot.current === from.live.id)
    .map((slot) => retired(slot, from.live, scene));
}

/** The slot after its current connection was disabled by one of our steps. */
export function retired(slot: Slot, current: LiveConnection, scene: Scene): Slot {
  return { ...without(slot, "current"), previous: current.id, applied: appliedOf(current, scene.now) };
}

/** Gives up the candidate unless somebody uses it. The address's own current connection is never disabled by this. */
export function ruleAbandon(scene: Scene, at: At & { readonly hold: boolean }): Ruling<AbandonOutcome> {
  const slot = slotAt(scene, at.address);
  const stale = staleness(slot, at);
  if (stale !== undefined) return stale;
  if (slot?.cutover === undefined) return refused(`no cut-over is open at ${at.address}`);
  const { cutover } = slot;
  const kept = knownKept(scene, cutover.to);
  const isCurrent = !guards.isMereCandidate(slot, cutover);
  if (!isCurrent && !guards.isUnused(kept.live)) return same({ kind: "in-use", connection: cutover.to }, slot);
  const { kind, version, rotate } = kept.live;
  const aborted = { kind, version, rotate, at: scene.now, by: scene.by };
  const rest = without(slot, "cutover");
  return write<AbandonOutcome>(
    scene,
    { kind: "abandoned", connection: cutover.to },
    {
      slots: [at.hold ? { ...rest, aborted } : rest],
      connections: isCurrent
        ? orphansOf(scene, cutover)
        : [{ ...kept, live: disabledFor(scene, kept.live, "abandoned") }],
      answers: asksAbout(cutover.to),
      forgets: [cutover.to],
      what: "abandon",
      address: at.address,
      connection: cutover.to,
      detail: { hold: at.hold, disabled: !isCurrent && isActive(kept.live) },
    },
  );
}

/** Of a cut-over that was turned round, `from` was the candidate: no address would hold it any more, so it is found. */
function orphansOf(scene: Scene, { from }: Cutover): readonly Kept[] {
  if (from === undefined || scene.slots.some(({ current }) => current === from)) return [];
  return [unmanaged(knownKept(scene, from))];
}
