import { isDeepStrictEqual } from "node:util";
import type { CST } from "yaml";
import {
  type DocumentKind,
  isModeline,
  kindOfDocument,
  modelineOf,
  rightModeline,
  schemaAddress,
} from "../modeline.ts";
import type { Source } from "../source.ts";
import { type Trouble, trouble } from "../trouble.ts";
import { loadYaml, parseExact, readExact, type YamlPackage } from "../yaml/exact.ts";
import { parseFast } from "../yaml/fast.ts";
import { flatten, type Word } from "./flatten.ts";
import { layOut } from "./lay-out.ts";

export type Formatted =
  | { readonly kind: "formatted"; readonly text: string }
  /** It cannot be read as YAML; nobody knows how it is meant. */
  | { readonly kind: "broken"; readonly troubles: readonly Trouble[] }
  /** YAML of somebody else. */
  | { readonly kind: "foreign" }
  /** Laid out it would be read as something else: YAML is odd here, and what it says counts more than how it looks. */
  | { readonly kind: "odd" };

export interface FormatOptions {
  /** What the file is where its keys leave it open. */
  readonly meant?: DocumentKind;
  /** Where the schema of a kind is; the published address when left out. */
  readonly schemaOf?: (kind: DocumentKind) => string;
}

/** The text of a file with its spaces, blank lines and modelines put right; every word and every comment stays. */
export async function format(source: Source, options: FormatOptions = {}): Promise<Formatted> {
  if (source.text.includes("\r")) return { kind: "broken", troubles: [loneReturn(source)] };
  const yaml = await loadYaml();
  const read = valuesOf(yaml, source.file, source.text);
  if (read.troubles.length > 0) return { kind: "broken", troubles: read.troubles };
  const kinds = read.values.map((value) => kindOfDocument(value, options.meant));
  if (kinds.every((kind) => kind === undefined)) return { kind: "foreign" };
  const { schemaOf = schemaAddress } = options;
  const schemas = kinds.map((kind) => (kind === undefined ? undefined : schemaOf(kind)));
  const parts = partsOf(new yaml.Parser().parse(source.text));
  const words = parts.flatMap((tokens, index) => {
    const next = parts[index + 1]?.[0]?.offset ?? source.text.length;
    return withModeline(flatten(tokens, source.text, next), schemas[index], index);
  });
  const text = layOut(words);
  const again = valuesOf(yaml, source.file, text);
  const isSame = isDeepStrictEqual(again, read) || isDeepStrictEqual(mapsOf(yaml, text), mapsOf(yaml, source.text));
  return isSame ? { kind: "formatted", text } : { kind: "odd" };
}

/** What ends a line for old programs is a part of a value for others, so that nobody can say what is meant. */
function loneReturn({ file, text }: Source): Trouble {
  const line = text.slice(0, text.indexOf("\r")).split("\n").length;
  const detail = `Line ${line} has a carriage return that is no end of a line. Save the file with the line ends of Unix or of Windows.`;
  return trouble({ code: "syntax", detail, place: { file, document: 0, path: [] } });
}

interface Values {
  readonly values: readonly unknown[];
  readonly troubles: readonly Trouble[];
}

function valuesOf(yaml: YamlPackage, file: string, text: string): Values {
  const fast = parseFast(text);
  return fast === undefined ? readExact(yaml, file, text) : { values: fast, troubles: [] };
}

/** The values with maps as keys left as they are; else such a key is the text that it was written as, spaces included. */
function mapsOf(yaml: YamlPackage, text: string): readonly unknown[] {
  return parseExact(yaml, text).documents.map((one): unknown => one.toJS({ mapAsMap: true, maxAliasCount: 10_000 }));
}

/** The tokens of each document, with those that stand before it. What comes after the last one belongs to that. */
function partsOf(tokens: Iterable<CST.Token>): readonly (readonly CST.Token[])[] {
  const parts: CST.Token[][] = [[]];
  let hasDocument = false;
  for (const token of tokens) {
    const begins = token.type === "document" || token.type === "directive";
    if (hasDocument && begins) {
      parts.push([]);
      hasDocument = false;
    }
    parts.at(-1)?.push(token);
    hasDocument ||= token.type === "document";
  }
  return parts;
}

/** Says at the head of a document which schema it has. */
function withModeline(words: readonly Word[], schema: string | undefined, index: number): readonly Word[] {
  if (schema === undefined) return words;
  const end = words.findIndex(({ type }) => !HEAD.has(type));
  const at = words.slice(0, end).findIndex(({ type, source }) => type === "comment" && isModeline(source));
  const said = words[at];
  if (said !== undefined) return words.with(at, { ...said, source: rightModeline(said.source, schema) });
  const like = words[0];
  const spot = index === 0 ? words.findIndex(({ type }) => !BLANK.has(type)) : lineAfterMarker(words);
  if (like === undefined || spot === undefined) return words;
  const line: readonly Word[] = [
    { ...like, type: "comment", source: modelineOf(schema) },
    { ...like, type: "newline", source: "\n" },
  ];
  return index === 0 ? [...line, ...words.slice(spot)] : words.toSpliced(spot, 0, ...line);
}

const BLANK = new Set<string>(["space", "newline"]);

/** What may stand before the first value of a document. */
const HEAD = new Set<string>(["comment", "space", "newline", "doc-start", "directive", "doc-end"]);

/** The first word on the line below `---`; `undefined` where the document begins on that line. */
function lineAfterMarker(words: readonly Word[]): number | undefined {
  const marker = words.findIndex(({ type }) => type === "doc-start");
  const newline = words.findIndex(({ type }, index) => index > marker && type === "newline");
  const isAlone = words.slice(marker + 1, newline).every(({ type }) => HEAD.has(type));
  return marker === -1 || newline === -1 || !isAlone ? undefined : newline + 1;
}
