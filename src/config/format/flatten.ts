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
  /** Where it stood in the text; 0 where that is right behind the word before it. */
  readonly offset: number;
}

/** Above everything: what stands in it begins in the first column. */
const OUTSIDE: Level = { before: -1, column: -2 };

/**
 * The words of one document, and of what stands before it in the file. `last` is where the next one begins in the text. The
 * parser drops what it has no place for, such as a comment between a key without a value and `---`: that is taken from the text.
 */
export function flatten(tokens: readonly CST.Token[], text: string, last: number): readonly Word[] {
  const words: Word[] = [];
  for (const token of tokens) node(words, token, OUTSIDE);
  let end = tokens[0]?.offset ?? 0;
  const whole = words.flatMap((word) => {
    const lost = word.offset > end ? lostWords(text.slice(end, word.offset), word.level) : [];
    end = Math.max(end, word.offset) + word.source.length;
    return [...lost, word];
  });
  return [...whole, ...lostWords(text.slice(end, last), OUTSIDE)];
}

function lostWords(text: string, level: Level): readonly Word[] {
  return (text.match(/[ \t]+|\n|#[^\n]*|[^\s#]+/gu) ?? []).map((source) => {
    const type =
      source === "\n" ? "newline" : source.trim() === "" ? "space" : source.startsWith("#") ? "comment" : "scalar";
    return { type, source, level, column: Math.max(0, level.column + 2), offset: 0 };
  });
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
      words.push(wordOf("flow-start", token.start, level));
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
      words.push(wordOf("block-scalar", { source: token.source, offset: 0 }, level));
      return;
    case "alias":
    case "scalar":
    case "single-quoted-scalar":
    case "double-quoted-scalar":
      words.push(wordOf(token.type, token, level));
      leaves(words, token.end, level);
      return;
    case "doc-end":
      words.push(wordOf(token.type, token, level));
      leaves(words, token.end, level);
      return;
    // Of one that begins a later document of a file; the file's own is gone already.
    case "byte-order-mark":
      return;
    default:
      if (token.source !== "") words.push(wordOf(token.type, token, level));
  }
}

function keyed(words: Word[], key: CST.Token | null | undefined, level: Level): void {
  const from = words.length;
  node(words, key, level);
  const first = words[from];
  if (first !== undefined) words[from] = { ...first, column: level.column };
}

function leaves(words: Word[], tokens: readonly CST.Token[] | undefined, level: Level, column?: number): void {
  for (const token of (tokens ?? []) as readonly CST.SourceToken[]) {
    const { type } = token;
    const isEnd = type === "flow-map-end" || type === "flow-seq-end";
    // The colon of an explicit key stands under its question mark.
    const isUnder = type === "map-value-ind";
    const at = column ?? (isUnder ? level.column : undefined);
    words.push(wordOf(isEnd ? "flow-end" : type, token, level, at));
  }
}

type Placed = Pick<CST.SourceToken, "source" | "offset">;

function wordOf(type: Word["type"], { source, offset }: Placed, level: Level, column = level.column + 2): Word {
  return { type, source, level, column: Math.max(0, column), offset };
}

function isBlock(token: CST.Token | null | undefined): boolean {
  return token?.type === "block-map" || token?.type === "block-seq" || token?.type === "block-scalar";
}
