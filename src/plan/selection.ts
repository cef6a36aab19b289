import type { DesiredConnection } from "../model/desired.ts";
import type { Selection } from "./plan.ts";

/** Whether anything was left out on purpose. */
export function isPartial(selection: Selection | undefined): boolean {
  return [selection?.targets, selection?.excludes, selection?.districts, selection?.tags].some(
    (part) => part !== undefined && part.length > 0,
  );
}

/** Whether an address takes part in a plan. Every kind of choice that was made must agree. */
export function isSelected(desired: DesiredConnection, selection: Selection | undefined): boolean {
  if (selection === undefined) return true;
  const { targets, excludes, districts, tags } = selection;
  if (isGiven(districts) && !districts.includes(desired.district)) return false;
  if (isGiven(targets) && !targets.includes(desired.address)) return false;
  if (isGiven(excludes) && excludes.includes(desired.address)) return false;
  return !isGiven(tags) || tags.some((tag) => hasTag(desired, tag));
}

function hasTag(desired: DesiredConnection, tag: string): boolean {
  return Object.entries(desired.labels).some(([key, value]) => tag === `${key}=${value}` || tag === key);
}

function isGiven<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
