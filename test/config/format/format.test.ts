import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { format, type FormatOptions } from "../../../src/config/format/format.ts";
import { root } from "../../setup/source.ts";

const LINE = "# yaml-language-server: $schema=https://rosterform.example/schemas/v1/district.schema.json\n";

async function formatted(text: string, options?: FormatOptions): Promise<string> {
  const result = await format({ file: "a.yaml", path: "/a.yaml", text }, options);
  return result.kind === "formatted" ? result.text : result.kind;
}

/** What becomes of lines below the `vendors:` of a district. */
async function vendors(text: string): Promise<string> {
  const whole = await formatted(`${LINE}district: a\nvendors:\n${text}`);
  return whole.replace(`${LINE}district: a\nvendors:\n`, "");
}

describe("the layout of a document", () => {
  it.each([
    ["two spaces for each level", "     A:\n          b: 1\n", "  A:\n    b: 1\n"],
    ["lists further in than their key", "  A:\n    b:\n    - x\n    -   y\n", "  A:\n    b:\n      - x\n      - y\n"],
    ["one space in and between brackets", "  A: {a: [ 1,2 ],b:   3}\n", "  A: { a: [1, 2], b: 3 }\n"],
    ["empty brackets without any", "  A: {  }\n  B: [ ]\n", "  A: {}\n  B: []\n"],
    ["one blank line at most", "  A: {}\n\n\n\n  B: {}\n\n\n", "  A: {}\n\n  B: {}\n"],
    ["no spaces at ends of lines", "  A: {}   \n  # x   \n", "  A: {}\n  # x\n"],
    ["a line end at the end", "  A: {}", "  A: {}\n"],
    [
      "lists of maps",
      "  A:\n    -   x: 1\n        y: 2\n    -\n       z: 3\n",
      "  A:\n    - x: 1\n      y: 2\n    -\n      z: 3\n",
    ],
    [
      "brackets over several lines",
      "  A: {\n   a: [\n   1,\n     2 ],\n   b: 3\n   }\n",
      "  A: {\n      a: [\n        1,\n        2],\n      b: 3\n    }\n",
    ],
  ])("has %s", async (_, before, after) => {
    expect(await vendors(before)).toBe(after);
    expect(await vendors(after)).toBe(after);
  });

  it.each([
    ["numbers as they are written", "  A: { version: 1.10, b: 0x1F, c: 1e3, d: +7, e: 012, f: 1_000 }\n"],
    ["the quotes that somebody chose", "  'A': { \"b\": 'c', d: \"e\" }\n"],
    ["anchors, aliases and merges", "  A: &a { b: 1 }\n  B: *a\n  C:\n    <<: *a\n    d: 1\n"],
    ["the space that an alias needs as a key", "  A: &a b\n  *a : c\n  D: { *a : e }\n"],
    ["explicit keys", "  ? A\n  : b\n  ? C\n  : - d\n    - e\n"],
    ["comments in a column", "  A: {}         # one\n  Long Name: {} # two\n"],
    ["the order of keys", "  B: { kind: other, version: 1.2 }\n  A: {}\n"],
    ["a note between a key and its value", "  A:\n    # a: b\n    c\n  B:\n    # d\n    - e\n"],
    ["keys without a name", "  A:\n    - : b\n  : c\n"],
    ["text blocks to the letter", "  A: |+\n    a\n      b\n\n    # no comment\n\n\n  B: >2-\n     c\n    d\n"],
    ["blank lines inside of values", "  A: one\n\n    two\n"],
  ])("keeps %s", async (_, text) => {
    expect(await vendors(text)).toBe(text);
  });

  it("tells maps that are keys by what they hold, not by how they are written", async () => {
    expect(await vendors("  ? {a:  1}\n  : b\n")).toBe("  ? { a: 1 }\n  : b\n");
  });

  it("leaves alone what another layout would be read as something else", async () => {
    expect(await formatted("district: a\nvendors:\n  ? x:\n  - a\n  : b\n")).toBe("odd");
  });

  it("moves each comment with what it stands at", async () => {
    const before = `vendors: # all of them
      # over A
      A: # at A
            # over b
            b: 1 # at b
            # under b
      # under A
# further out
      C: [ # in C
         1, # at 1
         # over 2
         2 ]
# end
district: a
`;
    expect(await formatted(`${LINE}${before}`)).toBe(`${LINE}vendors: # all of them
  # over A
  A: # at A
    # over b
    b: 1 # at b
    # under b
  # under A
# further out
  C: [ # in C
      1, # at 1
      # over 2
      2]
# end
district: a
`);
  });

  it("never lets a comment become a part of a text block", async () => {
    const text = "  A: |\n          text\n      # a comment\n  B: x\n";
    expect(await vendors(text)).toBe("  A: |\n    text\n  # a comment\n  B: x\n");
  });

  it("is taken in as it is by every example", async () => {
    const files = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((one) => one.endsWith(".yaml"))) {
      const text = readFileSync(join(root, "examples", file), "utf8");
      expect({ file, text: await formatted(text) }).toEqual({ file, text });
    }
  });

  it("is made in seconds for five thousand vendors", async () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => `   # note\n   Vendor ${n}: {version: 1.1}\n`).join("");
    const text = await vendors(lines);
    expect(text.split("\n")).toHaveLength(10_001);
    expect(text.endsWith("  # note\n  Vendor 4999: { version: 1.1 }\n")).toBe(true);
  });
});

