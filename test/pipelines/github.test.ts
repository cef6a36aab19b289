import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildUnlessFresh } from "../setup/built.ts";
import { root } from "../setup/source.ts";
import { openPipelineStage, type PipelineStage, TOKENS } from "./stage.ts";
import { begin, HOURLY, NIGHTLY, OTUS, propose, settled, SPRINGFIELD, told } from "./story.ts";

const PAGE = join(root, "docs", "gitops.md");
/** Set to write down what the jobs say today. Whoever does that reads it before committing it. */
const isBlessing = process.env["ROSTERFORM_BLESS"] === "1";

let stage: PipelineStage;
beforeAll(buildUnlessFresh, 120_000);
beforeEach(async () => {
  stage = await openPipelineStage();
});
afterEach(() => stage.close());

/** The page shows these words between its marks, or is given them. */
function expectOnPage(story: Readonly<Record<string, string>>): void {
  const page = readFileSync(PAGE, "utf8");
  const mark = (name: string) => new RegExp(`(<!-- story ${name} -->\n\n\`\`\`text\n)[\\s\\S]*?(\`\`\`\n)`);
  if (isBlessing) {
    const written = Object.entries(story).reduce(
      (text, [name, body]) =>
        text.replace(mark(name), (_, before: string, after: string) => `${before}${body}\n${after}`),
      page,
    );
    writeFileSync(PAGE, written);
    return;
  }
  for (const [name, body] of Object.entries(story)) {
    const [shown = ""] = mark(name).exec(page) ?? [];
    expect(shown).toBe(`<!-- story ${name} -->\n\n\`\`\`text\n${body}\n\`\`\`\n`);
  }
}

const jq = spawnSync("jq", ["--version"]);
if (jq.error !== undefined) console.warn("SKIPPED: there is no jq on this machine; runners of GitHub have it.");

