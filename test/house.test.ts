import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { breach, findCycles, TABLE } from "./setup/import-rules.ts";
import { filesBelow, foldersOf, isNode, parseSource, readSources, root, roomOf, type Source } from "./setup/source.ts";

const MAX_LINES = 400;

/** Where a secret may come out: it is sent, sealed, verified or spoken there. */
const MAY_REVEAL = ["sinks", "notify", "confirm", "stores", "server", "rehearsal", "conformance", "terraform"];

/** What has a `reveal` of its own that shows a text to a person, and is no secret. */
const SHOWS_TEXT = new Set(["world", "terminal"]);

/** Findings, statements and what is concluded from them are made without casts. */
const NO_CASTS = /^(confirm\/|model\/evidence[^/]*\.ts$|model\/judge\.ts$)/;

/** Names that say nothing about what is inside. */
const EMPTY_WORDS = /(^|-)(utils?|helpers?|common|misc|services?|managers?)(-|\.|$)/;

/** kebab-case, with as many dotted endings as needed: `order.property.test.ts`. */
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

const sources = readSources();
const written = [...filesBelow("src"), ...filesBelow("test")];

/** Says of every match where it is: `src/plan/x.ts:12 says why`. */
function complaints(of: readonly Source[], say: (source: Source) => readonly (readonly [number, string])[]): string[] {
  return of.flatMap((source) => say(source).map(([line, what]) => `src/${source.path}:${line} ${what}`));
}

describe("imports", () => {
  const breaches = (source: Source) =>
    source.imports.flatMap((found) => {
      const what = breach(source, found);
      return what === undefined ? [] : [[found.line, what] as const];
    });

  it("go only where the table of the house allows", () => {
    expect(complaints(sources, breaches)).toEqual([]);
  });

  it("form no cycle, types and import() included", () => {
    expect(findCycles(sources).map((cycle) => cycle.join(" -> "))).toEqual([]);
  });

  it("are kept by the linter too, room for room", () => {
    const config: { overrides: { files: string[]; rules: Record<string, unknown> }[] } = JSON.parse(
      readFileSync(join(root, ".oxlintrc.json"), "utf8"),
    );
    const kept = config.overrides
      .filter(({ rules }) => "no-restricted-imports" in rules)
      .flatMap(({ files }) => files)
      .filter((file) => !file.startsWith("src/cli/commands/"));
    const rooms = Object.keys(TABLE).map((room) => (room.endsWith(".ts") ? `src/${room}` : `src/${room}/**`));
    expect(kept.toSorted()).toEqual(rooms.toSorted());
  });

  it.each([
    ["plan/x.ts", 'import type { Store } from "../stores/store.ts";'],
    ["plan/x.ts", 'import { createHash } from "node:crypto";'],
    ["model/x.ts", 'import { parse } from "yaml";'],
    ["views/x.ts", 'import { decide } from "../plan/decide.ts";'],
    ["apply/x.ts", 'type M = import("../stores/memory.ts").Memory;'],
    ["cli/x.ts", 'const { openSqlite } = await import("../stores/sqlite.ts");'],
    ["cli/commands/serve.ts", 'import { serve } from "../../server/index.ts";'],
    ["cli/commands/plan.ts", 'const server = await import("../../server/index.ts");'],
    ["server/x.ts", 'export * from "../cli/output.ts";'],
    ["config/x.ts", 'import schema from "../../schemas/district.schema.json";'],
    ["lounge/x.ts", 'import { a } from "./a.ts";'],
  ])("would be refused: %s with %s", (path, text) => {
    expect(breaches(parseSource(path, text))).toHaveLength(1);
  });

  it.each([
    ["views/x.ts", 'import { type Plan } from "../plan/plan.ts";'],
    ["apply/x.ts", 'import type { StoreWriter } from "../stores/store.ts";'],
    ["cli/commands/quickstart-world.ts", 'const server = await import("../../server/index.ts");'],
    ["constructs/x.ts", 'import type { District } from "../config/generated/district.ts";'],
  ])("would be allowed: %s with %s", (path, text) => {
    expect(breaches(parseSource(path, text))).toEqual([]);
  });
});

describe("secrets", () => {
  const reveals = ({ path, nodes, line }: Source) =>
    MAY_REVEAL.includes(roomOf(path))
      ? []
      : nodes
          .filter((node) => node.type === "MemberExpression" && nameOf(node["property"]) === "reveal")
          .filter((node) => !SHOWS_TEXT.has(String(nameOf(node["object"]))))
          .map((node) => [line(node), `reveals a secret; only ${MAY_REVEAL.join(", ")} may`] as const);

  it("are revealed only where they must be spoken", () => {
    expect(complaints(sources, reveals)).toEqual([]);
  });

  it("would not be revealed in a view", () => {
    expect(reveals(parseSource("views/x.ts", "print(secret?.reveal());"))).toHaveLength(1);
    expect(reveals(parseSource("views/x.ts", 'print(secret["reveal"]);'))).toHaveLength(1);
    expect(reveals(parseSource("views/x.ts", "world.reveal(secret.reveal());"))).toHaveLength(1);
  });
});

