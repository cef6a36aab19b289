import { PROBE_FRESH_MS, type Verdict } from "../model/evidence.ts";
import { isEnoughToSupersede, type Clause } from "../model/requirement.ts";
import { elapsedMs, type Instant } from "../model/time.ts";
import { isTaken } from "./rules/cutover-machine.ts";
import type { JournalEntry } from "./store.ts";

/** What a district's journal says that there is, line by line. */
export interface Replay {
  /** Goes one step on; answers why the step was not possible, or nothing. */
  step(entry: JournalEntry): string | undefined;
}

interface Connection {
  isActive: boolean;
  /** Disabled by a hand in the live system: such a one may still be taken over from. */
  isOutside: boolean;
  probed: { readonly at: Instant; readonly verdicts: Readonly<Record<string, Verdict>> } | undefined;
  waived: Set<unknown>;
  isAttested: boolean;
}

interface Slot {
  generation: number;
  current?: string | undefined;
  previous?: string | undefined;
  cutover?: { readonly from: string | undefined; readonly to: string } | undefined;
}

interface Scene {
  readonly connections: Map<string, Connection>;
  readonly slots: Map<string, Slot>;
}

/** A journal line with what it speaks of; the slot is made where the address has none yet. */
interface Line {
  readonly entry: JournalEntry;
  readonly scene: Scene;
  readonly slot: Slot;
  readonly id: string;
  readonly connection: Connection | undefined;
}

type Rule = (line: Line) => string | undefined;

/**
 * Replays one district's journal against the machine of the cut-over (src/stores/rules/cutover-machine.ts) and what the rules allow.
 * It knows less than the store did: that a vendor was seen is in no line. What it finds impossible was impossible.
 */
export function createReplay(): Replay {
  const scene: Scene = { connections: new Map(), slots: new Map() };
  return {
    step(entry) {
      const rule = RULES[entry.what];
      if (rule === undefined) return `no store makes a step called ${entry.what}`;
      const slot = scene.slots.get(entry.address ?? "") ?? { generation: 0 };
      const id = entry.connection ?? "";
      const why = rule({ entry, scene, slot, id, connection: scene.connections.get(id) });
      if (why === undefined && MAKES_SLOTS.has(entry.what)) scene.slots.set(entry.address ?? "", slot);
      return why;
    },
  };
}

const MAKES_SLOTS: ReadonlySet<string> = new Set(["open", "adopt"]);
const nothing: Rule = () => undefined;

const RULES: Readonly<Record<string, Rule | undefined>> = {
  open: opened,
  tie: tied,
  restore: restored,
  close: closed,
  abandon: abandoned,
  disable: disabled,
  adopt: adopted,
  rename: renamed,
  release: released,
  update: held(newEpoch),
  "begin-delivery": held(nothing),
  deliver: held(newEpoch),
  receipt: held(nothing),
  findings: held(({ entry, connection }) => {
    if (connection !== undefined) connection.probed = { at: entry.at, verdicts: verdictsOf(entry) };
    return undefined;
  }),
  attestation: held(({ connection }) => {
    if (connection !== undefined) connection.isAttested = true;
    return undefined;
  }),
  waiver: held(({ entry, connection }) => {
    connection?.waived.add(entry.detail["rung"]);
    return undefined;
  }),
  outside: byHand,
  found: (line) => made(line, !JSON.stringify(line.entry.detail["status"] ?? "").includes("disabled")),
  ask: nothing,
  forget: nothing,
  "sign-inventory": nothing,
};

function opened(line: Line): string | undefined {
  const { entry, scene, slot, id } = line;
  const from = textIn(entry, "from");
  if (!isTaken("open", slot)) return "a cut-over was open at the address already";
  if (entry.detail["generation"] !== slot.generation + 1)
    return `the next generation of the address was ${slot.generation + 1}`;
  if (slot.current !== undefined && from !== slot.current)
    return `the address had the current connection ${slot.current}, which is not the one that was to be taken over`;
  const obstacle = from === undefined ? undefined : obstacleToLeaving(scene, from);
  if (obstacle !== undefined) return obstacle;
  const why = made(line, true);
  if (why !== undefined) return why;
  slot.generation += 1;
  slot.cutover = { from, to: id };
  return undefined;
}

