import { mkdir } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageFile } from "../../src/cli/package-file.ts";
import { wantsColor } from "../../src/cli/world.ts";
import { whoRuns } from "../../src/identity.ts";
import { edit, everythingOn, expectTrouble, linesOf, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** What flags, environment and exit codes promise to people and pipelines. */

const APPLY = ["apply", "--auto-approve"];
const SPRINGFIELD = "districts/springfield.yaml";
const COMMANDS =
  "init validate render plan apply status explain drift confirm abort adopt dump schema serve version quickstart";

let stage: Stage;

beforeEach(async () => {
  stage = await openDesk();
});

afterEach(() => stage.close());

/** The exit code of a command. */
const codeOf = async (...args: readonly string[]): Promise<number> => (await stage.rosterform(args)).code;

/** What a command prints on stdout. */
const printed = async (...args: readonly string[]): Promise<string> => (await stage.rosterform(args)).stdout;

/** Otus moves to 1.2. */
async function moveOtus(): Promise<void> {
  await edit(stage, "vendors.yaml", "versions: [1.1]", "versions: [1.1, 1.2]");
  await edit(stage, SPRINGFIELD, "Otus: { version: 1.1", "Otus: { accept: [user-ids 1.1->1.2], version: 1.2");
}

describe("usage errors", () => {
  it.each([
    [["aply"], "unknown command 'aply'", "Did you mean apply?"],
    [["plan", "--targt", "x"], "unknown option '--targt'", "Did you mean --target?"],
    [["plan", "extra"], "too many arguments", "Expected 0"],
    [["explain"], "missing required argument", "address"],
    [["plan", "--target"], "argument missing", "--target"],
    [["apply", "--parallelism", "0"], "'0' is invalid", "at least 1"],
    [["apply", "--parallelism", "-1"], "'-1' is invalid", "at least 1"],
    [["apply", "--parallelism", "1.5"], "'1.5' is invalid", "at least 1"],
    [["apply", "--parallelism", "many"], "'many' is invalid", "at least 1"],
    [["apply", "--input", "maybe"], "'maybe' is invalid", "true, false"],
    [["apply", "--lock-timeout", "10"], "'10' is invalid", "0s to 1h"],
    [["confirm", "--lock-timeout", "2h"], "'2h' is invalid", "0s to 1h"],
    [["serve", "--port", "70000"], "'70000' is invalid", "0 to 65535"],
    [["schema", "distrct"], "no schema distrct", "Did you mean district?"],
    [["init", "--district", "Spring Field"], "cli/district-name", "lower-case letters"],
  ])("end with 1 and touch nothing: %j", async (args, what, how) => {
    const before = await everythingOn(stage);
    const { code, stdout, stderr } = await stage.rosterform(args);
    expect(stderr).toContain(what);
    expect(stderr).toContain(how);
    expect(stdout).toBe("");
    expect(code).toBe(1);
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("are not made by asking for help", async () => {
    for (const args of [[], ["--help"], ["help"], ["plan", "--help"]]) {
      const { code, stdout, stderr } = await stage.rosterform(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("Usage: rosterform");
    }
  });
});

describe("help", () => {
  it("names every command", async () => {
    const text = await printed("--help");
    for (const command of COMMANDS.split(" ")) expect(text).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  });

  it("of every command that writes to the store says how long it waits for others", async () => {
    const writing = ["apply", "confirm", "rollback", "abort", "adopt", "do", "received", "dump", "load", "rekey"];
    for (const command of [...writing, "inventory sign"])
      expect(await printed(...command.split(" "), "--help")).toContain("--lock-timeout <duration>");
    expect(await printed("plan", "--help")).not.toContain("--lock-timeout");
  });

  it.each(COMMANDS.split(" "))("of %s shows an example of it", async (command) => {
    expect(await printed(command, "--help")).toMatch(new RegExp(`Examples?:\\n  rosterform ${command}\\b`));
  });
});

describe("the version", () => {
  it("is the package's", async () => {
    const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { readonly version: string };
    expect(await printed("version")).toBe(`rosterform ${version}\n`);
    expect(JSON.parse(await printed("version", "--json"))).toMatchObject({ rosterform: version });
  });
});

describe("exit codes", () => {
  beforeEach(() => stage.openCampus().then(() => undefined));

  it("tell changes and waiting apart where that is asked for, and only there", async () => {
    expect(await codeOf("plan")).toBe(0);
    expect(await codeOf("plan", "--detailed-exitcode")).toBe(2);
    expect(await codeOf(...APPLY, "--detailed-exitcode")).toBe(0);
    expect(await codeOf("plan", "--detailed-exitcode")).toBe(0);
    await moveOtus();
    expect(await codeOf("plan", "--detailed-exitcode")).toBe(2);
    expect(await codeOf(...APPLY, "--detailed-exitcode")).toBe(3);
    expect(await codeOf(...APPLY)).toBe(0);
    // Waiting only is no change.
    expect(await codeOf("plan", "--detailed-exitcode")).toBe(0);
    expect(await codeOf("drift", "--detailed-exitcode")).toBe(0);
    await stage.byHand("disable", "shelbyville/Schoology");
    expect(await codeOf("drift")).toBe(0);
    expect(await codeOf("drift", "--detailed-exitcode")).toBe(2);
    // Somebody disabled what the document wants: an error, whatever else waits or changes.
    expect(await codeOf("plan", "--detailed-exitcode")).toBe(1);
    expect(await codeOf(...APPLY, "--detailed-exitcode")).toBe(1);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("of a run that %s ended before it began are %i", async (name, expected) => {
    const controller = new AbortController();
    controller.abort(name);
    const before = await everythingOn(stage);
    for (const args of [["plan"], ["status"], ["drift"], ["dump"], ["confirm", "--all"], APPLY]) {
      const { code, stderr } = await stage.rosterform(args, { signal: controller.signal });
      expect({ args, code, stderr }).toEqual({ args, code: expected, stderr: "" });
    }
    expect(await everythingOn(stage)).toEqual(before);
  });
});

describe("a selection", () => {
  beforeEach(async () => {
    await stage.openCampus();
    await edit(stage, SPRINGFIELD, "schools: [Lincoln]", "schools: [Lincoln], labels: { wave: spring, owner: dana }");
  });

  it.each([
    [["--target", "springfield/Otsu"], "There is no address springfield/Otsu. Did you mean springfield/Otus?"],
    [["--exclude", "springfeld/Otus"], "There is no address springfeld/Otus. Did you mean springfield/Otus?"],
    [["--district", "shelbyvile"], "There is no district shelbyvile. Did you mean shelbyville?"],
    [["--select-tag", "wav"], "There is no label wav. Did you mean wave?"],
    [["--select-tag", "wave=sprin"], "There is no label wave=sprin. Did you mean wave=spring?"],
    [["--target", "nowhere at all"], "There is no address nowhere at all. `rosterform render` shows what there is."],
  ])("of what nobody wrote is refused: %j", async (options, says) => {
    for (const command of [["plan"], APPLY, ["status"], ["drift"], ["confirm", "--all"]])
      await expectTrouble(stage, [...command, ...options], { code: "cli/unknown-name", says: [says] });
  });

  it.each([
    [["--target", "springfield/Otus"], ["springfield/Otus"]],
    [
      ["--target", "springfield/Otus", "--target", "shelbyville/Schoology"],
      ["shelbyville/Schoology", "springfield/Otus"],
    ],
    [
      ["--exclude", "springfield/Otus"],
      ["shelbyville/Schoology", "springfield/Bluebird Reading"],
    ],
    [
      ["--district", "springfield"],
      ["springfield/Bluebird Reading", "springfield/Otus"],
    ],
    [["--district", "springfield", "--exclude", "springfield/Otus"], ["springfield/Bluebird Reading"]],
    [["--select-tag", "wave"], ["springfield/Bluebird Reading"]],
    [["--select-tag", "wave=spring", "--select-tag", "owner=dana"], ["springfield/Bluebird Reading"]],
  ])("of %j is planned and applied alone, and said to be a part", async (options, expected) => {
    const plan = await printed("plan", "--concise", ...options);
    expect([...plan.matchAll(/^# (.+) will be generated/gm)].map(([, address]) => address)).toEqual(expected);
    expect(plan).toContain("This is a partial plan");
    expect(JSON.parse(await printed("plan", "--json", ...options))).toMatchObject({ partial: true, complete: false });
    const applied = await printed(...APPLY, ...options);
    expect(applied).toContain(`Connections: ${expected.length} generated`);
    const rest = await printed("plan", "--concise");
    expect(rest).not.toContain("This is a partial plan");
    expect([...rest.matchAll(/^# (.+) will be generated/gm)]).toHaveLength(3 - expected.length);
  });
});

describe("approval", () => {
  const asked = (answer: string) => {
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return answer;
    };
    return { questions, world: { canAsk: true, ask } };
  };

  beforeEach(() => stage.openCampus().then(() => undefined));

  it.each(["", "y", "Y", "YES", "Yes", "yes please", "no", "true", "approve"])("is not given by %j", async (answer) => {
    const before = await everythingOn(stage);
    const { questions, world } = asked(answer);
    const { code, stderr, stdout } = await stage.rosterform(["apply"], world);
    expect(questions).toHaveLength(1);
    expect(stderr).toBe("Not approved; nothing was done.\n");
    expect(stdout).not.toContain("Apply");
    expect(code).toBe(1);
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("is given by yes", async () => {
    const { questions, world } = asked("yes");
    const { code, stdout } = await stage.rosterform(["apply"], world);
    expect(questions).toEqual(["\nDo you want to do this? Only `yes` is accepted: "]);
    expect(stdout).toContain("Apply complete! Connections: 3 generated");
    expect(code).toBe(0);
  });

  it("is never given by CI=true, with or without somebody to ask", async () => {
    const env = { CI: "true", GITHUB_ACTIONS: "true" };
    const expected = { code: "cli/cannot-ask", says: ["nobody can be asked", "--auto-approve", "--digest"] };
    await expectTrouble(stage, ["apply"], expected, { env });
    const { questions, world } = asked("no");
    expect((await stage.rosterform(["apply"], { ...world, env })).code).toBe(1);
    expect(questions).toHaveLength(1);
  });

  it("is not asked for with --input=false", async () => {
    const { questions, world } = asked("yes");
    await expectTrouble(stage, ["apply", "--input=false"], { code: "cli/cannot-ask", says: ["--auto-approve"] }, world);
    expect(questions).toEqual([]);
  });

  it("is not asked for where there is nothing to do", async () => {
    await stage.rosterform(APPLY);
    const { questions, world } = asked("no");
    expect((await stage.rosterform(["apply"], world)).code).toBe(0);
    expect(questions).toEqual([]);
  });
});

describe("output", () => {
  const LOOKING = [
    ["validate"],
    ["render"],
    ["plan"],
    ["status"],
    ["drift"],
    ["dump"],
    ["adopt"],
    ["explain", "springfield/Otus"],
    ["runbook"],
    ["confirm", "--all"],
    ["version"],
  ];

  beforeEach(async () => {
    await stage.openCampus();
  });

  it("for machines is one object a line and nothing else, from every command", async () => {
    for (const args of [["init", "again"], ["plan"], APPLY, ...LOOKING]) {
      const { stdout, stderr } = await stage.rosterform([...args, "--json"], { color: true });
      expect({ args, stderr }).toEqual({ args, stderr: "" });
      const lines = linesOf(stdout);
      // Without connections nobody manages, `adopt` has no line to say.
      if (args[0] !== "adopt") expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toEqual(expect.objectContaining({}));
    }
  });

  it("goes to people and into a file at once, the same lines as for machines", async () => {
    await mkdir(join(stage.folder, "below"));
    const text = await stage.rosterform(["plan", "--json-into", "below/plan.json"]);
    expect(text.stdout).toBe(await printed("plan"));
    expect(await stage.read("below/plan.json")).toBe(await printed("plan", "--json"));
    await stage.rosterform(["plan", "--json-into", "below/plan.json"]);
    expect(linesOf(await stage.read("below/plan.json"))).toHaveLength(1);
  });

  it("has colour only where that is wanted, and never changes its words", async () => {
    const plain = await printed("plan");
    const colored = (await stage.rosterform(["plan"], { color: true })).stdout;
    expect(colored).toContain("\u001b[");
    expect(stripVTControlCharacters(colored)).toBe(plain);
    expect((await stage.rosterform(["plan", "--no-color"], { color: true })).stdout).toBe(plain);
  });

  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: "dumb" }, true, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "" }, false, false],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, false, true],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
  ])("with %j and a terminal: %s is coloured: %s", (env, isTerminal, expected) => {
    expect(wantsColor(env, isTerminal)).toBe(expected);
  });

  it("is only the plan and the summary with --quiet, and errors still", async () => {
    expect(await printed("plan", "--quiet")).toBe(await printed("plan"));
    expect(await printed("plan", "--quiet", "--out", "plan.json")).not.toContain("Saved the plan");
    const quiet = await printed(...APPLY, "--quiet");
    expect(quiet).toContain("# springfield/Otus will be generated");
    expect(quiet).toContain("Apply complete!");
    expect(quiet).not.toContain("Generating...");
    const { stderr } = await stage.rosterform(["explain", "springfield/Otsu", "--quiet"]);
    expect(stderr).toContain("Did you mean springfield/Otus?");
  });

  it("leaves out the steps with --concise", async () => {
    expect(await printed("plan")).toContain("1 open      generate the connection");
    const concise = await printed("plan", "--concise");
    expect(concise).toContain("# springfield/Otus will be generated");
    expect(concise).not.toContain("1 open ");
  });

  it("is never wider than the terminal asks for, within reason", async () => {
    for (const columns of [20, 80, 100, 400]) {
      const { stdout } = await stage.rosterform(["plan", "--concise"], { columns });
      const widest = Math.max(
        ...stdout
          .split("\n")
          .filter((line) => !/^(Digest|Plan)/.test(line))
          .map((line) => line.length),
      );
      expect(widest).toBeLessThanOrEqual(columns < 80 ? 80 : 100);
    }
  });
});

describe("where things are", () => {
  it("is said by --chdir, for documents, plan files and JSON alike", async () => {
    const world = { cwd: "/" };
    const chdir = ["--chdir", stage.folder];
    expect((await stage.rosterform(["validate"], world)).stderr).toContain("config/no-project");
    expect((await stage.rosterform(["plan", "--out", "p.json", "--json-into", "j.json", ...chdir], world)).code).toBe(
      0,
    );
    expect(await stage.read("p.json")).toContain('"reviewed"');
    expect(linesOf(await stage.read("j.json"))[0]).toMatchObject({ format_version: "1.0" });
  });

  it("is said by --config before ROSTERFORM_CONFIG before the folder", async () => {
    await stage.write(
      "small.yaml",
      `${await stage.read("districts/shelbyville.yaml")}store: { kind: sqlite, path: ./campus.db }\n`,
    );
    const env = { ROSTERFORM_CONFIG: "small.yaml" };
    const valid = async (args: readonly string[], more: object) =>
      (await stage.rosterform(["validate", ...args], more)).stdout;
    expect(await valid([], {})).toContain("2 districts, 3 connections");
    expect(await valid([], { env })).toContain("1 district, 1 connection.");
    expect(await valid(["--config", "rosterform.yaml"], { env })).toContain("2 districts, 3 connections");
    expect(await valid([], { env: { ROSTERFORM_CONFIG: "" } })).toContain("2 districts, 3 connections");
  });

  it("is said of the store by ROSTERFORM_STORE", async () => {
    const elsewhere = { env: { ROSTERFORM_STORE: "elsewhere.db" } };
    const { code, stderr } = await stage.rosterform(["plan"], elsewhere);
    expect(stderr.replace(/\s+/g, " ")).toContain("elsewhere.db (stores/not-found)");
    expect(code).toBe(1);
    expect((await stage.rosterform(["plan"], { env: { ROSTERFORM_STORE: "campus.db" } })).code).toBe(0);
    expect((await stage.rosterform(["plan"], { env: { ROSTERFORM_STORE: "" } })).code).toBe(0);
  });

  it.each([
    [{ ROSTERFORM_ACTOR: "ci-bot", GITHUB_ACTOR: "dana", USER: "root" }, "ci-bot"],
    [{ ROSTERFORM_ACTOR: "", GITHUB_ACTOR: "dana", USER: "root" }, "dana"],
    [{ GITLAB_USER_LOGIN: "lee", USER: "root" }, "lee"],
    [{ USER: "kim" }, "kim"],
  ])("and who runs it is taken from %j", (env, expected) => {
    expect(whoRuns(env, "login")).toBe(expected);
  });
});
