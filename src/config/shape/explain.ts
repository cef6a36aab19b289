import type { ErrorObject } from "ajv";
import { nearest } from "../../diagnostics/suggest.ts";
import type { Place } from "../../model/place.ts";
import { type Trouble, trouble } from "../trouble.ts";
import { pathOf, valueAt } from "./paths.ts";
import type { Shapes } from "./shapes.ts";
import { type SchemaNode, schemaNodeAt } from "./schema-node.ts";

/** One error of the validator and what is needed to say it to a person. */
export interface Case {
  readonly kind: keyof Shapes;
  readonly root: unknown;
  readonly error: ErrorObject;
  readonly at: { readonly file: string; readonly document: number };
}

/** A value and what its schema says about it. */
interface Seen {
  readonly path: readonly (string | number)[];
  readonly place: Place;
  readonly value: unknown;
  readonly node: SchemaNode;
  /** How to call the value: its key, or the item of which list it is. */
  readonly name: string;
}

/** Says what is wrong, why, and how to fix it, in the words of the schema. */
export function explain(which: Case): Trouble {
  const { kind, root, error, at } = which;
  const path = pathOf(root, error);
  const seen: Seen = {
    path,
    place: { ...at, path },
    value: valueAt(root, path),
    node: schemaNodeAt(kind, root, path) ?? {},
    name: nameOf(path),
  };
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(which, seen, String(error.params["additionalProperty"]));
    case "required":
      return missingKey(which, seen, String(error.params["missingProperty"]));
    case "propertyNames":
      return badName(seen, String(error.params["propertyName"]));
    case "enum":
    case "const":
      return unknownValue(seen, allowedBy(error));
    case "discriminator":
      return unknownTag(seen);
    case "type":
      return wrongType(seen);
    case "minItems":
    case "minLength":
    case "minProperties":
      return trouble({
        code: "empty-value",
        place: seen.place,
        detail: `${seen.name} is empty. ${about(seen.node)} Fill it in, or leave the key out.`,
      });
    case "minimum":
    case "maximum":
      return trouble({
        code: "out-of-range",
        place: seen.place,
        detail: `${seen.name} is ${shown(seen.value)}, which is out of range. ${about(seen.node)}`,
      });
    case "anyOf":
      return isEmpty(seen.value)
        ? trouble({
            code: "empty-value",
            place: seen.place,
            detail: `${seen.name} is empty. ${about(seen.node)} Fill it in, or leave the key out.`,
          })
        : wrongType(seen);
    default:
      return unreadable(seen, error);
  }
}

/** The known key a person most likely meant; `undefined` when none is near. */
export function suggestedKey(
  kind: keyof Shapes,
  root: unknown,
  path: readonly (string | number)[],
  key: string,
): string | undefined {
  return nearest(key, keysOf(schemaNodeAt(kind, root, path)));
}

/** Keys under which people put credentials. */
const SECRETIVE = /secret|password|passwd|token$|api-?key|credential|private-?key/iu;

function unknownKey({ kind, root }: Case, seen: Seen, key: string): Trouble {
  const place: Place = { ...seen.place, path: [...seen.path, key] };
  if (SECRETIVE.test(key)) {
    const detail = `"${key}" looks like a credential. Documents never hold secrets: the store makes them, and the sink hands them over. Delete the line, and replace the secret, because it may have been read.`;
    return trouble({ code: "secret-inline", detail, place, on: "key" });
  }
  const known = keysOf(seen.node);
  if (known.length === 1 && known[0] === "connections" && keysOf(schemaNodeAt("connection", {}, [])).includes(key)) {
    const detail = `${seen.name} has named connections, and "${key}" is a key of a single one. Move it into each of the connections, or into a group that gives it to all of them.`;
    return trouble({ code: "connections-and-keys", detail, place, on: "key" });
  }
  const meant = suggestedKey(kind, root, seen.path, key);
  const fix = meant === undefined ? `Possible are ${listed(known)}.` : `Did you mean "${meant}"?`;
  return trouble({ code: "unknown-key", detail: `"${key}" is no key of ${whole(seen)}. ${fix}`, place, on: "key" });
}

function missingKey({ kind, root }: Case, seen: Seen, key: string): Trouble {
  const node = schemaNodeAt(kind, root, [...seen.path, key]) ?? {};
  const [example] = node.examples ?? [];
  const add = example === undefined ? `Add "${key}".` : `Add for example \`${key}: ${asYaml(example)}\`.`;
  return trouble({
    code: "missing-key",
    detail: `${capital(whole(seen))} needs "${key}". ${about({ ...node, examples: [] })} ${add}`,
    place: seen.place,
  });
}

function badName(seen: Seen, name: string): Trouble {
  const detail = `"${name}" cannot be a name in ${seen.name}. Names have 1 to 80 characters and neither quotes, brackets, slashes, control characters nor spaces at their ends. Change the name.`;
  return trouble({ code: "bad-name", detail, place: { ...seen.place, path: [...seen.path, name] }, on: "key" });
}

