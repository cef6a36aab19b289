import type * as Yaml from "yaml";
import type { Document, LineCounter, ParsedNode } from "yaml";
import type { Place } from "../../model/place.ts";
import { type Trouble, trouble } from "../trouble.ts";
import { isTooDeep } from "./depth.ts";
import { positionOf } from "./position.ts";

/** The package, loaded only when somebody needs it: most runs never do. */
export type YamlPackage = typeof Yaml;

/** A file as the authority sees it. */
export interface ExactFile {
  readonly documents: readonly Document.Parsed<ParsedNode>[];
  readonly lines: LineCounter;
}

/** So often may aliases be expanded in one document; a hand-written one needs a few, an attack needs millions. */
const MAX_ALIASES = 10_000;

/** From so many characters on the parser's own look for repeated keys, each key beside each, takes minutes. */
const LONG = 200_000;

function isLong(text: string): boolean {
  return text.length > LONG;
}

/** Loads the authority. */
export function loadYaml(): Promise<YamlPackage> {
  return import("yaml");
}

/** Parses with positions. Throws a `RangeError` where a document is nested too deeply for the stack. */
export function parseExact(yaml: YamlPackage, text: string): ExactFile {
  if (isTooDeep(text)) throw new RangeError("nested too deeply");
  const lines = new yaml.LineCounter();
  const parsed = yaml.parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: "error",
    uniqueKeys: !isLong(text),
    merge: true,
    prettyErrors: false,
    version: "1.2",
  });
  return { documents: Array.isArray(parsed) ? parsed : [], lines };
}

export interface ExactValues {
  readonly values: readonly unknown[];
  readonly troubles: readonly Trouble[];
}

/** The values of a file as far as it can be read, and everything that is wrong with its text. */
export function readExact(yaml: YamlPackage, file: string, text: string): ExactValues {
  try {
    const exact = parseExact(yaml, text);
    const troubles = exact.documents.flatMap((document, index) =>
      [...document.errors, ...document.warnings].map((error) => syntaxTrouble(exact, text, { file, index, error })),
    );
    if (isLong(text)) troubles.push(...repeatedKeys(yaml, file, text, exact));
    if (troubles.every(({ code }) => code === "config/duplicate-key"))
      troubles.push(...lostReferences(yaml, file, text, exact));
    // A key that stands twice leaves a document that can be read on: the rest of what is wrong is told with it.
    if (troubles.some(({ code }) => code !== "config/duplicate-key"))
      return { values: [], troubles: oneALine(troubles) };
    return {
      values: exact.documents.map((document): unknown => document.toJS({ maxAliasCount: MAX_ALIASES })),
      troubles: oneALine(troubles),
    };
  } catch (error) {
    return { values: [], troubles: [thrown(file, error)] };
  }
}

const TOO_DEEP = "The document is nested more deeply than any needs to be. Write it out flat.";

/** What the parser throws instead of collecting: an exhausted stack, aliases that explode. */
function thrown(file: string, error: unknown): Trouble {
  const place: Place = { file, document: 0, path: [] };
  if (error instanceof RangeError) {
    return trouble({
      code: "too-deep",
      place,
      detail: TOO_DEEP,
    });
  }
  if (error instanceof ReferenceError && error.message.startsWith("Excessive")) {
    const detail = `The aliases of "${file}" expand to more than ${MAX_ALIASES} values. Write the values out, or use groups.`;
    return trouble({ code: "alias-bomb", place, detail });
  }
  throw error;
}

interface SyntaxError {
  readonly file: string;
  readonly index: number;
  readonly error: Document["errors"][number] | Document["warnings"][number];
}

function syntaxTrouble({ lines }: ExactFile, text: string, { file, index, error }: SyntaxError): Trouble {
  const start = Math.min(error.pos[0], text.length);
  const at = positionOf(file, text, [start, error.pos[1]], Math.max(1, lines.linePos(start).line));
  const place: Place = { file, document: index, path: [] };
  return { ...trouble({ ...wording(error.code, error.message, at.snippet ?? ""), place }), at };
}

