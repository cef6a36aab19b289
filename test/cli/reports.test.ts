import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { World } from "../../src/cli/world.ts";
import { obeyed, outputsIn } from "../setup/actions-runner.ts";
import { render } from "../setup/rendered.ts";
import { againstJunit, againstSarif } from "../setup/report-schemas.ts";
import { edit, everythingOn, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** Reports for pull requests, as a pipeline asks for them. */

const SPRINGFIELD = "districts/springfield.yaml";
let stage: Stage;

beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
});
afterEach(() => stage.close());

const plan = (args: readonly string[], more: Partial<World> = {}) => stage.rosterform(["plan", ...args], more);

/** The environment of a step of GitHub Actions. */
const step = () => ({
  env: {
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: stage.folder,
    GITHUB_OUTPUT: join(stage.folder, "output.txt"),
    GITHUB_STEP_SUMMARY: join(stage.folder, "summary.md"),
  },
});

/** Otus moves, and nobody accepted what that loses. */
async function loseSomething(): Promise<void> {
  await stage.rosterform(["apply", "--auto-approve"]);
  await edit(stage, "vendors.yaml", "versions: [1.1]", "versions: [1.1, 1.2]");
  await edit(stage, SPRINGFIELD, "Otus: { version: 1.1", "Otus: { version: 1.2");
}

