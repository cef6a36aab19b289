import type { DistrictId } from "../../model/address.ts";
import type { LiveDistrict } from "../../model/live.ts";
import type { Plan } from "../../plan/plan.ts";
import { overlapsOf } from "../overlaps.ts";
import { plural, type Short } from "../words.ts";
import type { Overlap } from "./runbook.ts";

/** The open overlaps of everything that a plan looks at, oldest first, in the words of the runbook. */
export function overlapsIn(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>, short: Short): readonly Overlap[] {
  return overlapsOf(plan, live).map(({ address, old, young, since, ageDays, owner, next }) => ({
    address,
    old: short(old.clientId),
    young: short(young.clientId),
    since,
    age: plural(ageDays, "day"),
    owner: owner ?? "not named in the documents",
    next,
  }));
}
