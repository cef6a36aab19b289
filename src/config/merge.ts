import { addressOf, type DistrictId } from "../model/address.ts";
import type { Place } from "../model/place.ts";
import { type Doc, placeIn } from "./doc.ts";
import {
  type DraftConnection,
  type DraftDistrict,
  isNamed,
  type Layer,
  NEVER_INHERITED,
  type VendorEntry,
} from "./draft.ts";
import type { Connection } from "./generated/connection.ts";
import { type Trouble, trouble } from "./trouble.ts";

/** The vendors of each group as layers, made once for all districts. */
export type GroupLayers = ReadonlyMap<string, ReadonlyMap<string, Layer>>;

/** Prepares the groups of a project. */
export function groupLayers(project: Doc<"project"> | undefined): GroupLayers {
  const groups = Object.entries(project?.value.groups ?? {});
  return new Map(groups.map(([name, group]) => [name, layersOf(project, group?.vendors, ["groups", name, "vendors"])]));
}

export interface Merged {
  readonly district: DraftDistrict;
  readonly troubles: readonly Trouble[];
}

/**
 * Merges the groups of a district, in order, and the district itself: later wins, maps merge, lists replace. What is
 * about one district only (acceptances, adoptions, attestations) is not taken over from a group.
 */
export function mergeDistrict(doc: Doc<"district">, groups: GroupLayers): Merged {
  const id = doc.value.district as DistrictId;
  const stacks = new Map<string, Layer[]>();
  const own = layersOf(doc, doc.value.vendors, ["vendors"]);
  for (const vendors of [...new Set(doc.value.groups)].map((name) => groups.get(name)).concat(own)) {
    for (const [vendor, layer] of vendors ?? []) {
      const stack = stacks.get(vendor);
      if (stack === undefined) stacks.set(vendor, [layer]);
      else stack.push(layer);
    }
  }
  const connections: DraftConnection[] = [];
  const ignored: string[] = [];
  const troubles: Trouble[] = [];
  for (const [vendor, stack] of stacks) {
    // Whoever names an ignored vendor again starts afresh.
    const layers = stack.slice(stack.findLastIndex((layer) => layer.entry === "ignore") + 1);
    if (layers.length === 0) ignored.push(vendor);
    else mergeVendor({ id, vendor, layers }, connections, troubles);
  }
  return { district: { id, doc, connections, ignored: ignored.sort() }, troubles };
}

function layersOf(
  doc: Doc<"project"> | Doc<"district"> | undefined,
  vendors: Readonly<Record<string, unknown>> | undefined,
  path: readonly string[],
): ReadonlyMap<string, Layer> {
  if (doc === undefined) return new Map();
  const isGroup = doc.kind === "project";
  // The schema knows the three forms by `if`, which the generated types cannot say.
  const entries = Object.entries(vendors ?? {}) as [string, VendorEntry][];
  return new Map(entries.map(([vendor, entry]) => [vendor, { doc, entry, path: [...path, vendor], isGroup }]));
}

interface Stack {
  readonly id: DistrictId;
  readonly vendor: string;
  readonly layers: readonly Layer[];
}

function mergeVendor({ id, vendor, layers }: Stack, connections: DraftConnection[], troubles: Trouble[]): void {
  let shared: Part | undefined;
  const named = new Map<string, Part>();
  for (const layer of layers) {
    if (layer.entry === "ignore") continue;
    if (isNamed(layer.entry)) {
      for (const [name, keys] of Object.entries(layer.entry.connections)) {
        const part = partOf(layer, keys, [...layer.path, "connections", name]);
        named.set(name, over(named.get(name), part));
      }
      continue;
    }
    if (named.size > 0) troubles.push(mixed(vendor, layer));
    shared = over(shared, partOf(layer, layer.entry, layer.path));
  }
  if (named.size === 0 && shared !== undefined) {
    connections.push({ address: addressOf(id, vendor), vendor, ...shared, layers });
  }
  for (const [name, part] of named) {
    connections.push({ address: addressOf(id, vendor, name), vendor, name, ...over(shared, part), layers });
  }
}

function mixed(vendor: string, layer: Layer): Trouble {
  const detail = `"${vendor}" has named connections in an earlier group, and keys of a single one here. Name the connections here, too, or write \`${vendor}: ignore\` in a group between the two.`;
  return trouble({ code: "connections-and-keys", detail, place: placeIn(layer.doc, ...layer.path), on: "key" });
}

/** The keys of a connection so far, and where they come from. */
interface Part {
  readonly keys: Connection;
  readonly places: Readonly<Record<string, Place>>;
  readonly place: Place;
}

/** Parts of groups are the same for every district that takes them over. */
const partsOfGroups = new WeakMap<Layer, Map<string, Part>>();

function partOf(layer: Layer, keys: Connection, path: readonly string[]): Part {
  if (!layer.isGroup) return freshPart(layer, keys, path);
  const id = path.join("/");
  const known = partsOfGroups.get(layer) ?? new Map<string, Part>();
  partsOfGroups.set(layer, known);
  const part = known.get(id) ?? freshPart(layer, inheritable(keys), path);
  known.set(id, part);
  return part;
}

function freshPart(layer: Layer, keys: Connection, path: readonly string[]): Part {
  const { file } = layer.doc.source;
  const document = layer.doc.index;
  const places: Record<string, Place> = {};
  for (const [key, value] of Object.entries(keys)) {
    places[key] = { file, document, path: [...path, key] };
    if (!isMergeable(key, value)) continue;
    for (const inner of Object.keys(value)) places[`${key}.${inner}`] = { file, document, path: [...path, key, inner] };
  }
  return { keys, places, place: { file, document, path } };
}

function inheritable(keys: Connection): Connection {
  if (!Object.keys(keys).some((key) => NEVER_INHERITED.has(key))) return keys;
  return Object.fromEntries(Object.entries(keys).filter(([key]) => !NEVER_INHERITED.has(key)));
}

function over(below: Part | undefined, above: Part): Part {
  if (below === undefined) return above;
  const keys: Record<string, unknown> = { ...below.keys, ...above.keys };
  for (const [key, value] of Object.entries(above.keys)) {
    const lower: unknown = Reflect.get(below.keys, key);
    if (isMergeable(key, value) && isMergeable(key, lower)) keys[key] = { ...lower, ...value };
  }
  // The latest word about a vendor is where a reader looks first.
  return { keys, places: { ...below.places, ...above.places }, place: above.place };
}

/** Maps merge; a statement or an approval is one thing and stays whole. */
function isMergeable(key: string, value: unknown): value is Readonly<Record<string, unknown>> {
  return key !== "attest" && key !== "approved" && typeof value === "object" && value !== null && !Array.isArray(value);
}
