import type { Document, ParsedNode, YAMLMap } from "yaml";
import { loadYaml, parseExact, type YamlPackage } from "./yaml/exact.ts";

/** Which connection of which vendor adopts what. Version and kind are written where the file does not say them. */
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
  readonly keys?: Readonly<Record<string, string | number | readonly string[]>>;
}

export type Inserted =
  | { readonly kind: "inserted"; readonly text: string }
  /** The line is there already. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly why: string };

/** Adds an `adopt:` line to a district file. Comments, order and everything else stay. */
export async function insertAdoption(adoption: Adoption): Promise<Inserted> {
  const yaml = await loadYaml();
  const isWindows = adoption.text.includes("\r\n");
  const text = adoption.text.replaceAll("\r\n", "\n");
  const { documents } = parseExact(yaml, text);
  const document = documents.find((one) => one.get("district") === adoption.district);
  if (document === undefined || documents.some((one) => one.errors.length > 0)) {
    return {
      kind: "refused",
      why: `The file does not describe the district "${adoption.district}", or cannot be read.`,
    };
  }
  const entry = entryOf(yaml, document, adoption);
  if (typeof entry === "string") return { kind: "refused", why: entry };
  const present = entry.get("adopt");
  if (present === adoption.adopt) return { kind: "unchanged" };
  if (present !== undefined) return { kind: "refused", why: `"${adoption.vendor}" already adopts another connection.` };
  entry.set("adopt", adoption.adopt);
  const whole = documents.map((one) => one.toString({ lineWidth: 0 })).join("");
  return { kind: "inserted", text: isWindows ? whole.replaceAll("\n", "\r\n") : whole };
}

/** The map to write into, made where there is none; or why there can be none. */
function entryOf(yaml: YamlPackage, document: Document.Parsed<ParsedNode>, adoption: Adoption): YAMLMap | string {
  const vendors = mapAt(yaml, document, document, "vendors");
  if (vendors === undefined) return '"vendors" is an alias or no map; add the line by hand.';
  const vendor = vendors.get(adoption.vendor, true);
  if (yaml.isScalar(vendor) && vendor.value === "ignore")
    return `The district ignores "${adoption.vendor}". Take \`ignore\` away first.`;
  const isNew = vendor === undefined;
  const entry = mapAt(yaml, document, vendors, adoption.vendor);
  if (entry === undefined) return `"${adoption.vendor}" is an alias or no map; add the line by hand.`;
  if (adoption.name === undefined) {
    if (entry.has("connections")) return `"${adoption.vendor}" has named connections. Say which one adopts it.`;
    return filled(document, entry, isNew, adoption);
  }
  if (!isNew && !entry.has("connections")) return `"${adoption.vendor}" has no named connections.`;
  const connections = mapAt(yaml, document, entry, "connections");
  const isNewName = connections?.has(adoption.name) === false;
  const named = connections === undefined ? undefined : mapAt(yaml, document, connections, adoption.name);
  return named === undefined
    ? `"${adoption.name}" is an alias or no map; add the line by hand.`
    : filled(document, named, isNewName, adoption);
}

function filled(document: Document, entry: YAMLMap, isNew: boolean, { keys = {} }: Adoption): YAMLMap {
  if (isNew) for (const [key, value] of Object.entries(keys)) entry.set(key, document.createNode(value));
  return entry;
}

/** The map under a key, made empty where there is none. An alias is refused: writing into it would change others. */
function mapAt(yaml: YamlPackage, document: Document, holder: YAMLMap | Document, key: string): YAMLMap | undefined {
  const found: unknown = holder.get(key, true);
  if (yaml.isMap(found)) {
    // An empty `{}` would go on in braces.
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  if (found !== undefined && !(yaml.isScalar(found) && found.value === null)) return undefined;
  const made = new yaml.YAMLMap(document.schema);
  holder.set(key, made);
  return made;
}
