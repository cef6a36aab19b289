import type { ErrorObject, ValidateFunction } from "ajv";
import { validateCatalogue, validateDistrict, validateProject } from "../generated/validators.js";
import type { Trouble } from "../trouble.ts";
import { explain, suggestedKey } from "./explain.ts";
import { pathOf } from "./paths.ts";
import type { Shapes } from "./shapes.ts";

export interface Shaped<T> {
  /** The document; where its shape is wrong, what is left of it without the wrong parts. Absent when nothing is. */
  readonly value?: T;
  readonly troubles: readonly Trouble[];
  /** Paths (joined by `/`) that were left out, so that later checks do not complain about what is not there. */
  readonly broken: ReadonlySet<string>;
}

const VALIDATORS: { readonly [K in keyof Shapes]: ValidateFunction<Shapes[K]> } = {
  project: validateProject,
  district: validateDistrict,
  catalogue: validateCatalogue,
};

const NOTHING_BROKEN: ReadonlySet<string> = new Set();

/** Holds a document against its schema. All errors come at once; what is right goes on to the checks of meaning. */
export function checkShape<K extends keyof Shapes>(
  kind: K,
  value: unknown,
  at: { readonly file: string; readonly document: number },
): Shaped<Shapes[K]> {
  const validate = VALIDATORS[kind];
  if (validate(value)) return { value, troubles: [], broken: NOTHING_BROKEN };
  const errors = essential(validate.errors ?? []);
  const troubles = errors.map((error) => explain({ kind, root: value, error, at }));
  const broken = new Set<string>();
  const rest = structuredClone(value);
  let left: readonly ErrorObject[] = errors;
  // Taking a wrong part away can uncover another one (a map that lost its last required key), but only upwards.
  for (let round = 0; round < 8 && left.length > 0; round += 1) {
    for (const error of left) prune(kind, rest, error, broken);
    if (validate(rest)) return { value: rest, troubles, broken };
    left = essential(validate.errors ?? []);
  }
  return { troubles, broken };
}

/** The errors that say something: not that a branch failed, and of alternatives only that none of them fits. */
function essential(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternatives = errors.filter((error) => error.keyword === "anyOf");
  const untagged = new Set(
    errors.filter((error) => error.keyword === "discriminator").map((error) => error.instancePath),
  );
  return errors.filter((error) => {
    if (error.keyword === "if" || error.propertyName !== undefined) return false;
    if (error.keyword === "required" && untagged.has(error.instancePath)) return false;
    return !alternatives.some((other) => other !== error && isBelow(error, other));
  });
}

function isBelow(error: ErrorObject, alternative: ErrorObject): boolean {
  const isSame = error.instancePath === alternative.instancePath;
  return isSame
    ? error.schemaPath.startsWith(`${alternative.schemaPath}/`)
    : error.instancePath.startsWith(`${alternative.instancePath}/`);
}

/** Stand-ins for the two keys no district can do without; the checks that look at them see that they are broken. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  district: "unknown",
  site: { host: "unknown.invalid", app: "unknown" },
};

function prune(kind: keyof Shapes, root: unknown, error: ErrorObject, broken: Set<string>): void {
  const path = [...pathOf(root, error)];
  const key = String(
    error.params["additionalProperty"] ?? error.params["propertyName"] ?? error.params["missingProperty"] ?? "",
  );
  if (error.keyword === "additionalProperties" || error.keyword === "propertyNames") {
    broken.add([...path, key].join("/"));
    const meant = suggestedKey(kind, root, path, key);
    if (meant !== undefined) broken.add([...path, meant].join("/"));
    path.push(key);
  }
  if (path.length === 0 && error.keyword === "required") path.push(key);
  remove(root, path, broken);
}

/** Takes the value away; out of a list, the whole list goes, because its other items would move. */
function remove(root: unknown, path: readonly (string | number)[], broken: Set<string>): void {
  const list = path.findIndex((step) => typeof step === "number");
  const whole = list === -1 ? path : path.slice(0, list);
  broken.add(whole.join("/"));
  const last = whole.at(-1);
  let parent: unknown = root;
  for (const step of whole.slice(0, -1)) {
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, step) : undefined;
  }
  if (typeof parent !== "object" || parent === null || last === undefined) return;
  const standIn = whole.length === 1 ? STAND_INS[String(last)] : undefined;
  if (standIn === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, structuredClone(standIn));
}