describe.skipIf(jq.error !== undefined)("a repository on GitHub", () => {
  it("takes a change from pull request to finished cut-over, without a hand on the store", {
    timeout: 240_000,
  }, async () => {
    await begin(stage);
    const first = await propose(stage, "first", [SPRINGFIELD, "schools: [Lincoln]", "schools: [Lincoln, Roosevelt]"]);
    expect(first.jobs).toMatchObject({ plan: { ok: true, outputs: { generate: "2", has_changes: "true" } } });
    const made = await stage.merge("first", first.pull);
    expect(made).toMatchObject({ apply: { ok: true, log: expect.stringContaining("2 generated") } });
    await stage.vendorMoves(OTUS);
    stage.pass(2);

    // The first push loses something that nobody accepted: the job is red, and the comment says why.
    const move = await propose(stage, "otus-1.2", [SPRINGFIELD, "version: 1.1", "version: 1.2"]);
    expect(move.jobs["plan"]?.ok).toBe(false);
    const comments = stage.host.commentsOf(move.pull.number);
    expect(comments.map(({ body }) => body)).toEqual([expect.stringContaining("plan/loss-not-accepted")]);
    stage.host.post(comments, `${comments[0]?.body.split("\n")[0]}\nnot from a job`, "mallory");
    stage.edit(
      SPRINGFIELD,
      "version: 1.2, kind: supported",
      "version: 1.2, kind: supported, accept: [user-ids 1.1->1.2]",
    );
    stage.commit("otus-1.2", "It is meant");
    const again = await stage.pull("otus-1.2", move.pull);
    expect(again.jobs).toMatchObject({ plan: { ok: true, outputs: { switch: "1", errored: "false" } } });
    expect(comments).toHaveLength(2);
    expect(comments[0]?.body).toContain("will be switched");
    expect(comments[1]?.body).toContain("not from a job");
    const digest = again.jobs["plan"]?.outputs["digest"] ?? "";
    expect(comments[0]?.body).toContain(digest);

    const merged = await stage.merge("otus-1.2", again.pull);
    expect(merged).toMatchObject({ apply: { ok: true, outputs: { waiting: "1", failed: "0" } } });
    expect(merged["apply"]?.log).toContain(digest);
    const early = await stage.happens("schedule", HOURLY);
    expect(Object.keys(early)).toEqual(["finish"]);
    expect(early).toMatchObject({ finish: { ok: true, outputs: { waiting: "1" } } });
    await stage.vendorMoves(OTUS);
    stage.pass(49);
    await stage.vendorPulls(OTUS);
    const late = await stage.happens("schedule", HOURLY);
    expect(late).toMatchObject({ finish: { ok: true, outputs: { waiting: "0" } } });
    const night = await stage.happens("schedule", NIGHTLY);
    expect(night).toMatchObject({ drift: { ok: true, outputs: { drifted: "false" } } });
    expect(stage.host.issues).toEqual([]);

    // Whoever wrote to the store was the pipeline, and every step was possible.
    const lines = (await stage.rosterform("audit", "--json")).trim().split("\n");
    const writers = new Set(lines.map((line) => (JSON.parse(line) as { by?: string }).by).filter(Boolean));
    expect([...writers].filter((by) => by !== "campus")).toEqual(["pipeline"]);
    expect(await stage.rosterform("verify-journal")).toContain("whole");
    expect(await stage.vendorPulls(OTUS)).toBeGreaterThan(0);

    const everything = [first.jobs, made, move.jobs, again.jobs, merged, early, late, night].flatMap(Object.values);
    for (const token of Object.values(TOKENS)) expect(JSON.stringify([everything, comments])).not.toContain(token);
    expectOnPage({
      loses: settled(
        move.jobs["plan"]?.log
          .split("\n")
          .filter((line) => line.startsWith("::error"))
          .join("\n") ?? "",
      ),
      comment: settled(comments[0]?.body.trimEnd() ?? ""),
      merge: told(merged["apply"]),
      early: told(early["finish"]),
      late: told(late["finish"]),
      night: told(night["drift"]),
    });
  });

  it("names what moved between review and merge, lets the other district go on, and goes on by hand", {
    timeout: 240_000,
  }, async () => {
    await begin(stage);
    const shelbyville = readFileSync(join(stage.clone, SPRINGFIELD), "utf8").replaceAll("springfield", "shelbyville");
    writeFileSync(join(stage.clone, "districts", "shelbyville.yaml"), shelbyville);
    stage.commit("main", "Shelbyville");
    const byHand = await stage.happens("workflow_dispatch");
    expect(byHand).toMatchObject({ "plan-again": { ok: true }, "apply-approved": { ok: true } });
    expect(byHand["apply-approved"]?.log).toContain("4 generated");

    stage.git("checkout", "-q", "-b", "share", "main");
    for (const district of ["springfield", "shelbyville"]) {
      stage.edit(`districts/${district}.yaml`, "schools: [Lincoln]", "schools: [Lincoln, Roosevelt]");
    }
    stage.commit("share", "Bluebird also at Roosevelt");
    const { pull, jobs } = await stage.pull("share");
    expect(jobs).toMatchObject({ plan: { ok: true, outputs: { change: "2" } } });
    await stage.byHand("disable", "shelbyville/Bluebird Reading");

    // Nothing but the plan of that very commit, made by a run of this very workflow, counts as reviewed.
    const artifact = stage.host.artifacts.at(-1);
    const refusals: string[] = [];
    const direct = await stage.happens("push");
    expect(direct["apply"]).toMatchObject({ ok: false, log: expect.stringContaining("nobody reviewed a plan of it") });
    const pretend = async (change: () => void) => {
      change();
      const { apply } = await stage.merge("share", pull);
      refusals.push(
        /^::error title=rosterform::(.*?) Nothing was applied/m.exec(apply?.log ?? "")?.[1] ?? `${apply?.log}`,
      );
      expect(apply?.ok).toBe(false);
    };
    const put = (more: Partial<NonNullable<typeof artifact>>, run = {}) => {
      if (artifact === undefined) return;
      stage.host.artifacts.splice(0, 9, { ...artifact, ...more, run: { ...artifact.run, ...run } });
      stage.host.runs.splice(
        stage.host.runs.findIndex(({ id }) => id === artifact.run.id),
        1,
        { ...artifact.run, ...run },
      );
    };
    await pretend(() => put({ expired: true }));
    await pretend(() => put({}, { path: ".github/workflows/forged.yml" }));
    await pretend(() => put({ files: { "review.md": "no plan was made" } }));
    expect(refusals.map(settled)).toEqual([
      "There is no plan of the last commit 89abcdef... of pull request 1, or it has expired.",
      "The plan of pull request 1 was not made by this workflow.",
      "No plan could be made of the last commit of pull request 1.",
    ]);

    put({});
    const { apply } = await stage.merge("share", pull);
    expect(apply?.ok).toBe(false);
    expect(apply?.log).toContain("0 generated, 0 switched, 1 changed, 0 disabled.");
    expect(apply?.summary).toContain("shelbyville moved since the plan was made");
    expect(apply?.summary).toContain("springfield/Bluebird Reading: done");
    const nights = [await stage.happens("schedule", NIGHTLY), await stage.happens("schedule", NIGHTLY)];
    expect(nights).toMatchObject([{ drift: { ok: true, outputs: { drifted: "true" } } }, { drift: { ok: true } }]);
    expect(stage.host.issues).toMatchObject([
      {
        state: "open",
        title: "OneRoster connections have drifted",
        body: expect.stringContaining("shelbyville/Bluebird Reading"),
      },
    ]);
    await stage.byHand("enable", "shelbyville/Bluebird Reading");
    await stage.happens("schedule", NIGHTLY);
    expect(stage.host.issues).toMatchObject([{ state: "closed" }]);
    expectOnPage({ moved: told(apply) });
  });

  it("checks the pull request of a stranger, and plans nothing", { timeout: 240_000 }, async () => {
    await begin(stage);
    stage.git("checkout", "-q", "-b", "fork", "main");
    stage.edit(SPRINGFIELD, "version: 1.1", "version: 1.2");
    stage.commit("fork", "from afar");
    const machine = { ...stage.machine, secrets: {} };
    const again = await stage.pull("fork", undefined, { machine, repository: "stranger/districts" });
    expect(again.jobs).toMatchObject({ plan: { ok: true, log: expect.stringContaining("checked and not planned") } });
    expect([stage.host.commentsOf(1), stage.host.artifacts]).toEqual([[], []]);
  });

  it("does nothing until it is set up", { timeout: 240_000 }, async () => {
    await begin(stage);
    const machine = { ...stage.machine, vars: {} };
    for (const event of ["push", "schedule"]) expect(await stage.happens(event, HOURLY, machine)).toEqual({});
  });
});
