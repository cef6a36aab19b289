import { createHash } from "node:crypto";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DistrictId } from "../../model/address.ts";
import { type Changed, changedSince, type Known } from "./since.ts";
import type { Gisted } from "./tasks.ts";

/** One of so many parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The options that choose districts by what they are, without naming them. */
export interface ScopeOptions {
  readonly since?: string;
  readonly shard?: Shard;
}

/**
 * Whether a district is in this part. It depends on its identifier alone, so that a district that comes or goes moves no other,
 * and every machine divides in the same way: the first 48 bits of SHA-256 as a number, modulo the count of parts.
 */
export function isInShard(district: DistrictId, { index, count }: Shard): boolean {
  return createHash("sha256").update(district, "utf8").digest().readUIntBE(0, 6) % count === index - 1;
}

/** The districts that the options leave, and what is to be said about the choice. */
export interface Scope {
  readonly districts: readonly DistrictId[];
  /** Lines for people. */
  readonly says: readonly string[];
  /** The same without the districts by name: how many there are, and by what. */
  readonly notes: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
}

const MOST_LINES = 40;

/** Chooses among the districts that there are; `undefined` where no option does. Diagnostics where it cannot be done. */
export async function chooseScope(
  { since, shard }: ScopeOptions,
  file: string,
  now: readonly Known[],
  leftOut: readonly Gisted[] = [],
): Promise<Scope | readonly Diagnostic[] | undefined> {
  if (since === undefined && shard === undefined) return undefined;
  const changed = since === undefined ? undefined : await changedSince(since, file, now, leftOut);
  if (isList(changed)) return changed;
  const before = changed?.districts.map(({ district }) => district) ?? now.map(({ district }) => district);
  const districts = before.filter((district) => shard === undefined || isInShard(district, shard)).sort();
  const part = new Set(districts);
  const why = changed?.districts.filter(({ district }) => part.has(district)) ?? [];
  const sinceThat =
    changed === undefined
      ? []
      : [
          `Since ${since} (${changed.commit.slice(0, 12)}): ${changed.districts.length} of ${now.length} districts came to something else.`,
        ];
  const shardOf =
    shard === undefined
      ? []
      : [`Shard ${shard.index}/${shard.count}: ${districts.length} of ${before.length} districts.`];
  return {
    districts,
    says: [...sinceThat, ...(changed === undefined ? [] : sayChanged(changed, why)), ...shardOf],
    notes: [...sinceThat, ...shardOf],
    json: {
      type: "scope",
      ...(changed === undefined
        ? {}
        : { since: { ref: since, commit: changed.commit, changed: why, deleted: changed.deleted } }),
      ...(shard === undefined ? {} : { shard: { index: shard.index, count: shard.count } }),
      districts: districts.length,
    },
  };
}

function sayChanged({ deleted }: Changed, chosen: Changed["districts"]): readonly string[] {
  const lines = [
    ...chosen.map(({ district, why }) => `  ${district}: ${why.join(", ")}`),
    ...deleted.map((district) => `  ${district}: no document describes it any more; nothing of it is touched`),
  ];
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`  ... and ${more} more`] : [])];
}

/** Whether trouble came instead. */
export function isList(value: Scope | Changed | readonly Diagnostic[] | undefined): value is readonly Diagnostic[] {
  return Array.isArray(value);
}
