import { type ConnectionId, isActive, type Slot } from "../../../src/model/live.ts";
import { MACHINE, type MachineStep, phaseOf } from "../../../src/stores/rules/cutover-machine.ts";
import { liveIn, type Play, slotIn, type State, type Step, works } from "./state.ts";
import { isSilent } from "./world.ts";

/** A law that a step broke, in words. */
export type Broken = string;

const STEPS: ReadonlySet<string> = new Set(Object.values(MACHINE).flatMap((steps) => Object.keys(steps)));

/**
 * What has to hold after every step. The first two are the one rule; the others say that nothing is minted twice, lost from sight or
 * overwritten unseen.
 */
export function brokenBy(before: State, step: Step, play: Play): readonly Broken[] {
  if (step.happening.who === "world") return [];
  const laws = step.state === before ? [answersARetryWithTheFirst] : LAWS;
  return laws.flatMap((law) => law(before, step, play) ?? []);
}

type Law = (before: State, step: Step, play: Play) => Broken | undefined;

const LAWS: readonly Law[] = [
  keepsAWorkingConnection,
  keepsTheVendorsConnection,
  changesNothingWhenLate,
  answersARetryWithTheFirst,
  mintsOnceForAGeneration,
  losesNothingFromSight,
  hasOneInUse,
  hasOneCutoverForEach,
  leavesFoundOnesAlone,
  disablesInACutoverByItsEndOnly,
  deliversToOnePlaceAtATime,
  movesAsTheMachineSays,
];

/** The statement: an address that had a working connection has one. */
function keepsAWorkingConnection(before: State, { happening, state }: Step): Broken | undefined {
  for (const slot of before.slots) {
    if (!works(before, slot.current) || slot.current === undefined) continue;
    if (isAskedToEnd(before, happening, slot, slot.current)) continue;
    const heir = heirOf(slot, before, state, happening);
    if (!works(state, heir)) return `${slot.address} had the working connection ${slot.current}, and has none`;
  }
  return undefined;
}

/** The document says that this connection is to be narrowed, let go or disabled. */
function isAskedToEnd(before: State, happening: Step["happening"], slot: Slot, current: ConnectionId): boolean {
  const { what, address, connection } = happening;
  if (what === "update" && connection === current) return true;
  if (address !== slot.address) return false;
  return what === "release" || (what === "disable" && connection === current && isFree(before, current));
}

/** The connection in use where the address, or what took its place, is now. */
function heirOf(
  slot: Slot,
  before: State,
  after: State,
  { what, address }: Step["happening"],
): ConnectionId | undefined {
  const own = slotIn(after, slot.address);
  if (own?.current !== undefined || address === undefined) return own?.current;
  if (what === "rename") return after.slots.find(({ current }) => current === slot.current)?.current;
  const successor = slotIn(before, address);
  return what === "close" && successor?.cutover?.from === slot.current ? slotIn(after, address)?.current : undefined;
}

function isFree({ slots }: State, id: ConnectionId): boolean {
  return !slots.some(({ cutover }) => cutover?.from === id || cutover?.to === id);
}

/** Nobody is cut off: what a vendor works with goes on working, unless the document accepts that very thing. */
function keepsTheVendorsConnection(before: State, { happening, state }: Step, play: Play): Broken | undefined {
  const { vendor } = before.truth;
  if (play.leapsAhead || vendor === undefined || !isActive(liveIn(before, vendor))) return undefined;
  if (isActive(liveIn(state, vendor))) return undefined;
  const { what, address, connection, isAccepted } = happening;
  const isOwn = address !== undefined && slotIn(before, address)?.current === vendor;
  const isAsked = what === "disable" && connection === vendor && isOwn && isFree(before, vendor);
  if (isAsked && (isAccepted || isSilent(before, vendor))) return undefined;
  return `the vendor works with ${vendor}, which was disabled`;
}

function changesNothingWhenLate(before: State, { happening, state }: Step): Broken | undefined {
  if (!happening.isLate || before.revision === state.revision) return undefined;
  return `${happening.what} was planned on an earlier state, and changed this one`;
}

