import { proof } from "../../../src/model/proof.ts";
import type { Ruling, Scene } from "../../../src/stores/rules/scene.ts";
import { isTaken, type MachineStep } from "../../../src/stores/rules/cutover-machine.ts";
import { guards } from "../../../src/stores/rules/guards.ts";
import { explore, type Rules, type Violation } from "./explore.ts";
import { PLAYS } from "./plays.ts";
import * as rules from "./rules.ts";
import type { Play } from "./state.ts";

/** One guard less: what is taken away, where the harm shows, and which law it breaks. */
export interface Removal {
  readonly name: string;
  readonly play: Play;
  /** Part of what the broken law says. */
  readonly harm: string;
  readonly violation: () => Violation | undefined;
}

const { inUse, trouble, replaces, lettingGo, unseen } = PLAYS;
const CUT_OFF = "which was disabled";
const NO_MORE = "and has none";
const LOST = "no address holds it";
const LATE = "was planned on an earlier state";

/** A few commands are enough where the harm lies deep. */
const only = (play: Play, ...what: readonly string[]): Play => ({ ...play, only: what });
const proving = only(trouble, "open", "begin-delivery", "deliver", "findings", "attestation", "update", "close");
const turning = only(
  trouble,
  "open",
  "tie",
  "restore",
  "findings",
  "attestation",
  "close",
  "abandon",
  "begin-delivery",
  "deliver",
);
const returning = only(trouble, "disable", "restore", "findings", "close");
const restoring = only(inUse, "open", "restore", "findings", "attestation", "close", "begin-delivery", "deliver");
const handing = only(unseen, "open", "begin-delivery", "deliver", "findings", "attestation", "close");

const GUARDS: Readonly<Record<Exclude<keyof typeof guards, "isTaken">, readonly [Play, string]>> = {
  isPlannedOnPresent: [inUse, LATE],
  isNextGeneration: [inUse, "was minted twice"],
  isFromCurrent: [inUse, "disable led from switching to first"],
  isSomebodysCurrent: [inUse, "belongs to nobody"],
  isInNoCutover: [replaces, NO_MORE],
  isTurnedRound: [inUse, "tie led from"],
  isOwnCurrent: [inUse, "tie led from"],
  isCurrentOfNoOther: [replaces, "tie led from"],
  isHeldByNone: [returning, "takes part in two cut-overs"],
  isManaged: [turning, "belongs to nobody"],
  isUnmanaged: [lettingGo, "is in use at two addresses"],
  isUnused: [inUse, CUT_OFF],
  isMereCandidate: [inUse, NO_MORE],
  isQuietOrAccepted: [inUse, CUT_OFF],
  isNotFromFuture: [proving, NO_MORE],
  isSaidSince: [handing, CUT_OFF],
  isFreeToDeliver: [unseen, "two places at once"],
  isNotLeaving: [handing, CUT_OFF],
  isOfConsumer: [inUse, CUT_OFF],
};

const PROOF: Readonly<Record<keyof typeof proof, readonly [Play, string]>> = {
  isAboutPresent: [turning, CUT_OFF],
  isYes: [proving, NO_MORE],
  isFresh: [proving, NO_MORE],
  isEnough: [inUse, CUT_OFF],
  hasPulled: [inUse, CUT_OFF],
  isQuiet: [inUse, CUT_OFF],
  isSaid: [inUse, CUT_OFF],
  isUncontradicted: [inUse, CUT_OFF],
};

const TAKEN: Readonly<Record<"open" | "adopt" | "restore", string>> = { open: LOST, adopt: LOST, restore: LOST };

/** The steps after which nothing that was known counts any more. */
const EPOCHS: Readonly<Partial<Record<keyof Rules, readonly [Play, string]>>> = {
  ruleTie: [turning, CUT_OFF],
  ruleRestore: [restoring, CUT_OFF],
  ruleUpdate: [proving, NO_MORE],
  ruleChangeByHand: [proving, NO_MORE],
  ruleRecordDelivery: [handing, CUT_OFF],
};

/** Every guard of the store and of the proof, and every end of an epoch. */
export const REMOVALS: readonly Removal[] = [
  ...without(guards, GUARDS),
  ...without(proof, PROOF),
  ...Object.entries(TAKEN).map(
    ([step, harm]): Removal => ({
      name: `isTaken, of ${step}`,
      play: inUse,
      harm,
      violation: () => withMember(guards, "isTaken", takenButFor(step), () => explore(inUse, rules).violation),
    }),
  ),
  ...Object.entries(EPOCHS).map(
    ([rule, [play, harm]]): Removal => ({
      name: `${rule} ends what was known`,
      play,
      harm,
      violation: () => explore(play, { ...rules, ...withoutEpoch(rule) }, { isEvidenceEnded: false }).violation,
    }),
  ),
];

/** Names of guards that nothing here takes away: there has to be none. */
export const UNTRIED: readonly string[] = [...Object.keys(guards), ...Object.keys(proof)].filter(
  (name) => !REMOVALS.some((one) => one.name === name || one.name.startsWith(`${name},`)),
);

function without(owner: object, table: Readonly<Record<string, readonly [Play, string]>>): readonly Removal[] {
  return Object.entries(table).map(([name, [play, harm]]) => ({
    name,
    play,
    harm,
    violation: () =>
      withMember(
        owner,
        name,
        () => true,
        () => explore(play, rules).violation,
      ),
  }));
}

/** Runs with one member of an object replaced, and puts it back. */
function withMember<T>(owner: object, name: string, member: unknown, run: () => T): T {
  const was: unknown = Reflect.get(owner, name);
  Reflect.set(owner, name, member);
  try {
    return run();
  } finally {
    Reflect.set(owner, name, was);
  }
}

function takenButFor(step: string): typeof isTaken {
  return (asked: MachineStep, slot) => asked === step || isTaken(asked, slot);
}

/** The rule with the same answer, which leaves everything that was known about a connection as it was. */
function withoutEpoch(name: string): object {
  const rule: unknown = Reflect.get(rules, name);
  if (typeof rule !== "function") throw new Error(`there is no rule ${name}`);
  return { [name]: (scene: Scene, command: unknown) => inTheSameEpoch(scene, rule(scene, command)) };
}

function inTheSameEpoch(scene: Scene, ruling: Ruling<unknown>): Ruling<unknown> {
  if (ruling.kind !== "write") return ruling;
  const connections = ruling.changes.connections.map((kept) => {
    const was = scene.connections.find(({ live }) => live.id === kept.live.id)?.live;
    if (was === undefined) return kept;
    const { epoch, epochAt, evidence, use } = was;
    return { ...kept, live: { ...kept.live, epoch, epochAt, evidence, use } };
  });
  return { ...ruling, changes: { ...ruling.changes, connections } };
}
