import { onTestFinished } from "vitest";
import type { Result } from "../../src/conformance/telling.ts";
import { type StoreTestOptions, type StoreTestReport, testStore } from "../../src/conformance/store-test.ts";
import type { DistrictId } from "../../src/model/address.ts";
import { Secret } from "../../src/model/secret.ts";
import { instantOf } from "../../src/model/time.ts";
import { digestOfToken, type Operator } from "../../src/server/api/operators.ts";
import { passingClock } from "../../src/server/api/rehearsal.ts";
import { createCampus } from "../../src/server/campus.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import type { StoreWriter } from "../../src/stores/store.ts";

/** The operators of a campus under test, by what their token is for. */
export const TOKENS = {
  main: "token-of-dana-0123456789-abc",
  second: "token-of-kim-0123456789-abcd",
  reader: "token-of-rita-0123456789-abc",
  outsider: "token-of-olga-0123456789-abc",
} as const;

const ELSEWHERE = "elsewhere" as DistrictId;

const as = (name: string, token: string, access: Operator["access"], districts: Operator["districts"] = "all") => ({
  name,
  tokens: [digestOfToken(new Secret(token))],
  access,
  districts,
});

const OPERATORS: readonly Operator[] = [
  as("dana", TOKENS.main, "write"),
  as("kim", TOKENS.second, "write"),
  as("rita", TOKENS.reader, "read"),
  as("olga", TOKENS.outsider, "write", [ELSEWHERE]),
];

const named = (value: string) => ({ named: "a test", value: new Secret(value) });

/** Every token that a run can have. */
export const ALL_TOKENS: Required<StoreTestOptions["tokens"]> = {
  main: named(TOKENS.main),
  second: named(TOKENS.second),
  reader: named(TOKENS.reader),
  outsider: named(TOKENS.outsider),
};

/** The clock of this machine. */
export const CLOCK = { now: () => instantOf(Date.now()) };

/** A store that a campus stands on, and how others sign in it. */
export interface Stock {
  readonly store: StoreWriter & CampusSide;
  readonly as: (name: string) => (StoreWriter & CampusSide) | Promise<StoreWriter & CampusSide>;
}

/** Starts a campus over a store until the test ends, and answers where. */
export async function openCampus({
  rehearses = true,
  stock,
}: {
  readonly rehearses?: boolean;
  readonly stock?: (clock: typeof CLOCK) => Stock | Promise<Stock>;
} = {}): Promise<string> {
  const clock = passingClock(CLOCK);
  const { store, as: storeAs } = await (stock ?? memoryStock)(clock);
  const rehearsal = rehearses ? { rehearsal: clock } : {};
  const campus = createCampus({ store, clock, operators: OPERATORS, storeAs, ...rehearsal });
  onTestFinished(() => campus.close());
  return await campus.listen();
}

function memoryStock(clock: typeof CLOCK): Stock {
  const store = createMemoryStore({ clock, by: "campus" });
  return { store, as: (name) => store.signedBy(name) };
}

/** Tells the stories on a server. */
export async function storeTest(
  address: string,
  options: Partial<StoreTestOptions> = {},
): Promise<StoreTestReport & { readonly told: readonly Result[] }> {
  const told: Result[] = [];
  const report = await testStore(
    {
      address,
      tokens: ALL_TOKENS,
      parallelism: 8,
      deadlineMs: 30_000,
      clock: CLOCK,
      signal: new AbortController().signal,
      ...options,
    },
    { begun: () => {}, told: (result) => void told.push(result) },
  );
  return { ...report, told };
}

/** The sentences of what came to this, with their areas. */
export function those(results: readonly Result[], kind: Result["outcome"]["kind"]): readonly string[] {
  return results.filter(({ outcome }) => outcome.kind === kind).map(({ area, says }) => `${area}: ${says}`);
}
