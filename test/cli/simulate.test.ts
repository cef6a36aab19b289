import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TROUBLES } from "../../src/rehearsal/script.ts";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const DOCUMENT = (otus: string): string =>
  soloDocument(`Otus: ${otus}`, "Schoology: { version: 1.1, kind: supported }");
const OLD = DOCUMENT("{ version: 1.1, kind: supported }");
const NEW = DOCUMENT("{ version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }");

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", OLD);
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
  await stage.write("rosterform.yaml", NEW);
});
afterEach(() => stage.close());

describe("rosterform simulate", () => {
  it("plays a switch with every kind of vendor, and nobody is ever without a working connection", async () => {
    const before = await stage.rosterform(["status", "--json"]);
    const { code, stdout, stderr } = await stage.rosterform(["simulate"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("# springfield/Otus\n");
    expect(stdout).not.toContain("# springfield/Schoology");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("late finished on day 11; no gap silent open after 30 days");
    expect(stdout).toContain("Longest time without a working connection: 0 s.\nPlayed: 1 address in 6 rehearsals.\n");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await stage.rosterform(["status", "--json"])).stdout).toBe(before.stdout);
  });

  it("tells the whole story where it is asked for, of vendors that behave as they are said to", async () => {
    const args = ["simulate", "--vendors", "silent", "--vendor", "springfield/Otus=prompt", "--story"];
    const { stdout } = await stage.rosterform(args);
    expect(stdout).toContain("day 2: cut-over closed, the old connection is disabled");
    expect(stdout).toContain("prompt         enters the values on the day they arrive\n\n#");
  });

  it("is one object a line for machines", async () => {
    const { stdout } = await stage.rosterform(["simulate", "--vendors", "prompt,silent", "--days", "5", "--json"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        type: "rehearsal",
        address: "springfield/Otus",
        vendor: "prompt",
        outcome: "unchanged",
        longest_gap_seconds: 0,
      },
      { type: "rehearsal", vendor: "silent", outcome: "waiting", days: 5, awaits: ["pull", "quiet", "attested"] },
      { type: "rehearsal_summary", rehearsals: 2, longest_gap_seconds: 0 },
    ]);
  });

  it.each(TROUBLES)("goes on when trouble of the kind %s is over, and nobody is cut off meanwhile", async (kind) => {
    const args = ["simulate", "--vendors", "prompt", "--fault", `${kind}@0-2`, "--story", "--days", "9"];
    const { code, stdout, stderr } = await stage.rosterform(args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("cut-over closed, the old connection is disabled");
    expect(stdout).not.toMatch(/day [012]: cut-over closed/);
    expect(stdout).toContain("Longest time without a working connection: 0 s.");
  });

  it("begins on the day that is named", async () => {
    const args = ["simulate", "--vendors", "prompt", "--start", "2027-07-10", "--story", "--days", "4"];
    const { stdout } = await stage.rosterform(args);
    expect(stdout).toContain("day 2: cut-over closed, the old connection is disabled");
  });

  it("has nothing to play where the plan has nothing to do", async () => {
    await stage.write("rosterform.yaml", OLD);
    const { code, stdout } = await stage.rosterform(["simulate"]);
    expect([code, stdout]).toEqual([0, "Nothing to rehearse: the plan has no changes and nothing waits.\n"]);
  });

  it("says everything that is wrong with what was asked for", async () => {
    const { code, stderr } = await stage.rosterform([
      ...["simulate", "--vendors", "lat", "--vendor", "x=late", "--vendor", "springfield/Otus"],
      ...["--fault", "slo", "--fault", "slow@3-1", "--start", "July"],
    ]);
    expect(code).toBe(1);
    expect(stderr.split("(cli/bad-script)")).toHaveLength(7);
    expect(stderr).toContain("Did you mean `late`?");
    expect(stderr).toMatch(/Did you mean\s+`slow`\?/);
  });
});
