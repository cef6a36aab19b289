import type { Address } from "../../model/address.ts";
import type { About, Probed, RecordedEvidence, Statement } from "../../model/evidence.ts";
import { type ConnectionId, isActive, type LiveConnection } from "../../model/live.ts";
import { proof } from "../../model/proof.ts";
import { dayOf } from "../../model/time.ts";
import type { At } from "../store.ts";
import { guards } from "./guards.ts";
import {
  holds,
  inNewEpoch,
  type Kept,
  keptOf,
  refused,
  type Ruling,
  same,
  type Scene,
  slotAt,
  staleness,
  write,
} from "./scene.ts";

/** Hand-over and evidence: what is known about a connection that an address holds. */

type DeliveryAt = At & { readonly connection: ConnectionId; readonly target: string };

/** Notes that the sink is about to be called, so that a crash in between shows. */
export function ruleBeginDelivery(scene: Scene, at: DeliveryAt): Ruling<LiveConnection> {
  return aboutHeld(scene, at, at.connection, (kept) => {
    const { delivery } = kept.live;
    if (!isActive(kept.live))
      return `connection ${at.connection} is disabled, so its credentials are of no use to anybody`;
    if (delivery?.target === at.target) return kept.live;
    if (!guards.isNotLeaving(scene.slots, at.connection)) return leaving(at.connection);
    if (delivery !== undefined && !guards.isFreeToDeliver(delivery)) {
      return `a delivery of connection ${at.connection} to ${delivery.target} was begun and not finished; finish that one first`;
    }
    const live: LiveConnection = { ...kept.live, delivery: { state: "begun", target: at.target, at: scene.now } };
    return { live, what: "begin-delivery", detail: { target: at.target } };
  });
}

function leaving(id: ConnectionId): string {
  return `connection ${id} is about to be taken over, so its credentials are handed to nobody any more`;
}

/** Notes that the sink has the values. Somebody else holds them now, so a new epoch begins. */
export function ruleRecordDelivery(scene: Scene, at: DeliveryAt): Ruling<LiveConnection> {
  return aboutHeld(scene, at, at.connection, (kept) => {
    const { delivery } = kept.live;
    if (delivery?.target !== at.target) return `no delivery of connection ${at.connection} to ${at.target} was begun`;
    if (delivery.state === "done") return kept.live;
    if (!guards.isNotLeaving(scene.slots, at.connection)) return leaving(at.connection);
    const live: LiveConnection = {
      ...inNewEpoch(kept.live, scene.now),
      delivery: { state: "done", target: at.target, at: scene.now },
    };
    return { live, what: "deliver", detail: { target: at.target } };
  });
}

/** Notes that the values arrived. Nothing about the connection changes, so its epoch and evidence stay. */
export function ruleRecordReceipt(
  scene: Scene,
  at: At & { readonly connection: ConnectionId; readonly from: string },
): Ruling<LiveConnection> {
  return aboutHeld(scene, at, at.connection, (kept) => {
    const { delivery } = kept.live;
    if (delivery?.state !== "done") return `connection ${at.connection} was not handed over yet`;
    if (delivery.received !== undefined) return kept.live;
    const received = { by: at.from, at: scene.now };
    return { live: { ...kept.live, delivery: { ...delivery, received } }, what: "receipt", detail: { from: at.from } };
  });
}

/** Keeps what one climb of the ladder saw. The latest climb is the one that counts, so it takes the place of the one before. */
export function ruleRecordFindings(scene: Scene, at: At & { readonly probed: Probed }): Ruling<LiveConnection> {
  const { probed } = at;
  return aboutHeld(scene, at, probed.about.connection, (kept) => {
    const wrong = notAbout(kept.live, probed.about) ?? inFuture(scene, probed);
    if (wrong !== undefined) return wrong;
    const others = kept.live.evidence.filter((item) => item.kind !== "probed");
    const verdicts = Object.fromEntries(probed.findings.map(({ rung, verdict }) => [rung, verdict]));
    return { live: withEvidence(kept, [...others, probed]), what: "findings", detail: { verdicts, madeBy: probed.by } };
  });
}

