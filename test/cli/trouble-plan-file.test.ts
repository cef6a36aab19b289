import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edit, everythingOn, type Expected, expectOneError, expectTrouble, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** Plans that were reviewed, and what may have become of them until they are applied. */

let stage: Stage;

beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
  expect((await stage.rosterform(["plan", "--out", "plan.json"])).code).toBe(0);
});

afterEach(() => stage.close());

/** Rewrites the plan file as another program might. */
async function rewrite(change: (plan: Record<string, unknown>) => void): Promise<void> {
  const plan = JSON.parse(await stage.read("plan.json")) as Record<string, unknown>;
  change(plan);
  await stage.write("plan.json", JSON.stringify(plan));
}

interface Case {
  readonly make: () => Promise<unknown>;
  readonly expected: Expected;
}

const cases: Readonly<Record<string, Case>> = {
  missing: {
    make: async () => undefined,
    expected: { code: "cli/plan-file-unreadable", says: ["other.json", "does not exist", "plan --out other.json"] },
  },
  "a folder": {
    make: () => mkdir(join(stage.folder, "other.json")),
    expected: { code: "cli/plan-file-unreadable", says: ["other.json", "plan --out other.json"] },
  },
  empty: {
    make: () => stage.write("other.json", ""),
    expected: { code: "views/plan-file-unreadable", says: ["other.json", "empty", "Write it anew"] },
  },
  "cut off": {
    make: async () => stage.write("other.json", (await stage.read("plan.json")).slice(0, 900)),
    expected: { code: "views/plan-file-unreadable", says: ["other.json", "cut off", "Write it anew"] },
  },
  "no text": {
    make: () => writeFile(join(stage.folder, "other.json"), Buffer.from([0, 255, 254, 1])),
    expected: { code: "views/plan-file-unreadable", says: ["other.json", "another kind of file", "Write it anew"] },
  },
  "some other JSON": {
    make: () => stage.write("other.json", '{ "format_version": "1.0" }'),
    expected: { code: "views/not-a-plan-file", says: ["other.json", "Write it anew"] },
  },
  "what `plan --json` prints": {
    make: async () => stage.write("other.json", (await stage.rosterform(["plan", "--json"])).stdout),
    expected: { code: "views/not-a-plan-file", says: ["plan --json", "Write it anew"] },
  },
};

describe("a plan file that is", () => {
  it.each(Object.entries(cases))("%s is told as such, and nothing is done", async (_, { make, expected }) => {
    await make();
    await expectTrouble(stage, ["apply", "other.json", "--auto-approve"], expected);
  });

  it("edited is not applied, whichever value was edited", async () => {
    const edits: readonly ((plan: Record<string, unknown>) => void)[] = [
      (plan) => (plan["timestamp"] = "2027-02-01T08:00:00.000Z"),
      (plan) => delete plan["resource_changes"],
      (plan) => (plan["reviewed"] = { ...(plan["reviewed"] as object), addresses: {} }),
    ];
    const original = await stage.read("plan.json");
    for (const one of edits) {
      await stage.write("plan.json", original);
      await rewrite(one);
      const expected = { code: "views/plan-file-edited", says: ["plan.json", "Nothing was done", "plan again"] };
      await expectTrouble(stage, ["apply", "plan.json"], expected);
    }
  });

  it("from the future is not applied", async () => {
    await rewrite((plan) => (plan["format_version"] = "2.0"));
    const expected = { code: "views/plan-file-too-new", says: ["plan.json", "format 2.0", "up to 1.0", "plan again"] };
    await expectTrouble(stage, ["apply", "plan.json"], expected);
  });

  it("given together with options that choose something else is refused", async () => {
    const says = ["--target, --force", "Leave out", "plan --out plan.json"];
    const args = ["apply", "plan.json", "--target", "springfield/Otus", "--force"];
    await expectTrouble(stage, args, { code: "cli/plan-file-and-options", says });
  });

  it("about a part of everything is applied to that part", async () => {
    await stage.rosterform(["plan", "--target", "springfield/Otus", "--out", "plan.json"]);
    const { code, stdout, stderr } = await stage.rosterform(["apply", "plan.json"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("This is a partial plan");
    expect(stdout).toContain("Apply complete! Connections: 1 generated, 0 switched, 0 changed, 0 disabled.");
    expect(code).toBe(0);
    await rewrite((plan) => (plan["reviewed"] = { ...(plan["reviewed"] as object), asked: { force: false } }));
    const expected = { code: "views/not-a-plan-file", says: ["plan.json", "Write it anew"] };
    await expectTrouble(stage, ["apply", "plan.json"], expected);
  });

  it("only indented in another way is applied as it was reviewed", async () => {
    await rewrite(() => undefined);
    const { code, stdout } = await stage.rosterform(["apply", "plan.json"]);
    expect(stdout).toContain("Apply complete! Connections: 3 generated, 0 switched, 0 changed, 0 disabled.");
    expect(code).toBe(0);
  });
});

describe("a reviewed plan that no longer fits", () => {
  it("names the district that moved, and the others go on", async () => {
    await edit(stage, "districts/springfield.yaml", "[Lincoln]", "[Roosevelt]");
    const shown = await stage.rosterform(["apply", "plan.json"]);
    expectOneError(shown, {
      code: "cli/plan-stale",
      says: ["springfield moved", "springfield/Bluebird Reading", "Nothing was done there", "review it again"],
    });
    expect(shown.stderr).not.toContain("shelbyville");
    expect(shown.stdout).toContain("Apply complete! Connections: 1 generated, 0 switched, 0 changed, 0 disabled.");
    const { stdout } = await stage.rosterform(["dump"]);
    expect(stdout).toContain("Schoology");
    expect(stdout).not.toContain("Otus");
  });

  it("does nothing where every district moved", async () => {
    await edit(stage, "districts/springfield.yaml", "[Lincoln]", "[Roosevelt]");
    await edit(stage, "districts/shelbyville.yaml", "version: 1.1", "version: 1.2");
    const before = await everythingOn(stage);
    const { code, stderr, stdout } = await stage.rosterform(["apply", "plan.json"]);
    expect(stderr.match(/^Error: .*\(cli\/plan-stale\)$/gm)).toHaveLength(2);
    expect(stdout).not.toContain("Apply");
    expect(code).toBe(1);
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("because it was applied already leaves nothing to do", async () => {
    expect((await stage.rosterform(["apply", "plan.json"])).code).toBe(0);
    const before = await everythingOn(stage);
    const { stdout } = await stage.rosterform(["apply", "plan.json"]);
    expect(stdout).toContain("No changes.");
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("is refused by its digest, which names both", async () => {
    const digest = /^Digest: ([0-9a-f]{64})$/m.exec((await stage.rosterform(["plan"])).stdout)?.[1] ?? "";
    await edit(stage, "districts/springfield.yaml", "[Lincoln]", "[Roosevelt]");
    const expected = { code: "cli/digest-differs", says: [digest, "Nothing was done", "review the plan again"] };
    await expectTrouble(stage, ["apply", "--digest", digest], expected);
    await edit(stage, "districts/springfield.yaml", "[Roosevelt]", "[Lincoln]");
    expect((await stage.rosterform(["apply", "--digest", digest])).code).toBe(0);
  });
});
