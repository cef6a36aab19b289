import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** One `import`, `export ... from`, `import()` or `import("x").Type` of a source file. */
export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Path below `src/` when the import stays there. */
  readonly target: string | undefined;
  /** Whether it is relative but leaves `src/`. */
  readonly leaves: boolean;
  readonly kind: "value" | "type" | "dynamic";
}

/** One node of the syntax tree with the line it begins on. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** A source file, parsed. `path` is below `src/`, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly imports: readonly Import[];
  readonly line: (node: Node) => number;
}

/** Every file below a folder of the repository, as paths with forward slashes; none when the folder is not there. */
export function filesBelow(folder: string): readonly string[] {
  const from = join(root, folder);
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/^src\/(config|constructs|terraform)\/generated\//.test(path))
    .sort();
}

/** Every source file of `src/`, what is generated left out. */
export function readSources(): readonly Source[] {
  return filesBelow("src")
    .filter((path) => path.endsWith(".ts"))
    .map((path) => parseSource(path.slice("src/".length), readFileSync(join(root, path), "utf8")));
}

/** Parses one file as if it stood at `src/<path>`. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`src/${path} does not parse: ${errors[0]?.message}`);
  const nodes: Node[] = [];
  collect(program, nodes);
  const line = (node: Node) => text.slice(0, node.start).split("\n").length;
  const imports = nodes.flatMap((node) => {
    const found = importOf(node);
    return found === undefined ? [] : [{ ...found, ...resolve(path, found.specifier), line: line(node) }];
  });
  return { path, text, nodes, imports, line };
}

/** Whether a value of the tree is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function collect(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  if (!isNode(value)) return;
  into.push(value);
  for (const field of Object.values(value)) if (typeof field === "object") collect(field, into);
}

function importOf(node: Node): Pick<Import, "specifier" | "kind"> | undefined {
  const specifier = isNode(node["source"]) ? node["source"]["value"] : undefined;
  if (typeof specifier !== "string") return undefined;
  switch (node.type) {
    case "ImportDeclaration":
      return { specifier, kind: node["importKind"] === "type" || isAllTypes(node, "importKind") ? "type" : "value" };
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return { specifier, kind: node["exportKind"] === "type" || isAllTypes(node, "exportKind") ? "type" : "value" };
    case "ImportExpression":
      return { specifier, kind: "dynamic" };
    case "TSImportType":
      return { specifier, kind: "type" };
    default:
      return undefined;
  }
}

/** `import { type A, type B } from` imports no value either. */
function isAllTypes(node: Node, kind: string): boolean {
  const specifiers = node["specifiers"];
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every((specifier) => isNode(specifier) && specifier[kind] === "type");
}

function resolve(path: string, specifier: string): Pick<Import, "target" | "leaves"> {
  if (!specifier.startsWith(".")) return { target: undefined, leaves: false };
  const target = posix.join(posix.dirname(path), specifier);
  return target.startsWith("../") ? { target: undefined, leaves: true } : { target, leaves: false };
}

/** The part of a path that names its room: the first folder, or the file itself at the top of `src/`. */
export function roomOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** The folders of a path below `src/`, outermost first. */
export function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : folder.split("/");
}