function obstacleToLeaving(scene: Scene, from: string): string | undefined {
  const connection = scene.connections.get(from);
  if (connection === undefined) return `there was no connection ${from}`;
  if (!connection.isActive && !connection.isOutside) return `connection ${from} was disabled already`;
  if (![...scene.slots.values()].some(({ current }) => current === from))
    return `connection ${from} was not the current one of any address`;
  return isBusy(scene, from) ? `connection ${from} was part of another open cut-over` : undefined;
}

function tied(line: Line): string | undefined {
  const { entry, scene, slot, id, connection } = line;
  const from = textIn(entry, "from");
  if (connection?.isActive !== true) return `connection ${id} was not active, and cannot take over`;
  const isTurned = slot.cutover !== undefined && slot.cutover.from === id && slot.cutover.to === from;
  if (slot.cutover !== undefined && !isTurned) return "a cut-over of other connections was open at the address";
  if (!isTurned) {
    if (slot.current !== id) return `connection ${id} was not the current one of the address`;
    const obstacle = obstacleToLeaving(scene, from ?? "");
    if (obstacle !== undefined) return obstacle;
  }
  slot.cutover = { from, to: id };
  return newEpoch(line);
}

function restored(line: Line): string | undefined {
  const { slot, id, connection } = line;
  if (slot.previous !== id || connection === undefined)
    return `connection ${id} was not the previous one of the address`;
  if (connection.isActive) return `connection ${id} was active`;
  if (!isTaken("restore", slot)) return "a cut-over was open at the address";
  connection.isActive = true;
  slot.cutover = { from: slot.current, to: id };
  return newEpoch(line);
}

/** The one rule: what was disabled here was working, and what took its place was shown to. */
function closed(line: Line): string | undefined {
  const { entry, scene, slot, id, connection } = line;
  const { cutover } = slot;
  if (cutover?.to !== id || connection === undefined)
    return `connection ${id} was not the candidate of an open cut-over`;
  if (!connection.isActive) return `connection ${id} was disabled`;
  const lack = lackOfProof(connection, entry);
  if (lack !== undefined) return lack;
  const from = cutover.from === undefined ? undefined : scene.connections.get(cutover.from);
  if (from?.isActive === true) {
    const clauses = reachedIn(entry);
    if (!isEnoughToSupersede(clauses))
      return `connection ${cutover.from} still worked, and nothing said that the vendor moved`;
    if (clauses.includes("attested") && !connection.isAttested) return "nobody had stated that the vendor moved";
  }
  if (from !== undefined) {
    if (entry.detail["disabled"] !== from.isActive) return `what it says of connection ${cutover.from} does not fit`;
    from.isActive = false;
    for (const other of scene.slots.values()) if (other !== slot && other.current === cutover.from) retire(other);
    slot.previous = cutover.from;
  }
  slot.current = id;
  slot.cutover = undefined;
  return undefined;
}

function lackOfProof({ probed, waived }: Connection, { at }: JournalEntry): string | undefined {
  if (probed === undefined) return "the new connection had not been probed since it became what it was";
  const open = Object.entries(probed.verdicts).filter(
    ([rung, verdict]) => verdict === "refuted" || (verdict === "inconclusive" && !waived.has(rung)),
  );
  if (open.length > 0)
    return `the last probe of the new connection did not say yes (${open.map(([rung]) => rung).join(", ")})`;
  return elapsedMs(probed.at, at) > PROBE_FRESH_MS ? "the last probe was older than a day" : undefined;
}

