/** A line that somebody is typing in bash, up to the cursor. */
export interface TypedLine {
  /** The words that are complete, the program first, without their quotes. */
  readonly words: readonly string[];
  /** The word at the cursor, without its quotes. */
  readonly current: string;
  /** The part of it that bash keeps; only what comes behind is replaced. */
  readonly kept: string;
  /** The quote that is open at the cursor. */
  readonly quote: "" | '"' | "'";
}

/** Reads a line by the rules of bash's quotes; `breaks` is `COMP_WORDBREAKS`, at which bash begins to replace. */
export function readBashLine(line: string, breaks: string): TypedLine {
  const words: string[] = [];
  let state: Omit<TypedLine, "words"> & { readonly isWord: boolean } = NO_WORD;
  for (let index = 0; index < line.length; index += 1) {
    const sign = line[index] ?? "";
    const { current, kept, quote } = state;
    const isEscape = sign === "\\" && quote !== "'" && (quote === "" || /["\\$`]/u.test(line[index + 1] ?? ""));
    if (isEscape) {
      index += 1;
      state = { current: current + (line[index] ?? ""), kept, quote, isWord: true };
    } else if (quote !== "") {
      state = sign === quote ? { ...state, kept: current, quote: "" } : { ...state, current: current + sign };
    } else if (sign === "'" || sign === '"') state = { current, kept: current, quote: sign, isWord: true };
    else if (/\s/u.test(sign)) {
      if (state.isWord) words.push(current);
      state = NO_WORD;
    } else {
      const isBreak = breaks.includes(sign);
      state = { current: current + sign, kept: isBreak ? current + sign : kept, quote, isWord: true };
    }
  }
  // Variables may be set for one command: `NAME=value rosterform plan`.
  const program = words.findIndex((word) => !/^\w+=/u.test(word));
  const { current, kept, quote } = state;
  return { words: program === -1 ? [] : words.slice(program), current, kept, quote };
}

const NO_WORD = { current: "", kept: "", quote: "", isWord: false } as const;

/** A word as bash wants it in `COMPREPLY`: the part behind what it keeps, so quoted that bash reads it back the same. */
export function bashReply(word: string, { kept, quote }: Pick<TypedLine, "kept" | "quote">): string | undefined {
  if (!word.startsWith(kept)) return undefined;
  const rest = word.slice(kept.length);
  if (quote === "'") return rest.replaceAll("'", `'\\''`);
  if (quote === '"') return rest.replaceAll(/["\\$`]/gu, "\\$&");
  return rest.replaceAll(/[^\p{L}\p{N}_@%+=:,./-]/gu, "\\$&");
}
