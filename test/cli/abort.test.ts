import { rename } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edit, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

const SHEET = "credentials/shelbyville/schoology.txt";
const ADDRESS = "shelbyville/Schoology";

let stage: Stage;
let survivors: string;
let candidates: string;

beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
  survivors = await stage.read(SHEET);
  await edit(stage, "districts/shelbyville.yaml", "kind: supported }", "kind: supported, rotate: 1 }");
  await stage.rosterform(["apply", "--auto-approve"]);
  candidates = await stage.read(SHEET);
  expect(candidates).not.toBe(survivors);
});
afterEach(() => stage.close());

const abort = () => stage.rosterform(["abort", ADDRESS, "--auto-approve"]);

describe("the sheet of a candidate that is given up by command", () => {
  it("is the survivor's again, with values that work", async () => {
    expect(await abort()).toMatchObject({ code: 0, stdout: expect.stringContaining("is disabled") });
    expect(await stage.read(SHEET)).toBe(survivors);
    expect(await stage.pull(SHEET)).toBeGreaterThan(0);
  });

  it("stays the candidate's once the vendor uses it", async () => {
    await stage.pull(SHEET);
    expect(await abort()).toMatchObject({ code: 1, stderr: expect.stringContaining("cli/candidate-in-use") });
    expect(await stage.read(SHEET)).toBe(candidates);
  });

  it("cannot be written: then nothing is given up", async () => {
    const folder = join(stage.folder, "credentials");
    await rename(folder, `${folder}-aside`);
    await stage.write("credentials", "in the way");
    expect(await abort()).toMatchObject({ code: 1, stderr: expect.stringContaining("sinks/") });
    expect((await stage.rosterform(["status"])).stdout).toMatch(/shelbyville\/Schoology +switching/);
  });
});
