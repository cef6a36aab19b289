import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadProject } from "../../src/config/load-project.ts";
import { diagnosed } from "./load.ts";

/** Documents by the hundred, or made to do harm: all is told, soon, and without much memory. */

const PROJECT = "districts: districts/**/*.yaml\nstore: { kind: sqlite, path: x }\n";
const district = (id: string): string =>
  `district: ${id}\nsite: { host: a.example, app: ${id} }\nvendors:\n  Otus: { version: 1.1, kind: other }\n`;

/** What is said about one district file with this text, and after how many milliseconds. */
async function told(text: string | Uint8Array): Promise<{ readonly codes: readonly string[]; readonly ms: number }> {
  const start = performance.now();
  const found = await diagnosed({ "rosterform.yaml": PROJECT, "districts/a.yaml": text });
  return { codes: [...new Set(found.map(({ code }) => code))], ms: performance.now() - start };
}

const MEGABYTE = 2 ** 20;

describe("a file that is made to do harm", () => {
  it.each<readonly [string, string, () => string]>([
    ["ten thousand open brackets", "config/too-deep", () => `vendors: ${"[".repeat(10_000)}`],
    ["half a megabyte of open brackets", "config/too-deep", () => `vendors: ${"[".repeat(MEGABYTE / 2)}`],
    [
      "ten thousand levels of maps",
      "config/too-deep",
      () => Array.from({ length: 3000 }, (_, n) => `${" ".repeat(n)}a:\n`).join(""),
    ],
    ["aliases of aliases", "config/alias-bomb", () => bomb()],
    [
      "a key a hundred thousand times",
      "config/duplicate-key",
      () => district("a") + "  Quiz: { version: 1.1, kind: other }\n".repeat(2000),
    ],
    ["tabs", "config/tab-indent", () => district("a").replace("  Otus", "\tOtus")],
  ])("is refused soon: %s", async (_, code, make) => {
    const { codes, ms } = await told(make());
    expect(codes).toContain(code);
    expect(ms).toBeLessThan(15_000);
  });

  it("is read to its end where it has thirty thousand keys, and a repeated one is shown where it stands", async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `  Vendor ${n}: { version: 1.1, kind: other }\n`);
    const text = `${district("a")}${lines.join("")}  Vendor 7: { version: 1.1, kind: other }\n`;
    const found = await diagnosed({ "rosterform.yaml": PROJECT, "districts/a.yaml": text });
    expect(found.map(({ code, at }) => [code, at?.line, at?.column])).toEqual([["config/duplicate-key", 30_005, 3]]);
  });

  it("is read the same with a byte order mark, Windows line ends, or both", async () => {
    for (const text of [
      `\uFEFF${district("a")}`,
      district("a").replaceAll("\n", "\r\n"),
      `\uFEFF${district("a").replaceAll("\n", "\r\n")}`,
    ]) {
      expect((await told(text)).codes).toEqual([]);
    }
  });

  it("is refused in another encoding", async () => {
    for (const bytes of [
      Buffer.from(district("a"), "utf16le"),
      Buffer.from([...Buffer.from("district: "), 0xe9, 0x0a]),
    ]) {
      expect((await told(bytes)).codes).toEqual(["config/not-utf-8"]);
    }
  });
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 9; n += 1)
    lines.push(`a${n}: &a${n} [${Array.from({ length: 10 }, () => `*a${n - 1}`).join(", ")}]`);
  return `${lines.join("\n")}\n`;
}

describe("a repository", () => {
  it("with a hundred broken files reports every one of them, at its line", async () => {
    const broken = Array.from({ length: 100 }, (_, n) => [
      `districts/d${n}.yaml`,
      n % 2 === 0 ? district(`d${n}`).replace("version", "versoin") : `${district(`d${n}`)}  Quiz: {\n`,
    ]);
    const found = await diagnosed({ "rosterform.yaml": PROJECT, ...Object.fromEntries(broken) });
    expect(new Set(found.map(({ at }) => at?.file)).size).toBe(100);
    expect(found.every(({ at }) => (at?.line ?? 0) >= 4)).toBe(true);
  });

  it("with two files that differ only in capital letters is warned", async () => {
    const found = await diagnosed({
      "rosterform.yaml": PROJECT,
      "districts/Ash.yaml": district("ash"),
      "districts/ash.yaml": district("other"),
    });
    expect(found.map(({ code, severity, at }) => [code, severity, at?.file])).toEqual([
      ["config/similar-files", "warning", "districts/ash.yaml"],
    ]);
  });

  it("with one district in two spellings is told that identifiers are small letters", async () => {
    const found = await diagnosed({
      "rosterform.yaml": PROJECT,
      "districts/a.yaml": district("ash"),
      "districts/b.yaml": district("Ash"),
    });
    expect(found.map(({ code }) => code)).toContain("config/unreadable-value");
  });
});

describe("a link", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rosterform-links-"));
    mkdirSync(join(folder, "repository", ".git"), { recursive: true });
    mkdirSync(join(folder, "repository", "fleet", "districts"), { recursive: true });
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "repository", "fleet", "rosterform.yaml"), PROJECT);
    writeFileSync(join(folder, "repository", "fleet", "districts", "a.yaml"), district("a"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const inFleet = (...path: readonly string[]): string => join(folder, "repository", "fleet", ...path);
  const load = async () => {
    const loaded = await loadProject({ path: inFleet(), env: {} });
    return loaded.kind === "broken"
      ? loaded.diagnostics.map(({ code, at }) => `${code} ${at?.file}`)
      : loaded.project.desired.districts.map((one) => one.district);
  };

  it("to a file or folder outside of the repository is refused, and not read", async () => {
    writeFileSync(join(folder, "elsewhere", "b.yaml"), district("b"));
    symlinkSync(join(folder, "elsewhere", "b.yaml"), inFleet("districts", "b.yaml"));
    symlinkSync(join(folder, "elsewhere"), inFleet("districts", "more"));
    expect(await load()).toEqual([
      "config/leads-outside districts/b.yaml",
      "config/leads-outside districts/more/b.yaml",
    ]);
  });

  it("to something inside of the repository is followed, and one that leads nowhere is told", async () => {
    writeFileSync(join(folder, "repository", "b.yaml"), district("b"));
    symlinkSync("../../b.yaml", inFleet("districts", "b.yaml"));
    expect(await load()).toEqual(["a", "b"]);
    symlinkSync("nowhere.yaml", inFleet("districts", "c.yaml"));
    expect(await load()).toEqual(["config/file-missing rosterform.yaml"]);
  });

  it("is no matter of folders that a pattern names by their own path", async () => {
    rmSync(join(folder, "repository", ".git"), { recursive: true });
    writeFileSync(join(folder, "elsewhere", "b.yaml"), district("b"));
    writeFileSync(inFleet("rosterform.yaml"), PROJECT.replace("districts/**/*.yaml", "../../elsewhere/*.yaml"));
    expect(await load()).toEqual(["b"]);
  });

  it("from a folder to itself ends", async () => {
    symlinkSync(".", inFleet("districts", "again"));
    expect((await load()).length).toBeGreaterThan(0);
  });
});
