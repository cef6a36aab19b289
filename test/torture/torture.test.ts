import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { canStartPostgres, hasPostgres } from "../setup/postgres.ts";
import { faultsOn } from "./faults.ts";
import { type LaneResult, runLane } from "./lane.ts";

const seed = Number(process.env["ROSTERFORM_SEED"] ?? Date.now() % 100_000);

let applier: Bundle;
beforeAll(async () => {
  applier = await bundleForChild(new URL("./applier.ts", import.meta.url));
});
afterAll(() => applier.remove());

/** A handful: the long runs are `npm run torture` and a step of .ci/run. */
const ROUNDS = { sqlite: faultsOn("sqlite").length, postgres: 5 };

async function clean(database: "sqlite" | "postgres"): Promise<LaneResult> {
  const rounds = ROUNDS[database];
  const result = await runLane({ database, rounds, first: 0, seed, script: applier.path });
  const wrong = result.played.filter(({ violations }) => violations.length > 0);
  expect(wrong.map(({ number, violations, account }) => ({ number, violations, account }))).toEqual([]);
  expect(result.played).toHaveLength(rounds);
  return result;
}

describe(`a few rounds of everything (ROSTERFORM_SEED=${seed})`, () => {
  it("over SQLite break nothing", { timeout: 120_000 }, async () => {
    const { played } = await clean("sqlite");
    expect(new Set(played.map(({ fault }) => fault)).size).toBe(played.length);
  });

  it.skipIf(!hasPostgres() || !canStartPostgres())("over PostgreSQL break nothing", { timeout: 180_000 }, async () => {
    const { played } = await clean("postgres");
    expect(new Set(played.map(({ fault }) => fault)).size).toBe(played.length);
  });
});
