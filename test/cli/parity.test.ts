import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const OLD = soloDocument("Otus: { version: 1.1, kind: supported }");
const NEW = soloDocument(
  "Otus: { version: 1.2, kind: supported, accept: [user-ids 1.1->1.2], confirm: { require: [probed, used], syncs: 2 } }",
);
const APPLY = ["apply", "--auto-approve"];
const SHEET = "credentials/springfield/otus.txt";
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

/** The rows of the table, as words. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split("\n")
    .filter((line) => /^ {2}(compared|schools|classes|users|enrollments) +\S+ +\S+ +\S+ {2}\S/.test(line))
    .map((line) => line.trim().split(/ {2,}/));

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", OLD);
  await stage.openCampus();
  await stage.rosterform(APPLY);
  await stage.pull(SHEET);
  await stage.write("rosterform.yaml", NEW);
});
afterEach(() => stage.close());

describe("the way from 1.1 to 1.2", () => {
  it("shows before the cut-over that everybody is found again by the number that links the two", async () => {
    const { stdout } = await stage.rosterform(APPLY);
    const rows = rowsOf(stdout);
    expect(rows.map(([what]) => what)).toEqual(["compared", "schools", "classes", "users", "enrollments"]);
    for (const [what, old, now, difference, again] of rows.slice(1)) {
      expect([now, difference]).toEqual([old, "0"]);
      expect(again).toBe(what === "enrollments" ? "not compared" : `${old} of ${old}`);
    }
    const confirmed = await stage.rosterform(["confirm", "springfield/Otus"]);
    expect(rowsOf(confirmed.stdout)).toEqual(rows);
    const json = await stage.rosterform(["confirm", "springfield/Otus", "--json"]);
    const findings = json.stdout.split("\n").find((line) => line.includes('"type":"findings"')) ?? "{}";
    const users = Number(rows.find(([what]) => what === "users")?.[1]);
    expect(users).toBeGreaterThan(0);
    expect(JSON.parse(findings)).toMatchObject({
      compared: expect.arrayContaining([{ what: "users", old: users, new: users, difference: 0, found_again: users }]),
    });
    const explained = plain((await stage.rosterform(["explain", "springfield/Otus"])).stdout);
    expect(explained).toContain(`${users} users (old ${users}, ${users} found again)`);
  });

  it("waits for as many good syncs in a row as the policy says, and explains how many there were", async () => {
    await stage.rosterform(APPLY);
    const explain = async () => plain((await stage.rosterform(["explain", "springfield/Otus"])).stdout);
    expect(await explain()).toContain("used means 2 good syncs in a row on the new connection and quiet for 2d");
    await stage.pull(SHEET);
    stage.moveClock("50h");
    expect((await stage.rosterform(APPLY)).stdout).toContain("1 cut-over waiting for evidence");
    const said = await explain();
    await stage.write("rosterform.yaml", NEW.replace("syncs: 2", "syncs: 3"));
    expect(await explain()).toContain("used means 3 good syncs in a row on the new connection and quiet for 2d");
    expect(await explain()).toContain("that holds for the next cut-over, not for this one");
    await stage.write("rosterform.yaml", NEW);
    expect(said).toContain("the vendor: 2 good syncs in a row (orgs, users, enrollments) with the new credentials;");
    expect(said).toContain("seen so far: 1");
    await stage.pull(SHEET);
    expect((await stage.rosterform(APPLY)).stdout).toContain("1 switched");
  });
});
