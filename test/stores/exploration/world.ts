import type * as allRules from "./rules.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../../../src/model/live.ts";
import { PULLS } from "../../../src/model/pull.ts";
import { elapsedMs, SECOND_MS, shift } from "../../../src/model/time.ts";
import { hasPulled } from "../../../src/model/use.ts";
import type { Traffic } from "../../../src/stores/campus-side.ts";
import { withBroken } from "./commands.ts";
import {
  A_DAY_MS,
  aSecondLater,
  type Happening,
  liveIn,
  type Play,
  QUIET_MS,
  saved,
  sceneOf,
  type State,
  type Step,
  type Truth,
} from "./state.ts";

type Rules = typeof allRules;

/**
 * What vendors, people and clocks do without asking anybody. What the proof takes for granted stands here and nowhere else:
 *
 * - A vendor that works with a connection syncs with it at least once in its sync period. It may be silent for longer only while it
 *   has not tried what is to take over, and while it is silent it tries nothing.
 * - A vendor that begins to work with a connection reads with it.
 * - A connection that was probed within a day and was not changed since is what it was. After a day it may be worthless.
 * - Where nobody sees vendors: one that has moved, or of whom a person said where it is, moves again only when it is given values
 *   anew.
 */
export function worldIn(state: State, play: Play, rules: Rules): readonly Step[] {
  return [
    ...vendorMoves(state, play, rules),
    ...days(state, play, rules),
    ...(state.trouble > 0 ? [...hands(state, play, rules), ...clocks(state, play)] : []),
  ];
}

function step(name: string, state: State, happening: Partial<Happening> = {}): Step {
  return { name, state, happening: { who: "world", what: name, ...happening } };
}

function troubled(state: State): State {
  return { ...state, trouble: state.trouble - 1 };
}

/** The vendor uses a connection: a token, and everything that a sync needs. */
function used(state: State, id: ConnectionId, by: Traffic["by"], rules: Rules): State {
  const live = liveIn(state, id);
  const lines = [
    { connection: id, at: state.now, by, what: "token", ok: isActive(live) },
    ...(isActive(live)
      ? PULLS.map((pull) => ({ connection: id, at: state.now, by, what: pull, pull, ok: true }) as const)
      : []),
  ];
  const use = lines.reduce<LiveConnection>((one, line) => ({ ...one, use: rules.useAfter(one, line) }), live).use;
  return { ...state, kept: state.kept.map((one) => (one.live.id === id ? { ...one, live: { ...live, use } } : one)) };
}

/** Our own probe reads as well, and is no vendor. */
export function probed(state: State, id: ConnectionId, rules: Rules): State {
  return used(state, id, "probe", rules);
}

/** The vendor works with this connection from now on. */
export function worksWith(state: State, id: ConnectionId, rules: Rules): State {
  const after = used(state, id, "consumer", rules);
  const worked = new Map(state.truth.worked);
  worked.set(id, { from: worked.get(id)?.from ?? state.now, to: state.now });
  return {
    ...after,
    truth: {
      ...state.truth,
      vendor: id,
      worked,
      isStartedOver: state.truth.isStartedOver && state.truth.vendor === id,
    },
  };
}

function vendorMoves(state: State, play: Play, rules: Rules): readonly Step[] {
  const { vendor, worked } = state.truth;
  return state.kept.flatMap(({ live }) => {
    const isKnown = play.places.length === 0 || live.delivery?.state === "done" || worked.has(live.id);
    if (!isKnown || !isActive(live) || live.id === vendor) return [];
    const isBack = worked.has(live.id) && vendor !== undefined && isActive(liveIn(state, vendor));
    if (!play.observesUse && (isBack || isSaidOfAnother(state, live.id))) return [];
    return [
      step(`vendor works with ${live.id}`, worksWith(state, live.id, rules)),
      ...(play.observesUse && vendor !== undefined && !isSilent(state, vendor)
        ? [step(`vendor tries ${live.id}`, used(state, live.id, "consumer", rules))]
        : []),
    ];
  });
}

function isSaidOfAnother({ kept }: State, id: ConnectionId): boolean {
  return kept.some(({ live }) => live.id !== id && live.evidence.some(({ kind }) => kind === "attested"));
}

/** The vendor let its sync period pass. */
export function isSilent({ now, truth }: State, vendor: ConnectionId): boolean {
  const last = truth.worked.get(vendor)?.to;
  return last !== undefined && elapsedMs(last, now) >= QUIET_MS;
}

function days(state: State, play: Play, rules: Rules): readonly Step[] {
  const { vendor } = state.truth;
  const next = aSecondLater(state, A_DAY_MS);
  // The vendor synced in the night, an hour before.
  const synced =
    vendor !== undefined && isActive(liveIn(state, vendor)) ? aSecondLater(worksWith(next, vendor, rules)) : next;
  const candidates = state.slots.flatMap(({ cutover }) => cutover?.to ?? []);
  const hasTried = candidates.some((id) => id !== vendor && hasPulled(liveIn(state, id).use));
  const silent = vendor !== undefined && play.observesUse && !hasTried ? [step("a silent day passes", next)] : [];
  const breaking =
    state.trouble === 0
      ? []
      : state.kept
          .filter(({ live }) => isActive(live) && live.id !== vendor && !state.truth.broken.has(live.id))
          .map(({ live }) =>
            step(`a day passes, and ${live.id} has become worthless`, {
              ...troubled(synced),
              truth: withBroken(synced.truth, live.id, true),
            }),
          );
  return [step("a day passes", synced), ...silent, ...breaking];
}

function hands(state: State, play: Play, rules: Rules): readonly Step[] {
  return state.kept.flatMap(({ live: { id } }) => {
    const by = (
      name: string,
      change: Parameters<Rules["ruleChangeByHand"]>[1]["change"],
      truth: (truth: Truth) => Truth,
    ) => {
      const ruling = rules.ruleChangeByHand(sceneOf(state, play), { connection: id, by: "somebody", change });
      if (ruling.kind !== "write") return [];
      const after = troubled(saved(state, ruling.changes));
      return [step(`a hand ${name}`, { ...after, truth: truth(after.truth) }, { note: ruling.changes.note })];
    };
    const enabled = (truth: Truth): Truth => ({ ...truth, enabledByHand: new Set([...truth.enabledByHand, id]) });
    const worthless = (truth: Truth): Truth => withBroken(truth, id, true);
    return [
      ...by(`disables ${id}`, { kind: "disable" }, (truth) => truth),
      ...by(`narrows ${id}`, { kind: "edit", schools: ["Lincoln"], share: [] }, worthless),
      ...by(`enables ${id}`, { kind: "enable" }, enabled),
      // Whether an enabled connection is what it was is unknown in real systems.
      ...by(`enables ${id}, which is worthless now`, { kind: "enable" }, (truth) => enabled(worthless(truth))),
    ];
  });
}

/** A clock that is set back; and, where that is explored, one that leaps ahead without anybody having lived that day. */
function clocks(state: State, { leapsAhead }: Play): readonly Step[] {
  const leap = (ms: number) => ({ ...troubled(state), now: shift(state.now, ms + SECOND_MS) });
  return [
    step("the clock is set back by a day", leap(-A_DAY_MS)),
    ...(leapsAhead ? [step("the clock leaps ahead by a day", leap(A_DAY_MS))] : []),
  ];
}
