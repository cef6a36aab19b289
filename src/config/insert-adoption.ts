import { isDeepStrictEqual } from "node:util";
import type { YAMLMap } from "yaml";
import { type ExactFile, loadYaml, parseExact, type YamlPackage } from "./yaml/exact.ts";
import { flowText, type Plain, type PlainMap, scalarText } from "./yaml/plain-text.ts";

/** Which connection of which vendor adopts what. */
export interface Adoption {
  /** The text of the district file. */
  readonly text: string;
  /** Which district, where the file describes several. */
  readonly district: string;
  readonly vendor: string;
  readonly name?: string;
  /** Client ID of the found connection. */
  readonly adopt: string;
  /** Keys for an entry that does not exist yet, e.g. version and kind of what was found. */
  readonly keys?: PlainMap;
}

export type Inserted =
  | { readonly kind: "inserted"; readonly text: string }
  /** The line is there already. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly why: string };

/** Adds an `adopt:` line to a district file. Everything else stays to the letter, comments and spaces included. */
export async function insertAdoption(adoption: Adoption): Promise<Inserted> {
  const yaml = await loadYaml();
  const isWindows = adoption.text.includes("\r\n");
  const text = adoption.text.replaceAll("\r\n", "\n");
  const { documents } = parseExact(yaml, text);
  const document = documents.find((one) => yaml.isMap(one.contents) && one.get("district") === adoption.district);
  if (document === undefined || documents.some((one) => one.errors.length > 0)) {
    return {
      kind: "refused",
      why: `The file does not describe the district "${adoption.district}", or cannot be read.`,
    };
  }
  const spot = spotOf(yaml, document, adoption);
  if (spot.kind !== "spot") return spot;
  const before = valuesOf(documents);
  const written = insertText(yaml, text, spot) ?? "";
  document.setIn([...spot.path, spot.key], document.createNode(spot.value));
  // The text counts only if it says exactly what was to be added; else the package writes the document anew.
  const isRight =
    written !== "" && isDeepStrictEqual(valuesOf(parseExact(yaml, written).documents), valuesOf(documents));
  const result = isRight ? written : documents.map((one) => one.toString({ lineWidth: 0 })).join("");
  if (isDeepStrictEqual(valuesOf(documents), before)) return { kind: "unchanged" };
  return { kind: "inserted", text: isWindows ? result.replaceAll("\n", "\r\n") : result };
}

type DocumentOf = ExactFile["documents"][number];

/** Where something is added: a key of a map that is there, at a path of the document. */
interface Spot {
  readonly kind: "spot";
  readonly path: readonly string[];
  readonly map?: YAMLMap;
  readonly key: string;
  readonly value: Plain;
}

/** Finds the deepest map that is there; what is missing below it becomes the value to add. */
function spotOf(
  yaml: YamlPackage,
  document: DocumentOf,
  adoption: Adoption,
): Spot | Exclude<Inserted, { kind: "inserted" }> {
  const { vendor, name, adopt, keys = {} } = adoption;
  const path = name === undefined ? ["vendors", vendor] : ["vendors", vendor, "connections", name];
  const map: unknown = document.contents;
  for (let depth = 0, at = map; ; depth += 1) {
    if (yaml.isScalar(at) && at.value === "ignore")
      return refuse(`The district ignores "${vendor}". Take \`ignore\` away first.`);
    if (!yaml.isMap(at)) return refuse(`"${path[depth - 1]}" is an alias or no map. Add the line by hand.`);
    if (depth === 2 && name === undefined && at.has("connections"))
      return refuse(`"${vendor}" has named connections. Say which one adopts it.`);
    if (depth === 2 && name !== undefined && !at.has("connections"))
      return refuse(`"${vendor}" has no named connections.`);
    const step = path[depth];
    if (step === undefined) return atEntry(at, path, adoption);
    const next: unknown = at.get(step, true);
    if (next !== undefined && next !== null && !(yaml.isScalar(next) && next.value === null)) {
      at = next;
      continue;
    }
    const rest = path.slice(depth + 1);
    const value = rest.reduceRight<Plain>((inner, key) => ({ [key]: inner }), { ...keys, adopt });
    return { kind: "spot", path: path.slice(0, depth), map: at, key: step, value };
  }
}

function atEntry(map: YAMLMap, path: readonly string[], { vendor, adopt }: Adoption): ReturnType<typeof spotOf> {
  const present: unknown = map.get("adopt");
  if (present === adopt) return { kind: "unchanged" };
  if (present !== undefined) return refuse(`"${vendor}" already adopts another connection.`);
  return { kind: "spot", path, map, key: "adopt", value: adopt };
}

function refuse(why: string): { readonly kind: "refused"; readonly why: string } {
  return { kind: "refused", why };
}

/** The text with one entry more at the end of a map; `undefined` where the map has none to go by. */
function insertText(yaml: YamlPackage, text: string, { map, key, value }: Spot): string | undefined {
  const first: unknown = map?.items[0]?.key;
  if (map === undefined || map.has(key) || !yaml.isNode(first) || !first.range) return undefined;
  const entry = `${scalarText(key)}: ${flowText(value)}`;
  const end = endOf(yaml, map);
  if (map.flow === true) return `${text.slice(0, end)}, ${entry}${text.slice(end)}`;
  const column = first.range[0] - (text.lastIndexOf("\n", first.range[0] - 1) + 1);
  const newline = text.indexOf("\n", end);
  const at = newline === -1 ? text.length : newline;
  return `${text.slice(0, at)}\n${" ".repeat(column)}${entry}${text.slice(at)}`;
}

/** Where the last value of a map ends, blank lines and comments behind it left out. */
function endOf(yaml: YamlPackage, map: YAMLMap): number {
  const last = map.items.at(-1);
  const node: unknown = last?.value ?? last?.key;
  if (yaml.isMap(node) && node.flow !== true && node.items.length > 0) return endOf(yaml, node);
  if (yaml.isSeq(node) && node.flow !== true) {
    const item: unknown = node.items.at(-1);
    if (yaml.isMap(item) && item.flow !== true) return endOf(yaml, item);
    return yaml.isNode(item) ? (item.range?.[1] ?? 0) : 0;
  }
  return yaml.isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

function valuesOf(documents: ExactFile["documents"]): readonly unknown[] {
  return documents.map((document): unknown => document.toJS());
}
