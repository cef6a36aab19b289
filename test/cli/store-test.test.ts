import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instantOf } from "../../src/model/time.ts";
import { openStage, type Stage } from "./stage.ts";

const TOKENS = {
  DANA: "canary-token-of-dana-0123456789",
  KIM: "canary-token-of-kim-0123456789",
  RITA: "canary-token-of-rita-0123456789",
  OLGA: "canary-token-of-olga-0123456789",
};
const OPERATORS = `operators:
  - { name: dana, token: env:DANA, districts: all, access: write }
  - { name: kim, token: env:KIM, districts: all, access: write }
  - { name: rita, token: env:RITA, districts: all, access: read }
  - { name: olga, token: env:OLGA, districts: [elsewhere], access: write }
`;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.write("operators.yaml", OPERATORS);
});
afterEach(() => stage.close());

const clock = { now: () => instantOf(Date.now()) };

/** Runs `serve` until `during` is done; it gets where the campus answers. */
async function served<T>(args: readonly string[], during: (origin: string) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let working: Promise<T> | undefined;
  const stdout = (text: string): void => {
    const origin = /answers at (\S+)/.exec(text)?.[1];
    if (origin !== undefined) working = during(origin).finally(() => stop.abort());
  };
  const serving = ["serve", "--port", "0", "--operators", "operators.yaml", ...args];
  await stage.rosterform(serving, { env: TOKENS, clock, signal: stop.signal, stdout });
  if (working === undefined) throw new Error("the campus did not start");
  return await working;
}

const storeTest = (args: readonly string[], more: object = {}) =>
  stage.rosterform(["store-test", ...args], { env: TOKENS, clock, ...more });

describe("store-test", { timeout: 180_000 }, () => {
  const WHO = ["--second-token", "env:KIM", "--reader-token", "env:RITA", "--outsider-token", "env:OLGA"];

  it("says that the reference campus on SQLite keeps everything, in a terminal's width and without a secret", async () => {
    const shown = await served(["--rehearsal"], (origin) =>
      storeTest([origin, "--token", "env:DANA", ...WHO, "--strict"]),
    );
    expect(shown.stderr).toBe("");
    expect(shown.stdout).toMatch(/\nStore test: \d{3} kept, 0 broken, 0 not tried\.\n$/);
    expect(shown.code).toBe(0);
    const words = shown.stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain("districts were left behind, with no connection that still works:");
    expect(shown.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    for (const token of Object.values(TOKENS)) expect(shown.stdout).not.toContain(token);
  });

  it("tells machines a line for each promise, and fails where something was not tried only when asked to", async () => {
    const only = ["--token", "env:DANA", "--only", "who asks", "--json"];
    const [loose, strict] = await served(
      [],
      async (origin) => [await storeTest([origin, ...only]), await storeTest([origin, ...only, "--strict"])] as const,
    );
    expect([loose.code, strict.code]).toEqual([0, 1]);
    const lines = loose.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: "store_test_start", operator: "dana", rehearses: false });
    expect(lines).toContainEqual({
      type: "promise",
      area: "who asks",
      says: "writes nothing to a district out of reach",
      outcome: "not-tried",
      why: "it needs --outsider-token",
    });
    expect(lines.at(-1)).toMatchObject({
      type: "store_test_summary",
      kept: 2,
      broken: 0,
      not_tried: 4,
      complete: true,
    });
  });

  it("ends with 130 at an interrupt and says what is known", async () => {
    const shown = await served([], async (origin) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort("SIGINT"), 400);
      return await storeTest([origin, "--token", "env:DANA", "--parallelism", "2"], { signal: stop.signal });
    });
    expect(shown.code).toBe(130);
    expect(shown.stdout).toMatch(/Store test: \d+ kept, 0 broken, \d+ not tried\.\n$/);
  });

  it.each([
    [["http://127.0.0.1:1", "--token", TOKENS.DANA], "cli/no-reference"],
    [["http://me:canary-token-of-dana-0123456789@127.0.0.1:1", "--token", "env:DANA"], "cli/no-address"],
    [["http://store.example.org", "--token", "env:DANA"], "stores/in-clear"],
    [["http://127.0.0.1:1", "--token", "env:NOBODY"], "stores/no-token"],
    [["http://127.0.0.1:1", "--token", "file:no.token"], "stores/no-token"],
    [["http://127.0.0.1:1", "--token", "env:DANA", "--ca", "no.pem"], "stores/no-authority"],
    [["http://127.0.0.1:1", "--token", "env:DANA", "--deadline", "1s"], "stores/unreachable"],
    [["http://127.0.0.1:1", "--token", "env:DANA", "--only", "who ask"], "conformance/no-such-area"],
  ])("is refused clearly: %s %s", async (args, code) => {
    const { code: exit, stderr, stdout } = await storeTest(args);
    expect([exit, stderr.includes(`(${code})`)]).toEqual([1, true]);
    for (const token of Object.values(TOKENS)) expect(stderr + stdout).not.toContain(token);
    expect(stderr).not.toContain("store.token");
  });

  it("says which token is of the wrong kind", async () => {
    const stderr = await served([], async (origin) => (await storeTest([origin, "--token", "env:RITA"])).stderr);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("the token of --token is rita's, who may only read");
    expect(stderr).toContain("(conformance/wrong-token)");
  });
});
