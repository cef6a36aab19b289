import type * as allRules from "./rules.ts";
import type { Address } from "../../../src/model/address.ts";
import type { Grounds } from "../../../src/model/grounds.ts";
import type { Attested, Probed } from "../../../src/model/evidence.ts";
import { type ConnectionId, isActive, type LiveConnection, type Slot } from "../../../src/model/live.ts";
import type { Requirement } from "../../../src/model/requirement.ts";
import { type Instant, shift } from "../../../src/model/time.ts";
import type { Ruling, Scene } from "../../../src/stores/rules/scene.ts";
import { Secret } from "../../../src/model/secret.ts";
import { SITE, TRAITS } from "../world.ts";
import { A_DAY_MS, type Happening, type Play, QUIET_MS, slotIn, type State, type Truth, works } from "./state.ts";

type Rules = typeof allRules;

/**
 * Everything that any client may ask of a store in a state. Which operator asks, after what crash, by which document and with
 * what in mind makes no difference to a store, so every command that there is may come at any moment. A command that comes late
 * (a second operator planned it on an earlier state, its reply was lost and it is sent again, or the network doubled it) differs
 * only by the revision that it names; each command is tried both ways.
 */
export interface Command {
  readonly name: string;
  readonly happening: Happening;
  readonly rule: (scene: Scene, rules: Rules) => Ruling<unknown>;
  /** What else is true once it was done. */
  readonly truth?: (truth: Truth) => Truth;
  readonly costs?: 1;
}

/** All commands about all addresses, made for the present state and for an earlier one. */
export function commandsIn(state: State, play: Play): readonly Command[] {
  const { addresses, only } = play;
  const all = addresses.flatMap((address) => {
    const slot = slotIn(state, address);
    const present = commandsAt(state, play, address, slot, slot?.revision ?? 0);
    const late = slot === undefined ? [] : commandsAt(state, play, address, slot, slot.revision - 1);
    return [...present, ...late.map(asLate)];
  });
  return only === undefined ? all : all.filter(({ happening }) => only.includes(happening.what));
}

function asLate(one: Command): Command {
  return { ...one, name: `${one.name}, late`, happening: { ...one.happening, isLate: true } };
}

const BOTH: Requirement = { clauses: ["probed", "used-or-attested"], quietMs: QUIET_MS };
/** Less than the rule asks for: whoever sends it must gain nothing. */
const LOWERED: Requirement = { clauses: ["probed"], quietMs: 0 };

interface At {
  readonly address: Address;
  readonly revision: number;
}

function commandsAt(
  state: State,
  play: Play,
  address: Address,
  slot: Slot | undefined,
  revision: number,
): readonly Command[] {
  const at = { address, revision };
  const held = heldBy(slot);
  return [
    ...opens(state, play, at, slot),
    ...ties(state, at),
    command("restore", at, (scene, rules) => rules.ruleRestore(scene, { ...at, requires: BOTH })),
    ...held.flatMap((id) => aboutHeld(state, play, at, id)),
    ...state.kept.flatMap(({ live }) => [...adopts(at, live), ...disables(at, live)]),
    command("close", at, (scene, rules) => rules.ruleClose(scene, at)),
    command("abandon", at, (scene, rules) => rules.ruleAbandon(scene, { ...at, hold: false })),
    ...(play.addresses.length > 1 ? moves(play, at) : []),
  ];
}

function heldBy(slot: Slot | undefined): readonly ConnectionId[] {
  return [...new Set([slot?.current, slot?.cutover?.to])].filter((id) => id !== undefined);
}

function command(
  what: string,
  { address }: At,
  rule: Command["rule"],
  more: Partial<Happening> & { readonly costs?: 1 } = {},
): Command {
  const { costs, ...happening } = more;
  const on = happening.connection === undefined ? "" : ` ${happening.connection}`;
  return {
    name: `${what}${on} at ${address}`,
    happening: { who: "client", what, address, ...happening },
    rule,
    ...(costs === undefined ? {} : { costs }),
  };
}

