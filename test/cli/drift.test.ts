import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRegistry } from "../../src/drivers.ts";
import { openByHandStage } from "./by-hand-stage.ts";
import { openStage, soloDocument, type Stage } from "./stage.ts";

/** One district, whose campus is the stage's own. */
const FILE = "springfield.yaml";
const OTUS = "Otus: { version: 1.1, kind: supported, schools: [Lincoln, Roosevelt] }";
const BIRD = "Bluebird: { version: 1.2, kind: other, schools: [Lincoln] }";
const ADDRESS = "springfield/Otus";
const HEAL = ["drift", "--heal", "--auto-approve"];

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  await write(OTUS, BIRD);
  await run("store", "create");
  await stage.openCampus();
  await run("apply", "--auto-approve");
});
afterEach(() => stage.close());

const write = (...lines: readonly string[]) => stage.write(FILE, soloDocument(...lines));
const withFile = (args: readonly string[]) => [...args, "--config", FILE];

async function run(...args: readonly string[]): Promise<string> {
  const shown = await stage.rosterform(withFile(args));
  expect({ args, ...shown }).toMatchObject({ code: 0, stderr: "" });
  return shown.stdout;
}

async function json(...args: readonly string[]) {
  const { stdout } = await stage.rosterform(withFile([...args, "--json"]));
  return stdout
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

const codeOf = (...args: readonly string[]) => stage.rosterform(withFile(args)).then(({ code }) => code);

/** What there is in the live system: every connection, whether it works and what it is. */
function live() {
  return stage.atCampus(async (side) => {
    for await (const { connections } of side.read("all"))
      return connections.map(({ id, status, schools, application }) => ({
        ...{ id, schools, application },
        status: status.kind,
      }));
    return [];
  });
}

/** Somebody with the right to write to the file of the store, and not by way of rosterform. */
function tamper(sql: string): void {
  const database = new DatabaseSync(join(stage.folder, "campus.db"));
  database.exec(`pragma foreign_keys = off; ${sql}`);
  database.close();
}

describe("drift", () => {
  it("names who changed what, when it was last applied, and what can be done", async () => {
    stage.moveClock("2d");
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    stage.moveClock("1d");
    const [told] = await json("drift");
    expect(told).toMatchObject({
      type: "drift",
      resource_drift: [
        {
          address: ADDRESS,
          attention: "edited",
          way: "heal",
          change: { before: { schools: "Lincoln, Roosevelt" }, after: { schools: "Lincoln" } },
          applied_at: "2027-03-01T08:00:00.000Z",
          applied_by: "dana",
          who: [{ by: "kim", at: "2027-03-03T08:00:00.000Z", what: "outside", detail: { change: "edit" } }],
          window: { after: "2027-03-01T08:00:00.000Z", before: "2027-03-04T08:00:00.000Z" },
          file: FILE,
          line: 5,
        },
      ],
      unmanaged: [],
      summary: { drifted: 1, healable: 1, agreeing: 0, unmanaged: 0 },
    });
    expect(told).not.toHaveProperty("stale");
    expect(told).not.toHaveProperty("rotation");
  });

  it("says honestly that nobody in the journal did it, and between which moments it must have happened", async () => {
    stage.moveClock("2d");
    tamper(`update connections set schools = '"all"' where application = 'Otus'`);
    const shown = await run("drift");
    expect(shown).toContain("changed outside, and its vendor sees more");
    expect(shown.replaceAll(/\s+/g, " ")).toContain(
      "nobody in this journal: changed outside of rosterform, after 2027-03-01 08:00 UTC (last applied) and before 2027-03-03 08:00 UTC (now)",
    );
  });

  it("narrows that by the last probe that got a token, where it is about giving tokens at all", async () => {
    stage.moveClock("2d");
    await run("confirm", ADDRESS);
    stage.moveClock("1d");
    const at = "2027-03-04T02:00:00.000Z";
    tamper(
      `update connections set disabled_at = '${at}', disabled_by = 'unknown', disabled_how = 'outside' where application = 'Otus'`,
    );
    const [told] = await json("drift");
    expect(told).toMatchObject({
      resource_drift: [{ who: [], window: { after: "2027-03-03T08:00:00.000Z", before: at } }],
    });
  });

  it("does not blame who edited it before it was last applied", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    await run(...HEAL);
    await stage.editByHand(ADDRESS, { schools: ["Roosevelt"] });
    const [told] = await json("drift");
    expect(told).toMatchObject({ resource_drift: [{ who: [{ by: "kim", what: "outside" }] }] });
  });

  it("tells of an address whose line is gone, and of one that has another name now", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    await write(BIRD);
    expect(await run("drift")).toContain("no document speaks of this address any more");
    await write(OTUS.replace("Otus: {", "Otus Next: { was: Otus,"), BIRD);
    const [told] = await json("drift");
    expect(told).toMatchObject({ resource_drift: [{ address: ADDRESS, way: "apply" }] });
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
    expect(await live()).toMatchObject([{ schools: ["Lincoln"] }, {}]);
  });

  it("tells of a superseded connection that somebody enabled, and that healing does not disable it", async () => {
    await stage.byHand("disable", ADDRESS);
    await write(OTUS.replace("{", "{ rotate: 1,"), BIRD);
    await run("apply", "--auto-approve");
    const old = (await live()).find(({ application, status }) => application === "Otus" && status === "disabled")?.id;
    await stage.atCampus(async (side) => {
      for await (const { connections } of side.read("all"))
        for (const { id } of connections.filter((one) => one.id === old))
          await side.changeByHand({ connection: id, by: "kim", change: { kind: "enable" } });
    });
    const [told] = await json("drift");
    expect(told).toMatchObject({
      resource_drift: [
        { connection: old, attention: "enabled", way: "person", who: [{ by: "kim", detail: { change: "enable" } }] },
      ],
    });
    expect(await run("drift")).toContain(`rosterform rollback '${ADDRESS}'`);
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
    expect((await live()).find(({ id }) => id === old)).toMatchObject({ status: "active" });
  });

  it("tells of a candidate that somebody disabled", async () => {
    await write(OTUS.replace("{", "{ rotate: 1,"), BIRD);
    await run("apply", "--auto-approve");
    const candidate = (await live()).at(-1)?.id;
    await stage.atCampus(async (side) => {
      for await (const { connections } of side.read("all"))
        for (const { id } of connections.filter((one) => one.id === candidate))
          await side.changeByHand({ connection: id, by: "kim", change: { kind: "disable" } });
    });
    const [told] = await json("drift");
    expect(told).toMatchObject({
      resource_drift: [{ attention: "disabled", way: "document", change: { before: { candidate: "active" } } }],
    });
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
  });

  it("is quiet once the document says what somebody did by hand", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    await stage.byHand("disable", "springfield/Bluebird");
    expect(await codeOf("drift", "--detailed-exitcode")).toBe(2);
    await write(OTUS.replace("[Lincoln, Roosevelt]", "[Lincoln]"), BIRD.replace("{", "{ state: disabled,"));
    expect(await codeOf("drift", "--detailed-exitcode")).toBe(0);
    expect((await run("drift")).trimEnd().split("\n").at(-1)).toBe(
      "No drift. 2 connections changed outside to what the documents say by now.",
    );
    expect(await run(...HEAL)).toContain("Heal: nothing to put back.");
  });

  it("shows the part that was chosen, and says nothing of the rest", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    await stage.byHand("disable", "springfield/Bluebird");
    expect(await run("drift", "--target", ADDRESS)).not.toContain("Bluebird");
    expect(await run("drift", "--exclude", ADDRESS)).not.toContain("Otus");
    expect(await codeOf("drift", "--district", "nowhere")).toBe(1);
  });

  it("keeps to 80 columns and ends with a line that can be looked for", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"], share: ["demographics"] });
    await stage.byHand("disable", "springfield/Bluebird");
    stage.moveClock("400d");
    const lines = (await run("drift", "--stale", "30d", "--rotate-older-than", "365d")).trimEnd().split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.at(-1)).toMatch(/^Drift: 2 connections changed outside/);
  });

  it("counts what was asked for besides: 2 also for silence and for old secrets", async () => {
    stage.moveClock("100d");
    expect(await codeOf("drift", "--detailed-exitcode")).toBe(0);
    expect(await codeOf("drift", "--detailed-exitcode", "--stale", "30d")).toBe(2);
    expect(await codeOf("drift", "--detailed-exitcode", "--stale", "200d")).toBe(0);
    expect(await codeOf("drift", "--detailed-exitcode", "--rotate-older-than", "12w")).toBe(2);
    expect(await codeOf("drift", "--stale", "30d", "--rotate-older-than", "12w")).toBe(0);
  });

  it.each([
    ["--stale", "30"],
    ["--stale", "0d"],
    ["--rotate-older-than", "a year"],
    ["--heal", "--stale", "30d"],
    ["--heal", "--rotate-older-than", "30d"],
  ])("refuses %s %s", async (...args) => {
    expect(await codeOf("drift", ...args)).toBe(1);
  });
});

