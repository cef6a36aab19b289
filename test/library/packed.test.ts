import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildUnlessFresh } from "../setup/built.ts";
import { readPage } from "../setup/markdown.ts";
import { root } from "../setup/source.ts";
import { type Installed, install } from "./installed.ts";
import { openStand } from "./stand.ts";

const EXAMPLE = "examples/library/apply.mjs";

let installed: Installed;
beforeAll(() => {
  buildUnlessFresh();
  installed = install();
}, 180_000);
afterAll(() => installed?.remove());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the example with plain Node, beside the campus of this process. */
async function example(folder: string, ...args: readonly string[]): Promise<Ended> {
  const command = [join(folder, "apply.mjs"), ...args];
  const ending = promisify(execFile)(process.execPath, command, { cwd: folder, env: { ...process.env, USER: "dana" } });
  return ending.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

/** A function over every kind of a union, and what the compiler holds it to: a value where no kind is left. */
const exhaustive = (type: string, kinds: readonly string[]): string =>
  [
    `import type { ${type} } from "rosterform";`,
    `export function name(one: ${type}): string {`,
    "  switch (one.kind) {",
    ...kinds.map((kind) => `    case "${kind}": return one.kind;`),
    "    default: { const left: never = one; return left; }",
    "  }",
    "}",
    "",
  ].join("\n");

const UNIONS = [
  ["ApplyEvent", ["address-started", "step-started", "step-done", "step-waiting", "step-failed", "address-finished"]],
  ["AddressOutcome", ["unchanged", "done", "waiting", "failed", "blocked", "observed", "interrupted"]],
  ["Applied", ["applied", "not-approved", "nothing-to-do"]],
] as const;

/** What the compiler says about files that use the package, a line for each error; declarations are looked into, too. */
function compile(files: Readonly<Record<string, string>>): readonly string[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(installed.folder, name), text);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const js = ["--allowJs", "--checkJs", "--skipLibCheck", "false"];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...js, ...Object.keys(files)], {
    cwd: installed.folder,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

describe("the example of the library", () => {
  it("shows the plan, applies it, and shows no secret, from the package as it is packed", {
    timeout: 60_000,
  }, async () => {
    const stand = await openStand();
    try {
      symlinkSync(join(installed.folder, "node_modules"), join(stand.folder, "node_modules"));
      const looked = await example(stand.folder);
      expect(looked).toMatchObject({ code: 0, stderr: "" });
      expect(looked.stdout).toMatch(/^springfield\/Bluebird Reading: generate .*\nspringfield\/Otus: generate .*\n$/);
      expect(existsSync(join(stand.folder, "credentials"))).toBe(false);
      const applied = await example(stand.folder, "--apply");
      expect(applied).toMatchObject({ code: 0, stderr: "" });
      expect(applied.stdout).toContain("springfield/Otus: deliver done\n");
      expect(applied.stdout.trimEnd().split("\n").at(-1)).toBe("2 done, 0 waiting, 0 failed");
      const secrets = await stand.secrets();
      expect(secrets).toHaveLength(2);
      expect(secrets.filter((secret) => applied.stdout.includes(secret))).toEqual([]);
      expect((await example(stand.folder, "--apply")).stdout.trimEnd().split("\n").at(-1)).toBe("nothing-to-do");
      const broken = join(stand.folder, "districts", "springfield.yaml");
      writeFileSync(broken, readFileSync(broken, "utf8").replace("version: 1.1", "version: 1.3"));
      const refused = await example(stand.folder, "--apply");
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toContain("districts/springfield.yaml:5:20: error: ");
    } finally {
      await stand.close();
    }
  });

  it("is the one that the page shows", () => {
    const shown = readPage("docs/library.md").blocks.filter(({ language }) => language === "js");
    expect(`${shown.at(-1)?.lines.join("\n")}\n`).toBe(readFileSync(join(root, EXAMPLE), "utf8"));
  });
});

describe("the command line of the package", () => {
  it("has with it what it writes into folders: starters, schemas, the documents of the quickstart", {
    timeout: 60_000,
  }, () => {
    const main = join(installed.folder, "node_modules", "rosterform", "dist", "cli", "main.js");
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [main, ...args], { cwd: installed.folder, encoding: "utf8" });
    expect(run("init", "--github", "starter")).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(installed.folder, "starter", ".github", "workflows", "rosterform.yml"))).toBe(true);
    expect(run("schema", "--out", "schemas")).toMatchObject({ status: 0, stderr: "" });
    const quickstart = run("quickstart");
    expect(quickstart).toMatchObject({ status: 0, stderr: "" });
    expect(quickstart.stdout).toContain("Checked: Schoology in Shelbyville never moved");
  });
});

describe("the types of the library", () => {
  it("fit the example, and let a switch over each union be checked: one kind fewer does not compile", {
    timeout: 60_000,
  }, () => {
    const all = UNIONS.map(([type, kinds]) => [`all-${type}.ts`, exhaustive(type, kinds)]);
    const fewer = UNIONS.map(([type, kinds]) => [`fewer-${type}.ts`, exhaustive(type, kinds.slice(1))]);
    const said = compile({
      "example.mjs": readFileSync(join(root, EXAMPLE), "utf8"),
      ...Object.fromEntries([...all, ...fewer]),
    });
    expect(said.map((line) => line.replace(/\(.*/, "")).toSorted()).toEqual(
      UNIONS.map(([type]) => `fewer-${type}.ts`).toSorted(),
    );
    for (const line of said) expect(line).toContain("is not assignable to type 'never'");
  });

  it("are all there is: paths into the package are closed", () => {
    const inside = 'import "rosterform/dist/drivers.js";';
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", inside], {
      cwd: installed.folder,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});