/** Keys that stand twice in one map, found with a set of them; what the parser says of shorter texts by itself. */
function repeatedKeys(
  yaml: YamlPackage,
  file: string,
  text: string,
  { documents, lines }: ExactFile,
): readonly Trouble[] {
  return documents.flatMap((document, index) => {
    const repeated: Trouble[] = [];
    yaml.visit(document, {
      Map(_, { items }) {
        const seen = new Set<unknown>();
        for (const { key } of items) {
          if (!yaml.isScalar(key)) continue;
          // A merge key may stand several times.
          if (seen.has(key.value) && typeof key.value !== "symbol") {
            const [start = 0, end = 0] = key.range ?? [];
            const at = positionOf(file, text, [start, end], lines.linePos(start).line);
            const said = trouble({ ...wording("DUPLICATE_KEY", "", ""), place: { file, document: index, path: [] } });
            repeated.push({ ...said, at });
          }
          seen.add(key.value);
        }
      },
    });
    return repeated;
  });
}

/** Aliases and merge keys that lead nowhere; the parser leaves them to those who read the value. */
function lostReferences(
  yaml: YamlPackage,
  file: string,
  text: string,
  { documents, lines }: ExactFile,
): readonly Trouble[] {
  return documents.flatMap((document, index) => {
    const lost: Trouble[] = [];
    const say = (detail: string, range: readonly number[] | null | undefined) => {
      const [start = 0, end = 0] = range ?? [];
      const at = positionOf(file, text, [start, end], lines.linePos(start).line);
      lost.push({ ...trouble({ code: "syntax", detail, place: { file, document: index, path: [] } }), at });
    };
    yaml.visit(document, {
      Pair(_, { key, value }) {
        if (!yaml.isScalar(key) || typeof key.value !== "symbol") return;
        const items: readonly unknown[] = yaml.isSeq(value) ? value.items : [value];
        if (
          items.every(
            (item) => yaml.isMap(yaml.isAlias(item) ? item.resolve(document) : item) || isLost(yaml, document, item),
          )
        )
          return;
        say("A merge key takes over a map. Write `<<: *name`, where &name stands before a map.", key.range);
      },
      Alias(_, alias) {
        if (!isLost(yaml, document, alias)) return;
        say(
          `There is no anchor &${alias.source} before this alias. Write the anchor first, or put quotes around a value that begins with *.`,
          alias.range,
        );
      },
    });
    return lost;
  });
}

function isLost(yaml: YamlPackage, document: ExactFile["documents"][number], node: unknown): boolean {
  return yaml.isAlias(node) && node.resolve(document) === undefined;
}

function wording(
  code: string,
  message: string,
  snippet: string,
): { code: "duplicate-key" | "tab-indent" | "too-deep" | "syntax"; detail: string } {
  if (code === "RESOURCE_EXHAUSTION") return { code: "too-deep", detail: TOO_DEEP };
  if (code === "DUPLICATE_KEY") {
    return {
      code: "duplicate-key",
      detail: "The same key stands twice in one map. Only one can hold: delete the other, or merge the two.",
    };
  }
  if (code === "TAB_AS_INDENT" || (/^ *\t/u.test(snippet) && code !== "TAG_RESOLVE_FAILED")) {
    return { code: "tab-indent", detail: "YAML is indented by spaces. Replace the tab by two spaces." };
  }
  // The parser calls it a wrong indent where a bracket was never closed.
  const hint = HINTS[message.includes("and end with a") ? "MISSING_CHAR" : code] ?? "";
  return {
    code: "syntax",
    detail: `${message.split("\n", 1)[0]?.replace(/\.?$/u, ".") ?? ""} ${hint}`.trim(),
  };
}

const HINTS: Readonly<Record<string, string>> = {
  BAD_INDENT: "Keys of one map begin in the same column.",
  BLOCK_AS_IMPLICIT_KEY: 'Put quotes around a value that holds ": ", or move it to a line of its own.',
  BAD_SCALAR_START: "Put quotes around a value that begins with this character.",
  MISSING_CHAR: "A bracket or quote that was opened has to be closed, and a key needs a colon.",
  MULTILINE_IMPLICIT_KEY: "A key needs a colon and stands on one line.",
  TAG_RESOLVE_FAILED: "Tags (!name) have no meaning here: take it away, or put quotes around the value.",
};

/** One slip often makes several errors on its line; the first says it. */
function oneALine(troubles: readonly Trouble[]): readonly Trouble[] {
  const seen = new Set<number>();
  return troubles.filter(({ at }) => {
    const line = at?.line ?? 0;
    if (seen.has(line)) return false;
    seen.add(line);
    return true;
  });
}