/** Keeps a named person's statement. The same statement again changes nothing. */
export function ruleRecordStatement(scene: Scene, at: At & { readonly statement: Statement }): Ruling<LiveConnection> {
  const { statement } = at;
  return aboutHeld(scene, at, statement.about.connection, (kept) => {
    const wrong = notAbout(kept.live, statement.about) ?? inFuture(scene, statement) ?? tooOld(kept.live, statement);
    if (wrong !== undefined) return wrong;
    if (kept.live.evidence.some((item) => isSameStatement(item, statement))) return kept.live;
    const rung = statement.kind === "waived" ? { rung: statement.rung } : {};
    return {
      live: withEvidence(kept, [...kept.live.evidence, knowingOldUse(scene, at.address, statement)]),
      what: statement.kind === "waived" ? "waiver" : "attestation",
      detail: { ...rung, madeBy: statement.by, madeAt: statement.at, reason: statement.reason, ...seenIn(statement) },
    };
  });
}

/** The statement with what the store itself knows of the connection that is to be taken over. */
function knowingOldUse(scene: Scene, address: Address, statement: Statement): Statement {
  if (statement.kind !== "attested") return statement;
  const { oldSeen: _, ...said } = statement;
  const from = slotAt(scene, address)?.cutover?.from;
  const use = from === undefined ? undefined : keptOf(scene, from)?.live.use;
  return use?.kind === "observed" ? { ...said, oldSeen: use.last ?? "never" } : said;
}

/** Who really made it, and where it can be looked up. */
function seenIn(statement: Statement) {
  const { identity } = statement;
  const evidence = statement.kind === "attested" ? statement.evidence : undefined;
  return { ...(identity === undefined ? {} : { identity }), ...(evidence === undefined ? {} : { evidence }) };
}

type Answer =
  /** Why not. */
  | string
  /** Nothing changes. */
  | LiveConnection
  | { readonly live: LiveConnection; readonly what: string; readonly detail: Readonly<Record<string, unknown>> };

/** The frame of every write about one connection that the address holds. */
function aboutHeld(scene: Scene, at: At, id: ConnectionId, rule: (kept: Kept) => Answer): Ruling<LiveConnection> {
  const slot = slotAt(scene, at.address);
  const stale = staleness(slot, at);
  if (stale !== undefined) return stale;
  const kept = keptOf(scene, id);
  if (slot === undefined || kept === undefined || !holds(slot, id)) {
    return refused(`connection ${id} is neither the current one nor the candidate of ${at.address}`);
  }
  const answer = rule(kept);
  if (typeof answer === "string") return refused(answer);
  if (!("live" in answer)) return same(answer, slot);
  return write(scene, answer.live, {
    slots: [slot],
    connections: [{ ...kept, live: answer.live }],
    what: answer.what,
    address: at.address,
    connection: id,
    detail: answer.detail,
  });
}

function notAbout(live: LiveConnection, about: About): string | undefined {
  if (proof.isAboutPresent(live, about)) return undefined;
  if (about.fingerprint !== live.fingerprint) {
    return `this is about credentials with the fingerprint ${about.fingerprint}; connection ${live.id} has ${live.fingerprint}`;
  }
  return `connection ${live.id} changed since this was found out (epoch ${about.epoch}; it is in epoch ${live.epoch} now)`;
}

function inFuture(scene: Scene, item: RecordedEvidence): string | undefined {
  return guards.isNotFromFuture(item, scene.now) ? undefined : `this is dated ${item.at}, and it is only ${scene.now}`;
}

function tooOld(live: LiveConnection, statement: Statement): string | undefined {
  if (guards.isSaidSince(statement, live)) return undefined;
  return `this was said on ${dayOf(statement.at)}, before connection ${live.id} became what it is on ${dayOf(live.epochAt)}`;
}

function isSameStatement(item: RecordedEvidence, statement: Statement): boolean {
  if (item.kind === "probed" || item.kind !== statement.kind) return false;
  const isSameRung = item.kind !== "waived" || statement.kind !== "waived" || item.rung === statement.rung;
  return isSameRung && item.by === statement.by && item.at === statement.at && item.reason === statement.reason;
}

function withEvidence(kept: Kept, evidence: readonly RecordedEvidence[]): LiveConnection {
  return { ...kept.live, evidence };
}
