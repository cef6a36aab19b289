import type { Address } from "../../model/address.ts";
import type { Grounds } from "../../model/grounds.ts";
import { type Asked, type ConnectionId, isActive, type LiveConnection, type Slot } from "../../model/live.ts";
import type { Site } from "../../model/site.ts";
import { isSameEditable } from "../../model/traits.ts";
import type { At, DisableOutcome, UpdateCommand } from "../store.ts";
import { obstacleOfSite, retired } from "./cutovers.ts";
import { cutoverNaming, guards } from "./guards.ts";
import { editable } from "./mint.ts";
import {
  appliedOf,
  asksAbout,
  disabledFor,
  type Edit,
  holds,
  inNewEpoch,
  type Kept,
  keptOf,
  knownKept,
  refused,
  reported,
  type Ruling,
  same,
  type Scene,
  slotAt,
  staleness,
  unmanaged,
  without,
  write,
} from "./scene.ts";

/** What is done with an address as a whole: edit, adopt, rename, release, disable. */

/** Edits schools and shared data in place. Evidence about those facts is void. */
export function ruleUpdate(scene: Scene, command: UpdateCommand): Ruling<LiveConnection> {
  const slot = slotAt(scene, command.address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  const kept = keptOf(scene, command.connection);
  if (slot === undefined || kept === undefined || !holds(slot, command.connection)) {
    return refused(
      `connection ${command.connection} is neither the current one nor the candidate of ${command.address}`,
    );
  }
  if (!isActive(kept.live)) return refused(`connection ${command.connection} is disabled`);
  const changes = editable(command.changes);
  const changed = !isSameEditable(kept.live, changes);
  const isCurrent = slot.current === command.connection;
  if (!changed && (!isCurrent || (slot.applied !== undefined && isSameEditable(slot.applied, changes)))) {
    return same(kept.live, slot);
  }
  const live = changed ? reported(scene, inNewEpoch({ ...kept.live, ...changes }, scene.now)) : kept.live;
  return write(scene, live, {
    slots: [isCurrent ? { ...slot, applied: appliedOf(live, scene.now) } : slot],
    connections: [{ ...kept, live }],
    what: "update",
    address: command.address,
    connection: live.id,
    detail: { schools: live.schools, share: live.share },
    answers: (asked) => asked.click === "edit" && asked.connection === live.id,
  });
}

/** Makes a found connection the address's current one. */
export function ruleAdopt(
  scene: Scene,
  command: At & { readonly site: Site; readonly connection: ConnectionId; readonly rotate: number },
): Ruling<LiveConnection> {
  const { address, connection, rotate, site } = command;
  const slot = slotAt(scene, address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  const kept = keptOf(scene, connection);
  if (slot?.current === connection && kept !== undefined) return same(kept.live, slot);
  if (!guards.isTaken("adopt", slot)) {
    const held = slot?.current === undefined ? "an open cut-over" : `the current connection ${slot.current}`;
    return refused(`${address} has ${held}`);
  }
  if (kept === undefined) return refused(`${scene.district} has no connection ${connection}`);
  if (!guards.isUnmanaged(kept.address)) return refused(`connection ${connection} is managed as ${kept.address}`);
  if (!isActive(kept.live)) return refused(`connection ${connection} is disabled`);
  const obstacle = obstacleOfSite(scene, site);
  if (obstacle !== undefined) return refused(obstacle);
  const live: LiveConnection = { ...kept.live, provenance: "adopted", rotate };
  const before = slot === undefined ? { address, revision: 0, generation: 0 } : without(slot, "aborted");
  return write(scene, live, {
    site,
    slots: [{ ...before, current: connection, applied: appliedOf(live, scene.now) }],
    connections: [{ live, address }],
    what: "adopt",
    address,
    connection,
    detail: { application: live.application, clientId: live.clientId, rotate },
  });
}

/** Moves a slot with all it holds to another address of the same district. */
export function ruleRename(scene: Scene, command: At & { readonly to: Address }): Ruling<undefined> {
  const { address, to } = command;
  const slot = slotAt(scene, address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  if (slot === undefined) return refused(`${address} has no connection`);
  if (slotAt(scene, to) !== undefined) return refused(`${to} has connections of its own`);
  return write(scene, undefined, {
    removed: [address],
    slots: [{ ...slot, address: to }],
    connections: scene.connections.filter((kept) => kept.address === address).map((kept) => ({ ...kept, address: to })),
    what: "rename",
    address: to,
    detail: { from: address },
    ...movedQuestions(scene, address, to),
  });
}

/** Stops managing an address: its connections become found ones. */
export function ruleRelease(scene: Scene, at: At): Ruling<undefined> {
  const slot = slotAt(scene, at.address);
  const stale = staleness(slot, at);
  if (stale !== undefined) return stale;
  if (slot === undefined) return refused(`${at.address} has no connection`);
  const own = scene.connections.filter((kept) => kept.address === at.address || isHeldHereOnly(scene, slot, kept));
  const elsewhere = own
    .map(({ live }) => cutoverNaming(scene.slots, live.id, at.address))
    .find((other) => other !== undefined);
  if (elsewhere !== undefined)
    return refused(`a connection of ${at.address} is part of the open cut-over at ${elsewhere}`);
  return write(scene, undefined, {
    removed: [at.address],
    connections: own.map((kept) => handedOn(scene, slot, kept)),
    what: "release",
    address: at.address,
    detail: {
      connections: own.filter((kept) => holderBeside(scene, slot, kept) === undefined).map(({ live }) => live.id),
    },
    answers: (asked) => asked.address === at.address,
  });
}

/** A connection that was made for another address may be in use, or on its way, here alone: it was taken over, and brought back. */
function isHeldHereOnly({ slots }: Scene, slot: Slot, { live: { id } }: Kept): boolean {
  return (holds(slot, id) || slot.cutover?.from === id) && guards.isCurrentOfNoOther(slots, slot.address, id);
}

/** A connection that another address has in use by now is that one's; any other is nobody's. */
function handedOn(scene: Scene, slot: Slot, kept: Kept): Kept {
  const holder = holderBeside(scene, slot, kept);
  return holder === undefined ? unmanaged(kept) : { live: kept.live, address: holder };
}

function holderBeside({ slots }: Scene, { address }: Slot, { live: { id } }: Kept): Address | undefined {
  return slots.find((other) => other.address !== address && other.current === id)?.address;
}

/** What was asked for at the old name is still asked for at the new one. */
function movedQuestions(scene: Scene, from: Address, to: Address): Pick<Edit, "asks" | "answers"> {
  const isConcerned = (asked: Asked) => asked.address === from;
  const asked = scene.registry?.asked.filter(isConcerned) ?? [];
  return { asks: asked.map((one) => ({ ...one, address: to })), answers: isConcerned };
}

/** Disables the current connection because the document wants that, unless somebody uses it. */
export function ruleDisable(
  scene: Scene,
  command: At & { readonly connection: ConnectionId; readonly grounds: Grounds },
): Ruling<DisableOutcome> {
  const { address, connection, grounds } = command;
  const slot = slotAt(scene, address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  if (slot === undefined || !guards.isOwnCurrent(slot, connection))
    return refused(`connection ${connection} is not the current one of ${address}`);
  if (!guards.isInNoCutover(scene.slots, connection)) {
    const busy = cutoverNaming(scene.slots, connection);
    return refused(`connection ${connection} is part of the open cut-over at ${busy}`);
  }
  const kept = knownKept(scene, connection);
  if (isActive(kept.live) && !guards.isQuietOrAccepted(kept.live, grounds, scene.now))
    return same({ kind: "in-use", connection }, slot);
  return write<DisableOutcome>(
    scene,
    { kind: "disabled", connection },
    {
      slots: [retired(slot, kept.live, scene)],
      connections: [{ ...kept, live: disabledFor(scene, kept.live, "disabled") }],
      what: "disable",
      address,
      connection,
      detail: { grounds: grounds.kind, ...(grounds.kind === "unused" ? { quietMs: grounds.quietMs } : {}) },
      answers: asksAbout(connection),
      forgets: [connection],
    },
  );
}

/** The slots that a change of this connection by hand concerns. */
export function slotsConcerned(scene: Scene, id: ConnectionId, manager: Address | undefined): readonly Slot[] {
  return scene.slots.filter(
    (slot) => slot.address === manager || slot.current === id || slot.cutover?.from === id || slot.cutover?.to === id,
  );
}