function abandoned({ entry, slot, id, connection }: Line): string | undefined {
  if (slot.cutover?.to !== id || connection === undefined)
    return `connection ${id} was not the candidate of an open cut-over`;
  const disables = slot.current !== id && connection.isActive;
  if (entry.detail["disabled"] !== disables) return `what it says of connection ${id} does not fit`;
  if (disables) turnOff(connection, false);
  slot.cutover = undefined;
  return undefined;
}

function disabled({ scene, slot, id, connection }: Line): string | undefined {
  if (slot.current !== id || connection === undefined) return `connection ${id} was not the current one of the address`;
  if (slot.cutover !== undefined || isBusy(scene, id)) return `connection ${id} was part of an open cut-over`;
  if (connection.isActive) turnOff(connection, false);
  retire(slot);
  return undefined;
}

function adopted({ scene, slot, id, connection }: Line): string | undefined {
  if (!isTaken("adopt", slot)) return "the address had a connection already";
  if (connection?.isActive !== true) return `there was no active connection ${id}`;
  const isHeld = [...scene.slots.values()].some(({ current, cutover }) => current === id || cutover?.to === id);
  if (isHeld) return `connection ${id} was managed already`;
  slot.current = id;
  return undefined;
}

function renamed({ entry, scene }: Line): string | undefined {
  const [from, to] = [textIn(entry, "from") ?? "", entry.address ?? ""];
  const slot = scene.slots.get(from);
  if (slot === undefined) return `there was nothing at ${from}`;
  if (scene.slots.has(to)) return `${to} had connections of its own`;
  scene.slots.delete(from);
  scene.slots.set(to, slot);
  return undefined;
}

function released({ entry, scene }: Line): string | undefined {
  return scene.slots.delete(entry.address ?? "") ? undefined : "there was nothing at the address";
}

function byHand(line: Line): string | undefined {
  const { entry, id, connection } = line;
  const change = entry.detail["change"];
  if (change === "create") return made(line, true);
  if (connection === undefined) return `there was no connection ${id}`;
  if (change === "disable") {
    if (!connection.isActive) return `connection ${id} was disabled already`;
    turnOff(connection, true);
  }
  if (change === "enable") {
    if (connection.isActive) return `connection ${id} was active already`;
    connection.isActive = true;
  }
  return newEpoch(line);
}

function made({ scene, id, connection }: Line, isActive: boolean): string | undefined {
  if (connection !== undefined) return `connection ${id} was there already`;
  scene.connections.set(id, {
    isActive,
    isOutside: false,
    probed: undefined,
    waived: new Set(),
    isAttested: false,
  });
  return undefined;
}

/** A step about a connection that the address holds. */
function held(rule: Rule): Rule {
  return (line) => {
    const { slot, id } = line;
    if (slot.current !== id && slot.cutover?.to !== id)
      return `connection ${id} was neither the current one nor the candidate of the address`;
    return rule(line);
  };
}

/** What was known was about something that is no more. */
function newEpoch({ connection }: Line): undefined {
  if (connection === undefined) return;
  connection.probed = undefined;
  connection.waived = new Set();
  connection.isAttested = false;
}

function turnOff(connection: Connection, isOutside: boolean): void {
  connection.isActive = false;
  connection.isOutside = isOutside;
}

function retire(slot: Slot): void {
  slot.previous = slot.current;
  slot.current = undefined;
}

function isBusy(scene: Scene, id: string): boolean {
  return [...scene.slots.values()].some(({ cutover }) => cutover?.from === id || cutover?.to === id);
}

function textIn({ detail }: JournalEntry, key: string): string | undefined {
  const value = detail[key];
  return typeof value === "string" ? value : undefined;
}

/** The journal is written by this program alone; what another hand put there is judged like any other line. */
function verdictsOf({ detail }: JournalEntry): Readonly<Record<string, Verdict>> {
  return (detail["verdicts"] ?? { token: "inconclusive" }) as Readonly<Record<string, Verdict>>;
}

function reachedIn({ detail }: JournalEntry): readonly Clause[] {
  return (detail["reached"] ?? []) as readonly Clause[];
}
