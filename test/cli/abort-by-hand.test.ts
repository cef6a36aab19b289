import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ByHandStage, type Four, openByHandStage } from "./by-hand-stage.ts";

let place: ByHandStage;
let old: Four;
let young: Four;

/** The vendor has its first connection; the document wants another version, and the new one was generated and waits for its day. */
beforeEach(async () => {
  place = await openByHandStage();
  old = await place.generate("1.1");
  await place.typing(["do"], pasting(old));
  const file = "districts/springfield.yaml";
  const text = await place.stage.read(file);
  const wanted = "version: 1.2, accept: [user-ids 1.1->1.2], deliver-from: 2027-09-01,";
  await place.stage.write(file, text.replace("version: 1.1,", wanted));
  young = await place.generate("1.2");
  await place.typing(["do"], pasting(young));
});
afterEach(() => place.stage.close());

function pasting(four: Four) {
  return [
    ["Client ID", four.clientId],
    ["Client Secret", four.clientSecret],
    ["Token URL", four.tokenUrl],
    ["Base URL", four.baseUrl],
  ] as const;
}

const ABORT = ["abort", "springfield/Otus"];

describe("rosterform abort at a site where people click", () => {
  it("asks the person to disable the candidate, and gives it up once that is reported", async () => {
    const { code, stdout } = await place.typing(ABORT, [
      ["Only `yes` is accepted", "yes"],
      ["Is it disabled?", async () => (await place.click("disable", young.clientId), "done")],
      ["last 4 characters", young.clientId.slice(-4)],
    ]);
    expect([code, await place.active()]).toEqual([0, [old.clientId]]);
    expect(stdout).toContain("Aborted: candidate");
    expect((await place.stage.rosterform(["status"])).stdout).not.toContain("switching");
  });

  it("leaves everything as it is when the person clicks another day", async () => {
    const { code, stderr } = await place.typing(ABORT, [
      ["Only `yes` is accepted", "yes"],
      ["Is it disabled?", "later"],
    ]);
    expect([code, stderr.replaceAll(/\s+/g, " ")]).toEqual([1, expect.stringContaining("cli/not-clicked")]);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("nobody has reported that. It is noted as asked for");
    expect(await place.active()).toEqual([old.clientId, young.clientId]);
    expect((await place.stage.rosterform(["status"])).stdout).toContain("switching");
  });

  it("does not ask once the values were handed over, because nobody can see whether they are used", async () => {
    const file = "districts/springfield.yaml";
    await place.stage.write(file, (await place.stage.read(file)).replace(" deliver-from: 2027-09-01,", ""));
    await place.typing(["do"], [["Has it?", "no"]]);
    const { code, stderr } = await place.typing(ABORT, [["Only `yes` is accepted", "yes"]]);
    expect([code, stderr.replaceAll(/\s+/g, " ")]).toEqual([1, expect.stringContaining("cli/candidate-in-use")]);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("nobody here can see whether the vendor uses it");
  });

  it("says in a pipeline that a person has to click", async () => {
    const { code, stderr } = await place.stage.rosterform([...ABORT, "--auto-approve"]);
    expect([code, stderr.includes("cli/not-clicked")]).toEqual([1, true]);
    expect(await place.active()).toEqual([old.clientId, young.clientId]);
  });
});
