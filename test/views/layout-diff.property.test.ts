import fc from "fast-check";
import { expect, it } from "vitest";
import { layoutDiff } from "../../src/views/layout-diff.ts";

/** What `patch` makes of a text: every hunk has to be where and as long as its head says. */
function patched(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
  const made: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^(?=@@ )/mu).slice(1)) {
    const [head = "", ...lines] =
      hunk.replaceAll("\n\\ No newline at end of file\n", "\0").match(/[^\n\0]*[\n\0]/gu) ?? [];
    const [, from = "", olds = "1", to = "", news = "1"] =
      /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/u.exec(head) ?? [];
    const start = Number(from) - (olds === "0" ? 0 : 1);
    made.push(...old.slice(at, start));
    expect(made.length).toBe(Number(to) - (news === "0" ? 0 : 1));
    const texts = lines.map((line) => ({ sign: line[0], text: line.slice(1).replace("\0", "") }));
    const was = texts.filter(({ sign }) => sign !== "+").map(({ text }) => text);
    const is = texts.filter(({ sign }) => sign !== "-").map(({ text }) => text);
    expect([was.length, is.length]).toEqual([Number(olds), Number(news)]);
    expect(old.slice(start, start + was.length)).toEqual(was);
    made.push(...is);
    at = start + was.length;
  }
  return [...made, ...old.slice(at)].join("");
}

const line = fc.tuple(fc.constantFrom("a", "b", "b: c", ""), fc.constantFrom("", " ", "\t"), fc.constantFrom("", " "));

it("takes the one text to the other, whatever spaces, blank lines and lines at the top differ", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, line, fc.nat(6)), { maxLength: 40 }),
      fc.boolean(),
      fc.boolean(),
      (lines, top, end) => {
        const before = lines.map(([[text, left, right]]) => `${left}${text}${right}`).join("\n") + (end ? "\n" : "");
        const same = lines.flatMap(([[text], [, left, right], choice]) => {
          if (text === "" && choice === 0) return [];
          return choice === 1 ? ["", `${left}${text}${right}`] : choice === 2 ? [`${left}${text}`] : [text];
        });
        const after = [...(top ? ["# new"] : []), ...same].map((one) => `${one}\n`).join("");
        const diff = layoutDiff("a.yaml", before, after);
        expect(diff === "").toBe(before === after);
        expect(patched(before, diff)).toBe(after);
      },
    ),
    { numRuns: 500 },
  );
});
