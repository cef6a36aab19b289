import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { FLAWS, type FlawName } from "./flaws.ts";
import { runLane } from "./lane.ts";
import { INVARIANTS } from "./violation.ts";

/** The torture has to be able to fail: a few rounds over a store that breaks a promise, and the right one is named. */

const ROUNDS = 12;

let applier: Bundle;
beforeAll(async () => {
  applier = await bundleForChild(new URL("./applier.ts", import.meta.url));
});
afterAll(() => applier.remove());

const names = Object.keys(FLAWS) as FlawName[];

describe("over a store that", () => {
  it.each(names.map((name) => [name, FLAWS[name].breaks] as const))(
    "%s the torture names %s",
    { timeout: 90_000 },
    async (flaw, breaks) => {
      const lane = { database: "sqlite", rounds: ROUNDS, first: 0, seed: 7, script: applier.path } as const;
      const { played } = await runLane({ ...lane, fault: "different-districts", flaw, patienceMs: 4_000 });
      const last = played.at(-1);
      expect(last?.violations.map(({ invariant }) => invariant)).toContain(breaks);
      expect(last?.account).toContain("springfield/");
    },
  );
});

it("has a flaw for every invariant", () => {
  const broken = new Set<string>(names.map((name) => FLAWS[name].breaks));
  expect(Object.keys(INVARIANTS).filter((name) => !broken.has(name))).toEqual([]);
});
