import { describe, expect, it } from "vitest";
import { type Diagnostic, type Position, problem, warning } from "../../src/diagnostics/diagnostic.ts";
import type { Address } from "../../src/model/address.ts";
import type { Place } from "../../src/model/place.ts";
import { diagnosticJson, diagnosticsJson } from "../../src/views/diagnostics-json.ts";
import { describeDiagnostics } from "../../src/views/diagnostics-text.ts";
import { displayWidth } from "../../src/views/layout.ts";
import { createStyle, PLAIN } from "../../src/views/style.ts";

const NOWHERE = () => undefined;
const place: Place = { file: "springfield.yaml", document: 0, path: ["vendors", "Otus", "version"] };

function fault(fields: Partial<Diagnostic> = {}): Diagnostic {
  return problem({
    code: "config/unknown-version",
    summary: "The OneRoster version is not known",
    detail: "springfield/Otus: there is no OneRoster 1.3; Campus offers 1.1 and 1.2. Did you mean 1.2?",
    place,
    ...fields,
  });
}

function position(snippet: string, marked: string, more: Partial<Position> = {}): Position {
  const column = Array.from(snippet.slice(0, snippet.indexOf(marked))).length + 1;
  return { file: "springfield.yaml", line: 7, column, endColumn: column + Array.from(marked).length, snippet, ...more };
}

function printed(diagnostics: readonly Diagnostic[], found?: Position): string {
  return describeDiagnostics(diagnostics, { locate: () => found, style: PLAIN });
}

/** What stands above the carets, by the columns of a terminal. */
function marked(text: string): string {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => /^ *\^+$/.test(line));
  const carets = lines[index] ?? "";
  const from = carets.indexOf("^");
  let column = 0;
  let kept = "";
  for (const { segment } of new Intl.Segmenter("en").segment(lines[index - 1] ?? "")) {
    if (column >= from && column < carets.length) kept += segment;
    column += displayWidth(segment);
  }
  return kept;
}