describe("rotation", () => {
  it("names file, line and path of every edit, so that a script can make it", async () => {
    await write(OTUS.replace("{", "{ rotate: 0,"), BIRD);
    stage.moveClock("100d");
    const [told] = await json("drift", "--rotate-older-than", "90d");
    const edit = { file: FILE, document: 0, from: 0, to: 1 };
    expect(told).toMatchObject({
      rotation: {
        older_than: "90d",
        waves: [
          {
            wave: 1,
            not_before: "2027-06-09",
            turns: [
              { address: "springfield/Bluebird", age_days: 100, edit: { ...edit, kind: "add", line: 6 } },
              { address: ADDRESS, edit: { ...edit, kind: "change", line: 5, path: ["vendors", "Otus", "rotate"] } },
            ],
          },
        ],
        left: [],
      },
      summary: { due: 2 },
    });
  });
});

describe("healing", () => {
  it("asks first, and takes nothing but yes for an answer", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    const asked: string[] = [];
    const answering = (answer: string) => ({
      canAsk: true,
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect((await stage.rosterform(withFile(["drift", "--heal"]), answering("y"))).code).toBe(1);
    expect(await live()).toMatchObject([{}, { schools: ["Lincoln"] }]);
    expect((await stage.rosterform(withFile(["drift", "--heal"]), answering("yes"))).code).toBe(0);
    expect(await live()).toMatchObject([{}, { schools: ["Lincoln", "Roosevelt"] }]);
    expect(asked).toHaveLength(2);
    expect(await codeOf("drift", "--heal", "--input=false")).toBe(0);
  });

  it("goes ahead with the digest that was reviewed, and with no other", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    const { stdout } = await stage.rosterform(withFile(["drift", "--heal", "--input=false"]));
    const digest = /Digest: (\w+)/.exec(stdout)?.[1] ?? "";
    await stage.editByHand(ADDRESS, { schools: ["Roosevelt"] });
    expect(await codeOf("drift", "--heal", "--digest", digest)).toBe(1);
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    expect(await codeOf("drift", "--heal", "--digest", digest)).toBe(0);
  });

  it("never enables, generates or disables, whatever was done by hand", async () => {
    await stage.byHand("disable", ADDRESS);
    await stage.byHand("disable", "springfield/Bluebird");
    const before = await live();
    const end = (await json(...HEAL)).at(-1);
    expect(end).toEqual({ type: "heal", put_back: 0, left: 2 });
    expect(await live()).toEqual(before);
    expect(await codeOf(...HEAL)).toBe(0);
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
  });

  it("starts no switch that the document asks for besides, and leaves it to apply", async () => {
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    await stage.editByHand("springfield/Bluebird", { schools: ["Roosevelt"] });
    await write(
      OTUS.replace("1.1, kind: supported", "1.2, accept: [user-ids 1.1->1.2], kind: supported"),
      BIRD.replace("{", '{ accept: ["schools Roosevelt->Lincoln"],'),
    );
    expect(await run("drift")).toContain("left to `apply`: a switch");
    expect((await json(...HEAL)).at(-1)).toEqual({ type: "heal", put_back: 1, left: 1 });
    expect(await live()).toMatchObject([{ schools: ["Lincoln"] }, { schools: ["Lincoln"], status: "active" }]);
    expect(await run("plan")).toContain("Plan: 0 to generate, 1 to switch, 0 to change, 0 to disable.");
  });

  it("goes on with no cut-over that is open there", async () => {
    await write(OTUS.replace("{", "{ rotate: 1,"), BIRD);
    await run("apply", "--auto-approve");
    await stage.editByHand(ADDRESS, { schools: ["Lincoln"] });
    const before = await live();
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
    expect(await live()).toEqual(before);
  });

  it("takes nothing from a vendor that the document does not accept, also where somebody gave it by hand", async () => {
    await stage.editByHand(ADDRESS, { schools: "all" });
    expect((await run("drift")).replaceAll(/\s+/g, " ")).toContain(
      'putting it back takes something from its vendor; `accept: ["schools all->Lincoln, Roosevelt"]` in its line allows that',
    );
    const { code, stderr } = await stage.rosterform(withFile(HEAL));
    expect(code).toBe(1);
    expect(stderr + (await live().then(JSON.stringify))).toContain('"all"');
    await write(OTUS.replace("{", '{ accept: ["schools all->Lincoln, Roosevelt"],'), BIRD);
    expect(await codeOf(...HEAL)).toBe(0);
    expect(await live()).toMatchObject([{}, { schools: ["Lincoln", "Roosevelt"] }]);
  });

  it("reports a connection that is gone, and generates nothing in its place", async () => {
    tamper("delete from connections where application = 'Otus'");
    await stage.editByHand("springfield/Bluebird", { schools: ["Roosevelt"] });
    const shown = await run("drift");
    expect(shown).toContain("is gone");
    expect(shown).toContain("~ exists    there -> gone");
    const before = await live();
    expect(await codeOf(...HEAL, "--detailed-exitcode")).toBe(3);
    expect(await live()).toEqual(before);
  });
});

