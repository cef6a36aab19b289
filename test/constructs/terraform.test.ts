import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasTerraform } from "../terraform/run-terraform.ts";
import { openTerraformStage, type TerraformStage } from "../terraform/stage.ts";
import { compile, configurationOf, type Installed, install, LIBRARIES, type Library, run } from "./installed.ts";

const DISTRICTS = ["shelbyville", "springfield"] as const;

describe.skipIf(!hasTerraform())("an app under the real Terraform", { timeout: 120_000 }, () => {
  let installed: Installed;
  let stage: TerraformStage;
  beforeAll(() => {
    installed = install();
  }, 120_000);
  afterAll(() => installed.remove());
  beforeEach(async () => {
    stage = await openTerraformStage();
  });
  afterEach(() => stage.close());

  /** Synthesises the example of a library, changed as an editor would, into the folder of Terraform. */
  function synthesise(library: Library, edit: (text: string) => string = (text) => text): void {
    const app = installed.app(`${library}-${Date.now()}`, library);
    writeFileSync(join(app, "main.ts"), edit(readFileSync(join(app, "main.ts"), "utf8")));
    compile(app);
    run(app, "main.js");
    stage.terraform.write("cdk.tf.json", JSON.stringify(configurationOf(app)).replaceAll("APP", stage.terraform.folder));
  }

  async function addressesOf(): Promise<readonly string[]> {
    const live = await Promise.all(DISTRICTS.map((district) => stage.live(district)));
    return live.flatMap(({ slots }) => slots.map(({ address }) => address)).toSorted();
  }

  it.each(LIBRARIES)("made with %s is planned and applied, and has nothing more to do", async (library) => {
    synthesise(library);
    await stage.terraform.ok("init");
    expect((await stage.plan()).text).toContain("Plan: 7 to add, 0 to change, 0 to destroy.");
    expect(await stage.apply()).toContain("Apply complete! Resources: 7 added, 0 changed, 0 destroyed.");
    expect(await addressesOf()).toEqual([
      'shelbyville/Edlink["north"]',
      'shelbyville/Edlink["south"]',
      "shelbyville/Schoology",
      "springfield/Bluebird Reading",
      "springfield/Google Classroom",
      "springfield/Otus",
      "springfield/Schoology",
    ]);
    expect(await stage.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes.") });
  });

  it("touches no other connection when a vendor is added, and none when a district moves within the app", async () => {
    synthesise("cdktn");
    await stage.terraform.ok("init");
    await stage.apply();
    const before = await addressesOf();
    synthesise("cdktn", (text) =>
      text
        .replace('new District(stack, "shelbyville"', 'new District(stack, "north"')
        .replace("    Otus: {", '    "A Vendor": { version: 1.2, kind: "other" },\n    Otus: {'),
    );
    expect(await stage.apply()).toContain("Resources: 1 added, 0 changed, 0 destroyed.");
    expect(await addressesOf()).toEqual([...before, "springfield/A Vendor"].toSorted());
  });

  it("may be the other library from now on: the state is the same", async () => {
    synthesise("cdktf");
    await stage.terraform.ok("init");
    await stage.apply();
    synthesise("cdktn");
    expect(await stage.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes.") });
  });
});
