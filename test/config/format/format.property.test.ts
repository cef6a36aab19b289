import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lexer, parseAllDocuments } from "yaml";
import { format } from "../../../src/config/format/format.ts";
import { untidy } from "./untidy.ts";

const WRITTEN = /^# yaml-language-server: \$schema=https:\/\/rosterform\.example\/schemas\/v1\/\w+\.schema\.json$/u;

async function formatted(text: string): Promise<string | undefined> {
  const result = await format({ file: "a.yaml", path: "/a.yaml", text });
  return result.kind === "formatted" ? result.text : undefined;
}

/** Everything that is no space, in order: signs, names, values and comments. */
function wordsOf(text: string): readonly string[] {
  return [...new Lexer().lex(text)]
    .map((word) => word.replaceAll(/[ \t\n]+/gu, " ").trim())
    .filter((word) => word !== "" && !WRITTEN.test(word));
}

function valuesOf(text: string): readonly unknown[] {
  return [...parseAllDocuments(text, { logLevel: "error", merge: true })].map((one): unknown => {
    if ("errors" in one && one.errors.length + one.warnings.length > 0) throw new Error(String(one.errors));
    return one.toJS();
  });
}

describe("a formatted document", () => {
  it("has the words and comments it had, in their order, says the same, and is not changed again", async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(untidy, async (text) => {
        const once = await formatted(text);
        if (once === undefined) return;
        tried += 1;
        expect(wordsOf(once)).toEqual(wordsOf(text));
        expect(valuesOf(once)).toEqual(valuesOf(text));
        expect(await formatted(once)).toBe(once);
      }),
      { numRuns: 150 },
    );
    expect(tried).toBeGreaterThan(100);
  });
});