function unknownValue(seen: Seen, allowed: readonly unknown[]): Trouble {
  const texts = [...new Set(allowed.map(String))];
  const meant = typeof seen.value === "string" ? nearest(seen.value, texts) : undefined;
  const fix = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  const possible = texts.length === 1 ? `Possible is only ${texts[0]}.` : `Possible are ${texts.join(", ")}.`;
  return trouble({
    code: "unknown-value",
    detail: `${seen.name} is ${shown(seen.value)}. ${possible}${fix}`,
    place: seen.place,
  });
}

/** `kind:` chooses between several maps: the error stands at the map, the mistake in that key. */
function unknownTag(seen: Seen): Trouble {
  const kinds = (seen.node.oneOf ?? []).map((option) => option.properties?.["kind"]?.const);
  const path = [...seen.path, "kind"];
  const tag: Seen = {
    ...seen,
    path,
    place: { ...seen.place, path },
    value: valueAt(seen.value, ["kind"]),
    name: "kind",
  };
  return tag.value === undefined
    ? trouble({
        code: "missing-key",
        detail: `${capital(whole(seen))} needs "kind". Possible are ${kinds.join(", ")}.`,
        place: seen.place,
      })
    : unknownValue(tag, kinds);
}

function wrongType(seen: Seen): Trouble {
  const nothing = seen.value === null ? " If nothing is to be said, leave the key out." : "";
  const quoted =
    typeof seen.value === "number" && isFreeText(seen.node) ? ` Put quotes around it if it is meant as text.` : "";
  return trouble({
    code: "wrong-type",
    detail: `${seen.name} is ${shown(seen.value)}. ${about(seen.node)}${nothing}${quoted}`,
    place: seen.place,
  });
}

function unreadable(seen: Seen, error: ErrorObject): Trouble {
  const pattern = String(error.params["pattern"] ?? "");
  if (pattern.startsWith("^(env:")) {
    const detail = `${seen.name} is no reference. Documents never hold secrets: write for example \`${asYaml(seen.node.examples?.[0])}\` or \`file:\` and the path of a file that only you can read. If this was the secret itself, replace it, because it may have been read.`;
    return trouble({ code: "secret-inline", detail, place: seen.place });
  }
  if (typeof seen.value === "string" && /:\/\/[^/]*@/u.test(seen.value)) {
    const detail = `${seen.name} has a user name or password inside. Documents never hold secrets: write the address alone, for example \`${asYaml(seen.node.examples?.[0])}\`, and replace the password, because it may have been read.`;
    return trouble({ code: "secret-inline", detail, place: seen.place });
  }
  if (error.params["format"] === "date") {
    const detail = `${shown(seen.value)} is no day. Write a day that exists as YYYY-MM-DD, for example 2027-06-15.`;
    return trouble({ code: "unreadable-day", detail, place: seen.place });
  }
  if (pattern.endsWith("[mhdw]$")) {
    const detail = `${shown(seen.value)} is no duration. Write a number and m, h, d or w, for example 48h or 21d.`;
    return trouble({ code: "unreadable-duration", detail, place: seen.place });
  }
  if (pattern.endsWith("%$")) {
    const detail = `${shown(seen.value)} is no share. Write 0% to 100%, for example 10%.`;
    return trouble({ code: "unreadable-percent", detail, place: seen.place });
  }
  return trouble({
    code: "unreadable-value",
    detail: `${seen.name} is ${shown(seen.value)}. ${about(seen.node)}`,
    place: seen.place,
  });
}

function allowedBy(error: ErrorObject): readonly unknown[] {
  const allowed: unknown = error.params["allowedValues"] ?? [error.params["allowedValue"]];
  return Array.isArray(allowed) ? allowed : [];
}

/** The schema's own description, with an example where it has one. */
function about(node: SchemaNode): string {
  const [example] = node.examples ?? [];
  return `${node.description ?? ""}${example === undefined ? "" : ` For example ${asYaml(example)}.`}`.trim();
}

function whole(seen: Seen): string {
  return seen.path.length === 0 ? "this document" : seen.name;
}

function nameOf(path: readonly (string | number)[]): string {
  const key = path.findLast((step) => typeof step === "string");
  if (key === undefined) return "This document";
  return typeof path.at(-1) === "number" ? `An item of "${key}"` : `"${key}"`;
}

function keysOf(node: SchemaNode | undefined): readonly string[] {
  return Object.keys(node?.properties ?? {});
}

function isFreeText(node: SchemaNode): boolean {
  return node.type === "string" && node.pattern === undefined;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

/** A value in a sentence. Long ones are cut, maps and lists only named. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  return typeof value === "string" ? `"${short}"` : short;
}

/** An example as one writes it in YAML on one line. */
function asYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asYaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${asYaml(item)}`);
  return `{ ${entries.join(", ")} }`;
}

function listed(keys: readonly string[]): string {
  return keys.length === 0 ? "none" : keys.join(", ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
