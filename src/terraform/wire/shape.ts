import type { Type } from "./schema.ts";
import type { Value } from "./value.ts";

/** The attributes of an object type, prepared once: objects of one schema come by the thousand. */
export interface Shape {
  readonly names: readonly string[];
  /** A new object with all attributes, each of them saying nothing. */
  readonly blank: () => { [name: string]: Value };
}

type Types = { readonly [name: string]: Type };

const known = new WeakMap<Types, Shape>();

/**
 * Names of attributes are the schema's own words, so that an object of them may be an ordinary one, which is the quickest kind;
 * only with one special name it has to be without a prototype.
 */
export function shapeOf(types: Types): Shape {
  const before = known.get(types);
  if (before !== undefined) return before;
  const names = Object.keys(types);
  const empty = Object.fromEntries(names.map((name) => [name, null]));
  const isOrdinary = !names.includes("__proto__");
  const special = (): { [name: string]: Value } =>
    Object.setPrototypeOf({ ...empty }, null) as { [name: string]: Value };
  const shape: Shape = { names, blank: isOrdinary ? () => ({ ...empty }) : special };
  known.set(types, shape);
  return shape;
}
