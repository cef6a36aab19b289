import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasTerraform } from "../terraform/run-terraform.ts";
import { openTerraformStage, type TerraformStage } from "../terraform/stage.ts";
import { readPage } from "../setup/markdown.ts";
import { root } from "../setup/source.ts";
import { compile, type Installed, install, LIBRARIES, run, write } from "./installed.ts";

const { blocks, prose } = readPage("docs/cdk.md");
const commands = blocks.filter(({ language }) => language === "bash").flatMap(({ lines }) => lines);
const installs = commands.filter((command) => command.startsWith("npm install "));
const typed = commands.filter((command) => !command.startsWith("npm install "));

const manifest: {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let installed: Installed;
beforeAll(() => {
  installed = install();
}, 120_000);
afterAll(() => installed.remove());

describe("the page about CDK apps", () => {
  it.each(installs)("installs what the package asks for and is tried with: %s", (command) => {
    const wanted = command.split(" ").filter((word) => word.includes("@"));
    for (const word of wanted) {
      const [name = "", version] = word.replace(/^cdktf@npm:/, "").split("@");
      expect(version).toBe(name === "rosterform" ? manifest.version : manifest.devDependencies[name]);
    }
    expect(wanted.length).toBeGreaterThan(0);
  });

  it("shows code that compiles, and that runs where it is a whole app", { timeout: 60_000 }, () => {
    const app = installed.app("page", "cdktn");
    const shown = blocks.filter(({ language }) => language === "ts");
    expect(shown.length).toBeGreaterThan(3);
    for (const [index, { lines }] of shown.entries()) {
      const isApp = lines.some((line) => line.includes("app.synth()"));
      write(app, isApp ? "main.ts" : `block-${index}.ts`, lines.join("\n"));
    }
    const tsconfig = JSON.parse(readFileSync(join(app, "tsconfig.json"), "utf8"));
    write(app, "tsconfig.json", JSON.stringify({ ...tsconfig, files: undefined, include: ["*.ts"] }));
    compile(app);
    run(app, "main.js");
  });

  it("shows what is said of mistakes as it is said", () => {
    const app = installed.app("mistakes");
    const lines = [
      'const { App, TerraformStack } = require("cdktn");',
      'const { District } = require("rosterform/cdktn");',
      'const stack = new TerraformStack(new App(), "agency");',
      'const site = (app) => ({ host: "cloud.example.org", app });',
      'new District(stack, "springfield", { district: "springfield", site: site("springfield"), vendors: { Otus: { version: 1.2, kind: "suported" } } });',
      'new District(stack, "shelbyville", { district: "shelbyville", site: site("shelbyville"), vendors: { Schoology: { kind: "other" } } });',
      "try { stack.prepareStack(); } catch (error) { console.log(error.message); }",
    ];
    write(app, "main.cjs", lines.join("\n"));
    const shown = blocks.find(({ language }) => language === "text");
    expect(run(app, "main.cjs").trimEnd().split("\n")).toEqual(shown?.lines);
  });

  it("names the resource of its example as it is named", () => {
    expect(prose).toContain("springfield_Bluebird_Reading__645a1cda");
  });
});

describe.skipIf(!hasTerraform())("the commands of the page", { timeout: 120_000 }, () => {
  let stage: TerraformStage;
  beforeEach(async () => {
    stage = await openTerraformStage();
  });
  afterEach(() => stage.close());

  it.each(LIBRARIES)("do in the example for %s what the page says", async (library) => {
    expect(typed.map((command) => command.replace(/ .*/, ""))).toEqual(["npm", "terraform", "terraform", "terraform"]);
    const app = installed.app(`typed-${library}`, library);
    for (const command of typed) {
      const [program = "", ...words] = command.split(" ");
      if (program === "npm") {
        execFileSync(program, words, { cwd: app, stdio: "pipe" });
        continue;
      }
      // Terraform runs elsewhere here, and nobody is there to say yes.
      const there = words.map((word) => word.replace("-chdir=", `-chdir=${app}/`));
      const said = await stage.terraform.ok(...there, ...(words.includes("apply") ? ["-auto-approve"] : []));
      if (words.includes("plan")) expect(said).toContain("Plan: 7 to add, 0 to change, 0 to destroy.");
      if (words.includes("apply")) expect(said).toContain("Resources: 7 added, 0 changed, 0 destroyed.");
    }
  });
});
