import type { DistrictId } from "../model/address.ts";
import { canonicalAddress, type Digests, digestPlan, type Hash, type ReviewedAddress } from "./digest.ts";
import type { Plan, Selection } from "./plan.ts";

/** The part of a plan file that applying relies on. No secrets, no evidence, no clocks. */
export interface Reviewed {
  readonly digests: Digests;
  /** Per district, per address: the canonical text that was reviewed. */
  readonly addresses: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the plan was asked for with, so that applying it asks for the same; absent: everything, within limits. */
  readonly asked?: Asked;
}

/** The part of everything that was chosen, and whether limits were set aside. */
export interface Asked {
  readonly selection: Selection;
  readonly force: boolean;
}

/** Takes down what a plan decided, so that it can be compared on another day. */
export function reviewedOf(plan: Plan, hash: Hash): Reviewed {
  const addresses: Record<string, Record<string, string>> = {};
  for (const district of plan.districts) {
    addresses[district.district] = Object.fromEntries(
      district.addresses.map((one) => [one.address, canonicalAddress(one)]),
    );
  }
  return { digests: digestPlan(plan, hash), addresses };
}

/** What is no longer as it was reviewed in one district. */
export interface Moved {
  readonly district: DistrictId;
  /** One sentence each, e.g. `springfield/Otus: reviewed as keep, now switch`. Empty: the district as a whole moved. */
  readonly what: readonly string[];
}

/** Compares what was reviewed with what would be done now; districts that did not move are not listed. */
export function whatMoved(reviewed: Reviewed, plan: Plan, hash: Hash): readonly Moved[] {
  const now = reviewedOf(plan, hash);
  const districts = new Set([...Object.keys(reviewed.digests.districts), ...Object.keys(now.digests.districts)]);
  return [...districts].sort().flatMap((district) => {
    if (reviewed.digests.districts[district] === now.digests.districts[district]) return [];
    const before = reviewed.addresses[district] ?? {};
    const after = now.addresses[district] ?? {};
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    const what = names
      .filter((name) => before[name] !== after[name])
      .map((name) => describeMove(name, before[name], after[name]));
    return [{ district: district as DistrictId, what }];
  });
}

function describeMove(name: string, before: string | undefined, after: string | undefined): string {
  const [was, is] = [before, after].map((text) => (text === undefined ? undefined : kindsIn(text)));
  if (was === undefined) return `${name}: was not part of the reviewed plan, now ${is}`;
  if (is === undefined) return `${name}: reviewed as ${was}, no longer part of the plan`;
  return was === is ? `${name}: still ${is}, but about other facts` : `${name}: reviewed as ${was}, now ${is}`;
}

/** The kinds of actions in the canonical text that `canonicalAddress` wrote. */
function kindsIn(text: string): string {
  const { actions, hold } = JSON.parse(text) as ReviewedAddress;
  const kinds = actions.map((action) => action.kind).join(" and ");
  return hold === "blocked" ? `${kinds} (blocked)` : kinds;
}
