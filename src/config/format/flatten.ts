import type { CST } from "yaml";

/** A block map or list: the column it had, and the one it gets. */
export interface Level {
  readonly before: number;
  readonly column: number;
  /** The one that holds it. */
  readonly above?: Level;
}

/** A piece of a document that is written as it stands: a sign, a name, a value, a comment. */
export interface Word {
  readonly type: CST.SourceToken["type"] | CST.Token["type"] | "flow-start" | "flow-end";
  readonly source: string;
  /** The innermost block it belongs to. */
  readonly level: Level;
  /** Where it begins if it begins a line outside of brackets. */
  readonly column: number;
}

/** Above everything: what stands in it begins in the first column. */
const OUTSIDE: Level = { before: -1, column: -2 };

/** The words of one document, and of what stands before it in the file. */
export function flatten(tokens: Iterable<CST.Token>): readonly Word[] {
  const words: Word[] = [];
  for (const token of tokens) node(words, token, OUTSIDE);
  return words;
}

function node(words: Word[], token: CST.Token | null | undefined, level: Level): void {
  if (token === null || token === undefined) return;
  switch (token.type) {
    case "document":
      leaves(words, token.start, level);
      node(words, token.value, level);
      leaves(words, token.end, level);
      return;
    case "block-map":
    case "block-seq": {
      const own: Level = { before: token.indent, column: level.column + 2, above: level };
      for (const item of token.items) {
        leaves(words, item.start, own, own.column);
        // An explicit key (`? `) may be a block of its own; else a key is one word in the column of its map.
        if (isBlock(item.key)) node(words, item.key, own);
        else keyed(words, item.key, own);
        leaves(words, item.sep, own);
        node(words, item.value, own);
      }
      return;
    }
    case "flow-collection":
      words.push(wordOf("flow-start", token.start.source, level));
      for (const item of token.items) {
        leaves(words, item.start, level);
        node(words, item.key, level);
        leaves(words, item.sep, level);
        node(words, item.value, level);
      }
      leaves(words, token.end, level);
      return;
    case "block-scalar":
      leaves(words, token.props, level);
      words.push(wordOf("block-scalar", token.source, level));
      return;
    case "alias":
    case "scalar":
    case "single-quoted-scalar":
    case "double-quoted-scalar":
      words.push(wordOf(token.type, token.source, level));
      leaves(words, token.end, level);
      return;
    case "doc-end":
      words.push(wordOf(token.type, token.source, level));
      leaves(words, token.end, level);
      return;
    default:
      if (token.source !== "") words.push(wordOf(token.type, token.source, level));
  }
}

function keyed(words: Word[], key: CST.Token | null | undefined, level: Level): void {
  const from = words.length;
  node(words, key, level);
  const first = words[from];
  if (first !== undefined) words[from] = { ...first, column: level.column };
}

function leaves(words: Word[], tokens: readonly CST.Token[] | undefined, level: Level, column?: number): void {
  for (const { type, source } of (tokens ?? []) as readonly CST.SourceToken[]) {
    const isEnd = type === "flow-map-end" || type === "flow-seq-end";
    // The colon of an explicit key stands under its question mark.
    const isUnder = type === "map-value-ind";
    const at = column ?? (isUnder ? level.column : undefined);
    words.push(wordOf(isEnd ? "flow-end" : type, source, level, at));
  }
}

function wordOf(type: Word["type"], source: string, level: Level, column = level.column + 2): Word {
  return { type, source, level, column: Math.max(0, column) };
}

function isBlock(token: CST.Token | null | undefined): boolean {
  return token?.type === "block-map" || token?.type === "block-seq" || token?.type === "block-scalar";
}
