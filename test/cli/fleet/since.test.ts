import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CATALOGUE, districtText, type FleetStage, openFleetStage, PROJECT } from "./fleet-stage.ts";

const DISTRICTS = ["ash", "birch", "cedar", "dogwood"] as const;
let stage: FleetStage;

function git(...args: readonly string[]): string {
  const who = ["-c", "user.name=dana", "-c", "user.email=dana@example.org", "-c", "core.autocrlf=false"];
  return execFileSync("git", ["-C", stage.folder, ...who, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function commit(): void {
  git("add", "rosterform.yaml", "vendors.yaml", "districts");
  git("commit", "--quiet", "--message", "as it is");
}

beforeEach(async () => {
  stage = await openFleetStage(DISTRICTS);
  await stage.applyAll();
  git("init", "--quiet", "--initial-branch=main");
  commit();
});
afterEach(() => stage.close());

/** The lines above the plan that say what changed. */
async function said(way: "whole" | "fleet" = "fleet", ref = "HEAD"): Promise<readonly string[]> {
  const { stdout, stderr } = await stage.inWay(way, ["plan", "--since", ref]);
  return `${stdout}${stderr}`.split("\n\n", 1)[0]?.split("\n").slice(1) ?? [];
}

describe.each(["whole", "fleet"] as const)("plan --since, read as %s", (way) => {
  it("plans the districts whose configuration changed, and says why", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Quiz: { version: 1.2, kind: other }"]));
    await stage.write("districts/birch.yaml", `# a comment changes nothing\n${districtText("birch")}`);
    const { stdout, code } = await stage.inWay(way, ["plan", "--since", "HEAD"]);
    expect(stdout).toContain("1 of 4 districts came to something else.\n  ash: its file\n");
    expect(stdout).toContain("ash/Quiz will be generated");
    expect(stdout).toContain("This is a partial plan");
    expect(code).toBe(0);
  });

  it("sees what a group, a default and the catalogue change", async () => {
    await stage.write("districts/dogwood.yaml", districtText("dogwood", [], "[wave-1]"));
    commit();
    await stage.write("rosterform.yaml", PROJECT.replace("[North]", "[North, South]"));
    expect(await said(way)).toEqual(["ash", "birch", "cedar"].map((id) => `  ${id}: group wave-2`));
    await stage.write("rosterform.yaml", PROJECT.replace("quiet: 2d", "quiet: 3d"));
    expect(await said(way)).toEqual(DISTRICTS.map((id) => `  ${id}: the project file`));
    await stage.write("rosterform.yaml", PROJECT);
    await stage.write("vendors.yaml", CATALOGUE.replace("Edlink: {}", "Edlink: { contact: help@edlink.example }"));
    expect(await said(way)).toEqual(["ash", "birch", "cedar"].map((id) => `  ${id}: the catalogue (Edlink)`));
    await stage.write("districts/ash.yaml", districtText("ash", ["Quiz: { version: 1.2, kind: other }"]));
    expect((await said(way))[0]).toBe("  ash: its file, the catalogue (Edlink)");
  });

  it("says which districts are new or gone, and touches nothing of those that are gone", async () => {
    await unlink(join(stage.folder, "districts", "ash.yaml"));
    await stage.write("districts/elm.yaml", districtText("elm"));
    expect(await said(way)).toEqual([
      "  elm: new",
      "  ash: no document describes it any more; nothing of it is touched",
    ]);
    const { stdout } = await stage.inWay(way, ["plan", "--since", "HEAD"]);
    expect(stdout).not.toContain("ash/");
  });

  it("says nothing of a file that only moved", async () => {
    await rename(join(stage.folder, "districts", "ash.yaml"), join(stage.folder, "districts", "moved.yaml"));
    expect(await said(way)).toEqual([]);
  });

  it("plans nothing where nothing changed", async () => {
    const { stdout, code } = await stage.inWay(way, ["plan", "--since", "HEAD", "--detailed-exitcode"]);
    expect(stdout).toContain("0 of 4 districts came to something else.");
    expect(stdout).toContain("No changes.");
    expect(code).toBe(0);
  });

  it("takes every district where the documents of then had errors", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { versoin: 1.2 }"]));
    commit();
    await stage.write("districts/ash.yaml", districtText("ash"));
    expect(await said(way)).toEqual(["  ash: its documents at HEAD had errors, so it cannot be compared"]);
  });
});

describe("--since", () => {
  it("gives a plan file that applies to the same districts only", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Quiz: { version: 1.2, kind: other }"]));
    expect((await stage.inWay("fleet", ["plan", "--since", "HEAD", "--out", "plan.json"])).code).toBe(0);
    expect(JSON.parse(await stage.read("plan.json"))).toMatchObject({
      partial: true,
      reviewed: { asked: { selection: { scope: ["ash"] } } },
    });
    await stage.write("districts/birch.yaml", districtText("birch", ["Quiz: { version: 1.2, kind: other }"]));
    const { stdout } = await stage.rosterform(["apply", "plan.json", "--auto-approve"]);
    expect(stdout).toContain("ash/Quiz");
    expect(stdout).not.toContain("birch/Quiz");
  });

  it("does not call a district gone whose file is only wrong now", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { versoin: 1.2 }"]));
    await unlink(join(stage.folder, "districts", "birch.yaml"));
    const { stdout } = await stage.inWay("fleet", ["plan", "--since", "HEAD", "--continue"]);
    expect(stdout).toContain("birch: no document describes it any more");
    expect(stdout).not.toContain("ash: no document");
    expect(stdout).toContain("Left out because of errors, and not touched: 1 file.\n  districts/ash.yaml");
  });

  it.each(["whole", "fleet"] as const)(
    "takes an address outside of what changed for known, read as %s",
    async (way) => {
      await stage.write("districts/ash.yaml", districtText("ash", ["Quiz: { version: 1.2, kind: other }"]));
      const args = ["plan", "--since", "HEAD", "--exclude", "birch/Otus"];
      const { stdout, stderr, code } = await stage.inWay(way, args);
      expect(stderr).not.toContain("Error");
      expect(code).toBe(0);
      expect(stdout).toContain("ash/Quiz will be generated");
    },
  );

  it.each(["whole", "fleet"] as const)("finds districts above the folder of the project, read as %s", async (way) => {
    await mkdir(join(stage.folder, "inner"));
    const above = PROJECT.replace("districts/*.yaml", "../districts/*.yaml").replace("vendors.yaml", "../vendors.yaml");
    await stage.write("inner/rosterform.yaml", above.replace("./campus.db", "../campus.db"));
    git("add", "inner");
    commit();
    await stage.write("districts/elm.yaml", districtText("elm"));
    await unlink(join(stage.folder, "districts", "ash.yaml"));
    const { stdout } = await stage.inWay(way, ["plan", "--since", "HEAD", "--chdir", "inner"]);
    expect(stdout.split("\n\n")[0]?.split("\n").slice(1)).toEqual([
      "  elm: new",
      "  ash: no document describes it any more; nothing of it is touched",
    ]);
  });

  it("says in JSON what changed", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Quiz: { version: 1.2, kind: other }"]));
    const { stdout } = await stage.inWay("fleet", ["plan", "--since", "HEAD", "--json"]);
    expect(JSON.parse(stdout.split("\n", 1)[0] ?? "")).toMatchObject({
      type: "scope",
      since: { ref: "HEAD", changed: [{ district: "ash", why: ["its file"] }], deleted: [] },
      districts: 1,
    });
  });

  it("works in a folder below the top of the repository", async () => {
    const inner = join(stage.folder, "inner");
    await mkdir(join(inner, "districts"), { recursive: true });
    await stage.write(
      "inner/rosterform.yaml",
      PROJECT.replace("./campus.db", "../campus.db").replace("vendors.yaml", "../vendors.yaml"),
    );
    await stage.write("inner/districts/elm.yaml", districtText("elm"));
    git("add", "inner");
    commit();
    await stage.write("inner/districts/elm.yaml", districtText("elm", [], "[wave-1]"));
    const { stdout } = await stage.rosterform(["plan", "--since", "main", "--chdir", "inner"]);
    expect(stdout).toContain("  elm: its file");
  });

  it.each([
    ["cli/since-unknown-ref", "wrong"],
    ["cli/since-unknown-ref", "--upload-pack=touch"],
  ])("refuses with %s: %s", async (code, ref) => {
    const { stderr, code: exit } = await stage.inWay("fleet", ["plan", `--since=${ref}`]);
    expect(stderr).toContain(code);
    expect(exit).toBe(1);
  });

  it("says that git is not installed", async () => {
    vi.stubEnv("PATH", stage.folder);
    try {
      expect((await stage.inWay("fleet", ["plan", "--since", "HEAD"])).stderr).toContain("cli/since-no-git");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("compares by what is meant where a file has other line ends than in the repository", async () => {
    await stage.write("districts/ash.yaml", districtText("ash").replaceAll("\n", "\r\n"));
    for (const way of ["whole", "fleet", "cached", "cached"] as const) {
      const { stdout } = await stage.inWay(way, ["plan", "--since", "HEAD"]);
      expect(stdout).toContain("0 of 4 districts came to something else.");
    }
  });

  it("says that a clone is shallow, that a project moved, and that there is no repository", async () => {
    git("commit", "--quiet", "--allow-empty", "--message", "next");
    const clones = await mkdtemp(join(tmpdir(), "rosterform-clone-"));
    try {
      execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${stage.folder}`, join(clones, "shallow")]);
      const shallow = await stage.rosterform(["validate", "--chdir", join(clones, "shallow")]);
      expect(shallow.code).toBe(0);
      const plan = (folder: string, ref: string) =>
        stage.rosterform(["plan", "--since", ref, "--chdir", folder], {
          env: { ROSTERFORM_STORE: join(stage.folder, "campus.db") },
        });
      const { stderr } = await plan(join(clones, "shallow"), "HEAD~1");
      expect(stderr.replaceAll(/\s+/gu, " ")).toContain("which is a shallow one");
      await rename(join(clones, "shallow", "rosterform.yaml"), join(clones, "shallow", "fleet.yaml"));
      const moved = await stage.rosterform([
        "plan",
        "--since",
        "HEAD",
        "--config",
        join(clones, "shallow", "fleet.yaml"),
      ]);
      expect(moved.stderr).toContain("cli/since-project-moved");
      await rm(join(clones, "shallow", ".git"), { recursive: true });
      await rename(join(clones, "shallow", "fleet.yaml"), join(clones, "shallow", "rosterform.yaml"));
      expect((await plan(join(clones, "shallow"), "HEAD")).stderr).toContain("cli/since-no-repository");
    } finally {
      await rm(clones, { recursive: true });
    }
  });
});
