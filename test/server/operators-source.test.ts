import { expect, it, vi } from "vitest";
import type { Operator } from "../../src/server/api/operators.ts";
import { createOperatorsSource } from "../../src/server/index.ts";
import { openStage, operator, send, SPRINGFIELD } from "./stage.ts";

const DANA = operator("dana", { districts: [SPRINGFIELD], access: "write" });
const KIM = operator("kim", { districts: "all", access: "read" });

/** A campus whose operators are read at every request, or as seldom as said. */
async function stageOf(first: readonly Operator[], everyMs = 0) {
  let now: readonly Operator[] | Error = first;
  const told: (string | undefined)[] = [];
  const read = vi.fn(async () => {
    if (now instanceof Error) throw now;
    return now;
  });
  const tell = (failure: Error | undefined) => void told.push(failure?.message);
  const operators = createOperatorsSource({ read, first, tell, everyMs });
  const { origin } = await openStage({ operators });
  const status = async ({ headers }: typeof DANA) => (await send(`${origin}/api/v1`, { headers })).status;
  return { status, told, read, change: (next: readonly Operator[] | Error) => (now = next) };
}

it("a token that is taken out is refused from then on, and a new one is taken", async () => {
  const { status, change } = await stageOf([DANA]);
  expect([await status(DANA), await status(KIM)]).toEqual([200, 401]);
  change([KIM]);
  expect([await status(DANA), await status(KIM)]).toEqual([401, 200]);
  change([]);
  expect(await status(KIM)).toBe(401);
});

it("what cannot be read leaves the operators as they were, and is told once for each reason, and when it is over", async () => {
  const { status, change, told } = await stageOf([DANA]);
  change(new Error("it is no YAML"));
  expect([await status(DANA), await status(DANA)]).toEqual([200, 200]);
  change(new Error("a name is given twice"));
  expect(await status(DANA)).toBe(200);
  change([KIM]);
  expect([await status(DANA), await status(KIM)]).toEqual([401, 200]);
  expect(told).toEqual(["it is no YAML", "a name is given twice", undefined]);
});

it("they are read at most as often as said, however many ask", async () => {
  const { status, read } = await stageOf([DANA], 60_000);
  await Promise.all(Array.from({ length: 20 }, () => status(DANA)));
  expect(read).not.toHaveBeenCalled();
});
