import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const DOCUMENT = soloDocument("Otus: { version: 1.1, kind: supported }");
const MOVED = DOCUMENT.replace("campus.db", "moved.db");

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", DOCUMENT);
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
});
afterEach(() => stage.close());

it("rosterform dump --store and load --store move everything, and plan finds nothing to do afterwards", async () => {
  const written = await stage.rosterform(["dump", "--store", "store.ndjson"]);
  expect([written.code, written.stdout]).toEqual([
    0,
    expect.stringMatching(/^wrote store\.ndjson: 1 district, 1 connection, \d+ rows in all\n$/),
  ]);
  expect(statSync(join(stage.folder, "store.ndjson")).mode & 0o777).toBe(0o600);
  await stage.write("rosterform.yaml", MOVED);
  expect((await stage.rosterform(["store", "create"])).stdout).toContain("kept rosterform.key");
  const { code, stdout } = await stage.rosterform(["load", "--store", "store.ndjson", "--json"]);
  expect([code, JSON.parse(stdout.trim())]).toEqual([
    0,
    expect.objectContaining({ type: "store-transfer", connections: 1 }),
  ]);
  expect((await stage.rosterform(["plan", "--detailed-exitcode"])).code).toBe(0);
  expect((await stage.rosterform(["verify-journal"])).code).toBe(0);
  await stage.rosterform(["dump", "--store", "again.ndjson"]);
  expect(await stage.read("again.ndjson")).toBe(await stage.read("store.ndjson"));
});

it("says which file cannot be used", async () => {
  await mkdir(join(stage.folder, "folder"));
  for (const args of [
    ["load", "--store", "nothing.ndjson"],
    ["dump", "--store", "no/such/folder.ndjson"],
    ["dump", "--store", "folder"],
  ]) {
    const { code, stderr } = await stage.rosterform(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining("cli/dump-file")]);
  }
});

it("rosterform rekey seals the secrets under a new key and says what to do with the old one", async () => {
  const { code, stdout } = await stage.rosterform(["rekey"]);
  expect([code, stdout.replaceAll(/\s+/g, " ")]).toEqual([
    0,
    expect.stringContaining(
      "1 secret sealed under a new key, which is in rosterform.key now. The old one is kept in rosterform.key.old",
    ),
  ]);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  const again = await stage.rosterform(["rekey"]);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("stores/old-key-there")]);
  expect((await stage.rosterform(["dump", "--store", "store.ndjson"])).code).toBe(0);
});
