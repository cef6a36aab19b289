/** So many brackets may be open at once; a hand-written document has a handful. */
const MOST_OPEN = 200;
/** So many entries may begin on one line, each inside the one before: `- - - a`. */
const MOST_ON_A_LINE = /^ *(?:[-?] +){50}/mu;
/** So far to the right may a line begin: each level takes a column at least. */
const MOST_INDENTED = /^ {1000}/mu;

/**
 * Whether a text is nested so deeply that parsers, which go down by calling themselves, could run out of stack. That cannot be
 * left to them: an engine that has to compile a regular expression at the end of its stack ends the whole process.
 */
export function isTooDeep(text: string): boolean {
  let open = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) {
      open += 1;
      if (open > MOST_OPEN) return true;
    } else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
  }
  return MOST_ON_A_LINE.test(text) || MOST_INDENTED.test(text);
}
