import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import { type CommandOptions, createCommandSink } from "../../src/sinks/command.ts";
import { CANARY, handover } from "./handover.ts";
import { said } from "./said.ts";

/** Real programs, written for one test each. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-command-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string, name = "hand-over.mjs"): string {
  writeFileSync(join(folder, name), `#!/usr/bin/env node\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
  return `./${name}`;
}

function sink(run: readonly string[], more: Partial<CommandOptions> = {}) {
  return createCommandSink({ run, folder, timeoutMs: 20_000, ...more });
}

const trouble = (run: readonly string[], more: Partial<CommandOptions> = {}) =>
  said(sink(run, more).deliver(handover()), [CANARY]);

const out = (name = "out.json"): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** Keeps what it was given, and all that could be seen of it from outside. */
const KEEPER = `import { readFileSync, writeFileSync } from "node:fs";
const stdin = JSON.parse(readFileSync(0, "utf8"));
writeFileSync("out.json", JSON.stringify({ stdin, argv: process.argv.slice(2), env: process.env, cwd: process.cwd() }));`;

describe.skipIf(process.platform === "win32")("a command sink", () => {
  it("hands the values over on stdin, as one JSON object", async () => {
    const fieldNames = { clientId: "Key", clientSecret: "Shared secret", tokenUrl: "Auth URL", baseUrl: "Host URL" };
    await sink([script(KEEPER)]).deliver(
      handover({
        fieldNames,
        contact: "help@otus.example",
        owner: "dana@agency.example",
        change: { kind: "replaces", clientId: "client-0000", version: "1.1", changesUserIds: true },
      }),
    );
    expect(out()).toMatchObject({
      stdin: {
        address: "springfield/Otus",
        vendor: "Otus",
        connection: "c-0001",
        fingerprint: "3f9a3f9a3f9a3f9a",
        oneroster_version: "1.2",
        contact: "help@otus.example",
        owner: "dana@agency.example",
        change: { kind: "replaces", client_id: "client-0000", oneroster_version: "1.1", changes_user_ids: true },
        field_names: { client_id: "Key", client_secret: "Shared secret", token_url: "Auth URL", base_url: "Host URL" },
        client_id: "client-0001",
        client_secret: CANARY,
        token_url: "https://campus.example.org/token?appName=springfield",
        base_url: "https://campus.example.org/or",
      },
      cwd: expect.stringContaining("rosterform-command-"),
    });
  });

  it("shows the secret neither in arguments nor in the environment, and fills in what the arguments ask for", async () => {
    const address = addressOf("springfield" as DistrictId, "Otus", "$(touch pwned); north");
    const args = ["{address}", "--to={district}/{vendor}", "{connection}:{fingerprint}", "{client_secret} {x}", "*"];
    await sink([script(KEEPER), ...args]).deliver(handover({ address }));
    const { argv, env } = out() as { argv: readonly string[]; env: Record<string, string> };
    expect(argv).toEqual([
      'springfield/Otus["$(touch pwned); north"]',
      "--to=springfield/Otus",
      "c-0001:3f9a3f9a3f9a3f9a",
      "{client_secret} {x}",
      "*",
    ]);
    expect(JSON.stringify(env)).not.toContain(CANARY);
    expect(env["PATH"]).toBe(process.env["PATH"]);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  it("leaves the same thing at every delivery of a connection", async () => {
    const run = [script(KEEPER)];
    await sink(run).deliver(handover());
    const before = out();
    await sink(run).deliver(handover());
    expect(out()).toEqual(before);
  });

  it("finds a name without a slash on the PATH, and is content with a program that reads nothing", async () => {
    await expect(sink(["true"]).deliver(handover())).resolves.toBeUndefined();
  });

  it("is content with a program that closes stdin at once and ends well", async () => {
    const big = handover({ secret: "x".repeat(4 * 1024 * 1024) });
    await expect(sink([script("process.stdin.destroy();")]).deliver(big)).resolves.toBeUndefined();
  });

  it("names its target without arguments, and keeps what its options say", () => {
    const { address } = handover();
    expect(sink(["./x.sh", "--token", "abc"]).target(address)).toBe("command:./x.sh springfield/Otus");
    expect([sink(["x"]).keeps, sink(["x"], { keeps: false }).keeps]).toEqual([true, false]);
  });
});

describe.skipIf(process.platform === "win32")("a command sink in trouble", () => {
  it("tells the exit code and nothing of what the program printed", async () => {
    const run = [
      script('process.stdin.on("data", (d) => { console.log(`${d}`); console.error(`${d}`); process.exitCode = 3; });'),
    ];
    expect(await trouble(run)).toMatchObject({
      code: "sinks/command-failed",
      message: "./hand-over.mjs ended with exit code 3.",
      retryable: false,
    });
  });

  it("takes exit code 75 for: try again later", async () => {
    expect(await trouble(["sh", "-c", "exit 75"])).toMatchObject({ code: "sinks/command-failed", retryable: true });
  });

  it("tells the signal that ended the program", async () => {
    expect(await trouble(["sh", "-c", "kill -9 $$"])).toMatchObject({
      code: "sinks/command-failed",
      message: "sh was ended by SIGKILL.",
    });
  });

  it("ends a program that is late, with all that it started", async () => {
    const text = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
process.on("SIGTERM", () => undefined);
const child = spawn("sleep", ["600"], { stdio: "ignore" });
writeFileSync("pids.json", JSON.stringify([process.pid, child.pid]));
setTimeout(() => undefined, 600_000);`;
    const error = await trouble([script(text)], { timeoutMs: 1_500, graceMs: 50 });
    expect(error).toMatchObject({
      code: "sinks/command-late",
      retryable: true,
      message: expect.stringContaining("1.5 s"),
    });
    for (const pid of out("pids.json") as readonly number[]) await vanished(pid);
  });

  it.each([
    ["a path that leads nowhere", ["./nothing.sh"], "sinks/command-missing"],
    ["a name that is not on the PATH", ["rosterform-no-such-program"], "sinks/command-missing"],
    ["a path through a file", ["./plain.txt/x"], "sinks/command-missing"],
    ["a file that is no program", ["./plain.txt"], "sinks/command-not-executable"],
    ["arguments beyond every measure", ["true", "x".repeat(4 * 1024 * 1024)], "sinks/command-failed"],
  ])("tells %s", async (_, run, code) => {
    writeFileSync(join(folder, "plain.txt"), "text", { mode: 0o644 });
    const error = await trouble(run);
    expect(error.code).toBe(code);
    expect(`${error.message}${error.fix}`).not.toContain(folder);
  });
});

/** Resolves once no process has this id. A process that was killed stays until somebody has taken note of its end. */
async function vanished(pid: number): Promise<void> {
  await expect
    .poll(() => {
      try {
        return readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) (.).*$/s, "$1");
      } catch {
        return "gone";
      }
    })
    .toMatch(/^(gone|Z)$/);
}
