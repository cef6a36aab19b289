import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { digestOfToken } from "../../src/server/api/operators.ts";
import { Secret } from "../../src/model/secret.ts";
import { openStage, soloDocument, type Stage } from "./stage.ts";

const TOKENS = {
  dana: "canary-token-of-dana-0123456789",
  kim: "canary-token-of-kim-0123456789",
  next: "canary-token-number-two-0123456789",
  guess: "canary-guessed-token-0123456789",
};

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  await stage.write("rosterform.yaml", soloDocument("Otus: { version: 1.1, kind: supported }"));
  await write(["dana", "kim"]);
});
afterEach(() => stage.close());

/** The operators file with these; Dana's token is in a file of its own, Kim's stands as its digest. */
async function write(names: readonly ("dana" | "kim")[], more = ""): Promise<void> {
  const tokens = { dana: "file:dana.token", kim: `"sha256:${digestOfToken(new Secret(TOKENS.kim))}"` };
  const rows = names.map((name) => `{ name: ${name}, token: ${tokens[name]}, districts: [springfield], access: read }`);
  await writeFile(join(stage.folder, "dana.token"), TOKENS.dana);
  await stage.write("operators.yaml", `operators: [${rows.join(", ")}]${more}\n`);
}

/** Runs `serve` until `during` is done; it gets the status of a request with a token. */
async function served(during: (ask: (token: string, path?: string) => Promise<number>) => Promise<void>) {
  const stop = new AbortController();
  let working: Promise<void> | undefined;
  const stdout = (text: string): void => {
    const origin = /answers at (\S+)/.exec(text)?.[1];
    const ask = async (token: string, path = "") => {
      const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${origin}/api/v1${path}`, { headers })).status;
    };
    if (origin !== undefined) working = during(ask).finally(() => stop.abort());
  };
  const args = ["serve", "--port", "0", "--operators", "operators.yaml", "--log", "campus.log"];
  const { stderr } = await stage.rosterform(args, { signal: stop.signal, stdout });
  await working;
  return { stderr: stderr.replaceAll(/\s+/g, " "), log: await readFile(join(stage.folder, "campus.log"), "utf8") };
}

const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 8_000, interval: 300 });

describe("the operators of a campus that runs", () => {
  it("are revoked and changed with their file, and no restart", async () => {
    await served(async (ask) => {
      expect([await ask(TOKENS.dana), await ask(TOKENS.kim)]).toEqual([200, 200]);
      await write(["dana"]);
      await soon(async () => expect(await ask(TOKENS.kim)).toBe(401));
      expect(await ask(TOKENS.dana)).toBe(200);
      // The operators file stays the same, and what its reference leads to changes.
      await writeFile(join(stage.folder, "dana.token"), TOKENS.next);
      await soon(async () => expect(await ask(TOKENS.next)).toBe(200));
      expect([401, 429]).toContain(await ask(TOKENS.dana));
    });
  });

  it("stay as they were while the file cannot be used, and that is said aloud", async () => {
    const { stderr, log } = await served(async (ask) => {
      await write(["dana"], " ]");
      await soon(async () => {
        await ask(TOKENS.kim);
        expect(await readFile(join(stage.folder, "campus.log"), "utf8")).toContain("server/bad-operators");
      });
      expect([await ask(TOKENS.dana), await ask(TOKENS.kim)]).toEqual([200, 200]);
      await rm(join(stage.folder, "operators.yaml"));
      await soon(async () => {
        expect(await ask(TOKENS.kim)).toBe(200);
        expect(await readFile(join(stage.folder, "campus.log"), "utf8")).toContain("cli/operators-unreadable");
      });
      await write(["dana"]);
      await soon(async () => expect(await ask(TOKENS.kim)).toBe(401));
    });
    expect(stderr).toContain("(server/bad-operators)");
    expect(stderr).toContain("a token that you took out still works");
    expect(stderr).toContain("(cli/operators-unreadable)");
    expect(log).toContain("operators read again");
  });
});

describe("attempts that a campus refused", () => {
  beforeEach(async () => {
    await served(async (ask) => {
      for (const token of ["", TOKENS.guess, TOKENS.guess, TOKENS.guess]) expect(await ask(token)).toBe(401);
      expect(await ask(TOKENS.dana, "/districts?district=shelbyville")).toBe(403);
    });
  });

  it("are told by audit once it is closed, in words, to machines and as a table", async () => {
    const audit = async (...args: readonly string[]) =>
      (await stage.rosterform(["audit", "--attempts", ...args])).stdout;
    const words = (await audit()).replaceAll(/\s+/g, " ");
    expect(words).toContain("2027-03-01 08:00 UTC 1 request without a token, from 127.0.0.1");
    expect(words).toContain("3 requests with a token that is nobody's, from 127.0.0.1");
    expect(words).toContain("1 request by dana for shelbyville, which the token may not reach, from 127.0.0.1");
    const lines = (await audit("--json")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      type: "attempt",
      reason: "unknown-token",
      from: "127.0.0.1",
      first: "2027-03-01T08:00:00.000Z",
      last: "2027-03-01T08:00:00.000Z",
      count: 3,
    });
    const [heading, ...rows] = (await audit("--csv")).trim().split("\r\n");
    expect(heading).toBe("first,last,count,reason,operator,from,district");
    expect(rows).toHaveLength(3);
    for (const about of ["dana", "shelbyville"]) expect((await audit(about)).trim().split("\n\n")).toHaveLength(1);
    expect(await audit("springfield")).toBe("No attempt was refused about springfield.\n");
    expect(await audit("--since", "2027-03-02")).toBe("No attempt was refused.\n");
  });

  it("stand in the log as well, and neither there nor in the store is a token", async () => {
    const log = await readFile(join(stage.folder, "campus.log"), "utf8");
    expect(log).toContain('"msg":"access refused"');
    const store = await readFile(join(stage.folder, "campus.db"), "latin1");
    for (const token of Object.values(TOKENS)) {
      for (const text of [log, store]) {
        expect(text).not.toContain(token);
        expect(text).not.toContain(digestOfToken(new Secret(token)));
      }
    }
  });
});

it("a log that cannot be written is told before the campus starts", async () => {
  const { code, stderr } = await stage.rosterform(["serve", "--port", "0", "--log", "nowhere/campus.log"]);
  expect([code, stderr.includes("cli/cannot-log")]).toEqual([1, true]);
});
