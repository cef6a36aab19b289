import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openReader } from "../../src/drivers.ts";
import { openByHandStage } from "./by-hand-stage.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

it("init --by-hand makes a starter over a registry, and the next plan generates nothing unsigned", async () => {
  const made = await stage.rosterform(["init", "--by-hand"]);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/made +registry\.db/) });
  expect(await stage.read("rosterform.yaml")).toContain("store: { kind: by-hand, path: ./registry.db }");
  expect(await stage.read(".gitignore")).toContain("registry.db*");
  const path = join(stage.folder, "registry.db");
  const reader = await openReader({ kind: "by-hand", path, keyFile: "" }, { clock: stage });
  expect(reader.can.byHand).toBe(true);
  await reader.close();
  const plan = await stage.rosterform(["plan"]);
  expect(plan.stdout + plan.stderr).toContain("plan/inventory-unsigned");
});

it("a registry is not served as a campus", async () => {
  await stage.rosterform(["init", "--by-hand"]);
  const served = await stage.rosterform(["serve", "--store", "registry.db"]);
  expect(served.code).toBe(1);
  expect(served.stderr).toContain("stores/other-kind");
});

it("ROSTERFORM_STORE names another file of the same kind", async () => {
  await stage.rosterform(["init", "--by-hand"]);
  await stage.rosterform(["init", "other"]);
  const env = { ROSTERFORM_STORE: "other/campus.db" };
  expect((await stage.rosterform(["plan"], { env })).stderr).toContain("stores/other-kind");
});

it("does not ask to serve a registry before something is generated", async () => {
  const place = await openByHandStage();
  const { stdout, stderr } = await place.stage.rosterform(["plan"]);
  await place.stage.close();
  expect(stdout).toContain("1 to generate");
  expect(stderr).not.toContain("cli/never-served");
});
