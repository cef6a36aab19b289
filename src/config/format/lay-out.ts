import { blockScalarLines, valueLines } from "./scalar-lines.ts";
import type { Level, Word } from "./flatten.ts";

/** Writes words as text. Only spaces, blank lines and ends of lines are ours; every word stays as it is. */
export function layOut(words: readonly Word[]): string {
  const page = new Page();
  const comings = wordsToCome(words);
  words.forEach((word, index) => page.add(word, comings[index]));
  return page.text();
}

/** For each word the next one that is no comment: a comment may belong to what comes. */
function wordsToCome(words: readonly Word[]): readonly (Word | undefined)[] {
  const next: (Word | undefined)[] = [];
  let coming: Word | undefined;
  for (let index = words.length - 1; index >= 0; index -= 1) {
    next[index] = coming;
    const word = words[index];
    if (word !== undefined && isContent(word)) coming = word;
  }
  return next;
}

const SPACES = new Set<string>(["space", "newline", "comment"]);

function isContent({ type }: Word): boolean {
  return !SPACES.has(type);
}

/** An open bracket: the column of its closing one, if that begins a line. What is inside stands two further. */
interface Bracket {
  readonly column: number;
}

class Page {
  readonly #lines: string[] = [];
  readonly #brackets: Bracket[] = [];
  #line = "";
  #isStart = true;
  #blanks = 0;
  /** The spaces before the word to come, as they were. */
  #gap = "";
  #last: Word | undefined;
  /** The last word that is no comment. */
  #lastContent: Word | undefined;
  #indent = 0;
  /** Whether the line began inside of brackets. */
  #isInside = false;
  /** The column that the line had before. */
  #before = 0;

  add(word: Word, coming: Word | undefined): void {
    if (word.type === "space") this.#gap += word.source;
    else if (word.type === "newline") this.#endLine();
    else if (word.type === "block-scalar") this.#addBlockScalar(word);
    else this.#addWord(word, coming);
  }

  text(): string {
    if (!this.#isStart) this.#endLine();
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  #addWord(word: Word, coming: Word | undefined): void {
    if (this.#isStart) {
      this.#before = this.#gap.length;
      this.#begin(this.#columnOf(word, coming));
    } else this.#line += this.#between(word);
    if (word.type === "flow-start") this.#brackets.push({ column: this.#bracketColumn(word) });
    if (word.type === "flow-end") this.#brackets.pop();
    const inside = this.#brackets.at(-1);
    const [first = "", ...more] = valueLines(word, inside === undefined ? word.level.column + 2 : inside.column + 2);
    this.#line += first;
    for (const line of more) {
      this.#push();
      this.#line = line;
    }
    this.#gap = "";
    this.#last = word;
    if (isContent(word)) this.#lastContent = word;
  }

  #addBlockScalar(word: Word): void {
    const header = this.#lastContent?.source ?? "";
    const { lines, blanks } = blockScalarLines(word, header);
    this.#lines.push(...lines);
    this.#blanks = blanks;
    this.#isStart = true;
    this.#gap = "";
    this.#last = word;
    this.#lastContent = word;
  }

  #endLine(): void {
    if (this.#isStart) this.#blanks += 1;
    else {
      this.#push();
      this.#isStart = true;
    }
    this.#gap = "";
  }

  #push(): void {
    this.#lines.push(this.#line);
    this.#line = "";
  }

  #begin(column: number): void {
    if (this.#blanks > 0 && this.#lines.length > 0) this.#lines.push("");
    this.#blanks = 0;
    this.#isStart = false;
    this.#indent = column;
    this.#isInside = this.#brackets.length > 0;
    this.#line = " ".repeat(column);
  }

  #columnOf(word: Word, coming: Word | undefined): number {
    const inside = this.#brackets.at(-1);
    if (inside !== undefined) return word.type === "flow-end" ? inside.column : inside.column + 2;
    return word.type === "comment" ? this.#commentColumn(coming) : word.column;
  }

  /** A comment keeps to the block in whose column it stood, else to the next one further out. */
  #commentColumn(coming: Word | undefined): number {
    const opening = this.#opening();
    if (opening !== undefined && coming !== undefined && belongsTo(coming, opening)) return Math.max(0, opening.column);
    const own = opening === undefined ? [] : [opening];
    const levels = [...own, ...chain(this.#lastContent?.level), ...chain(coming?.level)].filter(
      ({ before }) => before <= this.#before,
    );
    const nearest = levels.reduce<Level | undefined>(
      (best, one) => (best === undefined || one.before > best.before ? one : best),
      undefined,
    );
    return Math.max(0, nearest?.column ?? 0);
  }

  /** Behind a colon or a dash: what comes stands further in, and a comment on it must too, or the value is another key's. */
  #opening(): Level | undefined {
    const last = this.#lastContent;
    if (last === undefined || !OPENING.has(last.type)) return undefined;
    return { before: last.level.before + 1, column: last.level.column + 2, above: last.level };
  }

  #bracketColumn(word: Word): number {
    const outer = this.#brackets.at(-1);
    if (outer === undefined) return Math.max(0, word.level.column + 2);
    return this.#isInside ? this.#indent : outer.column;
  }

  /** What stands between a word and the one before it on its line. */
  #between(word: Word): string {
    const last = this.#last;
    if (word.type === "comment") return /^ +$/u.test(this.#gap) ? this.#gap : " ";
    if (word.type === "comma") return "";
    // After an alias, an anchor or a tag the colon would be a part of its name.
    if (word.type === "map-value-ind") return NAMES.has(last?.type ?? "") || last?.source === "{" ? " " : "";
    if (last?.type === "flow-start" || word.type === "flow-end") {
      const isEmpty = last?.type === "flow-start" && word.type === "flow-end";
      return !isEmpty && (last?.source === "{" || word.source === "}") ? " " : "";
    }
    return " ";
  }
}

const OPENING = new Set<string>(["map-value-ind", "seq-item-ind", "explicit-key-ind", "anchor", "tag"]);

const NAMES = new Set(["alias", "anchor", "tag", "comma", "explicit-key-ind", "seq-item-ind"]);

/** Whether a word begins the value that was opened, and not what comes after it. */
function belongsTo(word: Word, { column, above }: Level): boolean {
  if (word.level === above) return word.column === Math.max(0, column);
  return chain(word.level).some((level) => level === above);
}

function chain(level: Level | undefined): readonly Level[] {
  return level === undefined ? [] : [level, ...chain(level.above)];
}
