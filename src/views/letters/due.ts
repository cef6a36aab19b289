import type { Address, DistrictId } from "../../model/address.ts";
import type { LiveConnection, LiveDistrict } from "../../model/live.ts";
import { addDays, type Day, dayOf, daysBetween, startOf, type Instant, shift } from "../../model/time.ts";
import type { AddressPlan, Plan } from "../../plan/plan.ts";
import { dueDayOf } from "../overlaps.ts";
import { awaitsOf } from "../waiting.ts";

/**
 * What a letter is for. `move`: the vendor pastes the new values and says so. `state`: the owner says whether the vendor
 * moved. `deliver`: the day has come on which the values may be handed over. `ends`: a contract comes to its end.
 */
export type LetterKind = "move" | "state" | "deliver" | "ends";

/** One letter, due or to come. */
export interface Reminder {
  readonly address: Address;
  readonly kind: LetterKind;
  readonly to: "vendor" | "owner";
  /** As the documents write it; nothing where they name nobody. */
  readonly recipient?: string;
  /** The vendor was meant, but no document names a contact. */
  readonly isContactMissing: boolean;
  readonly plan: AddressPlan;
  readonly old?: LiveConnection;
  readonly young?: LiveConnection;
  readonly dueOn: Day;
  readonly isDue: boolean;
  /** The day by which it all should be over. */
  readonly deadline?: Day;
  readonly isOverdue: boolean;
}

/** Days before a deadline at which a letter is due though the vendor's sync period has not passed yet. */
const NEAR = 7;
/** Days before the end of a contract. */
const ENDING = 30;

/** All letters that are due or will be, the earliest first. */
export function remindersOf(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>): readonly Reminder[] {
  const found = plan.districts.flatMap(({ district, addresses }) =>
    addresses.flatMap((one) => remindersAt(one, live.get(district)?.connections ?? [], plan.madeAt)),
  );
  return found.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf({ dueOn, address, kind }: Reminder): string {
  return `${dueOn} ${address} ${kind}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function remindersAt(plan: AddressPlan, connections: readonly LiveConnection[], now: Instant): readonly Reminder[] {
  if (plan.hold === "observe") return [];
  const cutover = plan.slot?.cutover;
  const old = connections.find((one) => one.id === cutover?.from);
  const young = connections.find((one) => one.id === cutover?.to);
  const deadline = cutover === undefined ? undefined : dueDayOf(plan, cutover.openedAt);
  const today = dayOf(now);
  const base = {
    address: plan.address,
    plan,
    ...(old === undefined ? {} : { old }),
    ...(young === undefined ? {} : { young }),
    ...(deadline === undefined ? {} : { deadline }),
    isOverdue: deadline !== undefined && deadline < today,
  };
  return wantedAt(plan, young, deadline).map(({ kind, dueOn, isVendor }): Reminder => {
    const { contact, owner } = plan.desired;
    const to = isVendor && contact !== undefined ? "vendor" : "owner";
    const recipient = to === "vendor" ? contact : owner;
    return {
      ...base,
      kind,
      dueOn,
      isDue: dueOn <= today,
      to,
      isContactMissing: isVendor && contact === undefined,
      ...(recipient === undefined ? {} : { recipient }),
    };
  });
}

interface Wanted {
  readonly kind: LetterKind;
  readonly dueOn: Day;
  readonly isVendor: boolean;
}

function wantedAt(plan: AddressPlan, young: LiveConnection | undefined, deadline: Day | undefined): readonly Wanted[] {
  const awaits = awaitsOf(plan);
  const { desired } = plan;
  const wanted: Wanted[] = [];
  const isDelivered = young?.delivery?.state === "done";
  if (young?.delivery !== undefined && isDelivered) {
    const dueOn = afterSync(young.delivery.at, desired.quietMs, deadline);
    const isVendorAwaited = awaits.some(({ kind }) => kind === "pull" || kind === "quiet" || kind === "attested");
    if (isVendorAwaited) wanted.push({ kind: "move", dueOn, isVendor: true });
    if (awaits.some(({ kind }) => kind === "attested")) wanted.push({ kind: "state", dueOn, isVendor: false });
  } else if (plan.slot?.cutover !== undefined && desired.deliverFrom !== undefined) {
    wanted.push({ kind: "deliver", dueOn: desired.deliverFrom, isVendor: false });
  }
  if (desired.ends !== undefined && desired.state === "active") {
    wanted.push({ kind: "ends", dueOn: addDays(desired.ends, -ENDING), isVendor: false });
  }
  return wanted;
}

/** The day after which the vendor has had its time, or shortly before the deadline when that comes first. */
function afterSync(delivered: Instant, quietMs: number, deadline: Day | undefined): Day {
  const end = shift(delivered, quietMs);
  const synced = end > startOf(dayOf(end)) ? addDays(dayOf(end), 1) : dayOf(end);
  if (deadline === undefined) return synced;
  const near = addDays(deadline, -NEAR);
  const first = dayOf(delivered);
  const early = daysBetween(first, near) < 0 ? first : near;
  return early < synced ? early : synced;
}
