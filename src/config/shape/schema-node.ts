import { SCHEMAS } from "../generated/schemas.ts";
import { valueAt } from "./paths.ts";

/** The part of a published schema that describes one value. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly allOf?: readonly SchemaNode[];
  readonly if?: SchemaNode;
  readonly then?: SchemaNode;
  readonly else?: SchemaNode;
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | false;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

type FileName = keyof typeof SCHEMAS;

const parsed = new Map<string, SchemaNode>();

/**
 * What the schema says about the value at `path`, with references followed; `undefined` where it says nothing.
 * Read only when something is wrong, to explain it in the words of the schema itself.
 */
export function schemaNodeAt(
  schema: string,
  root: unknown,
  path: readonly (string | number)[],
): SchemaNode | undefined {
  let file = `${schema}.schema.json`;
  let value = root;
  let node: SchemaNode | undefined = load(file);
  for (const key of [undefined, ...path]) {
    if (key !== undefined) {
      node = child(node, key);
      value = valueAt(value, [key]);
    }
    const settled: Settled | undefined = node === undefined ? undefined : settle(file, node, value);
    if (settled === undefined) return undefined;
    ({ file, node } = settled);
  }
  return node;
}

interface Settled {
  readonly file: string;
  readonly node: SchemaNode;
}

/** Follows `$ref`, `allOf` and `if` until a node describes the value itself; a description nearer to the use wins. */
function settle(file: string, node: SchemaNode, value: unknown): Settled {
  if (node.$ref !== undefined) {
    const [name = "", pointer = ""] = node.$ref.split("#");
    const next = name === "" ? file : name;
    return settle(next, followed(load(next), pointer), value);
  }
  const [first] = node.allOf ?? [];
  if (first !== undefined) {
    const inner = settle(file, first, value);
    const { allOf: _, ...own } = node;
    return { file: inner.file, node: { ...inner.node, ...own } };
  }
  if (node.if !== undefined) {
    const branch = holds(node.if, value) ? node.then : node.else;
    return branch === undefined ? { file, node } : settle(file, branch, value);
  }
  const chosen = node.oneOf?.find((option) => option.properties?.["kind"]?.const === valueAt(value, ["kind"]));
  return { file, node: chosen === undefined ? node : { ...node, ...chosen } };
}

/** Of the conditions the schemas use: a type, and keys that must be there. */
function holds(condition: SchemaNode, value: unknown): boolean {
  if (condition.type === "string") return typeof value === "string";
  return typeof value === "object" && value !== null && (condition.required ?? []).every((key) => key in value);
}

function child(node: SchemaNode | undefined, key: string | number): SchemaNode | undefined {
  if (typeof key === "number") return node?.items ?? node?.anyOf?.find((option) => option.items !== undefined)?.items;
  const own = node?.properties !== undefined && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
  return own ?? (node?.additionalProperties === false ? undefined : node?.additionalProperties);
}

function followed(root: SchemaNode, pointer: string): SchemaNode {
  const name = /^\/definitions\/(.+)$/u.exec(pointer)?.[1];
  return name === undefined ? root : (root.definitions?.[name] ?? {});
}

function load(file: string): SchemaNode {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const node = JSON.parse(SCHEMAS[file as FileName]) as SchemaNode;
  parsed.set(file, node);
  return node;
}
