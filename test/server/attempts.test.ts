import { expect, it, vi } from "vitest";
import type { Attempt } from "../../src/model/attempt.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { createAttemptLog } from "../../src/server/api/attempt-log.ts";
import { Secret } from "../../src/model/secret.ts";
import { openHttpReader } from "../../src/stores/http.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import { listOf } from "../stores/world.ts";
import { OCTOBER, openStage, operator, send, SHELBYVILLE, SPRINGFIELD, type Stage } from "./stage.ts";

const DANA = operator("dana", { districts: [SPRINGFIELD], access: "write" });
const RITA = operator("rita", { districts: [SPRINGFIELD], access: "read" });
const ROOT = operator("root", { districts: "all", access: "read" });
const OPERATORS = [DANA, RITA, ROOT];
const GUESS = "canary-guess-of-a-token-do-not-keep";

/** What the store has once the campus has written it. */
async function attemptsOf({ store }: Stage, lines: number): Promise<readonly Attempt[]> {
  return await vi.waitFor(
    async () => {
      const list = await listOf(store.attempts());
      expect(list).toHaveLength(lines);
      return list;
    },
    { timeout: 5_000 },
  );
}

it("every refusal because of who asks is counted with its reason, and never a token", async () => {
  const stage = await openStage({ operators: OPERATORS });
  const { connection } = await stage.connect({ district: SHELBYVILLE });
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    send(`${stage.origin}/api/v1${path}`, { method, headers });
  await ask("");
  await ask(`/districts?token=${GUESS}`, { authorization: `Bearer ${GUESS}` });
  await ask(`/${GUESS}`, { authorization: `Basic ${GUESS}` });
  await ask("/open", RITA.headers, "POST");
  await ask("/districts?district=shelbyville", DANA.headers);
  await ask(`/connections/${connection.id}/traffic`, DANA.headers);
  await ask("/attempts", DANA.headers);
  // These are no attempts of that kind.
  await ask("/connections/c-none/traffic", DANA.headers);
  await ask("/nothing", DANA.headers);
  await ask("", DANA.headers);
  const seen = { first: OCTOBER, last: OCTOBER, from: "127.0.0.1" };
  expect(await attemptsOf(stage, 5)).toEqual([
    { ...seen, reason: "no-token", count: 1 },
    { ...seen, reason: "other-district", operator: "dana", count: 1 },
    { ...seen, reason: "other-district", operator: "dana", district: SHELBYVILLE, count: 2 },
    { ...seen, reason: "read-only", operator: "rita", count: 1 },
    { ...seen, reason: "unknown-token", count: 2 },
  ]);
  const all = [stage.logged.join(""), JSON.stringify(await listOf(stage.store.attempts()))].join("\n");
  expect(all).toContain('"reason":"unknown-token"');
  for (const secret of [GUESS, DANA.headers["authorization"]?.slice(7) ?? "", ...DANA.tokens]) {
    expect(all.replaceAll(`/api/v1/${GUESS}`, "")).not.toContain(secret);
  }
});

it("a connection of another district that a write names is counted too", async () => {
  const stage = await openStage({ operators: OPERATORS });
  const { connection } = await stage.connect({ district: SHELBYVILLE });
  const body = { address: "springfield/Otus", connection: connection.id, from: "Pat" };
  const headers = { ...DANA.headers, "content-type": "application/json", "if-match": '"0"' };
  const url = `${stage.origin}/api/v1/record-receipt`;
  expect((await send(url, { method: "POST", headers, body: JSON.stringify(body) })).status).toBe(409);
  expect(await attemptsOf(stage, 1)).toMatchObject([
    { reason: "other-district", operator: "dana", district: SHELBYVILLE, count: 1 },
  ]);
});

it("who may see every district reads them over the API", async () => {
  const stage = await openStage({ operators: OPERATORS });
  await send(`${stage.origin}/api/v1`);
  const [attempt] = await attemptsOf(stage, 1);
  const { text } = await send(`${stage.origin}/api/v1/attempts`, { headers: ROOT.headers });
  expect(text.trim().split("\n")).toEqual([
    JSON.stringify({ kind: "attempt", value: attempt }),
    JSON.stringify({ kind: "end", count: 1 }),
  ]);
  const token = new Secret(ROOT.headers["authorization"]?.slice(7) ?? "");
  const reader = await openHttpReader({ address: stage.origin, token });
  expect(await listOf(reader.attempts())).toEqual([attempt]);
  await reader.close();
  const answer = await send(`${stage.origin}/api/v1/attempts`, { headers: DANA.headers });
  expect([answer.status, answer.text.includes("127.0.0.1")]).toEqual([403, false]);
});

it("a flood from everywhere makes numbers larger, and neither list nor log longer", async () => {
  const stage = await openStage({ operators: OPERATORS, publicOrigin: "https://campus.example.org" });
  const flood = Array.from({ length: 300 }, (_, number) =>
    send(`${stage.local}/api/v1`, {
      headers: { authorization: "Bearer x", "x-forwarded-for": `2001:db8:0:${number.toString(16)}::1` },
    }),
  );
  for (const { status } of await Promise.all(flood)) expect(status).toBe(401);
  await vi.waitFor(
    async () => {
      const list = await attemptsOf(stage, 101);
      expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    },
    { timeout: 5_000 },
  );
  const one = { authorization: "Bearer x", "x-forwarded-for": "203.0.113.9" };
  for (let count = 0; count < 30; count += 1) await send(`${stage.local}/api/v1`, { headers: one });
  await vi.waitFor(
    async () => {
      const more = (await attemptsOf(stage, 102)).filter(({ reason }) => reason === "too-many");
      // The first is heard; so much has failed everywhere by then that the others from there are not.
      expect(more).toMatchObject([{ from: "203.0.113.9", count: 29 }]);
    },
    { timeout: 5_000 },
  );
});

it("what is counted is written when the campus closes, and again where the store did not take it", async () => {
  const clock = { now: () => OCTOBER };
  const store = createMemoryStore({ clock, by: "campus" });
  let isLocked = true;
  const errors: unknown[] = [];
  const log = createAttemptLog({
    store: {
      countAttempts: async (attempts) => {
        if (isLocked) throw new OutsideError("stores/locked", "It is locked.");
        await store.countAttempts(attempts);
      },
    },
    clock,
    log: { warn: () => {}, error: (line: unknown) => void errors.push(line) },
  });
  for (let number = 0; number < 1_500; number += 1) log.note({ reason: "no-token", address: `10.0.${number}.1` });
  await log.flush();
  expect([errors.length, await listOf(store.attempts())]).toEqual([1, []]);
  isLocked = false;
  log.note({ reason: "no-token", address: "10.0.0.1" });
  await log.flush();
  const list = await listOf(store.attempts());
  expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(1_501);
  await log.flush();
  expect(await listOf(store.attempts())).toEqual(list);
});
