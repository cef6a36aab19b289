import type { DesiredConnection, DesiredDistrict } from "../../model/desired.ts";
import type { Place } from "../../model/place.ts";

/** What is known about the files that a district is made from. */
export interface Origins {
  /** Whether the district's own file is not as it was. */
  readonly isFileChanged: boolean;
  /** Whether the project file or the catalogue is not. */
  readonly isSharedChanged: boolean;
  readonly project: string | undefined;
  readonly catalogue: string | undefined;
}

const ITS_FILE = "its file";
const PROJECT = "the project file";

/** How documents call a key of the model, where they call it something else; several where several make it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  requires: ["confirm.require", "confirm"],
  withinMs: ["confirm.within", "confirm"],
  syncs: ["confirm.syncs", "confirm"],
  quietMs: ["sync-period"],
  deliverFrom: ["deliver-from"],
  accepts: ["accept"],
  fieldNames: ["fields"],
};
const WITHOUT_MEANING: ReadonlySet<string> = new Set(["place", "places", "address", "district"]);

/** Where the differences between what a district came to and comes to now were written: never empty. */
export function reasonsOf(
  before: DesiredDistrict | undefined,
  after: DesiredDistrict | undefined,
  origins: Origins,
): readonly string[] {
  if (before === undefined) return ["new"];
  if (after === undefined || !origins.isSharedChanged) return [ITS_FILE];
  const reasons = new Set<string>();
  const { connections: old, ...headBefore } = before;
  const { connections: present, ...headAfter } = after;
  if (differingKeys(headBefore, headAfter).length > 0) reasons.add(origins.isFileChanged ? ITS_FILE : PROJECT);
  const [a, b] = [byAddress(old), byAddress(present)];
  for (const address of new Set([...a.keys(), ...b.keys()])) {
    for (const place of placesOfChange(a.get(address), b.get(address))) reasons.add(sourceOf(place, after, origins));
  }
  return reasons.size === 0 ? [ITS_FILE] : [...reasons].sort(ownFirst);
}

function byAddress(connections: readonly DesiredConnection[]): ReadonlyMap<string, DesiredConnection> {
  return new Map(connections.map((one) => [one.address, one]));
}

/** Where each difference stands; `undefined` for one that no line of a connection says. */
function placesOfChange(
  before: DesiredConnection | undefined,
  after: DesiredConnection | undefined,
): readonly (Place | undefined)[] {
  if (before === undefined || after === undefined) return [after?.place ?? before?.place];
  return differingKeys(before, after).map((key) => {
    const names = KEYS[key] ?? [key];
    const places = names.flatMap((name) => after.places[name] ?? before.places[name] ?? []);
    return places[0];
  });
}

function differingKeys(before: object, after: object): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) =>
      !WITHOUT_MEANING.has(key) && JSON.stringify(Reflect.get(before, key)) !== JSON.stringify(Reflect.get(after, key)),
  );
}

function sourceOf(place: Place | undefined, { place: own }: DesiredDistrict, origins: Origins): string {
  if (place === undefined) return origins.isFileChanged ? ITS_FILE : PROJECT;
  if (place.file === own.file && place.file !== origins.project) return ITS_FILE;
  const [first, second] = place.path;
  if (place.file === origins.project && first === "groups") return `group ${second}`;
  if (place.file === origins.catalogue) return `the catalogue (${second})`;
  return place.file === origins.project ? PROJECT : ITS_FILE;
}

function ownFirst(a: string, b: string): number {
  if (a === b) return 0;
  if (a === ITS_FILE || b === ITS_FILE) return a === ITS_FILE ? -1 : 1;
  return a < b ? -1 : 1;
}
