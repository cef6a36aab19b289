import type { DistrictId } from "../../model/address.ts";
import { isActive, type LiveDistrict, type Slot } from "../../model/live.ts";
import type { Instant } from "../../model/time.ts";
import type { AddressPlan, Plan } from "../../plan/plan.ts";
import { awaitsOf } from "../waiting.ts";
import { ageInDays, describeAwaits, plural, type Short } from "../words.ts";
import type { Overlap } from "./runbook.ts";

/** The open overlaps of everything that a plan looks at, oldest first. */
export function overlapsIn(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>, short: Short): readonly Overlap[] {
  const found = plan.districts.flatMap(({ district, addresses }) =>
    addresses.flatMap((one) => overlapAt(one, live.get(district), short, plan.madeAt)),
  );
  return found.toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

function overlapAt(plan: AddressPlan, live: LiveDistrict | undefined, short: Short, now: Instant): readonly Overlap[] {
  const cutover: Slot["cutover"] = plan.slot?.cutover;
  const from = live?.connections.find((one) => one.id === cutover?.from);
  const to = live?.connections.find((one) => one.id === cutover?.to);
  if (cutover === undefined || from === undefined || to === undefined || !isActive(from) || !isActive(to)) return [];
  return [
    {
      address: plan.address,
      old: short(from.clientId),
      young: short(to.clientId),
      since: cutover.openedAt,
      age: plural(ageInDays(cutover.openedAt, now), "day"),
      owner: plan.desired.owner ?? "not named in the documents",
      next: nextStep(plan, cutover.requires.clauses.includes("used-or-attested")),
    },
  ];
}

function nextStep(plan: AddressPlan, isEither: boolean): string {
  if (plan.hold === "blocked") return "blocked by an error, see below";
  const awaits = describeAwaits(awaitsOf(plan), isEither);
  if (awaits.length === 0) return "its steps below; nothing else is waited for";
  return awaits.map(({ key, says }) => (key === "or" ? `or ${says}` : says)).join("; ");
}
