import type { Attribute, Schema, Type } from "./schema.ts";

const known = new WeakMap<Schema["attributes"], Type>();

/** The type of the objects that a schema describes. */
export function typeOf({ attributes }: Pick<Schema, "attributes">): Type {
  const made = known.get(attributes);
  if (made !== undefined) return made;
  const entries = Object.entries(attributes).map(([name, attribute]) => [name, typeOfAttribute(attribute)] as const);
  const type: Type = ["object", Object.fromEntries(entries)];
  known.set(attributes, type);
  return type;
}

/** The type of the values of one attribute. */
function typeOfAttribute({ type, nested }: Attribute): Type {
  if (nested === undefined) return type;
  const object = typeOf(nested);
  return nested.nesting === "single" ? object : [nested.nesting, object];
}
