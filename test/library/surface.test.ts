import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { difference, surfaceOf } from "../../.ci/api.mjs";
import { root } from "../setup/source.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-surface-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The page of a package with these declarations, and what is wrong with them. */
function surface(text: string): { readonly page: string; readonly wrong: readonly string[] } {
  writeFileSync(join(folder, "package.json"), '{ "name": "small" }');
  symlinkOnce(join(root, "node_modules"), join(folder, "node_modules"));
  const entry = join(folder, "index.d.ts");
  writeFileSync(entry, text);
  return surfaceOf({ root: folder, entry, folder: join(folder, "work"), isExplained: true });
}

function symlinkOnce(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

describe("the page of a surface", () => {
  const FIRST = "/** One. */\nexport declare const one: number;\n";

  it("is the same for the same surface, whatever stands around it", () => {
    const { page, wrong } = surface(FIRST);
    expect(wrong).toEqual([]);
    expect(page).toContain("export const one: number;");
    expect(surface(`// A note.\n${FIRST}`).page).toBe(page);
  });

  it("shows what was added, changed or taken away", () => {
    const { page } = surface(FIRST);
    const more = surface(`${FIRST}/** Two. */\nexport declare const two: string;\n`).page;
    expect(
      difference(page, more)
        .split("\n")
        .filter((line) => /^[+-] \S/.test(line)),
    ).toEqual(["+ // @public", "+ export const two: string;"]);
    expect(difference(more, page)).toContain("- export const two: string;");
    expect(difference(page, surface(FIRST.replace("number", "bigint")).page)).toContain("+ export const one: bigint;");
    expect(difference(page, page)).toBe("");
  });

  it("refuses a name without a comment, and a type that can be met and not named", () => {
    const { wrong } = surface("interface Hidden { a: 1 }\nexport declare const one: Hidden;\nexport {};\n");
    expect(wrong).toEqual([
      expect.stringContaining('ae-forgotten-export: The symbol "Hidden" needs to be exported'),
      "one is exported and not explained; write a comment above it",
    ]);
  });
});

describe("the check of the surface", () => {
  it("fails on an export that no page knows, shows the line, and says how it becomes known", {
    timeout: 120_000,
  }, () => {
    const copy = join(folder, "copy");
    mkdirSync(copy);
    for (const name of [".ci", "api", "src", "package.json", "tsconfig.json", "tsconfig.build.json"])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    appendFileSync(join(copy, "src", "index.ts"), "/** Nobody reviewed it. */\nexport const unnoticed = 1;\n");
    const { status, stderr } = spawnSync(process.execPath, [".ci/api.mjs", "rosterform.api.md"], {
      cwd: copy,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("api/rosterform.api.md is not as the surface is:");
    // Every export begins with the same line, so that either of two may count as the new one.
    expect(
      stderr
        .split("\n")
        .filter((line) => /^[+-] \S/.test(line))
        .toSorted(),
    ).toEqual(["+ // @public", "+ export const unnoticed = 1;"]);
    expect(stderr).toContain("npm run api");
  });
});
