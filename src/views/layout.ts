import { stripVTControlCharacters } from "node:util";

/** Width of a page of text in columns; what plans and diagnostics are laid out for unless a door says otherwise. */
export const PAGE_WIDTH = 80;

/**
 * Text without characters that steer a terminal or turn its direction round. Documents, tiles and people's reasons are
 * printed as they are read, and must not be able to hide or fake a line of a plan.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** How many columns of a terminal the text takes: wide characters two, marks that combine none. */
export function displayWidth(text: string): number {
  const bare = text.includes("\u001b") ? stripVTControlCharacters(text) : text;
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(bare)) width += graphemeWidth(segment);
  return width;
}

/** The text with spaces behind it up to `width` columns; longer text is left whole. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** How a paragraph is broken in lines: what stands before the first line and before the others. */
export interface Frame {
  readonly width?: number;
  readonly first?: string;
  readonly rest?: string;
}

/**
 * Breaks text at spaces so that no line is wider than the frame. A word that does not fit stays whole on a line of its
 * own, because paths and addresses are there to be copied; so does what stands between backticks, where it fits on one.
 * Line breaks in the text are kept.
 */
export function wrap(text: string, frame: Frame = {}): readonly string[] {
  const { width = PAGE_WIDTH, first = "", rest = first } = frame;
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line: string | undefined;
    for (const word of wordsOf(plain(paragraph), width - displayWidth(rest))) {
      const lead = lines.length === 0 ? first : rest;
      if (line === undefined) line = lead + word;
      else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
      else {
        lines.push(line);
        line = rest + word;
      }
    }
    lines.push(line ?? (lines.length === 0 ? first : rest).trimEnd());
  }
  return lines;
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function graphemeWidth(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

function wordsOf(text: string, room: number): readonly string[] {
  const words = text.match(/(?:`[^`]*`|\S)+/gu) ?? [];
  return words.flatMap((word) => (displayWidth(word) <= room ? [word] : word.split(" ").filter((part) => part !== "")));
}
