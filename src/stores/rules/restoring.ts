import { type ConnectionId, isActive, type LiveConnection, type Slot } from "../../model/live.ts";
import type { RestoreCommand } from "../store.ts";
import { guards } from "./guards.ts";
import {
  inNewEpoch,
  keptOf,
  knownKept,
  refused,
  type Ruling,
  same,
  type Scene,
  slotAt,
  staleness,
  without,
  write,
} from "./scene.ts";

/**
 * Enables what an address had before and opens a cut-over to it. A new epoch begins for it: what was known about it once does
 * not show that the consumer is back.
 */
export function ruleRestore(scene: Scene, command: RestoreCommand): Ruling<LiveConnection> {
  const { address, requires } = command;
  const slot = slotAt(scene, address);
  const stale = staleness(slot, command);
  if (stale !== undefined) return stale;
  if (slot === undefined) return refused(`${address} has no connection`);
  const { previous } = slot;
  if (previous === undefined) return refused(`${address} had no connection before the one it has`);
  if (slot.cutover?.to === previous) return same(knownKept(scene, previous).live, slot);
  const obstacle = obstacleTo(scene, slot, previous);
  if (obstacle !== undefined) return refused(obstacle);
  const kept = knownKept(scene, previous);
  const live = inNewEpoch({ ...kept.live, status: { kind: "active" } }, scene.now);
  const { current: from } = slot;
  const cutover = { to: previous, generation: slot.generation, requires, openedAt: scene.now };
  return write(scene, live, {
    slots: [{ ...without(slot, "aborted"), cutover: from === undefined ? cutover : { from, ...cutover } }],
    connections: [{ ...kept, live }],
    what: "restore",
    address,
    connection: previous,
    detail: from === undefined ? {} : { from },
  });
}

function obstacleTo(scene: Scene, slot: Slot, previous: ConnectionId): string | undefined {
  if (scene.registry !== undefined)
    return "whether Campus can enable a disabled connection again, and whether its secret would still be the same, is unknown";
  if (!guards.isTaken("restore", slot))
    return `${slot.address} has an open cut-over, which has to end or to be given up first`;
  const kept = keptOf(scene, previous);
  if (kept === undefined) return `${scene.district} has no connection ${previous} any more`;
  if (!guards.isHeldByNone(scene.slots, previous)) return `connection ${previous} is held by an address`;
  if (isActive(kept.live))
    return `connection ${previous} is active already; a line \`adopt: ${kept.live.clientId}\` takes it over`;
  if (!guards.isManaged(kept.address))
    return `connection ${previous} is managed by nobody any more; enabled in the live system, a line \`adopt: ${kept.live.clientId}\` takes it over`;
  if (slot.current === undefined || guards.isInNoCutover(scene.slots, slot.current)) return undefined;
  return `connection ${slot.current} is part of an open cut-over`;
}
