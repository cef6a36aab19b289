import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder } from "../../../src/cli/fleet/cache.ts";
import { CATALOGUE, districtText, type FleetStage, openFleetStage, PROJECT } from "./fleet-stage.ts";

let stage: FleetStage;
beforeEach(async () => {
  stage = await openFleetStage(["ash", "birch", "cedar"]);
  await stage.applyAll();
});
afterEach(() => stage.close());

const folder = (): string => join(stage.folder, "cache");

/** The one file of the cache, and what stands in it. */
async function cached(): Promise<{ readonly path: string; readonly text: string }> {
  const names = await readdir(folder());
  expect(names).toHaveLength(1);
  const path = join(folder(), names[0] ?? "");
  return { path, text: await readFile(path, "utf8") };
}

/** That a plan with whatever lies in the cache is the plan without any. */
async function expectTrue(): Promise<void> {
  expect(await stage.inWay("cached", ["plan"])).toEqual(await stage.inWay("whole", ["plan"]));
}

describe("the cache of a fleet", () => {
  it("is written once and left alone while nothing changes", async () => {
    await expectTrue();
    const { path, text } = await cached();
    const before = await stat(path);
    await expectTrue();
    expect((await cached()).text).toBe(text);
    expect((await stat(path)).ino).toBe(before.ino);
    expect(before.mode & 0o077).toBe(0);
  });

  it.each<readonly [string, (text: string) => string]>([
    ["cut off", (text) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["no JSON", (text) => `${text.split("\n")[0]}\n{`],
    ["edited", (text) => text.replace('"managed":2', '"managed":3')],
    ["of another program", () => "{}\n{}"],
  ])("counts as none where it is %s, and is written anew", async (_, spoil) => {
    await expectTrue();
    const { path, text } = await cached();
    const spoilt = spoil(text);
    expect(spoilt).not.toBe(text);
    await writeFile(path, spoilt);
    await expectTrue();
    expect((await cached()).text).toBe(text);
  });

  it("is not believed under another build, project or catalogue", async () => {
    await expectTrue();
    const { text } = await cached();
    const env = { ROSTERFORM_CACHE: folder() };
    await stage.rosterform(["plan"], { env, fleet: { from: 1, build: "another" } });
    const other = (await cached()).text;
    expect(other.split("\n")[0]).not.toBe(text.split("\n")[0]);
    await stage.write("rosterform.yaml", PROJECT.replace("kind: supported", "kind: other"));
    await expectTrue();
    await stage.write("vendors.yaml", CATALOGUE.replace("Quiz: {}", "Quiz: { contact: q@quiz.example }"));
    await expectTrue();
  });

  it("forgets a district as soon as anything is written in it", async () => {
    await expectTrue();
    await stage.byHand("disable", "ash/Otus");
    const { stdout } = await stage.inWay("cached", ["plan"]);
    expect(stdout).toContain("ash/Otus");
    await expectTrue();
  });

  it("is neither read nor written with --no-cache", async () => {
    const args = ["plan", "--no-cache"];
    expect(await stage.inWay("cached", args)).toEqual(await stage.inWay("whole", ["plan"]));
    await expect(readdir(folder())).rejects.toThrow("ENOENT");
  });

  it("holds no secret, and nothing of a file in which something is wrong", async () => {
    await stage.write("districts/ash.yaml", districtText("ash", ["Otus: { clientSecret: hunter2-hunter2 }"]));
    await stage.inWay("cached", ["validate"]);
    const { text } = await cached();
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("districts/ash.yaml");
    expect(text).toContain("districts/birch.yaml");
  });

  it("does not mind that several runs write it at once, or that it cannot be written", async () => {
    const whole = await stage.inWay("whole", ["plan"]);
    const shown = await Promise.all(Array.from({ length: 4 }, () => stage.inWay("cached", ["plan"])));
    for (const one of shown) expect(one).toEqual(whole);
    await expectTrue();
    const env = { ROSTERFORM_CACHE: join(stage.folder, "rosterform.yaml", "no-folder") };
    expect(await stage.rosterform(["plan"], { env, fleet: { from: 1 } })).toEqual(whole);
  });

  it("lies where the user's caches lie, unless a folder is named", () => {
    expect(cacheFolder({ ROSTERFORM_CACHE: "here" }, "/projects")).toBe("/projects/here");
    expect(cacheFolder({ XDG_CACHE_HOME: "/caches", HOME: "/homes/dana" }, "/projects")).toBe("/caches/rosterform");
    expect(cacheFolder({ HOME: "/homes/dana" }, "/projects")).toBe("/homes/dana/.cache/rosterform");
    expect(cacheFolder({}, "/projects")).toBeUndefined();
  });
});
