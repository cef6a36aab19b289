import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../setup/source.ts";
import { hasTerraform } from "./run-terraform.ts";
import { openTerraformStage, type TerraformStage } from "./stage.ts";

const EXAMPLE = join(root, "examples", "terraform");

describe.skipIf(!hasTerraform())("the example for Terraform", () => {
  let on: TerraformStage;

  beforeEach(async () => {
    on = await openTerraformStage();
    // The provider looks for files in its own folder: here that of the campus, else the one in which Terraform runs.
    for (const folder of [on.stage.folder, on.terraform.folder]) cpSync(EXAMPLE, folder, { recursive: true });
    // A module has to be installed; that asks nobody, because the provider is attached.
    await on.terraform.ok("get");
  });
  afterEach(() => on.close());

  it("manages a folder of district files, one resource for each connection", async () => {
    expect(await on.apply()).toContain("4 added");
    expect((await on.plan()).code).toBe(0);
    expect(await on.active("springfield")).toHaveLength(3);
    expect(await on.active("shelbyville")).toHaveLength(1);
  });

  it("forgets what a deleted file said, and leaves it live", async () => {
    await on.apply();
    const { rmSync } = await import("node:fs");
    for (const folder of [on.stage.folder, on.terraform.folder]) rmSync(join(folder, "districts", "shelbyville.yaml"));
    const { code, text } = await on.plan();
    expect(code).toBe(2);
    expect(text).toContain("shelbyville/Otus is forgotten, not disabled");
    await on.apply();
    expect(await on.active("shelbyville")).toHaveLength(1);
  });

  it("passes its own tests", async () => {
    await on.terraform.run("init", "-backend=false");
    const { code, stdout, stderr } = await on.terraform.run("test");
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("Success! 6 passed, 0 failed.")]);
  });
});
