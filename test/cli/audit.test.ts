import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alterAt } from "../stores/desk.ts";
import { openStage, soloDocument, type Stage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.write("rosterform.yaml", soloDocument("Otus: { version: 1.1, kind: supported }"));
  await stage.openCampus();
  await stage.rosterform(["apply", "--auto-approve"]);
});
afterEach(() => stage.close());

/** What the owner of the file can do and rosterform never does. */
const tamper = (sql: string) =>
  alterAt(
    join(stage.folder, "campus.db"),
    `drop trigger if exists journal_refuses_update; drop trigger if exists journal_refuses_delete; ${sql}`,
  );

const verified = async () => {
  const { code, stdout, stderr } = await stage.rosterform(["verify-journal"]);
  return { code, said: (stdout + stderr).replaceAll(/\s+/g, " ") };
};

describe("rosterform audit", () => {
  it("reads who did what, when and on what evidence, for one address or everything", async () => {
    const { code, stdout } = await stage.rosterform(["audit"]);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split("\n").map((one) => one.length))).toBeLessThanOrEqual(80);
    const said = stdout.replaceAll(/\s+/g, " ");
    expect(said).toContain(
      "2027-03-01 08:00 UTC dana generated a connection and opened a cut-over to it: springfield/Otus",
    );
    expect(said).toContain("verdicts token confirmed, orgs confirmed, schools confirmed");
    expect(said).toContain("dana closed the cut-over: springfield/Otus");
    expect(said).toContain("sharing confirmed; made by dana");
    expect(said).toContain("reached probed");
    expect((await stage.rosterform(["audit", "springfield/Otus"])).stdout).toBe(stdout);
    expect((await stage.rosterform(["audit", "springfield"])).stdout).toBe(stdout);
    expect((await stage.rosterform(["audit", "springfield/Gone"])).stdout).toBe(
      "The journal says nothing about springfield/Gone.\n",
    );
    expect((await stage.rosterform(["audit", "--since", "2027-03-02"])).stdout).toBe("The journal says nothing.\n");
  });

  it("gives the same to machines, with the links", async () => {
    const { stdout } = await stage.rosterform(["audit", "--json"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((one) => JSON.parse(one));
    expect(lines[0]).toMatchObject({
      type: "journal",
      what: "open",
      by: "dana",
      link: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const csv = await stage.rosterform(["audit", "--csv"]);
    expect(csv.stdout.split("\r\n")[0]).toBe("sequence,at,by,what,district,address,connection,detail,link");
    expect(csv.stdout.trim().split("\r\n")).toHaveLength(lines.length + 1);
  });
});

describe("rosterform verify-journal", () => {
  it("finds a journal whole that nobody touched", async () => {
    const { code, said } = await verified();
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^\d+ lines of 1 district: whole, and every step was possible\. $/),
    ]);
  });

  it("names a line that was changed", async () => {
    tamper(`update journal set "by" = 'robin' where what = 'close'`);
    const { code, said } = await verified();
    expect(code).toBe(1);
    expect(said).toContain("(cli/journal-changed)");
    expect(said).toContain("robin: close");
  });

  it("finds a line that was taken out, and the step that was not possible without it", async () => {
    tamper("delete from journal where what = 'findings'");
    const { code, said } = await verified();
    expect(code).toBe(1);
    expect(said).toContain("(cli/journal-changed)");
    expect(said).toContain("(cli/journal-impossible)");
    expect(said).toContain("the new connection had not been probed since it became what it was");
  });

  it("finds that lines at the end are missing, also all of them", async () => {
    tamper("delete from journal where sequence = (select max(sequence) from journal)");
    expect((await verified()).said).toContain("(cli/journal-shortened)");
    tamper("delete from journal");
    const { code, said } = await verified();
    expect([code, said]).toEqual([1, expect.stringContaining("(cli/journal-shortened)")]);
  });

  it("finds a line that was put in without a link", async () => {
    tamper(
      `insert into journal (at, "by", what, district, detail) values ('2027-03-01T08:00:00.000Z', 'robin', 'ask', 'springfield', '{}')`,
    );
    expect((await verified()).said).toContain("(cli/journal-changed)");
  });

  it("covers lines from before journals were chained by the first line after them", async () => {
    tamper("update journal set link = null; update districts set journal_head = null");
    expect((await verified()).said).toContain("from before journals were chained.");
    await stage.byHand("disable", "springfield/Otus");
    expect((await verified()).code).toBe(0);
    tamper(`update journal set "by" = 'robin' where what = 'close'`);
    expect((await verified()).said).toContain("(cli/journal-changed)");
  });
});
