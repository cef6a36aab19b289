import fc from "fast-check";

/**
 * District files as people leave them: every width of indentation, maps on one line, on several or as blocks, comments
 * wherever YAML allows them, blank lines, tabs and spaces at ends of lines.
 */
export const untidy: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.nat(1_000_000), { minLength: 400, maxLength: 400 }), fc.integer({ min: 1, max: 3 }))
  .map(([dice, documents]) => {
    const pen = new Pen(dice);
    const texts = Array.from({ length: documents }, () => pen.document());
    return texts.join(pen.of(["---\n", "--- # next\n", "---   \n\n", "...\n---\n"]));
  });

const VALUES = [
  "1.1",
  "1.10",
  "1.2",
  "0x1F",
  "1e3",
  "true",
  "~",
  "'it''s'",
  '"a # b: c"',
  "a#b",
  "2027-06-30",
  "Lincoln",
  "",
];
const FLOW_VALUES = VALUES.filter((one) => one !== "" && one !== "~");
const LONG = ['"two\n LINES \\\n   and \\\n   three"', "'two\n    LINES'", "two\n LINES", "two\n\n LINES here"];
const BLOCKS = ["|", ">", "|-", ">-", "|+", "|2", ">2-"];
const NAMES = ["Otus", "Bluebird Reading", '"a: b"', "'#1'", "Élan", "1.1", "a-b", "x y"];

/** Writes; each decision is one of the dice. */
class Pen {
  readonly #dice: readonly number[];
  #next = 0;
  #notes = 0;

  constructor(dice: readonly number[]) {
    this.#dice = dice;
  }

  of<T>(choices: readonly T[]): T {
    this.#next = (this.#next + 1) % this.#dice.length;
    const choice = choices[(this.#dice[this.#next] ?? 0) % choices.length];
    if (choice === undefined) throw new Error("nothing to choose from");
    return choice;
  }

  document(): string {
    const head = this.of(["", "\n\n", "# head\n", "# yaml-language-server: $schema=./mine.json\n"]);
    const top = this.#noteLine(0, 0);
    const site = this.of([
      "site: {host: a.example.org,app: springfield}",
      "site:   { host: h,\n\n   app: s }",
      "site: {}",
    ]);
    return `${head}${top}district:${this.#space()}springfield${this.#end()}${site}${this.#end()}vendors:${this.#end()}${this.#map(0, 1)}${this.of(["", "\n\n", "# end\n", "  # end, further in\n\n\n"])}`;
  }

  #map(outer: number, depth: number): string {
    const indent = outer + this.of([1, 2, 2, 3, 4, 7]);
    const names = this.#some(NAMES);
    return names
      .map((name) => `${this.#noteLine(outer, indent)}${" ".repeat(indent)}${this.#entry(name, outer, indent, depth)}`)
      .join("");
  }

  #entry(name: string, outer: number, indent: number, depth: number): string {
    const key = `${name}${this.of(["", "", " "])}:`;
    const anchor = this.of(["", "", "", ` &n${(this.#notes += 1)}`]);
    const kind = this.of(
      depth > 2 ? ["value", "flow"] : ["value", "flow", "map", "map", "list", "long", "block", "below"],
    );
    if (kind === "map") return `${key}${anchor}${this.#end()}${this.#map(indent, depth + 1)}`;
    if (kind === "list") return `${key}${anchor}${this.#end()}${this.#list(indent, depth + 1)}`;
    if (kind === "long") return `${key}${anchor} ${this.#moved(this.of(LONG), indent)}${this.#end()}`;
    if (kind === "block") return `${key}${anchor} ${this.#block(indent)}`;
    if (kind === "below")
      return `${key}${anchor}${this.#end()}${this.#noteLine(outer, indent + 1)}${" ".repeat(indent + 3)}${this.of(FLOW_VALUES)}${this.#end()}`;
    const value = kind === "flow" ? this.#flow(indent, 0) : this.of(VALUES);
    return `${key}${anchor}${value === "" ? "" : this.#space()}${value}${this.#end()}`;
  }

  #list(outer: number, depth: number): string {
    const indent = outer + this.of([0, 1, 2, 5]);
    return this.#some(["a", "b", "c"])
      .map((item) => {
        const dash = `${this.#noteLine(outer, indent)}${" ".repeat(indent)}-${this.of([" ", "  ", "    "])}`;
        const kind = this.of(["value", "flow", "pairs", "map", "list"]);
        if (kind === "flow") return `${dash}${this.#flow(indent, 0)}${this.#end()}`;
        if (kind === "pairs")
          return `${dash}k: ${item}${this.#end()}${" ".repeat(dash.split("\n").at(-1)?.length ?? 0)}l: 1${this.#end()}`;
        if (kind === "map" && depth < 4) return `${dash.trimEnd()}${this.#end()}${this.#map(indent, depth + 1)}`;
        if (kind === "list") return `${dash}- ${item}${this.#end()}`;
        return `${dash}${item}${this.#end()}`;
      })
      .join("");
  }

  #flow(indent: number, depth: number): string {
    const [open, close] = this.of([
      ["{", "}"],
      ["[", "]"],
    ] as const);
    const gap = () => this.of(["", " ", "  ", "", " ", this.#broken(indent)]);
    const items = this.#some(["v", "w x", "'q'"]).map((key) => {
      const value = depth < 2 && this.of([0, 0, 1]) === 1 ? this.#flow(indent, depth + 1) : this.of(FLOW_VALUES);
      return open === "{" ? `${key}: ${value}` : value;
    });
    return `${open}${gap()}${items.map((item) => `${item}${gap()}`).join(`,${this.of(["", " "])}${gap()}`)}${this.of(["", "", ","])}${gap()}${close}`;
  }

  /** A new line inside of brackets, which stands further in than the block around them. */
  #broken(indent: number): string {
    return `${this.of(["", " # in a bracket"])}\n${this.of(["", "", "\n"])}${" ".repeat(indent + this.of([1, 2, 6]))}`;
  }

  #block(indent: number): string {
    const header = this.of(BLOCKS);
    const inner = " ".repeat(indent + (/\d/u.test(header) ? 2 : this.of([1, 2, 5])));
    const lines = this.of([
      ["text"],
      ["text", "  more", "", "last # not a comment"],
      ["", "later"],
      ["text", ""],
      ["text", "", "", ""],
    ]);
    return `${header}${this.of(["", " # of the header"])}\n${lines.map((line) => (line === "" ? "" : `${inner}${line}`)).join("\n")}\n`;
  }

  #moved(value: string, indent: number): string {
    return value.replaceAll(/\n(?=.)/gu, `\n${" ".repeat(indent + 1)}`);
  }

  #noteLine(outer: number, indent: number): string {
    const at = this.of([0, outer, indent, indent + 1]);
    return this.of([
      "",
      "",
      "",
      "\n",
      "\n\n\n",
      `${" ".repeat(at)}# note ${(this.#notes += 1)}\n`,
      `\n${" ".repeat(at)}#note ${(this.#notes += 1)}  \n`,
    ]);
  }

  #end(): string {
    return this.of([
      "\n",
      "\n",
      "\n",
      "  \n",
      ` # keep ${(this.#notes += 1)}\n`,
      `      # keep ${(this.#notes += 1)} \n`,
      "\n\n",
    ]);
  }

  #space(): string {
    return this.of([" ", "  ", "     "]);
  }

  #some<T>(all: readonly T[]): readonly T[] {
    const first = this.of(all.map((_, index) => index));
    return all.slice(first, first + this.of([1, 2, 3]));
  }
}