describe("plan --markdown", () => {
  it("writes a file whole, beside the text", async () => {
    const { code, stdout, stderr } = await plan(["--markdown", "review.md"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Plan: 3 to generate");
    expect(stdout).toContain("Saved the review to review.md.\n");
    const text = await stage.read("review.md");
    expect(text.split("\n")[0]).toBe("<!-- rosterform-plan: rosterform.yaml -->");
    const { tables } = render(text);
    expect(tables.flatMap(({ rows }) => rows.map((row) => row[1]))).toEqual([
      "shelbyville/Schoology",
      "springfield/Bluebird Reading",
      "springfield/Otus",
    ]);
  });

  it("with - prints the Markdown and nothing else", async () => {
    await plan(["--markdown", "review.md"]);
    const { stdout } = await plan(["--markdown", "-"]);
    expect(stdout).toBe(await stage.read("review.md"));
  });

  it("carries the digest that apply takes", async () => {
    const { stdout } = await plan(["--markdown", "-"]);
    const digest = /rosterform apply --digest ([0-9a-f]{64})/u.exec(stdout)?.[1] ?? "";
    expect((await stage.rosterform(["apply", "--auto-approve", "--digest", digest])).code).toBe(0);
  });

  it("is written with an error in the plan too, and the exit code stays that of the plan", async () => {
    await loseSomething();
    const { code } = await plan(["--markdown", "review.md"]);
    expect(code).toBe(1);
    const { text } = render(await stage.read("review.md"));
    expect(text).toContain("Plan: 1 error\n");
    expect(text).toContain('NOT accepted; that would be accept: ["user-ids 1.1->1.2"]');
    expect((await plan(["--markdown", "review.md", "--detailed-exitcode"])).code).toBe(1);
  });

  it("says what is wrong where the documents are broken, so that no old review stays", async () => {
    await stage.write("review.md", "old");
    await stage.write(SPRINGFIELD, "district: springfield\nvendors: {\n");
    const { code } = await plan(["--markdown", "review.md", "--html", "review.html"]);
    expect(code).toBe(1);
    const { text } = render(await stage.read("review.md"));
    expect(text).toContain("config/syntax");
    expect(text).toContain("No plan was made, so nothing can be applied.");
    expect(text).not.toContain("Digest");
    expect(await stage.read("review.html")).toContain("config/syntax");
  });

  it("says so where the store cannot be read", async () => {
    await stage.write("rosterform.yaml", (await stage.read("rosterform.yaml")).replace("campus.db", "nowhere.db"));
    const { code, stderr } = await plan(["--markdown", "review.md"]);
    expect(code).toBe(1);
    expect(stderr.match(/stores\/not-found/gu)).toHaveLength(1);
    expect(render(await stage.read("review.md")).text).toContain("stores/not-found");
  });

  it("tells warnings of the command too", async () => {
    const fresh = await openDesk();
    const { stdout } = await fresh.rosterform(["plan", "--markdown", "-"]);
    await fresh.close();
    expect(render(stdout).text).toContain("cli/never-served");
  });

  it("is named after the project file below the repository", async () => {
    const up = { cwd: join(stage.folder, ".."), env: { GITHUB_WORKSPACE: join(stage.folder, "..") } };
    const { stdout } = await plan(["--chdir", stage.folder, "--markdown", "-"], up);
    expect(stdout.split("\n")[0]).toMatch(/^<!-- rosterform-plan: rosterform-stage-\w+\/rosterform\.yaml -->$/u);
  });
});

describe("plan --github", () => {
  it("tells later steps what a pipeline decides on", async () => {
    const { code } = await plan(["--github", "--out", "plan.json"], step());
    expect(code).toBe(0);
    const outputs = outputsIn(await stage.read("output.txt"));
    expect(outputs).toMatchObject({
      has_changes: "true",
      errored: "false",
      generate: "3",
      switch: "0",
      disable: "0",
      waiting: "0",
      blocked: "0",
      plan_file: "plan.json",
      errors: "0",
      warnings: "0",
    });
    const digest = /^Digest: ([0-9a-f]{64})$/mu.exec((await plan([])).stdout)?.[1];
    expect(outputs["digest"]).toBe(digest);
    expect(Object.keys(JSON.parse(outputs["digests"] ?? ""))).toEqual(["shelbyville", "springfield"]);
    expect(outputs["summary"]).toBe("Plan: 3 to generate, 0 to switch, 0 to change, 0 to disable.");
  });

  it("writes the review into the summary of the step, behind what stands there", async () => {
    await stage.write("summary.md", "# Before\n\n");
    await plan(["--github"], step());
    const summary = await stage.read("summary.md");
    expect(summary).toMatch(/^# Before\n\n<!-- rosterform-plan/u);
    expect(render(summary).tables).toHaveLength(2);
  });

  it("prints the plan where no line of it is obeyed, and then the notes", async () => {
    await loseSomething();
    const { code, stdout } = await plan(["--github"], step());
    expect(code).toBe(1);
    expect(stdout).toContain("springfield/Otus would be switched");
    expect(stdout.split("\n")[0]).toMatch(/^::stop-commands::rosterform-[0-9a-f-]{36}$/u);
    const commands = obeyed(stdout);
    expect(commands).toHaveLength(1);
    expect(commands[0]).toMatchObject({ command: "error", properties: { file: SPRINGFIELD, line: "5" } });
    const token = stdout.split("\n")[0]?.split("::").at(-1);
    expect((await plan(["--github"], step())).stdout).not.toContain(token);
    expect(outputsIn(await stage.read("output.txt"))).toMatchObject({
      errored: "true",
      blocked: "1",
      has_changes: "false",
    });
  });

  it("lets no name on either stream be taken for a command", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    const evil = '"::add-mask::e"';
    await edit(stage, SPRINGFIELD, "schools: [Lincoln]", `schools: [${evil}, "##[add-path]/tmp"]`);
    const { stdout, stderr } = await plan(["--github"], step());
    expect(stdout).toContain("add-mask");
    expect(stderr).toBe("");
    expect(obeyed(stdout).filter(({ command }) => command !== "error" && command !== "warning")).toEqual([]);
    await stage.write(
      "rosterform.yaml",
      (await stage.read("rosterform.yaml")).replace("campus.db", "'x ::add-mask::e'"),
    );
    const lost = await plan(["--github"], step());
    expect(lost.stdout).toContain("stores/not-found");
    expect(lost.stderr).toBe("");
    expect(obeyed(lost.stdout).map(({ command }) => command)).toEqual(["error"]);
  });

  it("says of broken documents and of a store that is not there that there are no changes to apply", async () => {
    await stage.write(SPRINGFIELD, "district: springfield\nvendors: {\n");
    const { stdout } = await plan(["--github"], step());
    expect(obeyed(stdout)[0]).toMatchObject({ command: "error", properties: { file: SPRINGFIELD } });
    expect(outputsIn(await stage.read("output.txt"))).toMatchObject({
      has_changes: "false",
      errored: "true",
      errors: "1",
    });
    expect(await stage.read("summary.md")).toContain("No plan was made");
  });

  it("outside of GitHub Actions warns, and prints the notes", async () => {
    const { code, stderr } = await plan(["--github"]);
    expect(code).toBe(0);
    expect(stderr).toContain("cli/not-in-actions");
  });

  it("that cannot write what the runner asked for is told", async () => {
    const { env } = step();
    const { code, stderr } = await plan(["--github"], {
      env: { ...env, GITHUB_OUTPUT: join(stage.folder, "no", "file") },
    });
    expect(code).toBe(1);
    expect(stderr).toContain("GITHUB_OUTPUT cannot be written");
  });

  it("names files below the repository, wherever the documents are", async () => {
    const env = { ...step().env, GITHUB_WORKSPACE: join(stage.folder, "..") };
    await loseSomething();
    const { stdout } = await plan(["--github"], { env });
    expect(obeyed(stdout)[0]?.properties["file"]).toMatch(/^rosterform-stage-\w+\/districts\/springfield\.yaml$/u);
  });
});

describe("the other reports of plan", () => {
  it("are right by their schemas, with and without errors", async () => {
    const all = [
      "--gitlab-report",
      "counts.json",
      "--sarif",
      "plan.sarif",
      "--junit",
      "plan.xml",
      "--html",
      "plan.html",
    ];
    expect((await plan(all)).code).toBe(0);
    expect(JSON.parse(await stage.read("counts.json"))).toEqual({ create: 3, update: 0, delete: 0 });
    await loseSomething();
    expect((await plan(all)).code).toBe(1);
    expect(JSON.parse(await stage.read("counts.json"))).toEqual({ create: 0, update: 0, delete: 0 });
    const log = JSON.parse(await stage.read("plan.sarif"));
    expect(againstSarif(log)).toEqual([]);
    expect(log.runs[0].results[0]).toMatchObject({ ruleId: "plan/loss-not-accepted", level: "error" });
    const xml = await stage.read("plan.xml");
    expect(await againstJunit(xml)).toEqual([]);
    expect(xml).toContain('<testcase name="springfield/Otus" classname="springfield" time="0">\n      <failure');
    expect(xml).toContain('<testcase name="districts/springfield.yaml" classname="documents" time="0"/>');
    expect(await stage.read("plan.html")).toMatch(/^<!doctype html>[^]*<\/html>\n$/u);
  });

  it("hold no secret", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    await edit(stage, "districts/shelbyville.yaml", "kind: supported }", "kind: supported, rotate: 1 }");
    await stage.rosterform(["apply", "--auto-approve"]);
    const secret =
      /Client Secret:?\s+(\S+)/u.exec(await stage.read("credentials/shelbyville/schoology.txt"))?.[1] ?? "";
    expect(secret.length).toBeGreaterThan(20);
    const files = ["review.md", "review.html", "counts.json", "plan.sarif", "plan.xml"];
    const flags = ["--markdown", "--html", "--gitlab-report", "--sarif", "--junit"];
    const { stdout } = await plan(["--github", ...flags.flatMap((flag, at) => [flag, files[at] ?? ""])], step());
    const written = await Promise.all([...files, "output.txt", "summary.md"].map((file) => stage.read(file)));
    for (const text of [stdout, ...written]) expect(text).not.toContain(secret);
    expect(written[0]).toContain("shelbyville/Schoology");
  });
});

describe("validate", () => {
  it("writes what is wrong for code scanning and test reports", async () => {
    await stage.write(SPRINGFIELD, "district: springfield\nvendors:\n  Otus: { versoin: 1.1 }\n");
    const { code, stdout } = await stage.rosterform(
      ["validate", "--sarif", "found.sarif", "--junit", "found.xml", "--github"],
      step(),
    );
    expect(code).toBe(1);
    const log = JSON.parse(await stage.read("found.sarif"));
    expect(againstSarif(log)).toEqual([]);
    expect(log.runs[0].automationDetails.id).toBe("rosterform/validate/");
    expect(log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain("config/unknown-key");
    expect(await againstJunit(await stage.read("found.xml"))).toEqual([]);
    expect(obeyed(stdout).map(({ command }) => command)).toContain("error");
    expect(outputsIn(await stage.read("output.txt"))).toMatchObject({ valid: "false" });
    expect(await stage.read("summary.md")).toContain("## Documents: ");
  });

  it("writes the same of documents that are right", async () => {
    const { code, stdout } = await stage.rosterform(["validate", "--sarif", "found.sarif", "--junit", "-"]);
    expect(code).toBe(0);
    expect(await againstJunit(stdout)).toEqual([]);
    expect(stdout.match(/<testcase /gu)).toHaveLength(4);
    expect(JSON.parse(await stage.read("found.sarif")).runs[0].results).toEqual([]);
    await stage.rosterform(["validate", "--github"], step());
    expect(outputsIn(await stage.read("output.txt"))).toEqual({ valid: "true", errors: "0", warnings: "0" });
    expect(await stage.read("summary.md")).toContain(
      "Success! The configuration is valid: 2 districts, 3 connections.",
    );
  });
});

describe("reports that cannot be written together", () => {
  it.each([
    [["--markdown", "-", "--json"], "--markdown and --json", "--json-into FILE"],
    [["--markdown", "-", "--github"], "--markdown and --github", "stdout"],
    [["--markdown", "a", "--html", "a"], "--markdown and --html", "written to a"],
    [["--markdown", "plan.json", "--out", "plan.json"], "--markdown and --out", "plan.json"],
    [["--github", "--json"], "--json and --github", "--json-into FILE"],
  ])("are refused before anything is done: %j", async (args, what, how) => {
    const before = await everythingOn(stage);
    const { code, stdout, stderr } = await plan(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("cli/one-place-twice");
    expect(stderr.replace(/\s+/gu, " ")).toContain(what);
    expect(stderr.replace(/\s+/gu, " ")).toContain(how);
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("leave nothing behind where there is no place", async () => {
    const { code, stderr } = await plan(["--markdown", "nowhere/review.md"]);
    expect(code).toBe(1);
    expect(stderr).toContain("nowhere/review.md cannot be written");
    expect(existsSync(join(stage.folder, "nowhere"))).toBe(false);
  });
});
