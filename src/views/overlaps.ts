import type { Address, DistrictId } from "../model/address.ts";
import { isActive, isHandedOver, type LiveConnection, type LiveDistrict, type Said, type Slot } from "../model/live.ts";
import { type Day, dayOf, type Instant, shift } from "../model/time.ts";
import type { AddressPlan, Plan } from "../plan/plan.ts";
import { awaitsOf } from "./waiting.ts";
import { ageInDays, describeAwaits } from "./words.ts";

/** Two connections of one vendor that both give tokens: needed for a while, and a risk for as long as it lasts. */
export interface OpenOverlap {
  readonly address: Address;
  readonly old: LiveConnection;
  readonly young: LiveConnection;
  readonly since: Instant;
  readonly ageDays: number;
  /** Whether the vendor has the new values: by our doing, or because it had them before rosterform knew the connection. */
  readonly isHandedOver: boolean;
  /** When the vendor was given the new values; absent where nobody here did that. */
  readonly delivered?: Instant;
  readonly deliveredDays?: number;
  /** Who said that the new values arrived, and when. */
  readonly received?: Said;
  readonly owner?: string;
  readonly contact?: string;
  /** What ends it, and who does that. */
  readonly next: string;
  /** The day on which it should be over: the end of `within`, or of the contract when that comes first. */
  readonly due?: Day;
  readonly isOverdue: boolean;
}

/**
 * Every open cut-over in which both connections give tokens, oldest first. Also those of which no document speaks any
 * more, unless only a part of everything was planned.
 */
export function overlapsOf(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>): readonly OpenOverlap[] {
  const found = plan.districts.flatMap(({ district, addresses }) => {
    const planned = new Map(addresses.map((one) => [one.address, one]));
    const known = live.get(district);
    const slots = known?.slots.filter(({ address }) => !plan.partial || planned.has(address)) ?? [];
    return slots.flatMap((slot) => overlapAt(slot, planned.get(slot.address), known?.connections ?? [], plan.madeAt));
  });
  return found.toSorted((a, b) => compare(a.since, b.since) || compare(a.address, b.address));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function overlapAt(
  { address, cutover }: Slot,
  plan: AddressPlan | undefined,
  connections: readonly LiveConnection[],
  now: Instant,
): readonly OpenOverlap[] {
  const old = connections.find((one) => one.id === cutover?.from);
  const young = connections.find((one) => one.id === cutover?.to);
  if (cutover === undefined || old === undefined || young === undefined || !isActive(old) || !isActive(young))
    return [];
  const { owner, contact } = plan?.desired ?? {};
  const delivered = young.delivery?.state === "done" ? young.delivery.at : undefined;
  const due = plan === undefined ? undefined : dueDayOf(plan, cutover.openedAt);
  return [
    {
      address,
      old,
      young,
      since: cutover.openedAt,
      ageDays: ageInDays(cutover.openedAt, now),
      isHandedOver: isHandedOver(young),
      ...(delivered === undefined ? {} : { delivered, deliveredDays: ageInDays(delivered, now) }),
      ...(young.delivery?.received === undefined ? {} : { received: young.delivery.received }),
      ...(owner === undefined ? {} : { owner }),
      ...(contact === undefined ? {} : { contact }),
      next: nextStep(plan, cutover.requires.clauses.includes("used-or-attested")),
      ...(due === undefined ? {} : { due }),
      isOverdue: due !== undefined && due < dayOf(now),
    },
  ];
}

/** The day on which an open cut-over should be over. It never promotes anything. */
export function dueDayOf({ desired }: Pick<AddressPlan, "desired">, openedAt: Instant): Day | undefined {
  const within = desired.withinMs === undefined ? undefined : dayOf(shift(openedAt, desired.withinMs));
  return [within, desired.ends].filter((one) => one !== undefined).toSorted(compare)[0];
}

function nextStep(plan: AddressPlan | undefined, isEither: boolean): string {
  if (plan === undefined) return "a person: no document speaks of it; write it down again, or give it up with abort";
  if (plan.hold === "blocked") return "a person: an error blocks it; `rosterform plan` shows it";
  if (plan.hold === "observe") return "a person: the district is only observed, so that nothing is done here";
  const awaits = describeAwaits(awaitsOf(plan), isEither);
  if (awaits.length === 0) return "rosterform, in the next run: nothing else is waited for";
  return awaits.map(({ key, says }) => (key === "or" ? `or ${says}` : says)).join("; ");
}
