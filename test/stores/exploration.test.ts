import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createReplay } from "../../src/stores/replay.ts";
import { type Exploration, explore, type Reached } from "./exploration/explore.ts";
import { allWays } from "./exploration/laws.ts";
import { PLAYS } from "./exploration/plays.ts";
import * as rules from "./exploration/rules.ts";
import type { Note } from "../../src/stores/rules/scene.ts";
import type { Play } from "./exploration/state.ts";

/**
 * Every state that the rules of the store can reach, whoever asks for what in whatever order: the rules themselves are walked through,
 * with everything that may come in between. `npm run explore` walks through all plays; the tests through the smallest.
 */

const isWhole = process.env["ROSTERFORM_EXPLORE"] === "whole";
const plays: readonly Play[] = isWhole ? Object.values(PLAYS) : [PLAYS.inUse];
const explored = new Map<string, Exploration>();

describe("in every state that can be reached, an address that had a working connection has one", () => {
  it.each(plays.map((play) => [play.name, play] as const))(
    "%s",
    (name, play) => {
      const found = explore(play, rules);
      explored.set(name, found);
      const { states, transitions, violation } = found;
      process.stdout.write(`explored: ${name}: ${grouped(states)} states, ${grouped(transitions)} transitions\n`);
      expect(violation).toBeUndefined();
      // Less would mean that the walk ended early; which way it goes is decided by the rules alone.
      expect(states).toBeGreaterThan(5_000);
    },
    900_000,
  );

  it("the journal of every way there can be replayed", () => {
    const { reached = [], prelude = [] } = explored.get(PLAYS.inUse.name) ?? {};
    expect(reached.length).toBeGreaterThan(5_000);
    expect(reached.flatMap((_, index) => impossibleIn(prelude, reached, index)).slice(0, 3)).toEqual([]);
  });

  it.runIf(isWhole)("docs/reliability.md says how much there is to walk through", () => {
    const page = readFileSync(new URL("../../docs/reliability.md", import.meta.url), "utf8");
    const rows = [...explored].map(
      ([name, { states, transitions }]) => `| ${name} | ${grouped(states)} | ${grouped(transitions)} |`,
    );
    expect(/<!-- explored -->\n\n([^]*?)\n\n<!-- \/explored -->/.exec(page)?.[1]).toBe(
      ["| play | states | transitions |", "| --- | --- | --- |", ...rows].join("\n"),
    );
  });

  it.runIf(isWhole)("every way through the machine is taken, and no other", () => {
    const taken = new Set([...explored.values()].flatMap(({ ways }) => [...ways]));
    expect([...taken].sort()).toEqual([...allWays()].sort());
  });
});

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** The first line of the journal, on the way to a state, that the replay says is impossible. */
function impossibleIn(prelude: readonly Note[], reached: readonly Reached[], index: number): readonly string[] {
  const replay = createReplay();
  for (const note of prelude) replay.step({ ...note, sequence: 0 });
  for (const { by } of stepsTo(reached, index)) {
    const note = by?.happening.note;
    const why = note === undefined ? undefined : replay.step({ ...note, sequence: 0 });
    if (why !== undefined) return [`${by?.step}: ${why}`];
  }
  return [];
}

function stepsTo(reached: readonly Reached[], index: number): readonly Reached[] {
  const way: Reached[] = [];
  for (let at: number | undefined = index; at !== undefined; at = reached[at]?.by?.before) {
    const one = reached[at];
    if (one !== undefined) way.unshift(one);
  }
  return way;
}
