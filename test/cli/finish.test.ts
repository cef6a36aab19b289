import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edit, everythingOn, expectTrouble, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** Runs on a schedule, and plans of which some districts moved since they were reviewed. */

const SPRINGFIELD = "districts/springfield.yaml";
const SHELBYVILLE = "districts/shelbyville.yaml";
let stage: Stage;

beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
});
afterEach(() => stage.close());

const applied = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await stage.rosterform(["apply", ...args]);
  return { code, text: stdout + stderr };
};

/** Schoology is generated, used, and to be switched. */
async function beginMove(): Promise<void> {
  expect((await applied("--auto-approve")).code).toBe(0);
  await stage.write("old.txt", await stage.read("credentials/shelbyville/schoology.txt"));
  await stage.pull("old.txt");
  stage.moveClock("2h");
  await edit(stage, SHELBYVILLE, "version: 1.1", "version: 1.2, accept: [user-ids 1.1->1.2]");
}

describe("apply --finish", () => {
  it("begins nothing, however much is to be done, and says what it leaves alone", async () => {
    const before = await everythingOn(stage);
    const { code, text } = await applied("--finish");
    expect(code).toBe(0);
    expect(text).toContain("plan/left-to-review");
    expect(text).toContain("springfield/Otus (generate)");
    expect(text).toContain("No cut-over is open.");
    expect(text).not.toContain("Your connections match");
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("ends a cut-over on evidence, without a yes, and leaves the rest to a review", async () => {
    await beginMove();
    expect((await applied("--auto-approve")).text).toContain("1 switched");
    await edit(stage, SPRINGFIELD, "[Lincoln]", "[Lincoln, Roosevelt]");
    const early = await applied("--finish", "--detailed-exitcode");
    expect(early.code).toBe(3);
    expect(early.text).toContain("springfield/Bluebird Reading (update)");
    await stage.pull("credentials/shelbyville/schoology.txt");
    stage.moveClock("49h");
    await stage.pull("credentials/shelbyville/schoology.txt");
    const late = await applied("--finish", "--detailed-exitcode");
    expect(late.code).toBe(0);
    expect(late.text).toContain("shelbyville/Schoology: Cut-over closed");
    expect((await stage.rosterform(["plan"])).stdout).toContain("0 to switch, 1 to change, 0 to disable.");
  });

  it("does not end a cut-over that the document no longer asks for", async () => {
    await beginMove();
    await applied("--auto-approve");
    await edit(stage, SHELBYVILLE, "version: 1.2, accept: [user-ids 1.1->1.2]", "version: 1.1");
    const before = await everythingOn(stage);
    const { code, text } = await applied("--finish");
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining("shelbyville/Schoology (disable)") });
    expect(await everythingOn(stage)).toEqual(before);
  });

  it("fails where an error stands in the way of an open cut-over", async () => {
    await beginMove();
    await applied("--auto-approve");
    await edit(stage, SHELBYVILLE, "kind: supported", "kind: supported, schools: [Lincoln]");
    const before = await everythingOn(stage);
    const { code, text } = await applied("--finish");
    expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining("plan/loss-not-accepted") });
    expect(await everythingOn(stage)).toEqual(before);
  });

  it.each([
    ["a plan file", ["plan.json"]],
    ["--digest", ["--digest", "0".repeat(64)]],
    ["--force", ["--force"]],
  ])("takes no other approval: %s", async (name, args) => {
    await stage.rosterform(["plan", "--out", "plan.json"]);
    const expected = { code: "cli/finish-and-approval", says: [name, "Leave out", "Nothing was done"] };
    await expectTrouble(stage, ["apply", "--finish", ...args], expected);
  });
});

describe("apply --digest", () => {
  async function review(): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await stage.rosterform(["plan", "--json"]);
    const lines = stdout.split("\n").filter((line) => line !== "");
    const plans = lines.map((line) => JSON.parse(line) as { readonly digests?: Digests });
    const digests = plans.find((one) => one.digests !== undefined)?.digests;
    return { whole: digests?.whole ?? "", ...digests?.districts };
  }
  interface Digests {
    readonly whole: string;
    readonly districts: Readonly<Record<string, string>>;
  }

  it("of districts names the one that moved, and the other one goes on", async () => {
    const { springfield = "", shelbyville = "" } = await review();
    await edit(stage, SHELBYVILLE, "version: 1.1", "version: 1.2");
    const said = [`springfield=${springfield}`, `shelbyville=${shelbyville}`];
    const { code, text } = await applied(...said.flatMap((one) => ["--digest", one]));
    expect(code).toBe(1);
    expect(text).toContain("cli/plan-stale");
    expect(text.replaceAll(/\s+/g, " ")).toContain(`shelbyville moved since it was reviewed: reviewed was`);
    expect(text).toContain("2 generated");
    expect((await stage.rosterform(["status"])).stdout).toMatch(/shelbyville\/Schoology +none/);
  });

  it("of a district alone leaves the others alone, and says so", async () => {
    const { springfield = "" } = await review();
    const { code, text } = await applied("--digest", springfield);
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining("cli/digest-missing") });
    expect(text).toContain("2 generated");
  });

  it("of the whole names what may have moved when it is another one", async () => {
    const { whole = "" } = await review();
    await edit(stage, SHELBYVILLE, "version: 1.1", "version: 1.2");
    const expected = {
      code: "cli/digest-differs",
      says: [whole, "Nothing was done", "shelbyville/Schoology: generate", "springfield is now"],
    };
    await expectTrouble(stage, ["apply", "--digest", whole], expected);
  });

  it("has to agree with a plan file that is handed in beside it", async () => {
    const { springfield = "" } = await review();
    await stage.rosterform(["plan", "--out", "plan.json"]);
    const { text } = await applied("plan.json", "--digest", springfield);
    expect(text).toContain("2 generated");
    expect((await stage.rosterform(["plan"])).stdout).toContain("1 to generate");
  });

  it("takes no other shape", async () => {
    expect((await applied("--digest", "yes")).text).toContain("DISTRICT=DIGEST");
  });
});
