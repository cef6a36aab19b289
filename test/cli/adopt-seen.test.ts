import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStage, type Shown, type Stage } from "./stage.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init", "--by-hand"]);
});
afterEach(() => stage.close());

const SECRET = "canary-s3cret-of-the-table";
const HOST = "https://springfield.example.org/campus";
const TOKEN = `${HOST}/oauth2/token?appName=springfield`;
const BASE = `${HOST}/api/oneroster/v1p1/springfield/ims/oneroster/v1p1`;
const HEAD = "district,application,kind,version,status,schools,share,client_id,client_secret,token_url,base_url";
const OTUS = `springfield,Otus,supported,1.1,active,all,,client-1,${SECRET},${TOKEN},${BASE}`;

/** Runs a conversation; each question must hold the text that the story expects. */
async function typing(args: readonly string[], lines: readonly (readonly [string, string])[]): Promise<Shown> {
  const left = [...lines];
  const answer = async (question: string): Promise<string> => {
    const [expected = "nothing", typed = ""] = left.shift() ?? [];
    if (!question.includes(expected)) throw new Error(`asked "${question}", and the story has "${expected}"`);
    return typed;
  };
  const shown = await stage.rosterform(args, { canAsk: true, ask: answer, askHidden: answer });
  expect(left).toEqual([]);
  return shown;
}

