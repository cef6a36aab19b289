import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packageFile } from "../../src/cli/package-file.ts";
import { createStore, openWriter } from "../../src/drivers.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { edit } from "./desk.ts";
import { openStage, type Stage } from "./stage.ts";

/** Every example is walked at the command line, and what it made is dumped and planned again. */

const EXAMPLES = readdirSync(packageFile("examples")).filter((name) =>
  readdirSync(packageFile(`examples/${name}`)).some((file) => file.endsWith(".yaml")),
);
const APPLY = ["apply", "--auto-approve", "--quiet", "--concise"];

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
});

afterEach(() => stage.close());

const settings = () => ({
  kind: "sqlite" as const,
  path: join(stage.folder, "campus.db"),
  keyFile: join(stage.folder, "rosterform.key"),
});

/** Puts the documents of an example on the stage, in place of those that are there. */
async function documents(name: string): Promise<void> {
  for (const entry of await readdir(stage.folder)) {
    if (/\.yaml$|^districts$/.test(entry)) await rm(join(stage.folder, entry), { recursive: true });
  }
  await cp(packageFile(`examples/${name}`), stage.folder, { recursive: true });
}

/** The option that names the file an example begins with. */
async function config(): Promise<readonly string[]> {
  const files = (await readdir(stage.folder)).filter((file) => file.endsWith(".yaml"));
  return files.includes("rosterform.yaml") ? [] : ["--config", files[0] ?? ""];
}

/** Runs a command that must end well, and answers what it printed. */
async function well(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await stage.rosterform([...args, ...(await config())]);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
  return stdout;
}

interface Resource {
  readonly address: string;
  readonly change: { readonly intent: string };
}

/** What is planned, an address with its intents a line. */
async function planned(...more: readonly string[]): Promise<readonly string[]> {
  const { resource_changes: changes } = JSON.parse(await well("plan", "--json", ...more)) as {
    readonly resource_changes: readonly Resource[];
  };
  return changes
    .filter(({ change }) => change.intent !== "keep")
    .map(({ address, change }) => `${address} ${change.intent}`);
}

/** Dumps the live side and plans the dumped documents, on the same store: that must be empty. */
async function expectDumpPlansNothing(): Promise<string> {
  await rm(join(stage.folder, "dumped"), { recursive: true, force: true });
  await well("dump", "--out", "dumped");
  await mkdir(join(stage.folder, "second"), { recursive: true });
  await stage.write(
    "second/rosterform.yaml",
    "districts: ../dumped/*.yaml\nstore: { kind: sqlite, path: ../campus.db, key: file:../rosterform.key }\n",
  );
  const { code, stdout, stderr } = await stage.rosterform(["plan", "--chdir", "second", "--detailed-exitcode"]);
  expect({ code, stderr, stdout: code === 0 ? "" : stdout }).toEqual({ code: 0, stderr: "", stdout: "" });
  const files = await readdir(join(stage.folder, "dumped"));
  return (await Promise.all(files.map((file) => stage.read(join("dumped", file))))).join("");
}

describe("every example", () => {
  it.each(EXAMPLES)("%s validates, plans, applies, and is dumped to what plans nothing", async (name) => {
    await documents(name);
    await createStore(settings(), { clock: stage });
    await stage.openCampus();
    expect(await well("validate")).toContain("Success!");
    const plan = await well("plan");
    expect(plan).toMatch(/^Plan: [1-9]\d* to generate, 0 to switch, 0 to change, 0 to disable\.$/m);
    expect(await well(...APPLY)).toContain("Apply complete!");
    expect(await well("plan", "--detailed-exitcode")).toMatch(/^No changes\.|^Plan: 0 to generate, 0 to switch, 0 /m);
    await expectDumpPlansNothing();
  });
});