describe("a comment that the parser has no place for", () => {
  it("is kept", async () => {
    const text = `${LINE}district: a\nvendors:\n\n# lost\n---\n${LINE}district: b\nvendors:\n\n# not lost\n`;
    expect(await formatted(text)).toBe(text);
  });
});

describe("the modeline", () => {
  const ours = "https://rosterform.example/schemas/";
  it("is put at the top of a document of each kind", async () => {
    for (const [kind, text] of [
      ["district", "site: { host: h, app: a }\n"],
      ["project", "districts: d/*.yaml\n"],
      ["catalogue", "schema: 1\nvendors: {}\n"],
    ] as const) {
      expect(await formatted(`\n\n${text}`)).toBe(
        `# yaml-language-server: $schema=${ours}v1/${kind}.schema.json\n${text}`,
      );
    }
    expect(await formatted("vendors: {}\nowner: a\n")).toBe("foreign");
    expect(await formatted("vendors: {}\nowner: a\n", { meant: "district" })).toBe(`${LINE}vendors: {}\nowner: a\n`);
  });

  it("is put right where it names another schema of ours, and left where somebody points elsewhere", async () => {
    const said = (schema: string) => formatted(`# mine\n# yaml-language-server: $schema=${schema}\ndistrict: a\n`);
    expect(await said(`${ours}v0/district.schema.json`)).toBe(`# mine\n${LINE}district: a\n`);
    expect(await said(`${ours}v1/project.schema.json`)).toBe(`# mine\n${LINE}district: a\n`);
    for (const theirs of ["../schemas/project.schema.json", "https://schemas.example/x.json", "none"]) {
      expect(await said(theirs)).toBe(`# mine\n# yaml-language-server: $schema=${theirs}\ndistrict: a\n`);
    }
    const other = `# $schema: ${ours}v1/district.schema.json\ndistrict: a\n`;
    expect(await formatted(other)).toBe(other);
  });

  it("stands in each document of a file, because editors look in each", async () => {
    const text = "district: a\n---\n# b\ndistrict: b\n...\n# c\n--- # three\ndistrict: c\n--- { district: d }\n";
    expect(await formatted(text)).toBe(
      `${LINE}district: a\n---\n${LINE}# b\ndistrict: b\n...\n# c\n--- # three\n${LINE}district: c\n--- { district: d }\n`,
    );
    expect(await formatted("%YAML 1.2\n---\ndistrict: a\n")).toBe(`${LINE}%YAML 1.2\n---\ndistrict: a\n`);
  });

  it("points where it is told to", async () => {
    const schemaOf = (kind: string): string => `../s/${kind}.schema.json`;
    const text = `${LINE}district: a\n`;
    expect(await formatted(text, { schemaOf })).toBe(
      "# yaml-language-server: $schema=../s/district.schema.json\ndistrict: a\n",
    );
  });
});

describe("what is no document", () => {
  it("is not touched", async () => {
    for (const text of ["", "# only a comment\n", "null\n", "- a\n", "text\n", "a: 1\n"]) {
      expect(await formatted(text)).toBe("foreign");
    }
    for (const text of [
      "district: a: b\n",
      "district: a\ndistrict: b\n",
      "district: *no\n",
      "\tdistrict: a\n",
      "district: a\rowner: b\n",
    ]) {
      expect(await formatted(text)).toBe("broken");
    }
  });
});
