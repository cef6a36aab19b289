import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Stage, openStage } from "../cli/stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const made = () =>
  readdirSync(stage.folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(stage.folder.length + 1))
    .sort();

describe("init", () => {
  it("--github makes documents, a workflow and a key that is not committed", async () => {
    const { code, stdout } = await stage.rosterform(["init", "--github", "--district", "shelbyville"]);
    expect(code).toBe(0);
    expect(made()).toEqual([
      ".github/CODEOWNERS",
      ".github/workflows/rosterform.yml",
      ".gitignore",
      "README.md",
      "credentials-key.txt",
      "districts/shelbyville.yaml",
      "rosterform.yaml",
    ]);
    const key = await stage.read("credentials-key.txt");
    expect(statSync(join(stage.folder, "credentials-key.txt")).mode & 0o777).toBe(0o600);
    const [, recipient = "nobody"] = /public key: (age1\S+)/.exec(key) ?? [];
    expect(await stage.read("rosterform.yaml")).toContain(`recipients: [${recipient}]`);
    expect(stdout).not.toContain("AGE-SECRET-KEY");
    expect(await stage.read(".gitignore")).toMatch(/^credentials-key\.txt$/m);
    expect((await stage.rosterform(["validate"])).code).toBe(0);
    // Nobody's hand on a store: none is made here.
    expect((await stage.rosterform(["plan"])).stderr).toContain("stores/no-token");
  });

  it("keeps what is there, and makes no key for other documents", async () => {
    await stage.write("rosterform.yaml", "districts: districts/*.yaml\n");
    const { stdout } = await stage.rosterform(["init", "--github"]);
    expect(stdout).toMatch(/kept +rosterform\.yaml/);
    expect(made()).not.toContain("credentials-key.txt");
  });

  it.each(["--github", "--gitlab"])("%s --by-hand names a registry in a database, by reference", async (host) => {
    expect((await stage.rosterform(["init", host, "--by-hand"])).code).toBe(0);
    expect(await stage.read("rosterform.yaml")).toContain("store: { kind: by-hand, url: env:ROSTERFORM_STORE_URL }");
    expect((await stage.rosterform(["validate"])).code).toBe(0);
    const readme = await stage.read("README.md");
    expect(readme).toContain("ROSTERFORM_STORE_URL");
    expect(readme).toContain("ROSTERFORM_KEY");
    expect(readme).not.toMatch(/@[A-Z]+@|ROSTERFORM_TOKEN/);
  });

  it("is for one code host", async () => {
    const { code, stderr } = await stage.rosterform(["init", "--github", "--gitlab"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--gitlab") });
    expect(made()).toEqual([]);
  });
});