describe("one name after another", () => {
  const BEFORE = `district: springfield
site: { host: springfield.example.org, app: springfield }
store: { kind: sqlite, path: ./campus.db }
vendors:
  Bluebird: { version: 1.2, kind: other }
  Old Quiz Tool: { version: 1.1, kind: other }
  Edlink: { version: 1.2, kind: other, schools: [North High] }
  Otus: { version: 1.1, kind: supported, share: [demographics] }
`;

  it("is dumped to what plans nothing while it is open, and when it is over", async () => {
    await createStore(settings(), { clock: stage });
    await stage.openCampus();
    await stage.write("springfield.yaml", BEFORE);
    await well(...APPLY);
    await documents("rename-and-replace");
    expect(await planned()).toEqual([
      "springfield/Bluebird Reading rename",
      'springfield/Edlink["north"] rename',
      'springfield/Edlink["south"] generate',
      "springfield/New Quiz Tool switch",
      "springfield/Otus switch",
    ]);
    await well(...APPLY);
    const open = await expectDumpPlansNothing();
    expect(open).toMatch(/New Quiz Tool: .*replaces: Old Quiz Tool/);
    expect(open).toMatch(/Old Quiz Tool: .*state: disabled/);
    await well("confirm", "springfield/New Quiz Tool", "--attest", "--by", "Lee", "--reason", "they said so");
    expect(await well(...APPLY)).toContain("1 switched");
    const over = await expectDumpPlansNothing();
    expect(over).not.toContain("replaces:");
    expect(over).toMatch(/Old Quiz Tool: .*state: disabled/);
  });
});

describe("the agency", () => {
  beforeEach(async () => {
    await documents("agency-before");
    await createStore(settings(), { clock: stage });
    await stage.openCampus();
    await well(...APPLY);
    stage.moveClock("3d");
    await documents("agency");
  });

  it("plans on top of the agency before it exactly its story", async () => {
    expect(await planned()).toEqual([
      "north-haverbrook/Eduready360 switch",
      "north-haverbrook/Manage1to1 generate",
      "shelbyville/Maple Math switch",
      "shelbyville/Schoology switch",
      "springfield/Bluebird Reading switch",
      "springfield/Old Quiz Tool disable",
      "springfield/Schoology switch",
    ]);
  });

  it("is dumped to what plans nothing in the middle of open switches, with one disabled", async () => {
    expect(await well(...APPLY)).toContain("5 switched, 0 changed, 1 disabled");
    const text = await expectDumpPlansNothing();
    expect(text).toMatch(/Old Quiz Tool: .*state: disabled/);
    expect(text).toMatch(/Schoology: .*version: 1\.2/);
  });

  it("is dumped to what plans nothing after one switch was given up", async () => {
    await well(...APPLY);
    await well("abort", "shelbyville/Schoology", "--auto-approve");
    await expectDumpPlansNothing();
  });

  it("is dumped to what plans nothing when a cut-over was turned back after the vendor moved", async () => {
    await well(...APPLY);
    await stage.pull("credentials/north-haverbrook/eduready360.txt");
    const file = "districts/north-haverbrook.yaml";
    await edit(stage, file, "Eduready360: { version: 1.2", "Eduready360: { version: 1.1");
    await edit(stage, file, "user-ids 1.1->1.2", "user-ids 1.2->1.1");
    await well(...APPLY);
    await expectDumpPlansNothing();
  });

  it("is dumped with a comment about what nobody manages, which plans nothing", async () => {
    const writer = await openWriter(settings(), { clock: { now: stage.now }, by: "campus" });
    await writer.createByHand({
      district: "springfield" as DistrictId,
      site: { host: "springfield.example.org", app: "springfield", kind: "sandbox" },
      application: "Found Reader",
      make: { version: "1.2", kind: "other", schools: "all", share: [] },
      by: "kim",
    });
    await writer.close();
    await well(...APPLY);
    expect(await expectDumpPlansNothing()).toMatch(
      /^# not managed: Found Reader, version 1\.2, kind other; .* adopt: \w+$/m,
    );
  });

  it("is dumped under the name of today where one was renamed, rotated or disabled by hand", async () => {
    await edit(stage, "districts/springfield.yaml", "  Otus: {", "  Otus Learning: { was: Otus,");
    await edit(stage, "vendors.yaml", "  Otus:", "  Otus Learning:");
    await edit(stage, "districts/north-haverbrook.yaml", "Manage1to1: {", "Manage1to1: { rotate: 2,");
    await well(...APPLY);
    await stage.byHand("disable", 'shelbyville/Edlink["north"]');
    const text = await expectDumpPlansNothing();
    expect(text).toContain("Otus Learning:");
    expect(text).not.toContain("Otus:");
    expect(text).toMatch(/Manage1to1: .*rotate: 2/);
    expect(text).toMatch(/north: .*state: disabled/);
  });
});
