import { plain } from "./layout.ts";

/** A piece of a sentence: what stands on a screen of Campus (in double quotes), what is typed (in backticks), or words. */
export interface Span {
  readonly kind: "label" | "code" | "words";
  readonly text: string;
}

/** Takes a sentence apart. Whatever comes from outside may at worst be set in another type; it is escaped all the same. */
export function spansOf(sentence: string): readonly Span[] {
  const spans: Span[] = [];
  const text = plain(sentence);
  let end = 0;
  for (const match of text.matchAll(/`([^`]+)`|"([^"]+)"/gu)) {
    if (match.index > end) spans.push({ kind: "words", text: text.slice(end, match.index) });
    const [whole, code, label] = match;
    if (code !== undefined) spans.push({ kind: "code", text: code });
    else if (label !== undefined) spans.push({ kind: "label", text: label });
    end = match.index + whole.length;
  }
  if (end < text.length) spans.push({ kind: "words", text: text.slice(end) });
  return spans;
}
