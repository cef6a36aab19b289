import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadProject, type Project } from "../src/config/load-project.ts";

const EXAMPLES = fileURLToPath(new URL("../examples", import.meta.url));

/** Every folder of examples/ with documents, and the file it begins with: a project file, or the only district file. */
const examples = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const files = readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith(".yaml"));
    const main = files.includes("rosterform.yaml") ? "rosterform.yaml" : files[0];
    return main === undefined ? [] : [{ name, main: join(EXAMPLES, name, main) }];
  });

async function load(main: string): Promise<Project> {
  const loaded = await loadProject({ path: main, env: {} });
  expect(loaded).toMatchObject({ kind: "loaded", warnings: [] });
  if (loaded.kind === "broken") throw new Error("unreachable");
  return loaded.project;
}

describe.each(examples)("the example $name", ({ main }) => {
  test("is valid, without a warning", async () => {
    const { desired } = await load(main);
    expect(desired.districts.flatMap((district) => district.connections).length).toBeGreaterThan(0);
  });

  test("keeps its store and what must stay secret out of the way of the documents", async () => {
    const { settings, folder } = await load(main);
    expect(settings.store).toEqual({
      kind: "sqlite",
      path: join(folder, "campus.db"),
      keyFile: join(folder, "rosterform.key"),
    });
  });

  test("names only schools the campus knows", async () => {
    const { desired } = await load(main);
    const named = desired.districts.flatMap((one) =>
      one.connections.flatMap(({ schools }) => (schools === "all" ? [] : schools)),
    );
    expect(["Lincoln", "North High", "Roosevelt", "South High"]).toEqual(expect.arrayContaining(named));
  });
});

describe("the agency", () => {
  /** Address, version, kind and state of every connection, a line each. */
  async function lines(name: string): Promise<readonly string[]> {
    const { desired } = await load(join(EXAMPLES, name));
    return desired.districts.flatMap((one) =>
      one.connections.map(({ address, version, kind, state }) => `${address} ${version} ${kind} ${state}`),
    );
  }

  test("moves on from the agency before it by exactly the story of the quickstart", async () => {
    const before = await lines("agency-before");
    const now = await lines("agency");
    expect(before.filter((line) => !now.includes(line))).toEqual([
      "north-haverbrook/Eduready360 1.1 other active",
      "shelbyville/Maple Math 1.2 supported active",
      "shelbyville/Schoology 1.1 supported active",
      "springfield/Bluebird Reading 1.2 other active",
      "springfield/Old Quiz Tool 1.1 other active",
      "springfield/Schoology 1.1 supported active",
    ]);
    expect(now.filter((line) => !before.includes(line))).toEqual([
      "north-haverbrook/Eduready360 1.2 other active",
      "north-haverbrook/Manage1to1 1.2 other active",
      "shelbyville/Maple Math 1.2 other active",
      "shelbyville/Schoology 1.2 supported active",
      "springfield/Bluebird Reading 1.2 supported active",
      "springfield/Old Quiz Tool 1.1 other disabled",
      "springfield/Schoology 1.2 supported active",
    ]);
    expect(now).toEqual(
      expect.arrayContaining([
        'shelbyville/Edlink["north"] 1.2 other active',
        'shelbyville/Edlink["south"] 1.2 other active',
      ]),
    );
  });

  test("accepts what its moves lose, and nothing more", async () => {
    const { desired } = await load(join(EXAMPLES, "agency"));
    const accepted = desired.districts.flatMap((one) =>
      one.connections.flatMap(({ address, accepts }) => accepts.map((text) => `${address}: ${text}`)),
    );
    expect(accepted).toEqual([
      "north-haverbrook/Eduready360: user-ids 1.1->1.2",
      "shelbyville/Maple Math: assessments supported->other",
      "shelbyville/Maple Math: grade-book supported->other",
      "shelbyville/Schoology: user-ids 1.1->1.2",
      "springfield/Schoology: user-ids 1.1->1.2",
    ]);
  });
});