function opens(state: State, play: Play, at: At, slot: Slot | undefined): readonly Command[] {
  const generation = slot?.generation ?? 0;
  const number = state.kept.length + 1;
  const fresh = {
    id: `c${number}` as ConnectionId,
    clientId: `client-${number}`,
    clientSecret: new Secret("known-to-nobody"),
    fingerprint: `print-${number}`,
  };
  const origins = [
    undefined,
    ...state.kept.filter(({ live }) => live.status.kind === "active").map(({ live }) => live.id),
  ];
  const one = (asked: number, from: ConnectionId | undefined, requires: Requirement) =>
    command(
      `open generation ${asked}${from === undefined ? "" : ` from ${from}`}${requires === LOWERED ? " for less" : ""}`,
      at,
      (scene, rules) => {
        const ask = { ...at, site: SITE, generation: asked, application: "Otus", make: TRAITS, requires };
        return rules.ruleOpen(scene, { ...ask, ...(from === undefined ? {} : { from }) }, fresh);
      },
      { what: "open", isRetry: asked === generation },
    );
  // Where there are as many connections as there may be, only what mints nothing is asked.
  const next = state.kept.length < play.connections ? [generation + 1] : [];
  return origins.flatMap((from) => [
    ...[...next, ...(generation > 0 ? [generation] : [])].map((asked) => one(asked, from, BOTH)),
    ...next.map((asked) => one(asked, from, LOWERED)),
  ]);
}

function ties({ kept }: State, at: At): readonly Command[] {
  return kept.flatMap(({ live: { id: from } }) =>
    kept
      .filter(({ live }) => live.id !== from)
      .map(({ live: { id: to } }) =>
        command(`tie ${from} to`, at, (scene, rules) => rules.ruleTie(scene, { ...at, from, to, requires: BOTH }), {
          what: "tie",
          connection: to,
        }),
      ),
  );
}

function adopts(at: At, { id, status }: LiveConnection): readonly Command[] {
  if (status.kind !== "active") return [];
  return [
    command("adopt", at, (scene, rules) => rules.ruleAdopt(scene, { ...at, site: SITE, connection: id, rotate: 0 }), {
      connection: id,
    }),
  ];
}

function disables(at: At, { id, status }: LiveConnection): readonly Command[] {
  if (status.kind !== "active") return [];
  const one = (grounds: Grounds) =>
    command(
      grounds.kind === "unused" ? "disable unused" : "disable accepted",
      at,
      (scene, rules) => rules.ruleDisable(scene, { ...at, connection: id, grounds }),
      { what: "disable", connection: id, isAccepted: grounds.kind === "accepted-cut-off" },
    );
  return [one({ kind: "unused", quietMs: QUIET_MS }), one({ kind: "accepted-cut-off" })];
}

function moves({ addresses }: Play, at: At): readonly Command[] {
  return [
    command("release", at, (scene, rules) => rules.ruleRelease(scene, at)),
    ...addresses
      .filter((to) => to !== at.address)
      .map((to) => command("rename", at, (scene, rules) => rules.ruleRename(scene, { ...at, to }))),
  ];
}

function aboutHeld(state: State, play: Play, at: At, id: ConnectionId): readonly Command[] {
  const live = state.kept.find((one) => one.live.id === id)?.live;
  if (live === undefined) return [];
  return [
    ...deliveries(play, at, live),
    ...findings(state, at, live),
    ...statements(state, play, at, live),
    ...(isActive(live) ? updates(state, at, live) : []),
  ];
}

/** Two places, because who gives credentials to a second place gives them to a second vendor's system. */
function deliveries({ observesUse, places }: Play, at: At, { id }: LiveConnection): readonly Command[] {
  return places.flatMap((target) => [
    command(
      `begin delivery ${target} of`,
      at,
      (scene, rules) => rules.ruleBeginDelivery(scene, { ...at, connection: id, target }),
      { what: "begin-delivery", connection: id },
    ),
    ...[false, true]
      // Where nobody sees the vendor, whoever gets the values anew may have begun anew, with what they had before.
      .filter((isStartingOver) => !isStartingOver || !observesUse)
      .map(
        (isStartingOver): Command => ({
          ...command(
            `deliver ${target}${isStartingOver ? ", vendor starts over," : ""}`,
            at,
            (scene, rules) => rules.ruleRecordDelivery(scene, { ...at, connection: id, target }),
            { what: "deliver", connection: id },
          ),
          ...(isStartingOver ? { truth: startedOver } : {}),
        }),
      ),
  ]);
}

