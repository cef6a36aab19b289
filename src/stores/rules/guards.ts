import type { Address } from "../../model/address.ts";
import type { RecordedEvidence } from "../../model/evidence.ts";
import type { Grounds } from "../../model/grounds.ts";
import { isInUse } from "../../model/judge.ts";
import {
  type ConnectionId,
  type Cutover,
  type Delivery,
  isActive,
  type LiveConnection,
  type Slot,
} from "../../model/live.ts";
import { dayOf, type Instant } from "../../model/time.ts";
import { isQuiet } from "../../model/use.ts";
import type { Traffic } from "../../model/traffic.ts";
import type { At } from "../store.ts";
import { isTaken } from "./cutover-machine.ts";

/**
 * What the rules of the store insist on, each by its name; what a cut-over needs before it closes stands in src/model/proof.ts.
 * Only what could do harm if it were missing is a guard: test/stores/exploration takes each of them away in turn, and shows the
 * harm. What else the rules refuse, they refuse so that people get a clearer answer.
 */
export const guards = {
  /** Every write was planned on what the address is now: nobody overwrites what they have not seen. */
  isPlannedOnPresent: (slot: Slot | undefined, { revision }: Pick<At, "revision">): boolean =>
    (slot?.revision ?? 0) === revision,

  /** The step is taken where the address stands. */
  isTaken,

  /** One connection for each generation of an address. */
  isNextGeneration: (slot: Slot | undefined, generation: number): boolean => generation === (slot?.generation ?? 0) + 1,

  /** A new connection takes over from the one in use; else two would be in use. */
  isFromCurrent: (slot: Slot | undefined, from: ConnectionId | undefined): boolean =>
    slot?.current === undefined || slot.current === from,

  /** What is to be taken over is in use at some address: found connections are nobody's to disable. */
  isSomebodysCurrent: (slots: readonly Slot[], id: ConnectionId): boolean =>
    slots.some(({ current }) => current === id),

  /** A connection takes part in one cut-over at a time. */
  isInNoCutover: (slots: readonly Slot[], id: ConnectionId): boolean => cutoverNaming(slots, id) === undefined,

  /** A cut-over that is open may only be turned round. */
  isTurnedRound: ({ cutover }: Slot, from: ConnectionId, to: ConnectionId): boolean =>
    cutover === undefined || (cutover.from === to && cutover.to === from),

  /** An address stands for its own connection. */
  isOwnCurrent: (slot: Slot | undefined, id: ConnectionId): boolean => slot?.current === id,

  /** A connection is in use at one address. */
  isCurrentOfNoOther: (slots: readonly Slot[], address: Address, id: ConnectionId): boolean =>
    !slots.some((slot) => slot.address !== address && slot.current === id),

  /** What is brought back is not in use, or on its way, anywhere. */
  isHeldByNone: (slots: readonly Slot[], id: ConnectionId): boolean =>
    !slots.some(({ current, cutover }) => current === id || cutover?.to === id),

  /** What nobody manages any more is not brought back: it would be disabled as if it were ours. */
  isManaged: (manager: Address | undefined): boolean => manager !== undefined,

  /** Only what nobody manages can be adopted. */
  isUnmanaged: (manager: Address | undefined): boolean => manager === undefined,

  /** A candidate that somebody may work with is not given up. */
  isUnused: (candidate: LiveConnection): boolean => !isActive(candidate) || !isInUse(candidate),

  /** Giving a cut-over up never disables the connection in use. */
  isMereCandidate: ({ current }: Slot, { to }: Cutover): boolean => current !== to,

  /** Nobody works with it, or the document accepts that somebody is cut off. */
  isQuietOrAccepted: (live: LiveConnection, grounds: Grounds, now: Instant): boolean =>
    grounds.kind === "accepted-cut-off" || isQuiet(live.use, grounds.quietMs, now),

  /** Evidence from the future would never grow stale and could never be contradicted. */
  isNotFromFuture: ({ at }: RecordedEvidence, now: Instant): boolean => at <= now,

  /** Nothing that was said before the connection became what it is. Statements are often dated by day, so the day has to fit. */
  isSaidSince: ({ at }: RecordedEvidence, { epochAt }: LiveConnection): boolean => dayOf(at) >= dayOf(epochAt),

  /** Credentials go to one place, and to another only after the first has them. */
  isFreeToDeliver: (delivery: Delivery | undefined): boolean => delivery?.state !== "begun",

  /** Whoever gets the values of a connection that is being taken over would begin with them: what was said of the vendor no longer fits. */
  isNotLeaving: (slots: readonly Slot[], id: ConnectionId): boolean =>
    !slots.some(({ cutover }) => cutover?.from === id),

  /** Our own probes say nothing about the vendor. */
  isOfConsumer: ({ by }: Traffic): boolean => by === "consumer",
};

/** The address, other than `except`, whose open cut-over has this connection as its `from` or `to`. */
export function cutoverNaming(slots: readonly Slot[], id: ConnectionId, except?: Address): Address | undefined {
  return slots.find(
    ({ address, cutover }) => address !== except && cutover !== undefined && (cutover.from === id || cutover.to === id),
  )?.address;
}