describe("a diagnostic for people", () => {
  it("says what is wrong, where with a caret, why and how to fix it", () => {
    expect(printed([fault()], position("  Otus: { version: 1.3 }", "1.3"))).toBe(
      [
        "Error: The OneRoster version is not known (config/unknown-version)",
        "",
        "  on springfield.yaml line 7, column 20:",
        "     7:   Otus: { version: 1.3 }",
        "                           ^^^",
        "",
        "  springfield/Otus: there is no OneRoster 1.3; Campus offers 1.1 and 1.2. Did",
        "  you mean 1.2?",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["tabs", "\tOtus:\t{ version: 1.3 }"],
    ["wide characters", "  学校連携 Otus: { version: 1.3 }"],
    ["an emoji made of several code points", "  Otus 👩‍🏫🏫: { version: 1.3 }"],
    ["letters with combining marks", "  E\u0301cole: { version: 1.3 }"],
  ])("puts the caret under the value after %s", (_, snippet) => {
    expect(marked(printed([fault()], position(snippet, "1.3")))).toBe("1.3");
  });

  it("cuts a long line around the value and keeps the caret under it", () => {
    const snippet = `  Otus: { ${"share: [demographics], ".repeat(9)}version: 1.3, ${"labels: { a: b }, ".repeat(9)}}`;
    const text = printed([fault()], position(snippet, "1.3"));
    expect(marked(text)).toBe("1.3");
    expect(text.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(text).toMatch(/7: \.\.\..*\.\.\.\n/);
  });

  it("marks the end of a line where something is missing", () => {
    const at = { file: "springfield.yaml", line: 2, column: 9, snippet: "vendors:" };
    expect(printed([fault({ at })]).split("\n")[4]).toBe(`${" ".repeat(16)}^`);
  });

  it("shows a control character in a document as a replacement, and sends none to the terminal", () => {
    const text = printed([fault({ detail: "a\u001b[2Jb" })], position("  Otus\u001b[2J: 1.3", "1.3"));
    expect(text).not.toContain("\u001b");
    expect(marked(text)).toBe("1.3");
  });

  it("prefers a position that is known already to a place that has to be looked up", () => {
    const at: Position = { file: "other.yaml", line: 3, column: 1 };
    expect(printed([fault({ at })], position("x", "x"))).toContain("on other.yaml line 3, column 1:");
  });

  it("names the file where the line cannot be found, and the address where the detail does not", () => {
    const text = printed([fault({ detail: "It is wrong.", address: "springfield/Otus" as Address })]);
    expect(text).toContain("  with springfield/Otus,\n  in springfield.yaml:\n");
  });

  it("puts errors before warnings, files and lines in order, and says each thing once", () => {
    const { place: _, ...rest } = fault();
    const on = (file: string, line: number, detail: string): Diagnostic => ({
      ...rest,
      detail,
      at: { file, line, column: 1 },
    });
    const text = printed([
      { ...rest, detail: "six" },
      warning({ code: "plan/contract-ends", summary: "Soon", detail: "seven" }),
      on("b.yaml", 2, "four"),
      on("b.yaml", 10, "five"),
      on("a.yaml", 3, "two"),
      on("a.yaml", 3, "two"),
      on("a.yaml", 1, "one"),
    ]);
    expect(text.match(/^ {2}(one|two|four|five|six|seven)$/gm)?.map((word) => word.trim())).toEqual([
      "one",
      "two",
      "four",
      "five",
      "six",
      "seven",
    ]);
    expect(text).toContain("Warning: Soon (plan/contract-ends)");
  });

  it("stands between bars where there is colour, inside the same width", () => {
    const style = createStyle(true);
    const text = describeDiagnostics([fault(), warning({ code: "a/b", summary: "Soon", detail: "word ".repeat(40) })], {
      locate: NOWHERE,
      style,
    });
    expect(text).toContain("╷");
    expect(text).toContain("\u001b[31mError:\u001b[39m");
    expect(text.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
  });

  it("is nothing where nothing is wrong", () => {
    expect(printed([])).toBe("");
  });
});

describe("a diagnostic for machines", () => {
  it("has Terraform's shape, our code and address, and bytes where they are known", () => {
    const snippet = "  É: { version: 1.3 }";
    const one = fault({ address: "springfield/É" as Address });
    expect(diagnosticJson(one, () => position(snippet, "1.3", { byte: 40 }))).toEqual({
      severity: "error",
      code: "config/unknown-version",
      summary: one.summary,
      detail: one.detail,
      address: "springfield/É",
      range: {
        filename: "springfield.yaml",
        start: { line: 7, column: 17, byte: 40 },
        end: { line: 7, column: 20, byte: 43 },
      },
      snippet: {
        context: null,
        code: snippet,
        start_line: 7,
        highlight_start_offset: 16,
        highlight_end_offset: 19,
        values: [],
      },
    });
  });

  it("leaves out what is not known: bytes, the line, the range", () => {
    const at: Position = { file: "a.yaml", line: 1, column: 4 };
    expect(diagnosticJson(fault({ at }), NOWHERE).range).toEqual({
      filename: "a.yaml",
      start: { line: 1, column: 4 },
      end: { line: 1, column: 5 },
    });
    expect(diagnosticJson(fault({ at }), NOWHERE)).not.toHaveProperty("snippet");
    expect(diagnosticJson(fault(), () => position("a 1.3", "1.3")).range?.start).toEqual({ line: 7, column: 3 });
    expect(diagnosticJson(fault(), NOWHERE)).not.toHaveProperty("range");
  });

  it("comes in the order in which people read it", () => {
    const { place: _, ...rest } = fault();
    const list = [warning({ ...rest, detail: "c" }), { ...rest, detail: "b" }, { ...rest, detail: "a" }];
    expect(diagnosticsJson(list, NOWHERE).map((one) => one.detail)).toEqual(["a", "b", "c"]);
  });
});