/** Whoever does not know whether the first command arrived asks again, and gets the connection that the first one made. */
function answersARetryWithTheFirst(before: State, { happening }: Step): Broken | undefined {
  const { what, address, isLate, answer } = happening;
  if (what !== "open" || !isLate || address === undefined) return undefined;
  const slot = slotIn(before, address);
  const first = before.kept.find((kept) => kept.address === address && kept.generation === slot?.generation);
  const isHeld = first !== undefined && [slot?.current, slot?.cutover?.to].includes(first.live.id);
  if (!isHeld || !happening.isRetry) return undefined;
  return answer?.connection === first.live.id ? undefined : `a retry was not answered with ${first.live.id}`;
}

function mintsOnceForAGeneration(_: State, { state }: Step): Broken | undefined {
  const seen = new Set<string>();
  for (const { address, generation } of state.kept) {
    if (address === undefined || generation === undefined) continue;
    const name = `generation ${generation} of ${address}`;
    if (seen.has(name)) return `${name} was minted twice`;
    seen.add(name);
  }
  return undefined;
}

function losesNothingFromSight(_: State, { state }: Step): Broken | undefined {
  const held = new Set(state.slots.flatMap(({ current, cutover }) => [current, cutover?.from, cutover?.to]));
  const lost = state.kept.find(
    ({ live }) =>
      isActive(live) && live.provenance !== "found" && !state.truth.enabledByHand.has(live.id) && !held.has(live.id),
  );
  return lost === undefined ? undefined : `${lost.live.id} is active, and no address holds it`;
}

function hasOneInUse(_: State, { state }: Step): Broken | undefined {
  const current = state.slots.flatMap(({ current: id }) => id ?? []);
  return new Set(current).size === current.length ? undefined : "a connection is in use at two addresses";
}

function hasOneCutoverForEach(_: State, { state }: Step): Broken | undefined {
  const named = state.slots.flatMap(({ cutover }) => [cutover?.from, cutover?.to]).filter((id) => id !== undefined);
  return new Set(named).size === named.length ? undefined : "a connection takes part in two cut-overs";
}

function leavesFoundOnesAlone(before: State, { state }: Step): Broken | undefined {
  const touched = before.kept.find(
    ({ live }) => live.provenance === "found" && isActive(live) && !isActive(liveIn(state, live.id)),
  );
  return touched === undefined ? undefined : `${touched.live.id} was found, belongs to nobody, and was disabled`;
}

function disablesInACutoverByItsEndOnly(before: State, { happening, state }: Step): Broken | undefined {
  if (happening.what === "close" || happening.what === "abandon") return undefined;
  const lost = before.kept.find(
    ({ live }) => isActive(live) && !isFree(before, live.id) && !isActive(liveIn(state, live.id)),
  );
  return lost === undefined
    ? undefined
    : `${lost.live.id} is part of an open cut-over, and ${happening.what} disabled it`;
}

function deliversToOnePlaceAtATime(before: State, { state }: Step): Broken | undefined {
  const moved = before.kept.find(({ live }) => {
    const now = liveIn(state, live.id).delivery;
    return live.delivery?.state === "begun" && now !== undefined && now.target !== live.delivery.target;
  });
  return moved === undefined ? undefined : `${moved.live.id} was begun to be delivered to two places at once`;
}

/** What was written is a way that the machine knows. */
function movesAsTheMachineSays(before: State, { happening, state }: Step): Broken | undefined {
  const { what, address } = happening;
  if (address === undefined || !isMachineStep(what) || before.revision === state.revision) return undefined;
  const [from, to] = [phaseOf(slotIn(before, address)), phaseOf(slotIn(state, address))];
  return MACHINE[from][what]?.includes(to) === true ? undefined : `${what} led from ${from} to ${to}`;
}

/** The way that a step took through the machine, such as `settled -open-> switching`. */
export function wayOf(before: State, { happening: { what, address }, state }: Step): string | undefined {
  if (address === undefined || !isMachineStep(what) || before.revision === state.revision) return undefined;
  return way(phaseOf(slotIn(before, address)), what, phaseOf(slotIn(state, address)));
}

/** Every way that the machine knows. */
export function allWays(): readonly string[] {
  return Object.entries(MACHINE).flatMap(([from, steps]) =>
    Object.entries(steps).flatMap(([what, leads]) => leads.map((to) => way(from, what, to))),
  );
}

function way(from: string, what: string, to: string): string {
  return `${from} -${what}-> ${to}`;
}

function isMachineStep(what: string): what is MachineStep {
  return STEPS.has(what);
}
