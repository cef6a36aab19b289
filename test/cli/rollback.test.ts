import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openByHandStage } from "./by-hand-stage.ts";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

const DOCUMENT = (otus: string): string => soloDocument(`Otus: ${otus}`);
const OLD = DOCUMENT("{ version: 1.1, kind: supported, accept: [user-ids 1.2->1.1] }");
const NEW = DOCUMENT("{ version: 1.2, kind: supported, accept: [user-ids 1.1->1.2] }");
const APPLY = ["apply", "--auto-approve"];
const BACK = ["rollback", "springfield/Otus", "--auto-approve"];
const SHEET = "credentials/springfield/otus.txt";
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", OLD);
  await stage.openCampus();
});
afterEach(() => stage.close());

function clientIdIn(sheet: string): string {
  return /^Client ID\W+(\S+)/m.exec(sheet)?.[1] ?? "no Client ID";
}

/** The vendor works with 1.1; then it moves to 1.2, is seen there, and the old connection is disabled. */
async function moved(): Promise<void> {
  await stage.rosterform(APPLY);
  await stage.pull(SHEET);
  await copyFile(join(stage.folder, SHEET), join(stage.folder, "old.txt"));
  await stage.write("rosterform.yaml", NEW);
  await stage.rosterform(APPLY);
  await stage.pull(SHEET);
  stage.moveClock("50h");
  await stage.pull(SHEET);
  expect((await stage.rosterform(APPLY)).stdout).toContain("1 switched");
}

describe("rosterform rollback", () => {
  it("brings the old values back next to the new ones, and disables the new ones when the vendor is back", async () => {
    await moved();
    stage.moveClock("1h");
    await expect(stage.pull("old.txt")).rejects.toThrow();
    const warned = await stage.rosterform(["plan"]);
    expect(plain(warned.stdout + warned.stderr)).toContain("(plan/vendor-had-not-moved)");
    await copyFile(join(stage.folder, SHEET), join(stage.folder, "new.txt"));
    const { code, stdout } = await stage.rosterform(BACK);
    expect([code, plain(stdout)]).toEqual([0, expect.stringContaining("is active again, with the secret it had.")]);
    expect(plain(stdout)).toContain("Now put the document back: it asks for 1.2, supported, rotate 0; this one is 1.1");
    await stage.pull("old.txt");
    await stage.pull("new.txt");
    // Whoever looks for the values finds those that the vendor is to return to.
    expect(await stage.read(SHEET)).toContain(clientIdIn(await stage.read("old.txt")));
    await stage.write("rosterform.yaml", OLD);
    expect((await stage.rosterform(APPLY)).stdout).toContain("1 cut-over waiting for evidence.");
    stage.moveClock("50h");
    await stage.pull("old.txt");
    expect((await stage.rosterform(APPLY)).code).toBe(0);
    await stage.pull("old.txt");
    expect((await stage.rosterform(["status"])).stdout).toMatch(/springfield\/Otus +active +1\.1/);
  });

  it("is turned round by the next apply while the document asks for the other one, and cuts nobody off", async () => {
    await moved();
    await stage.rosterform(BACK);
    const { stdout } = await stage.rosterform(APPLY);
    expect(plain(stdout)).toContain("the document was reverted, but the vendor already uses the candidate");
    await stage.pull(SHEET);
    await stage.pull("old.txt");
  });

  it("asks first, and says when nobody can be asked or nothing was there before", async () => {
    const none = await stage.rosterform(BACK);
    expect([none.code, none.stderr.includes("cli/nothing-to-roll-back")]).toEqual([1, true]);
    await moved();
    expect((await stage.rosterform(BACK.slice(0, 2))).stderr).toContain("cli/cannot-ask");
    const no = await stage.rosterform(BACK.slice(0, 2), { canAsk: true, ask: async () => "no" });
    expect([no.code, no.stderr]).toEqual([1, "Not approved; nothing was done.\n"]);
    const yes = await stage.rosterform([...BACK.slice(0, 2), "--json"], { canAsk: true, ask: async () => "yes" });
    expect(JSON.parse(yes.stdout)).toMatchObject({ type: "restored", address: "springfield/Otus" });
  });

  it("does not go over a cut-over that is open", async () => {
    await moved();
    await stage.write("rosterform.yaml", NEW.replace("version: 1.2,", "version: 1.2, rotate: 1,"));
    await stage.rosterform(APPLY);
    const { code, stderr } = await stage.rosterform(BACK);
    expect([code, stderr.includes("(cli/cannot-roll-back)")]).toEqual([1, true]);
    expect(plain(stderr)).toContain("has an open cut-over");
  });

  it("says at a site where people click that nobody knows whether it would work", async () => {
    const place = await openByHandStage();
    try {
      const old = await place.generate("1.1");
      const pasting = (four: typeof old) =>
        [
          ["Client ID", four.clientId],
          ["Client Secret", four.clientSecret],
          ["Token URL", four.tokenUrl],
          ["Base URL", four.baseUrl],
        ] as const;
      await place.typing(["do"], pasting(old));
      const file = "districts/springfield.yaml";
      const text = await place.stage.read(file);
      await place.stage.write(file, text.replace("version: 1.1,", "version: 1.2, accept: [user-ids 1.1->1.2],"));
      const young = await place.generate("1.2");
      await place.typing(
        ["do"],
        [
          ...pasting(young),
          ["Has it?", "yes"],
          ["Who told you", "Kim"],
          ["Is it disabled?", async () => (await place.click("disable", old.clientId), "done")],
          ["last 4 characters", old.clientId.slice(-4)],
        ],
      );
      const { code, stderr } = await place.stage.rosterform(BACK);
      expect([code, plain(stderr)]).toEqual([
        1,
        expect.stringContaining("is unknown. Put the document back as it was"),
      ]);
    } finally {
      await place.stage.close();
    }
  });
});
