import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildUnlessFresh } from "../setup/built.ts";
import { againstJunit } from "../setup/report-schemas.ts";
import { root } from "../setup/source.ts";
import { type Ended, expanded, jobsWith, keptText, openNotes, play } from "./gitlab.ts";
import { openPipelineStage, type PipelineStage } from "./stage.ts";
import { OTUS, SPRINGFIELD } from "./story.ts";

let stage: PipelineStage;
beforeAll(buildUnlessFresh, 120_000);
beforeEach(async () => {
  stage = await openPipelineStage();
});
afterEach(() => stage.close());

/** A starter as init makes it, whose component is the file of this repository. */
async function begin(): Promise<void> {
  await stage.rosterform("init", "--gitlab", "clone");
  mkdirSync(join(stage.clone, "templates"));
  cpSync(join(root, "templates", "rosterform.yml"), join(stage.clone, "templates", "rosterform.yml"));
  stage.edit("rosterform.yaml", "https://campus.example.org", stage.campus);
  stage.edit(
    ".gitlab-ci.yml",
    "component: $CI_SERVER_FQDN/rosterform/rosterform/rosterform@0.1.0",
    "local: templates/rosterform.yml",
  );
  stage.edit(".gitlab-ci.yml", 'version: "0.1.0"', 'version: ""');
  stage.git("init", "-q", "-b", "main");
  stage.git("remote", "add", "origin", stage.machine.origin);
  stage.commit("main", "rosterform init");
}

const READY = { ROSTERFORM_READY: "true", CI_DEFAULT_BRANCH: "main", CI_PROJECT_ID: "7" };
const MERGE_REQUEST = { ...READY, CI_PIPELINE_SOURCE: "merge_request_event", CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "7" };
const PUSH = { ...READY, CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" };
const FINISH = { ...READY, CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main", ROSTERFORM_SCHEDULE: "finish" };

describe("a repository on GitLab", () => {
  it("has the jobs that each pipeline needs", { timeout: 240_000 }, async () => {
    await begin();
    const jobs = (variables: Readonly<Record<string, string>>) => jobsWith(variables, stage.clone);
    expect(await jobs(MERGE_REQUEST)).toEqual({ "rosterform-validate": "on_success", "rosterform-plan": "on_success" });
    const stranger = { ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "8" };
    expect(await jobs(stranger)).toEqual({ "rosterform-validate": "on_success" });
    expect(await jobs(PUSH)).toEqual({ "rosterform-plan-merged": "on_success", "rosterform-apply": "manual" });
    const { "rosterform-finish": finish, "rosterform-drift": drift } = await expanded(stage.clone);
    for (const [job, schedule] of [
      [finish, "finish"],
      [drift, "drift"],
    ] as const) {
      const isWanted = `$CI_PIPELINE_SOURCE == "schedule" && $ROSTERFORM_SCHEDULE == "${schedule}" && $ROSTERFORM_READY == "true"`;
      expect(job?.rules).toEqual([{ if: isWanted }]);
    }
  });

  it("takes a change from merge request to finished cut-over", { timeout: 240_000 }, async () => {
    await begin();
    const jobs = await expanded(stage.clone);
    const gitlab = await openNotes();
    const run = (name: string, ref: string, variables: Readonly<Record<string, string>>, needs?: Ended) =>
      play(jobs[`rosterform-${name}`], stage, { ref, variables, ...(needs === undefined ? {} : { needs }) });
    const request = async (branch: string) => {
      const base = stage.git("merge-base", "main", branch);
      const api = { CI_API_V4_URL: gitlab.url, CI_MERGE_REQUEST_IID: "3", ROSTERFORM_GITLAB_TOKEN: "glpat-notes" };
      return run("plan", stage.git("rev-parse", branch), {
        ...MERGE_REQUEST,
        ...api,
        CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      });
    };
    const merge = async (branch: string) => {
      stage.git("checkout", "-q", "main");
      stage.git("merge", "-q", "--no-ff", "-m", "Merge", branch);
      stage.git("push", "-q", "origin", "main");
      const planned = await run("plan-merged", "main", PUSH);
      expect(planned.code).toBe(0);
      const applied = await run("apply", "main", PUSH, planned);
      const files = Object.fromEntries(Object.keys(applied.kept).map((name) => [name, keptText(applied, name)]));
      stage.host.artifacts.push({ name: "credentials", files, run: stage.host.beginRun("push", ""), expired: false });
      return applied;
    };

    stage.git("checkout", "-q", "-b", "first");
    stage.edit(SPRINGFIELD, "schools: [Lincoln]", "schools: [Lincoln, Roosevelt]");
    stage.commit("first", "first");
    const asked = await request("first");
    expect(asked).toMatchObject({ code: 0, log: expect.stringContaining("2 to generate") });
    expect(JSON.parse(keptText(asked, "rosterform-counts.json"))).toEqual({ create: 2, update: 0, delete: 0 });
    expect(await againstJunit(keptText(asked, "rosterform-plan.xml"))).toEqual([]);
    expect(gitlab.notes.map(({ body }) => body)).toEqual([
      expect.stringContaining("not from"),
      expect.stringContaining("2 to generate"),
    ]);
    expect(await merge("first")).toMatchObject({ code: 0, log: expect.stringContaining("2 generated") });
    await stage.vendorMoves(OTUS);
    stage.pass(2);

    stage.git("checkout", "-q", "-b", "move");
    stage.edit(SPRINGFIELD, "version: 1.1,", "version: 1.2, accept: [user-ids 1.1->1.2],");
    stage.commit("move", "move");
    expect((await request("move")).code).toBe(0);
    expect(gitlab.notes.map(({ body }) => body)).toEqual([
      expect.stringContaining("not from"),
      expect.stringContaining("1 to switch"),
    ]);
    expect(await merge("move")).toMatchObject({ code: 0, log: expect.stringContaining("1 cut-over waiting") });
    await stage.vendorMoves(OTUS);
    stage.pass(49);
    await stage.vendorPulls(OTUS);
    expect((await run("finish", "main", FINISH)).log).toContain("springfield/Otus: Cut-over closed");
    const { code, log } = await run("drift", "main", FINISH);
    expect({ code, log }).toMatchObject({ code: 0, log: expect.stringContaining("No drift.") });
    gitlab.close();
  });
});