describe("at a site where people click", () => {
  it("asks for the edit, says what cannot be observed, and never calls it unused", async () => {
    await stage.close();
    const place = await openByHandStage();
    stage = place.stage;
    const four = await place.generate("1.1");
    await place.report("1.1", "Otus", four);
    const file = "districts/springfield.yaml";
    const line = "Otus: { version: 1.1, kind: supported";
    const before = await stage.read(file);
    await stage.write(file, before.replace(line, `${line}, adopt: "${four.clientId}"`));
    const rosterform = (...args: readonly string[]) => stage.rosterform(args);
    expect(await rosterform("apply", "--auto-approve")).toMatchObject({ code: 0 });
    stage.moveClock("60d");
    const kept = {
      kind: "by-hand",
      path: join(stage.folder, "kept.db"),
      keyFile: join(stage.folder, "kept.key"),
    } as const;
    const registry = await openRegistry(kept, { clock: { now: stage.now }, by: "sam" });
    for await (const { connections } of registry.read("all"))
      for (const { id } of connections)
        await registry.changeByHand({
          connection: id,
          by: "sam",
          change: { kind: "edit", schools: ["Lincoln"], share: [] },
        });
    await registry.close();
    const { stdout } = await rosterform("drift", "--stale", "30d");
    expect(stdout).toContain("sam, 2027-04-30 08:00 UTC: edited the connection by hand");
    expect(stdout).toContain("springfield: 1 active connection, use not observable in this store");
    expect(stdout).toContain("Besides: 0 without use.");
    const healed = await rosterform("drift", "--heal", "--auto-approve", "--detailed-exitcode");
    expect(healed).toMatchObject({ code: 3 });
    expect((await place.journal()).at(-1)).toBe("dana: ask");
    expect(await rosterform("drift", "--detailed-exitcode")).toMatchObject({ code: 2 });
  });
});
