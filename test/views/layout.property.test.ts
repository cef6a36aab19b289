import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, padEnd, plain, wrap } from "../../src/views/layout.ts";
import { layTable } from "../../src/views/table.ts";
import { createShort, listOf, plural } from "../../src/views/words.ts";

const word = fc.stringMatching(/^[a-zA-Z`.é学]{1,12}$/u);
const sentence = fc.array(word, { maxLength: 30 }).map((words) => words.join(" "));

describe("layout", () => {
  it("wraps without a line wider than the frame and without losing or adding a word", () => {
    fc.assert(
      fc.property(sentence, fc.integer({ min: 40, max: 100 }), (text, width) => {
        const lines = wrap(text, { width, first: "  - ", rest: "    " });
        expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
        expect(lines.join(" ").replace("-", "").split(/ +/).filter(Boolean)).toEqual(text.split(" ").filter(Boolean));
      }),
    );
  });

  it("keeps what stands between backticks on one line, where it fits on one", () => {
    const lines = wrap("Say what you mean here: `accept: [cut-off, and, more]`, please.", { width: 40 });
    expect(lines).toContain("`accept: [cut-off, and, more]`, please.");
    expect(wrap("`a span that is longer than its line`", { width: 20 })).toEqual([
      "`a span that is",
      "longer than its",
      "line`",
    ]);
  });

  it("leaves a word that is too long whole, and keeps line breaks", () => {
    expect(wrap("a districts/very/long/path.yaml b\nc", { width: 12, first: "* ", rest: "  " })).toEqual([
      "* a",
      "  districts/very/long/path.yaml",
      "  b",
      "  c",
    ]);
    expect(wrap("", { first: "* " })).toEqual(["*"]);
  });

  it("pads to a width in columns, whatever the characters are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
        expect(displayWidth(padEnd(plain(text), 60))).toBe(Math.max(60, displayWidth(plain(text))));
      }),
    );
  });

  it("counts columns as a terminal does", () => {
    expect(["Otus", "学校", "é", "e\u0301", "👩‍🏫", "\u001b[31mred\u001b[39m"].map(displayWidth)).toEqual([
      4, 4, 1, 1, 2, 3,
    ]);
  });

  it("lays rows out under their headings, and never cuts an address", () => {
    const long = `springfield/${"Long ".repeat(16)}Name`;
    const { heading, rows } = layTable(
      ["ADDRESS", "STATE"],
      [
        ["a/学校", "active"],
        [long, "none"],
      ],
      40,
    );
    expect(heading).toBe(`${"ADDRESS".padEnd(34)}STATE`);
    expect(rows).toEqual([[`${"a/学校".padEnd(32)}active`], [long, `${" ".repeat(34)}none`]]);
  });

  it("shortens Client IDs to beginnings that belong to one of them only", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab]{1,20}$/), { maxLength: 12 }), (ids) => {
        const short = createShort(ids);
        expect(new Set(ids.map(short)).size).toBe(ids.length);
        for (const id of ids) expect(id.startsWith(short(id).replace(/\.\..*$/, ""))).toBe(true);
      }),
    );
  });

  it("shows both ends of Client IDs that differ late only", () => {
    const ids = ["springfield-otus-aaaa", "springfield-otus-bbbb", "0f5e2c"];
    expect(ids.map(createShort(ids))).toEqual(["spri..aaaa", "spri..bbbb", "0f5e2c"]);
  });

  it("counts and lists as people do", () => {
    expect([plural(1, "address", "addresses"), plural(2, "address", "addresses")]).toEqual([
      "1 address",
      "2 addresses",
    ]);
    expect([listOf([]), listOf(["a"]), listOf(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
  });
});
