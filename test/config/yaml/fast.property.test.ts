import fc from "fast-check";
import { expect, test } from "vitest";
import { loadYaml, readExact } from "../../../src/config/yaml/exact.ts";
import { parseFast } from "../../../src/config/yaml/fast.ts";

const yaml = await loadYaml();

/** Scalars as people write them, and those on which YAML readers are known to disagree. */
const scalar = fc.constantFrom(
  ...["1.2", "1.1", "1.10", "10%", "48h", "2027-06-15", "true", "False", "yes", "null", "~", "", "Otus", "North High"],
  ...[
    "user-ids 1.1->1.2",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "#c",
    "'q'",
    '"q"',
    "'it''s'",
    '"a\\tb"',
    '"a\\x41"',
    "'a",
    '"b',
    "- x",
  ],
  ...[
    "-.5",
    "0b11",
    "0o14",
    "0x1f",
    "014",
    "1e400",
    "1e3",
    "-0",
    "+1",
    "1_000",
    ".inf",
    ".NaN",
    "12345678901234567890",
    "1.",
  ],
  ...[
    "!foo",
    "!!str 1",
    "!!binary aGk=",
    "&a 1",
    "*a",
    "%x",
    "@x",
    "`x`",
    "|",
    ">",
    "|-",
    "? x",
    ": x",
    "-",
    "--",
    "---",
    "...",
  ],
  ...[
    "[]",
    "{}",
    "[a, b]",
    "{ a: 1, b: [c] }",
    "[a, b",
    "{ a: 1",
    "a]",
    "a }",
    "[a,]",
    "[,]",
    "{a}",
    "{ a: }",
    '["]"]',
    "[ ]x",
    "[a: b]",
  ],
  ...[
    "<<",
    "a\\",
    "é",
    "😀",
    "a\u0085b",
    "a\u00A0b",
    "a\tb",
    "\t",
    "x: ",
    "'a': b",
    '"a":b',
    "=",
    "a, b",
    "a [b]",
    "a {b}",
    "'[' ",
    "{a: ']'}",
  ],
  ...[
    'Edlink["north"]',
    "env:NAME",
    "file:./x",
    "__proto__",
    "constructor",
    "a  b",
    " a",
    "a ",
    "012",
    "0",
    "-1",
    "1:30",
    "12:30:45",
    "a?b",
    "?",
  ],
);
const key = fc.constantFrom(
  "a",
  "b",
  "version",
  "Otus",
  "'q'",
  '"d"',
  "1.2",
  "null",
  "~",
  "<<",
  "? a",
  "",
  "__proto__",
  "a b",
  "true",
  "-",
  "[x]",
  "{x}",
  "0x1",
  "a ",
);
const indent = fc.constantFrom("", "", "  ", "  ", "    ", "   ", "\t");
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(indent, key, scalar).map(([space, name, value]) => `${space}${name}: ${value}`) },
  { weight: 2, arbitrary: fc.tuple(indent, key).map(([space, name]) => `${space}${name}:`) },
  { weight: 2, arbitrary: fc.tuple(indent, scalar).map(([space, value]) => `${space}- ${value}`) },
  { weight: 1, arbitrary: fc.tuple(indent, scalar).map(([space, value]) => `${space}${value}`) },
  { weight: 1, arbitrary: fc.constantFrom("---", "...", "# comment", "", "%YAML 1.1", "  # comment") },
);
const text = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 7 }), fc.constantFrom("\n", "\n", "\r\n", "\r"))
  .map(([lines, end]) => `${lines.join(end)}${end}`);

/** Documents close to real ones, one character of which was hit. */
const real = `# c
district: springfield
site: { host: cloud.example.org, app: springfield }
groups: [all, "wave 1"]
vendors:
  Otus: { version: 1.1, kind: supported, share: [demographics] }
  Bluebird Reading:
    version: 1.2
    schools:
      - Lincoln
      - 'North High'
    ends: 2027-06-30
  Edlink: ignore
`;
const hit = fc
  .tuple(fc.nat(real.length - 1), fc.constantFrom(..." \n\t:-#[]{}\"',&*!?|>%@`~<.0e=\\\u00A0é"), fc.boolean())
  .map(([at, character, isReplaced]) => real.slice(0, at) + character + real.slice(isReplaced ? at + 1 : at));

/** The law: whatever the quick reader accepts, the authority reads without complaint and reads the same. */
function agree(source: string): void {
  const fast = parseFast(source);
  if (fast === undefined) return;
  const exact = readExact(yaml, "f.yaml", source);
  expect({ source, read: exact.troubles.map((one) => one.detail) }).toEqual({ source, read: [] });
  expect({ source, values: fast }).toStrictEqual({ source, values: exact.values });
}

test("what the quick reader accepts, the authority reads the same", () => {
  fc.assert(fc.property(text, agree), { numRuns: Number(process.env["FUZZ_RUNS"] ?? 4000) });
});

test("a document with one character hit is read the same by both, or by the authority alone", () => {
  fc.assert(fc.property(hit, agree), { numRuns: Number(process.env["FUZZ_RUNS"] ?? 1500) });
});

test("the quick reader accepts documents as people write them", () => {
  expect(parseFast(real)).toMatchObject([
    { district: "springfield", vendors: { Otus: { version: 1.1 }, Edlink: "ignore" } },
  ]);
});
