import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const OTUS = "springfield/Otus";
const SHEET = "credentials/springfield/otus.txt";
const doc = (body: string) => stage.write("rosterform.yaml", soloDocument(`Otus: ${body}`));
const apply = () => stage.rosterform(["apply", "--auto-approve"]);
const explain = async (): Promise<string> => {
  const { stdout } = await stage.rosterform(["explain", OTUS]);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  return stdout.replaceAll(/\s+/g, " ");
};

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await doc("{ version: 1.1, kind: supported }");
  await stage.openCampus();
  await apply();
  await stage.pull(SHEET);
});
afterEach(() => stage.close());

describe("rosterform explain", () => {
  it("follows a cut-over from its plan to its end and names at each step what would have to be true", async () => {
    await doc("{ version: 1.2, kind: supported }");
    expect(await explain()).toContain("None of this is done while an error stands: Error: A move loses something");
    await doc("{ version: 1.2, kind: supported, accept: [user-ids 1.1->1.2], deliver-from: 2027-03-03 }");
    await apply();
    const held = await explain();
    expect(held).toContain("it is 2027-03-03 or later, or deliver-from is moved in the document");
    expect(held).toContain("rosterform, in a next run: a probe of the new connection");
    await doc("{ version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }");
    await apply();
    const delivered = await explain();
    expect(delivered).toContain("evidence probed yes, used not yet, attested not yet");
    expect(delivered).toContain("the vendor: a full pull (orgs, users, enrollments) with the new credentials");
    expect(delivered).toContain("Closed: the old connection is disabled. `rosterform rollback 'springfield/Otus'`");
    stage.moveClock("30h");
    expect(await explain()).toContain("a fresh probe; the last one is older than a day");
    for (const name of ["Kim", "Lee"])
      await stage.rosterform(["confirm", OTUS, "--attest", "--by", name, "--reason", "They told me."]);
    expect(await explain()).toContain("Kim says that the vendor moved: They told me.");
    const json = JSON.parse(
      (await stage.rosterform(["explain", OTUS, "--json"])).stdout.trim().split("\n").at(-1) ?? "",
    );
    expect(json.facts.said.split("\n")).toEqual([expect.stringContaining("Kim"), expect.stringContaining("Lee")]);
    await stage.rosterform(["confirm", OTUS]);
    expect(await explain()).toContain("nothing more: the evidence suffices, and the store judges it once more");
    await apply();
    expect(await explain()).toContain("decision keep No steps: nothing has to be done here.");
  });

  it("says of a connection that somebody disabled that nothing is done, and why", async () => {
    await stage.byHand("disable", OTUS);
    const said = await explain();
    expect(said).toContain("disabled (outside) by kim");
    expect(said).toContain(
      "Nothing is done while an error stands: Error: The connection in use was disabled by someone",
    );
    expect(said).not.toContain("No steps");
  });
});
