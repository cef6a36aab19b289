import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Stage, openStage } from "../cli/stage.ts";
import { filledIn } from "./expressions.ts";
import { componentScripts, read, scriptsOf } from "./files.ts";

const WORKFLOW = ".github/workflows/rosterform.yml";
let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** A workflow as init writes it. */
async function starter(...more: readonly string[]): Promise<string> {
  expect((await stage.rosterform(["init", "--github", ...more])).code).toBe(0);
  return readFileSync(join(stage.folder, WORKFLOW), "utf8");
}

/** What GitHub's own parser says against a file. */
function errorsIn(parsed: ReturnType<typeof parseWorkflow>): readonly string[] {
  return parsed.context.errors.getErrors().map(({ message }) => message);
}

const trace = new NoOperationTraceWriter();

describe("what GitHub reads", () => {
  it.each(["", "--by-hand"])("is a workflow for its own parser: init --github %s", async (more) => {
    const content = await starter(...(more === "" ? [] : [more]));
    expect(errorsIn(parseWorkflow({ name: WORKFLOW, content }, trace))).toEqual([]);
    expect(content).not.toMatch(/@[A-Z]+@/);
  });

  it("is an action for its own parser", () => {
    expect(errorsIn(parseAction({ name: "action.yml", content: read("action.yml") }, trace))).toEqual([]);
  });

  it("would be refused by it where a key is misspelt", async () => {
    const content = (await starter()).replace("permissions:", "permission:");
    expect(errorsIn(parseWorkflow({ name: WORKFLOW, content }, trace))).not.toEqual([]);
    const action = read("action.yml").replace("using: composite", "using: compost");
    expect(errorsIn(parseAction({ name: "action.yml", content: action }, trace))).not.toEqual([]);
  });

  it("has no expression inside a script, and every script stops at its first failure", async () => {
    for (const { where, text } of scriptsOf({
      "action.yml": read("action.yml"),
      [WORKFLOW]: await starter("--by-hand"),
    })) {
      expect(text, where).not.toContain("${{");
      if (where.startsWith("action.yml")) expect(text, where).toMatch(/^set -euo pipefail\n/);
    }
  });

  it("gives the token that writes to no job of a pull request, and no job more rights than the page says", async () => {
    const { jobs, permissions } = parse(await starter()) as Workflow;
    expect(permissions).toEqual({});
    const rights = Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]));
    expect(rights).toEqual({
      plan: { contents: "read", "pull-requests": "write" },
      apply: { contents: "read", "pull-requests": "read", actions: "read" },
      finish: { contents: "read" },
      drift: { contents: "read", issues: "write" },
      "plan-again": { contents: "read" },
      "apply-approved": { contents: "read" },
    });
    for (const { env, environment, concurrency } of Object.values(jobs)) {
      const isWriting = JSON.stringify(env).includes("secrets.ROSTERFORM_TOKEN");
      expect(environment !== undefined).toBe(isWriting);
      if (isWriting)
        expect(concurrency).toEqual({ group: "rosterform-apply", "cancel-in-progress": false, queue: "max" });
    }
  });
});

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions: object;
        readonly env: object;
        readonly environment?: string;
        readonly concurrency?: object;
      }
    >
  >;
}

const shellcheck = spawnSync("shellcheck", ["--version"]);
if (shellcheck.error !== undefined) console.warn("SKIPPED: there is no shellcheck on this machine.");

describe.skipIf(shellcheck.error !== undefined)("every script", () => {
  const scripts = [...scriptsOf({ "action.yml": read("action.yml") }), ...componentScripts("templates/rosterform.yml")];

  it.each(scripts)("has nothing that shellcheck minds: $where", ({ text }) => {
    const isBare = text.replaceAll("$[[ inputs.working-directory ]]", "folder");
    const found = spawnSync("shellcheck", ["--shell=bash", "-"], { input: isBare, encoding: "utf8" });
    expect(found.stdout).toBe("");
  });
});

it("an expression is evaluated as GitHub does", () => {
  const contexts = { github: { event: { number: 7 }, name: "a" }, steps: {} };
  expect(filledIn("x-${{ github.event.missing || github.event.number }}", contexts)).toBe("x-7");
  expect(filledIn("${{ github.name == 'A' && 'same' || 'other' }}", contexts)).toBe("same");
});
