import { describe, expect, it } from "vitest";
import { readPage } from "../setup/markdown.ts";
import { FAULTS } from "./faults.ts";
import type { LaneResult } from "./lane.ts";
import { commandOf, parseOptions } from "./options.ts";
import { lastLineOf, pageWith, reportOf } from "./report.ts";
import type { Played } from "./play.ts";
import { INVARIANTS, violation } from "./violation.ts";

const round: Played = {
  fault: "sigkill",
  number: 0,
  isHit: true,
  hasHand: false,
  kills: 1,
  failures: 2,
  finished: 3,
  looks: 10,
  acknowledged: 20,
  workedMs: 100,
  violations: [],
  account: "",
};

function run(...played: readonly Played[]) {
  const result: LaneResult = { database: "sqlite", played, untried: ["disk-full"] };
  const options = parseOptions(["--rounds", "2", "--seed", "5"], 1);
  return { options, command: "npm run torture -- --rounds 2", results: [result], seconds: 3, day: "2027-06-01" };
}

describe("what a run of the torture comes to", () => {
  it("is said in one line that can be looked for", () => {
    expect(lastLineOf(run(round, round))).toBe("Torture: 2 rounds on sqlite, 0 violations (seed 5).");
    const broken = { ...round, violations: [violation("rest", "x"), violation("ends", "y")] };
    expect(lastLineOf(run(round, broken))).toContain(" 1 violations ");
  });

  it("is counted by kinds of faults, those that could not be tried named", () => {
    const report = reportOf(run(round, { ...round, isHit: false, kills: 0 }));
    expect(report).toContain("| 2 | 1 | 1 | 1 | 4 | 6 |");
    expect(report).toContain(`| disk-full: ${FAULTS["disk-full"].says} | NOT TRIED here |`);
    expect(report).toContain("2 rounds, **0 violations**. 40 acknowledged writes");
  });

  it("is written between the markers of the page, and nowhere else", () => {
    const page = pageWith("a\n<!-- torture -->\nold\n<!-- /torture -->\nb\n", "new");
    expect(page).toBe("a\n<!-- torture -->\n\nnew\n\n<!-- /torture -->\nb\n");
    expect(() => pageWith("a page without markers", "new")).toThrow("markers");
  });
});

describe("the command line of the torture", () => {
  it("has a seed of its own where none is given", () => {
    expect(parseOptions([], 77)).toMatchObject({ rounds: 100, seed: 77, databases: ["sqlite", "postgres"] });
  });

  it("plays a kind of fault only where there is one", () => {
    expect(parseOptions(["--fault", "locked"], 1).databases).toEqual(["sqlite"]);
    expect(parseOptions(["--fault", "server-crash", "--database", "both"], 1).databases).toEqual(["postgres"]);
  });

  it("is told again with its seed", () => {
    expect(commandOf(parseOptions(["--rounds", "3"], 7))).toBe("npm run torture -- --rounds 3 --seed 7");
    const args = ["--fault", "locked", "--first", "4", "--seed", "5", "--rounds", "1"];
    expect(commandOf(parseOptions(args, 7))).toBe(
      "npm run torture -- --rounds 1 --seed 5 --first 4 --database sqlite --fault locked",
    );
  });

  it.each([
    [["--fault", "earthquake"], "no fault earthquake"],
    [["--database", "oracle"], "no database oracle"],
    [["--rounds", "many"], "--rounds is a whole number"],
    [["--speed", "9"], "--speed"],
  ])("refuses %j", (args, why) => {
    expect(() => parseOptions(args, 1)).toThrow(why);
  });
});

describe("the page about reliability", () => {
  const { prose } = readPage("docs/reliability.md");

  it("names every kind of fault and every invariant", () => {
    const missing = [...Object.values(FAULTS).map(({ says }) => says), ...Object.values(INVARIANTS)].filter(
      (text) => !prose.includes(text),
    );
    expect(missing).toEqual([]);
  });
});
