import type * as allRules from "./rules.ts";
import type { ConnectionId } from "../../../src/model/live.ts";
import type { Note } from "../../../src/stores/rules/scene.ts";
import { type Command, commandsIn } from "./commands.ts";
import { keyOf } from "./key.ts";
import { brokenBy, wayOf } from "./laws.ts";
import { aSecondLater, emptyState, type Happening, type Play, saved, sceneOf, type State, type Step } from "./state.ts";
import { probed, worksWith, worldIn } from "./world.ts";

export type Rules = typeof allRules;

/** What an exploration found: every state that can be reached, or the shortest way to one that must not be. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Ways through the machine that were taken. */
  readonly ways: ReadonlySet<string>;
  readonly violation?: Violation;
  /** Every state with the happening that led to it first, and from where; for what else may be asked of them. */
  readonly reached: readonly Reached[];
  /** What the journal held before the first step. */
  readonly prelude: readonly Note[];
}

export interface Reached {
  readonly state: State;
  readonly by?: { readonly step: string; readonly happening: Happening; readonly before: number };
}

export interface Violation {
  readonly laws: readonly string[];
  /** The steps that lead there, from the beginning. */
  readonly way: readonly string[];
}

export interface Options {
  /** False where steps that begin a new epoch were taken that away. */
  readonly isEvidenceEnded?: boolean;
  /** Stops after so many states. */
  readonly most?: number;
}

/** Walks breadth first through every state that can be reached; stops at the first violation. */
export function explore(play: Play, rules: Rules, options: Options = {}): Exploration {
  const { isEvidenceEnded = true, most = Number.POSITIVE_INFINITY } = options;
  const { start, prelude } = beginning(play, rules);
  const reached: Reached[] = [{ state: start }];
  const known = new Set([keyOf(start, isEvidenceEnded)]);
  const ways = new Set<string>();
  let transitions = 0;
  for (let index = 0; index < reached.length && reached.length < most; index += 1) {
    const state = reached[index]?.state;
    if (state === undefined) break;
    const before = aSecondLater(state);
    for (const step of stepsFrom(before, play, rules)) {
      transitions += 1;
      const laws = brokenBy(before, step, play);
      if (laws.length > 0) {
        const way = [...wayTo(reached, index), step.name];
        return { states: reached.length, transitions, ways, reached, prelude, violation: { laws, way } };
      }
      // Most commands are refused, and leave everything as it is.
      if (step.state === before) continue;
      const way = wayOf(before, step);
      if (way !== undefined) ways.add(way);
      const key = keyOf(step.state, isEvidenceEnded);
      if (known.has(key)) continue;
      known.add(key);
      reached.push({ state: step.state, by: { step: step.name, happening: step.happening, before: index } });
    }
  }
  return { states: reached.length, transitions, ways, reached, prelude };
}

/** The names of the steps that led to a state. */
function wayTo(reached: readonly Reached[], index: number): readonly string[] {
  const by = reached[index]?.by;
  return by === undefined ? [] : [...wayTo(reached, by.before), by.step];
}

/** Where a play begins: nothing at all, or a connection in use at the first address. */
function beginning(play: Play, rules: Rules): { readonly start: State; readonly prelude: readonly Note[] } {
  const empty = emptyState(play);
  if (!play.isInUse) return { start: empty, prelude: [] };
  const all = { ...play, only: undefined };
  const prelude: Note[] = [];
  const isDelivered = play.places.length > 0;
  const told = SETTING_UP.filter((name) => isDelivered || !name.includes("deliver"));
  const start = told.reduce((before, name) => {
    const asked = commandsIn(before, all).find((one) => one.name === `${name} ${play.addresses[0]}`);
    if (asked === undefined) throw new Error(`there is no command ${name}`);
    const { state, happening } = made(before, asked, play, rules);
    if (happening.note !== undefined) prelude.push(happening.note);
    return state;
  }, empty);
  return { start: worksWith(start, "c1" as ConnectionId, rules), prelude };
}

const SETTING_UP = [
  "open generation 1 at",
  "begin delivery here of c1 at",
  "deliver here c1 at",
  "good findings c1 at",
  "close at",
];

function* stepsFrom(state: State, play: Play, rules: Rules): Iterable<Step> {
  for (const command of commandsIn(state, play)) yield made(state, command, play, rules);
  yield* worldIn(state, play, rules);
}

function made(state: State, command: Command, play: Play, rules: Rules): Step {
  const ruling = command.rule(sceneOf(state, play), rules);
  const { happening, name } = command;
  const connection = "value" in ruling ? connectionIn(ruling.value) : undefined;
  const answer = { kind: ruling.kind, ...(connection === undefined ? {} : { connection }) };
  // Who records what a probe saw has probed, whatever the store says to it.
  const seen = happening.what === "findings" && happening.connection !== undefined;
  const asked = seen && happening.connection !== undefined ? probed(state, happening.connection, rules) : state;
  if (ruling.kind !== "write") return { name, state: asked, happening: { ...happening, answer } };
  const after = saved(asked, ruling.changes);
  const truth = command.truth?.(after.truth) ?? after.truth;
  const trouble = after.trouble - (command.costs ?? 0);
  return { name, state: { ...after, truth, trouble }, happening: { ...happening, answer, note: ruling.changes.note } };
}

function connectionIn(value: unknown): ConnectionId | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return value.id as ConnectionId;
}