describe("rosterform adopt --csv", () => {
  it("takes a filled-in table, and lists the lines that adopt what it told", async () => {
    const empty = await stage.rosterform(["adopt", "--csv-template"]);
    expect(empty.stdout).toBe(`${HEAD}\n`);
    const disabled = `springfield,"Old, Quiz",other,1.2,disabled,Lincoln;Roosevelt,demographics,client-2,,${TOKEN},${BASE.replaceAll("v1p1", "v1p2")}`;
    await stage.write("seen.csv", `\uFEFF${HEAD}\r\n${OTUS}\r\n${disabled}\r\n,,,,,,,,,,\r\n`);
    const { code, stdout, stderr } = await stage.rosterform(["adopt", "--csv", "seen.csv", "--by", "kim", "--write"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Recorded: 2 connections from seen.csv, reported by kim.");
    expect(stdout).toContain("delete it now");
    expect(stdout).toContain("adopt: client-1");
    const inventory = await stage.rosterform(["inventory"]);
    expect(inventory.stdout).toMatch(/Old, Quiz \(not managed\)\s.*disabled .*\n.*reported by kim, 2027-03-01/);
    for (const text of [stdout, inventory.stdout]) expect(text).not.toContain(SECRET);
    expect(readFileSync(join(stage.folder, "registry.db")).includes(SECRET)).toBe(false);
  });

  it("takes a table with semicolons, and the same table again", async () => {
    const table = `${HEAD}\n${OTUS}\n`.replaceAll(",", ";");
    await stage.write("seen.csv", table);
    for (const _ of [1, 2]) expect((await stage.rosterform(["adopt", "--csv", "seen.csv"])).code).toBe(0);
    const { stdout } = await stage.rosterform(["inventory", "--json"]);
    expect(stdout.trim().split("\n")).toHaveLength(1);
  });

  it("tells everything that is wrong at once, by line and column, and records nothing", async () => {
    const lines = [
      OTUS.replace("springfield,", "springfeld,"),
      OTUS.replace("client-1", "client-2").replace("supported", "partner").replace("1.1,", "2.0,"),
      OTUS.replace("client-1", "1.23E+15"),
      OTUS.replace("client-1", "client-3").replace(TOKEN, `${HOST}/oauth2/token`),
      OTUS.replace("client-1", "client-3").replace("all", "Lincoln;;Roosevelt").replace(",active", ",on"),
      OTUS.replace("client-1", "client-4").replace("all,,", "all,grades,").replace("Otus", "a/b"),
    ];
    await stage.write("seen.csv", `${HEAD}\n${lines.join("\n")}\n`);
    const { code, stderr } = await stage.rosterform(["adopt", "--csv", "seen.csv"]);
    const said = stderr.replaceAll(/\s+/g, " ");
    expect(code).toBe(1);
    for (const part of [
      "line 2: district: no document speaks of it. Did you mean springfield?",
      "line 3: kind: it takes supported or other.",
      "line 3: version: it takes 1.1 or 1.2.",
      "line 4: client_id: Client ID: a spreadsheet turned it into a number",
      "line 5: token_url: Token URL: It has no appName=",
      "line 6: schools: it takes all, or names separated by ;.",
      "line 6: status: it takes active or disabled.",
      "line 6: client_id: stands in line 5 already.",
      "line 7: share: it takes nothing, or demographics.",
      "line 7: application: it takes the name of the tile",
    ]) {
      expect(said).toContain(part);
    }
    expect(said).toContain("cli/inventory-csv");
    expect(said).not.toContain(SECRET);
    expect((await stage.rosterform(["inventory"])).stdout).toContain("No connection is known.");
  });

  it.each([
    ["an open quote", `${HEAD}\n"springfield,Otus\n`, "a quote is not closed"],
    ["no connection", `${HEAD}\n`, "It holds no connection"],
    ["missing columns", "district,application\nspringfield,Otus\n", "These columns are missing: kind, version"],
  ])("refuses a table with %s", async (_name, text, why) => {
    await stage.write("seen.csv", text);
    const { code, stderr } = await stage.rosterform(["adopt", "--csv", "seen.csv"]);
    expect([code, stderr.replaceAll(/\s+/g, " ").includes(why)]).toEqual([1, true]);
  });

  it("needs a file that can be read, and goes with no other way", async () => {
    const gone = await stage.rosterform(["adopt", "--csv", "gone.csv"]);
    expect([gone.code, gone.stderr.includes("cli/csv-unreadable")]).toEqual([1, true]);
    expect((await stage.rosterform(["adopt", "--csv", "a.csv", "--interactive"])).code).toBe(1);
    await stage.rosterform(["adopt", "--csv-template", "--out", "empty.csv"]);
    expect(await stage.read("empty.csv")).toBe(`${HEAD}\n`);
  });
});

describe("rosterform adopt --interactive", () => {
  it("asks tile by tile, corrects what cannot be, records each at once, and lets the person sign", async () => {
    const { code, stdout } = await typing(
      ["adopt", "--interactive", "--by", "kim"],
      [
        ["Name of the tile", "?"],
        ["Name of the tile", "Otus"],
        ["green check mark", "perhaps"],
        ["green check mark", "yes"],
        ["version", "2"],
        ["version", "1.1"],
        ["Status", "active"],
        ["Schools", "back"],
        ["Status", "active"],
        ["Schools", "all"],
        ["Demographics", "no"],
        ["Client ID", "client 1"],
        ["Client ID", "client-1"],
        ["Client Secret", SECRET],
        ["Token URL", TOKEN],
        ["Base URL", TOKEN],
        ["Base URL", BASE],
        ["Name of the tile", "Old Quiz"],
        ["green check mark", "no"],
        ["version", "1.1"],
        ["Status", "disabled"],
        ["Schools", "Lincoln"],
        ["Demographics", "yes"],
        ["Client ID", "client-2"],
        ["Client Secret", ""],
        ["Token URL", TOKEN.replace("appName=springfield", "appName=other")],
        ["Token URL", TOKEN],
        ["Base URL", BASE],
        ["Name of the tile", "done"],
        ["every connection", "yes"],
        ["How many", "2"],
      ],
    );
    expect(code).toBe(0);
    expect(stdout).toContain("Recorded: Otus 1.1, reported by kim.");
    expect(stdout).toContain("Signed: kim says");
    expect(stdout).toContain("Otus: { version: 1.1, kind: supported, adopt: client-1 }");
    expect(stdout).not.toContain(SECRET);
  });

  it("keeps what was told when the person stops, and signs nothing", async () => {
    await typing(
      ["adopt", "--interactive"],
      [
        ["Name of the tile", "Otus"],
        ["green check mark", "done"],
        ["every connection", "no"],
      ],
    );
    expect((await stage.rosterform(["inventory"])).stdout).toContain("Nobody signed");
  });

  it("is a conversation with a person", async () => {
    const { code, stderr } = await stage.rosterform(["adopt", "--interactive", "--by", "kim"]);
    expect([code, stderr.includes("cli/cannot-adopt")]).toEqual([1, true]);
  });
});
