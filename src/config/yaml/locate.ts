import type { Pair, ParsedNode } from "yaml";
import type { Position } from "../../diagnostics/diagnostic.ts";
import type { Place } from "../../model/place.ts";
import type { Source } from "../source.ts";
import { type ExactFile, parseExact, type YamlPackage } from "./exact.ts";
import { positionOf, type Range } from "./position.ts";

/** Finds line and column of a place; with `on: "key"`, of the last key of its path instead of the value behind it. */
export type Locator = (place: Place, on?: "key") => Position | undefined;

/** A locator over the files of a project. A file is parsed when it is first asked about, once. */
export function createLocator(yaml: YamlPackage, sources: Iterable<Source>): Locator {
  const texts = new Map([...sources].map((source) => [source.file, source.text]));
  const parsed = new Map<string, ExactFile | undefined>();
  return (place, on) => {
    const text = texts.get(place.file);
    if (text === undefined) return { file: place.file, line: 1, column: 1 };
    if (!parsed.has(place.file)) parsed.set(place.file, tryParse(yaml, text));
    const exact = parsed.get(place.file);
    const range = exact === undefined ? undefined : rangeOf(yaml, exact, place, on);
    return exact === undefined || range === undefined
      ? positionOf(place.file, text, [0, 0], 1)
      : positionOf(place.file, text, range, exact.lines.linePos(range[0]).line);
  };
}

function tryParse(yaml: YamlPackage, text: string): ExactFile | undefined {
  try {
    return parseExact(yaml, text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Where the deepest part of the path that exists stands: a missing key is shown at what lacks it. */
function rangeOf(yaml: YamlPackage, exact: ExactFile, place: Place, on?: "key"): Range | undefined {
  const document = exact.documents[place.document];
  let node: unknown = document?.contents;
  let key: unknown;
  let isWhole = true;
  for (const step of place.path) {
    const found = stepInto(yaml, document, node, step);
    if (found === undefined) {
      isWhole = false;
      break;
    }
    ({ key, node } = found);
  }
  if (key === undefined && yaml.isMap(node)) key = node.items[0]?.key;
  const showsValue = isWhole && on !== "key" && (yaml.isScalar(node) || yaml.isAlias(node) || isFlow(yaml, node));
  const shown = showsValue || key === undefined || key === null ? node : key;
  return yaml.isNode(shown) && shown.range ? [shown.range[0], shown.range[1]] : undefined;
}

interface Found {
  readonly key: unknown;
  readonly node: unknown;
}

function stepInto(
  yaml: YamlPackage,
  document: ExactFile["documents"][number] | undefined,
  at: unknown,
  step: string | number,
): Found | undefined {
  const node = document !== undefined && yaml.isAlias(at) ? at.resolve(document) : at;
  if (yaml.isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { key: undefined, node: item };
  }
  if (!yaml.isMap(node)) return undefined;
  const pairs = node.items as readonly Pair<ParsedNode, ParsedNode | null>[];
  const own = pairs.find((pair) => textOf(yaml, pair.key) === String(step));
  if (own !== undefined) return { key: own.key, node: own.value };
  // `<<: *name` or `<<: [*a, *b]`: the value stands where the anchor is.
  for (const pair of pairs) {
    if (textOf(yaml, pair.key) !== "<<") continue;
    const merged: readonly unknown[] = yaml.isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of merged) {
      const found = stepInto(yaml, document, source, step);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function textOf(yaml: YamlPackage, key: unknown): string | undefined {
  // The merge key is read as a symbol, so that a quoted "<<" stays a name.
  if (!yaml.isScalar(key)) return undefined;
  return typeof key.value === "symbol" ? "<<" : String(key.value);
}

/** A short `[...]` or `{...}` is underlined as a whole; a block is shown at its key. */
function isFlow(yaml: YamlPackage, node: unknown): boolean {
  return yaml.isCollection(node) && node.flow === true;
}
