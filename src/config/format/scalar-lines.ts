import type { Word } from "./flatten.ts";

/** The lines of a word. A value over several lines is folded by YAML, so that spaces at their ends mean nothing. */
export function valueLines({ type, source }: Word, column: number): readonly string[] {
  if (type === "comment") return [trimmedEnd(source)];
  const [first = "", ...more] = source.split("\n");
  const indent = " ".repeat(Math.max(2, column));
  const lines = [first, ...more.map((line) => line.replace(/^[ \t]+/u, ""))];
  const isQuoted = type === "double-quoted-scalar";
  return lines.map((line, index) => {
    // A backslash makes the space behind it, or the end of the line, a part of the value.
    const trimmed = index === lines.length - 1 || (isQuoted && /\\[ \t]*$/u.test(line)) ? line : trimmedEnd(line);
    return index === 0 || trimmed === "" ? trimmed : `${indent}${trimmed}`;
  });
}

/** Other blanks than these two are signs like any other. */
function trimmedEnd(line: string): string {
  return line.replace(/[ \t]+$/u, "");
}

/** A block scalar (`|` or `>`) moved to its new column, and how many blank lines that mean nothing come after it. */
export function blockScalarLines(
  { source, level }: Word,
  header: string,
): { readonly lines: readonly string[]; readonly blanks: number } {
  const lines = source.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const moved = lines.map(mover(lines, header, level));
  if (header.includes("+")) return { lines: moved, blanks: 0 };
  const end = moved.findLastIndex((line) => line !== "") + 1;
  return { lines: moved.slice(0, end), blanks: moved.length - end };
}

function mover(lines: readonly string[], header: string, { before, column }: Word["level"]): (line: string) => string {
  const first = lines.find((line) => /[^ ]/u.test(line));
  if (first === undefined) return (line) => line;
  const said = /\d/u.exec(header)?.[0];
  const now = said === undefined ? column + 2 : column + Number(said);
  const was = said === undefined ? first.search(/[^ ]/u) : before + Number(said);
  return (line) =>
    line.length <= was && !/[^ ]/u.test(line) ? "" : `${" ".repeat(Math.max(0, now))}${line.slice(was)}`;
}
