import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadProject } from "../src/config/load-project.ts";
import { parseAcceptance } from "../src/model/loss.ts";
import { buildUnlessFresh } from "./setup/built.ts";
import { missingLines, typeAll } from "./setup/console.ts";
import { linksIn, parsePage, readPage, readPages } from "./setup/markdown.ts";
import { isNode, readSources, root } from "./setup/source.ts";

const pages = readPages();
const ciRun = readFileSync(join(root, ".ci", "run"), "utf8");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("a console block", () => {
  beforeAll(buildUnlessFresh, 120_000);

  const told = pages
    .map(({ path, blocks }) => ({ path, blocks: blocks.filter(({ language }) => language === "console") }))
    .filter(({ blocks }) => blocks.length > 0);

  it("stands in the README", () => {
    expect(told.map(({ path }) => path)).toContain("README.md");
  });

  it.each(told)("of $path does what it shows", { timeout: 90_000 }, async ({ blocks }) => {
    const typed = await typeAll(blocks);
    expect(typed.length).toBeGreaterThan(0);
    const wrong = typed
      .map((one) => ({ ...one, missing: missingLines(one) }))
      .filter(({ code, missing }) => code !== 0 || missing.length > 0)
      .map(({ command, code, missing, output }) => ({ command, code, missing, output: output.join("\n") }));
    expect(wrong).toEqual([]);
  });

  it("is held to the lines below a command, in their order, `...` standing for anything", () => {
    const output = ["Digest: 12ab", "Plan: 2 to generate.", ""];
    expect(missingLines({ output, expected: ["Digest: ...", "...", "Plan: 2 ..."] })).toEqual([]);
    expect(missingLines({ output, expected: ["Plan: 2 ...", "Digest: ..."] })).toEqual(["Digest: ..."]);
    expect(missingLines({ output, expected: ["Plan: 3 ..."] })).toEqual(["Plan: 3 ..."]);
  });
});

describe("a sh block", () => {
  const commands = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === "sh")
      .flatMap(({ lines }) => lines.flatMap((line) => line.split("&&")))
      .map((command) => ({ path, command: command.trim() }))
      .filter(({ command }) => command !== "" && !command.startsWith("#")),
  );

  it.each(commands)("of $path names what npm can run and .ci/run does: $command", ({ command }) => {
    const [program, word = "", script] = command.split(/\s+/);
    expect(program).toBe("npm");
    expect(["ci", "test", "run"]).toContain(word);
    if (word !== "ci") expect(Object.keys(scripts)).toContain(script ?? word);
    expect(ciRun).toContain(command);
  });

  it("stands in the README", () => {
    expect(commands.map(({ path }) => path)).toContain("README.md");
  });
});

describe("links", () => {
  it.each(pages)("of $path lead somewhere", (page) => {
    const lost = linksIn(page).filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page.path : posix.join(posix.dirname(page.path), file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !readPage(target).anchors.includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it("would be seen where they lead nowhere", () => {
    const page = parsePage(
      "docs/x.md",
      "# A title\n[a](no.md) [b](#a-title) [c](https://example.org)\n```yaml\n[d](e)\n```",
    );
    expect(linksIn(page)).toEqual(["no.md", "#a-title"]);
    expect(page.anchors).toEqual(["a-title"]);
  });

  it.each(pages)("of $path to the code name what is there", ({ prose }) => {
    const named = [...prose.matchAll(/\b(?:src|test|schemas|examples)\/[A-Za-z0-9_./-]*[A-Za-z0-9_]/g)].map(
      ([path]) => path,
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("the life of a change", () => {
  const { prose } = readPage("docs/life-of-a-change.md");
  const sources = readSources();

  /** Everything that has a name in these files: functions, types, members of types. */
  function namesIn(place: string): ReadonlySet<string> {
    const below = sources.filter(({ path }) => `src/${path}` === place || `src/${path}`.startsWith(`${place}/`));
    return new Set(
      below.flatMap(({ nodes }) =>
        nodes.flatMap((node) => {
          const id = isNode(node["id"]) ? node["id"]["name"] : undefined;
          const key = node.type.startsWith("TS") && isNode(node["key"]) ? node["key"]["name"] : undefined;
          return [id, key].filter((name) => typeof name === "string");
        }),
      ),
    );
  }

  it("has one row for every row of the table of decisions", () => {
    const rows = prose.split("\n").filter((line) => /^\| (active|disabled|absent) \|/.test(line));
    expect(rows).toHaveLength(17);
  });

  it("names functions and types that there are", () => {
    const everywhere = namesIn("src");
    const named = [...prose.matchAll(/`([A-Za-z]+(?:\.[a-z][A-Za-z]*)?)`/g)]
      .flatMap((match) => match[1]?.split(".") ?? [])
      .filter((name) => /[a-z][A-Z]|^[A-Z][a-z]/.test(name));
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !everywhere.has(name))).toEqual([]);
  });

  it("names them where they are", () => {
    const placed = [...prose.matchAll(/`([A-Za-z]+)`,? (?:\(|in )`?(src\/[a-z0-9/.-]*[a-z0-9])/g)];
    expect(placed.length).toBeGreaterThan(6);
    const lost = placed.filter(([, name = "", place = ""]) => !namesIn(place).has(name));
    expect(lost.map(([text]) => text)).toEqual([]);
  });
});

describe("the page about documents", () => {
  const { blocks, prose } = readPage("docs/documents.md");
  const folder = mkdtempSync(join(tmpdir(), "rosterform-documents-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has the keys of the schemas in its tables", () => {
    const check = () => execFileSync(process.execPath, ["build.mjs", "docs", "--check"], { cwd: root, stdio: "pipe" });
    expect(check).not.toThrow();
  });

  // Blocks that begin with the name of a file make one project for each heading.
  const files = blocks.flatMap((block) => {
    const name = /^# ([\w/.-]+\.yaml)$/.exec(block.lines[0] ?? "")?.[1];
    return name === undefined ? [] : [{ ...block, name }];
  });

  it.each([...new Set(files.map(({ heading }) => heading))])("shows documents that are right: %s", async (heading) => {
    const shown = files.filter((file) => file.heading === heading);
    const here = join(folder, heading.replaceAll(/\W/g, "-"));
    for (const { name, lines } of shown) {
      mkdirSync(dirname(join(here, name)), { recursive: true });
      writeFileSync(join(here, name), `${lines.join("\n")}\n`);
    }
    const loaded = await loadProject({ path: join(here, shown[0]?.name ?? ""), env: {} });
    expect(loaded).toMatchObject({ kind: "loaded", warnings: [] });
  });

  it("names acceptances in the words that count", () => {
    const table = prose.split("\n| loss | when | text |\n")[1]?.split("\n\n")[0] ?? "";
    const texts = [...table.matchAll(/`([^`]+)` \|$/gm)].map((match) => match[1] ?? "");
    expect(texts).toHaveLength(6);
    expect(texts.map(parseAcceptance)).toEqual(texts);
  });
});
