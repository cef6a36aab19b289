import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { DistrictId } from "../model/address.ts";
import type { Desired, DesiredConnection } from "../model/desired.ts";
import type { Selection } from "./plan.ts";

/** Whether anything was left out on purpose. */
export function isPartial(selection: Selection | undefined): boolean {
  const { targets, excludes, districts, tags, scope } = selection ?? {};
  return scope !== undefined || [targets, excludes, districts, tags].some(isGiven);
}

/** What of the documents is looked at at all. */
export function withinScope(desired: Desired, selection: Selection | undefined): Desired {
  if (selection?.scope === undefined) return desired;
  const scope = new Set(selection.scope);
  return { ...desired, districts: desired.districts.filter((one) => scope.has(one.district)) };
}

/** Whether a district takes part in a plan. */
export function isDistrictSelected(district: DistrictId, selection: Selection | undefined): boolean {
  return !isGiven(selection?.districts) || selection.districts.includes(district);
}

/** Whether an address of a chosen district takes part in a plan. Every kind of choice that was made must agree. */
export function isSelected(desired: DesiredConnection, selection: Selection | undefined): boolean {
  const { targets, excludes, tags } = selection ?? {};
  if (isGiven(targets) && !targets.includes(desired.address)) return false;
  if (isGiven(excludes) && excludes.includes(desired.address)) return false;
  return !isGiven(tags) || tags.some((tag) => hasTag(desired, tag));
}

/** Choices that name what no document has: a misspelt `--exclude` must not apply what was meant to be left out. */
export function unknownInSelection(desired: Desired, selection: Selection | undefined): readonly Diagnostic[] {
  const { targets = [], excludes = [], districts = [] } = selection ?? {};
  if (targets.length + excludes.length + districts.length === 0) return [];
  const addresses = desired.districts.flatMap((one) => one.connections.map((connection) => connection.address));
  return [
    ...unknown([...targets, ...excludes], addresses),
    ...unknown(
      districts,
      desired.districts.map((one) => one.district),
    ),
  ];
}

function unknown(chosen: readonly string[], known: readonly string[]): readonly Diagnostic[] {
  const names = new Set(known);
  return chosen
    .filter((name) => !names.has(name))
    .map((name) => {
      const near = nearest(name, known);
      const hint = near === undefined ? "`rosterform render` lists them all." : `Did you mean ${near}?`;
      return problem({
        code: "plan/selection-unknown",
        summary: "The selection names something that no document has",
        detail: `${name} is in no document, so nothing is applied. ${hint}`,
      });
    });
}

/** `key=value` or just `key`. */
function hasTag(desired: DesiredConnection, tag: string): boolean {
  return Object.entries(desired.labels).some(([key, value]) => tag === `${key}=${value}` || tag === key);
}

function isGiven<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}
