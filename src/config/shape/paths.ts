import type { ErrorObject } from "ajv";

/** The path of a validator's error as keys and list indexes. */
export function pathOf(root: unknown, error: ErrorObject): readonly (string | number)[] {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of error.instancePath.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(key) : key);
    value = valueAt(value, [key]);
  }
  return path;
}

/** The value at a path; `undefined` where the path leads nowhere. Never looks at a prototype. */
export function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value as unknown;
  }
  return value;
}
