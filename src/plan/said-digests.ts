import type { DistrictId } from "../model/address.ts";
import { type Digests, digestPlan, type Hash } from "./digest.ts";
import type { Plan } from "./plan.ts";

/** A digest that somebody said yes to: of the whole plan or of one district, which may be named beside it. */
export interface SaidDigest {
  readonly district?: string;
  readonly digest: string;
}

/** What digests come to that were handed in, held against the plan of now. */
export interface DigestFindings {
  /** Districts that are as they were reviewed. */
  readonly approved: ReadonlySet<DistrictId>;
  /** Named districts that are not. */
  readonly moved: readonly SaidDigest[];
  /** Digests without a name that are those of nothing. */
  readonly unknown: readonly SaidDigest[];
  /** Districts in which something is to be done and of which no digest that was handed in speaks. */
  readonly unsaid: readonly DistrictId[];
  readonly now: Digests;
}

/**
 * Finds which districts were reviewed as they are now. The digest of the whole plan speaks of all of them; a district's holds also
 * where others moved, and says nothing about those.
 */
export function judgeDigests(said: readonly SaidDigest[], plan: Plan, hash: Hash): DigestFindings {
  const now = digestPlan(plan, hash);
  const named = said.filter((one) => one.district !== undefined);
  const bare = said.filter((one) => one.district === undefined);
  const isWhole = bare.some(({ digest }) => digest === now.whole);
  const known = new Set([now.whole, ...Object.values(now.districts)]);
  const moved = named.filter(({ district = "", digest }) => now.districts[district] !== digest);
  const refused = new Set(moved.map(({ district }) => district));
  const isNamed = (district: DistrictId): boolean => named.some((one) => one.district === district);
  const isApproved = (district: DistrictId): boolean =>
    !refused.has(district) &&
    (isWhole || isNamed(district) || bare.some(({ digest }) => digest === now.districts[district]));
  const districts = plan.districts.map(({ district }) => district);
  return {
    approved: new Set(districts.filter(isApproved)),
    moved,
    unknown: bare.filter(({ digest }) => !known.has(digest)),
    unsaid: plan.districts
      .filter((one) => !isApproved(one.district) && !refused.has(one.district))
      .filter(({ addresses }) => addresses.some(({ steps, hold }) => hold === undefined && steps.length > 0))
      .map(({ district }) => district),
    now,
  };
}

/** What a district comes to now, in a few words: `Otus: switch, Schoology: wait`. */
export function kindsOf(plan: Plan, district: string): string {
  const addresses = plan.districts.find((one) => one.district === district)?.addresses ?? [];
  const changing = addresses.filter(({ actions }) => actions.some(({ kind }) => kind !== "keep"));
  if (changing.length === 0) return "nothing to do";
  const shown = changing
    .slice(0, MOST_SHOWN)
    .map((one) => `${one.address}: ${one.actions.map(({ kind }) => kind).join(" and ")}`);
  return changing.length > MOST_SHOWN
    ? `${shown.join(", ")} and ${changing.length - MOST_SHOWN} more`
    : shown.join(", ");
}

const MOST_SHOWN = 5;
