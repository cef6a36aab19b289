/** Lines of context around a change. */
const CONTEXT = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/**
 * The unified diff of two texts that differ in spaces, blank lines and inserted lines only, as `patch` takes it; empty
 * where they are the same. Because every other line has its counterpart, no search is needed, whatever the length.
 */
export function layoutDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const lines = align(linesOf(before), linesOf(after));
  return `--- ${file}\n+++ ${file}\n${hunks(lines).join("")}`;
}

/** Each line with its end, so that one which is missing shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function align(before: readonly string[], after: readonly string[]): readonly Line[] {
  const lines: Line[] = [];
  let [old, now] = [0, 0];
  while (old < before.length || now < after.length) {
    const [was, is] = [before[old], after[now]];
    if (was !== undefined && was === is) {
      lines.push({ sign: " ", text: was });
      [old, now] = [old + 1, now + 1];
    } else if (was !== undefined && is !== undefined && bare(was) === bare(is) && bare(was) !== "") {
      lines.push({ sign: "-", text: was }, { sign: "+", text: is });
      [old, now] = [old + 1, now + 1];
    } else if (was !== undefined && (bare(was) === "" || is === undefined)) {
      lines.push({ sign: "-", text: was });
      old += 1;
    } else {
      lines.push({ sign: "+", text: is ?? "" });
      now += 1;
    }
  }
  return lines;
}

function bare(line: string): string {
  return line.replaceAll(/[\s\uFEFF]+/gu, "");
}

function hunks(lines: readonly Line[]): readonly string[] {
  const texts: string[] = [];
  let [old, now] = [1, 1];
  let index = 0;
  while (index < lines.length) {
    const change = lines.findIndex(({ sign }, at) => at >= index && sign !== " ");
    if (change === -1) break;
    const start = Math.max(index, change - CONTEXT);
    const end = endOfHunk(lines, change);
    [old, now] = [old + (start - index), now + (start - index)];
    const hunk = lines.slice(start, end);
    const [olds, news] = [
      hunk.filter(({ sign }) => sign !== "+").length,
      hunk.filter(({ sign }) => sign !== "-").length,
    ];
    texts.push(`@@ -${range(old, olds)} +${range(now, news)} @@\n${ordered(hunk).map(shown).join("")}`);
    [old, now, index] = [old + olds, now + news, end];
  }
  return texts;
}

function endOfHunk(lines: readonly Line[], from: number): number {
  let last = from;
  for (let at = from; at < lines.length && at - last <= 2 * CONTEXT; at += 1) if (lines[at]?.sign !== " ") last = at;
  return Math.min(lines.length, last + 1 + CONTEXT);
}

/** Of lines that change together the old ones stand before the new ones. */
function ordered(hunk: readonly Line[]): readonly Line[] {
  const sorted: Line[] = [];
  let added: Line[] = [];
  for (const line of hunk) {
    if (line.sign === "+") added.push(line);
    else {
      if (line.sign === " ") {
        sorted.push(...added);
        added = [];
      }
      sorted.push(line);
    }
  }
  return [...sorted, ...added];
}

function range(start: number, length: number): string {
  return length === 1 ? `${start}` : `${length === 0 ? start - 1 : start},${length}`;
}

function shown({ sign, text }: Line): string {
  return text.endsWith("\n") ? `${sign}${text}` : `${sign}${text}\n\\ No newline at end of file\n`;
}