/** The vendor works with the connection that it had first. */
function startedOver(truth: Truth): Truth {
  const first = [...truth.worked.keys()][0];
  return first === undefined ? truth : { ...truth, vendor: first, isStartedOver: true };
}

/** What a climb of the ladder saw: now, or before the connection became what it is, or by a clock that is ahead. */
function findings(state: State, at: At, live: LiveConnection): readonly Command[] {
  const record = (name: string, epoch: number, when: Instant, isYes: boolean) => {
    const about = { connection: live.id, fingerprint: live.fingerprint, epoch };
    const finding = { rung: "token", verdict: isYes ? "confirmed" : "refuted", code: "seen", says: "Seen." } as const;
    const probed: Probed = { kind: "probed", about, at: when, by: "dana", findings: [finding] };
    return command(`${name} findings`, at, (scene, rules) => rules.ruleRecordFindings(scene, { ...at, probed }), {
      what: "findings",
      connection: live.id,
    });
  };
  const isYes = works(state, live.id);
  return [
    record(isYes ? "good" : "bad", live.epoch, state.now, isYes),
    ...(live.epoch > 1 ? [record("former", live.epoch - 1, state.now, true)] : []),
    ...(isYes ? [record("premature", live.epoch, shift(state.now, A_DAY_MS), true)] : []),
  ];
}

/** What an honest person says of the vendor: true when it was said. */
function statements(state: State, { observesUse }: Play, at: At, live: LiveConnection): readonly Command[] {
  const { vendor, worked, isStartedOver } = state.truth;
  const record = (name: string, epoch: number, when: Instant) => {
    const about = { connection: live.id, fingerprint: live.fingerprint, epoch };
    const statement: Attested = { kind: "attested", about, at: when, by: "kim", reason: "They told me." };
    return command(`${name} statement`, at, (scene, rules) => rules.ruleRecordStatement(scene, { ...at, statement }), {
      what: "attestation",
      connection: live.id,
    });
  };
  const yesterday = shift(state.now, -A_DAY_MS);
  const was = worked.get(live.id);
  return [
    ...(vendor === live.id ? [record("true", live.epoch, state.now)] : []),
    ...(vendor === live.id ? [record("premature", live.epoch, shift(state.now, A_DAY_MS))] : []),
    ...(was !== undefined && live.epoch > 1 ? [record("former", live.epoch - 1, state.now)] : []),
    // Where nobody sees vendors, a person tells of yesterday what still is so, for all that they know.
    ...(wasWorkedWith(state, live.id, yesterday) && (observesUse || isStartedOver || vendor === live.id)
      ? [record("yesterday's", live.epoch, yesterday)]
      : []),
  ];
}

/** Whether the vendor worked with this connection then, and with no other one. */
function wasWorkedWith({ now, truth }: State, id: ConnectionId, then: Instant): boolean {
  const others = [...truth.worked].filter(([other, { from, to }]) => {
    const until = other === truth.vendor && !truth.isStartedOver ? now : to;
    return from <= then && then <= until;
  });
  return others.length === 1 && others[0]?.[0] === id;
}

/** The document narrows a connection to one school, which is not what the vendor needs; or widens it again. */
function updates(state: State, at: At, { id, schools }: LiveConnection): readonly Command[] {
  if (state.trouble === 0 && schools === "all") return [];
  const changes = { schools: schools === "all" ? ["Lincoln"] : ("all" as const), share: [] };
  const isNarrower = schools === "all";
  const update = command(
    isNarrower ? "narrow" : "widen",
    at,
    (scene, rules) => rules.ruleUpdate(scene, { ...at, connection: id, changes }),
    {
      what: "update",
      connection: id,
      ...(isNarrower ? { costs: 1 } : {}),
    },
  );
  return [{ ...update, truth: (truth) => withBroken(truth, id, isNarrower) }];
}

export function withBroken(truth: Truth, id: ConnectionId, isBroken: boolean): Truth {
  const broken = new Set(truth.broken);
  if (isBroken) broken.add(id);
  else broken.delete(id);
  return { ...truth, broken };
}