describe("purity", () => {
  const impurities = ({ path, nodes, line }: Source) =>
    ["model", "plan"].includes(roomOf(path))
      ? nodes.filter(readsTheWorld).map((node) => [line(node), "is not pure: time and ids are arguments"] as const)
      : [];

  it("of model and plan is kept: no clock, no randomness, no global", () => {
    expect(complaints(sources, impurities)).toEqual([]);
  });

  it.each([
    "new Date()",
    "new Date",
    "Date()",
    "Date.now()",
    "Math.random()",
    "globalThis.fetch",
    "crypto.randomUUID()",
  ])("would be broken by %s", (text) => {
    expect(impurities(parseSource("plan/x.ts", `export const x = ${text};`)).length).toBeGreaterThan(0);
    expect(impurities(parseSource("apply/x.ts", `export const x = ${text};`))).toEqual([]);
  });

  it("is not broken by an instant that is an argument", () => {
    expect(impurities(parseSource("plan/x.ts", "export const x = (at: string) => new Date(at);"))).toEqual([]);
  });
});

describe("casts", () => {
  const casts = ({ path, nodes, line }: Source) =>
    NO_CASTS.test(path)
      ? nodes.filter(isCast).map((node) => [line(node), "casts; check the value instead"] as const)
      : [];

  it("are not made where findings and statements are", () => {
    expect(complaints(sources, casts)).toEqual([]);
  });

  it("would be seen in confirm, `as const` excepted", () => {
    expect(casts(parseSource("confirm/x.ts", "export const x = (y as Verdict)!;"))).toHaveLength(2);
    expect(casts(parseSource("confirm/x.ts", 'export const x = ["a"] as const;'))).toEqual([]);
  });
});

describe("names and sizes", () => {
  it("of files and folders are kebab-case", () => {
    const odd = written.filter((path) => path.endsWith(".ts") && path.split("/").some((part) => !KEBAB.test(part)));
    expect(odd).toEqual([]);
  });

  it("say what is inside: no utils, helpers, common, misc, service or manager", () => {
    const empty = written.filter((path) => path.split("/").some((part) => EMPTY_WORDS.test(part)));
    expect(empty, "split by stage of the flow, never by kind of thing").toEqual([]);
  });

  it("of inner folders are not those of rooms, which would make imports hard to read", () => {
    expect(
      sources.flatMap(({ path }) =>
        foldersOf(path)
          .slice(1)
          .filter((folder) => folder in TABLE),
      ),
    ).toEqual([]);
  });

  it(`stay within ${MAX_LINES} lines a file`, () => {
    const long = written
      .filter((path) => /\.(ts|mjs)$/.test(path))
      .map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });
});

describe("the version", () => {
  it.each(["src/version.ts", "src/confirm/agent.ts"])("in %s is the one in package.json", (path) => {
    const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(readFileSync(join(root, path), "utf8")).toContain(`VERSION = "${version}"`);
  });
});

const CODES = "docs/diagnostics.md";
const FINDERS = new Set(["confirmed", "refuted", "inconclusive", "ourFault"]);

/** What the tests below a folder say, all of it: a code that none of them names is a code that none produces. */
function textOfTests(folder: string): string {
  const tests = filesBelow(folder).filter((path) => /\.(ts|ya?ml|txt|md|json)$/.test(path));
  return tests.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
}

