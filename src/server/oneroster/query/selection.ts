import type { OneRosterVersion } from "../../../model/traits.ts";
import { badRequest, type Fault } from "../errors.ts";
import { textOf, valueAt } from "./filter.ts";

type Json = Readonly<Record<string, unknown>>;

/** In which order objects come, and what of each is told. */
export interface Selection {
  readonly sort?: { readonly field: readonly string[]; readonly isDescending: boolean };
  readonly fields?: readonly string[];
  /** 1.1 answers in spite of a field that it does not know, and says so. */
  readonly warnings: readonly string[];
}

/** Reads `sort`, `orderBy` and `fields`. What 1.1 warns of is a fault in 1.2 (1EdTech OneRoster, sections on sorting and selection). */
export function readSelection(
  query: URLSearchParams,
  known: ReadonlySet<string>,
  version: OneRosterVersion,
): Selection | Fault {
  const warnings: string[] = [];
  const sort = query.get("sort") ?? "";
  const field = sort.split(".");
  const isSortable = sort !== "" && known.has(field[0] ?? "");
  if (sort !== "" && !isSortable) warnings.push("invalid_sort_field");
  const asked = query.has("fields") ? (query.get("fields") ?? "").split(",").map((name) => name.trim()) : [];
  const isSelecting = asked.length > 0 && asked.every((name) => known.has(name));
  if (asked.length > 0 && !isSelecting) warnings.push("invalid_selection_field");
  const [first] = warnings;
  if (first !== undefined && version === "1.2") return badRequest(first, "A field is not known here.");
  return {
    ...(isSortable ? { sort: { field, isDescending: (query.get("orderBy") ?? "").toLowerCase() === "desc" } } : {}),
    ...(isSelecting ? { fields: asked } : {}),
    warnings,
  };
}

/** The objects in the order that is asked for; those without the field come last, equal ones stay as they stood. */
export function sorted<T>(objects: readonly T[], { sort }: Selection, jsonOf: (object: T) => Json): readonly T[] {
  if (sort === undefined) return objects;
  const keyed = objects.map((object) => ({ object, key: keyOf(valueAt(jsonOf(object), sort.field)) }));
  const sign = sort.isDescending ? -1 : 1;
  return keyed
    .toSorted((a, b) => {
      if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
      return sign * compareKeys(a.key, b.key);
    })
    .map(({ object }) => object);
}

function keyOf(value: unknown): number | string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? value : textOf(value).toLowerCase();
}

function compareKeys(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The object with nothing but the fields that are asked for. */
export function selected(object: Json, { fields }: Selection): Json {
  if (fields === undefined) return object;
  return Object.fromEntries(fields.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]));
}
