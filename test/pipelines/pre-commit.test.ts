import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildUnlessFresh } from "../setup/built.ts";
import { root } from "../setup/source.ts";
import { read } from "./files.ts";

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
  readonly pass_filenames?: boolean;
}

const hooks = parse(read(".pre-commit-hooks.yaml")) as readonly Hook[];
const DISTRICT = "district: springfield\nsite: { host: cloud.example.org, app: springfield }\nvendors: {}\n";

/** How pre-commit is called here, or nothing. */
const program = [["pre-commit"], ["python3", "-m", "pre_commit"]].find(
  ([name = "", ...args]) => spawnSync(name, [...args, "--version"]).status === 0,
);
if (program === undefined) console.warn("SKIPPED: there is no pre-commit on this machine.");

describe("a hook", () => {
  it.each(hooks)("$id calls rosterform for documents and for nothing else", ({ entry, files }) => {
    expect(entry).toMatch(/^npx --yes rosterform [a-z]+$/);
    expect("districts/springfield.yaml").toMatch(new RegExp(files));
    expect("README.md").not.toMatch(new RegExp(files));
  });
});

describe.skipIf(program === undefined)("pre-commit itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-hooks-"));
  const work = join(folder, "work");
  const bin = join(work, "node_modules", ".bin");
  const run = (name: string, ...args: readonly string[]) =>
    spawnSync(name, [...args], {
      cwd: work,
      encoding: "utf8",
      env: {
        ...process.env,
        // Whatever is not here must not be fetched.
        npm_config_offline: "true",
        PRE_COMMIT_HOME: join(folder, "cache"),
        NO_COLOR: "1",
      },
    });
  const preCommit = (...args: readonly string[]) => {
    const [name = "", ...first] = program ?? [];
    return run(name, ...first, ...args);
  };
  beforeAll(() => {
    buildUnlessFresh();
    for (const made of [bin, join(work, "districts")]) mkdirSync(made, { recursive: true });
    symlinkSync(join(root, "dist", "cli", "main.js"), join(bin, "rosterform"));
    run("git", "init", "-q");
    writeFileSync(join(work, ".gitignore"), "node_modules/\n");
    // The same hooks, where a repository has this build in its node_modules.
    writeFileSync(join(work, ".pre-commit-config.yaml"), JSON.stringify({ repos: [{ repo: "local", hooks }] }));
    writeFileSync(
      join(work, "rosterform.yaml"),
      "districts: districts/*.yaml\nstore: { kind: sqlite, path: ./campus.db }\n",
    );
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("takes the file of hooks", () => {
    const { status, stdout } = preCommit("validate-manifest", join(root, ".pre-commit-hooks.yaml"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("formats documents, lets right ones pass, and stops wrong ones with the message of rosterform", {
    timeout: 60_000,
  }, () => {
    writeFileSync(join(work, "districts", "springfield.yaml"), DISTRICT);
    run("git", "add", "-A");
    // Whoever was formatted looks at it, adds it and commits again.
    const formatted = preCommit("run");
    expect(formatted).toMatchObject({ status: 1, stdout: expect.stringContaining("files were modified by this hook") });
    expect(readFileSync(join(work, "districts", "springfield.yaml"), "utf8")).toContain("# yaml-language-server:");
    run("git", "add", "-A");
    const passed = preCommit("run");
    expect({ ...passed, passed: passed.stdout.match(/Passed/g)?.length }).toMatchObject({ status: 0, passed: 2 });
    writeFileSync(join(work, "districts", "springfield.yaml"), DISTRICT.replace("app:", "ap:"));
    run("git", "add", "-A");
    const wrong = preCommit("run");
    expect(wrong).toMatchObject({ status: 1, stdout: expect.stringContaining('Did you mean "app"?') });
  });
});