describe("codes of diagnostics and of failures outside", () => {
  const used = new Map(
    sources.flatMap((source) => codesIn(source).map((code) => [code, `src/${source.path}`] as const)),
  );

  it(`are listed in ${CODES}, each once and none that is gone`, () => {
    const text = readFileSync(join(root, CODES), "utf8");
    const listed = [...text.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)` \|/gm)].map((match) => match[1] ?? "");
    const missing = [...used].filter(([code]) => !listed.includes(code)).map(([code, path]) => `${code} (${path})`);
    const gone = listed.filter((code) => !used.has(code));
    const twice = listed.filter((code, index) => listed.indexOf(code) < index);
    expect({ missing, gone, twice }).toEqual({ missing: [], gone: [], twice: [] });
  });

  it("are each produced by a test", () => {
    const text = textOfTests("test");
    const untried = [...used].filter(([code]) => !new RegExp(`${code}(?![a-z0-9-])`).test(text));
    expect(untried.map(([code, path]) => `${code} (${path})`)).toEqual([]);
  });

  it("are seen where a room lists them without its name", () => {
    const text = 'const CODES = { "no-project": ["error", "No project"], sql: 1 } as const satisfies Codes;';
    expect(codesIn(parseSource("config/x.ts", text))).toEqual(["config/no-project"]);
  });
});

describe("codes of findings", () => {
  const used = new Set(sources.filter(({ path }) => roomOf(path) === "confirm").flatMap(findingsIn));

  it(`are listed in ${CODES}, each once and none that is gone`, () => {
    const text = readFileSync(join(root, CODES), "utf8").split("\n## What probes find\n")[1] ?? "";
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] ?? "");
    expect(listed.toSorted()).toEqual([...used].toSorted());
  });

  it("are each produced by a test", () => {
    const text = textOfTests("test/confirm");
    expect([...used].filter((code) => !new RegExp(`(?<![a-z-])${code}(?![a-z-])`).test(text))).toEqual([]);
  });

  it("are seen in calls and in lists of them", () => {
    const text =
      'const x = [refuted("empty-orgs", ""), refuted(codes.both, ""), { codes: { both: "scope-differs" } }];';
    expect(findingsIn(parseSource("confirm/x.ts", text))).toEqual(["empty-orgs", "scope-differs"]);
  });
});

/**
 * Every text of the form `room/what-is-wrong`: that is how codes are written, wherever they are passed. A room may also
 * list its codes without its own name, as keys of a constant `CODES` whose values are severity and summary.
 */
function codesIn({ path, nodes }: Source): readonly string[] {
  const whole = nodes.flatMap((node) => (node.type === "Literal" && isCode(node["value"]) ? [node["value"]] : []));
  const short = nodes
    .filter((node) => node.type === "VariableDeclarator" && nameOf(node["id"]) === "CODES")
    .flatMap((node) => membersOf(node["init"]))
    .filter(({ value }) => isNode(value) && value.type === "ArrayExpression");
  return [...whole, ...short.map(({ key }) => `${roomOf(path)}/${key}`)];
}

/** The codes of findings: what `confirmed`, `refuted` and `inconclusive` are called with, directly or out of `codes`. */
function findingsIn({ nodes }: Source): readonly string[] {
  const said = nodes
    .filter((node) => node.type === "CallExpression" && FINDERS.has(String(nameOf(node["callee"]))))
    .flatMap((node) => (Array.isArray(node["arguments"]) ? [textOf(node["arguments"][0])] : []));
  const listed = nodes
    .filter((node) => node.type === "Property" && nameOf(node["key"]) === "codes")
    .flatMap((node) => membersOf(node["value"]).map(({ value }) => textOf(value)));
  return [...said, ...listed].filter((code) => code !== undefined);
}

/** The text of a literal; `undefined` for everything else. */
function textOf(node: unknown): string | undefined {
  return isNode(node) && typeof node["value"] === "string" ? node["value"] : undefined;
}

/** Keys and values of an object literal, `as const` and `satisfies` looked through. */
function membersOf(node: unknown): readonly { readonly key: string; readonly value: unknown }[] {
  if (!isNode(node)) return [];
  if (node.type === "TSAsExpression" || node.type === "TSSatisfiesExpression") return membersOf(node["expression"]);
  const properties = node.type === "ObjectExpression" ? node["properties"] : [];
  if (!Array.isArray(properties)) return [];
  return properties.map((one) => ({ key: String(nameOf(one["key"])), value: one["value"] }));
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && /^[a-z]+\/[a-z][a-z0-9-]*$/.test(value) && roomOf(value) in TABLE;
}

function nameOf(node: unknown): unknown {
  return isNode(node) ? (node["name"] ?? node["value"]) : undefined;
}

function readsTheWorld(node: { readonly type: string; readonly [field: string]: unknown }): boolean {
  const argumentsOf = node["arguments"];
  if (node.type === "NewExpression") {
    return nameOf(node["callee"]) === "Date" && Array.isArray(argumentsOf) && argumentsOf.length === 0;
  }
  if (node.type === "CallExpression") return nameOf(node["callee"]) === "Date";
  if (node.type !== "MemberExpression") return false;
  const [object, property] = [nameOf(node["object"]), nameOf(node["property"])];
  return (
    (object === "Date" && property === "now") ||
    (object === "Math" && property === "random") ||
    object === "globalThis" ||
    object === "crypto"
  );
}

function isCast(node: { readonly type: string; readonly [field: string]: unknown }): boolean {
  if (node.type === "TSTypeAssertion" || node.type === "TSNonNullExpression") return true;
  if (node.type !== "TSAsExpression") return false;
  const type = node["typeAnnotation"];
  return !(isNode(type) && nameOf(type["typeName"]) === "const");
}
