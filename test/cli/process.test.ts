import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openWriter } from "../../src/drivers.ts";
import { createCampus } from "../../src/server/campus.ts";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

/** The command line as a real process: signals, pipes, terminals that are none. */

let program: Bundle;
let stage: Stage;

beforeAll(async () => {
  program = await bundleForChild(new URL("../../src/cli/main.ts", import.meta.url));
});

afterAll(() => program.remove());

beforeEach(async () => {
  stage = await openDesk();
});

afterEach(() => stage.close());

/** What a real terminal's owner would have around; nothing of this machine's. */
const ENV = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", USER: "canary" };

/** A run in a process of its own. */
interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once stdout or stderr holds the text. */
  said(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [program.path, ...args], { cwd: stage.folder, env: ENV });
  const printed = { stdout: "", stderr: "" };
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      for (const one of waiting) if (`${printed.stdout}${printed.stderr}`.includes(one.text)) one.resolve();
    });
  }
  return {
    child,
    said: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve });
        if (`${printed.stdout}${printed.stderr}`.includes(text)) resolve();
        child.on("close", () => reject(new Error(`it ended without saying: ${text}`)));
      }),
    ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, ...printed }))),
  };
}

/** Something to wait for. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A campus that says when somebody asks for a token, and answers only when it is let go. */
async function openSlowCampus() {
  const settings = {
    kind: "sqlite",
    path: join(stage.folder, "campus.db"),
    keyFile: join(stage.folder, "rosterform.key"),
  } as const;
  const clock = { now: stage.now };
  const store = await openWriter(settings, { clock, by: "campus" });
  const asked = gate();
  const released = gate();
  const campus = createCampus({
    clock,
    store: {
      ...store,
      authenticate: async (clientId, secret) => {
        asked.open();
        await released.opened;
        return store.authenticate(clientId, secret);
      },
    },
  });
  await campus.listen();
  return {
    asked: asked.opened,
    letGo: released.open,
    close: async () => {
      released.open();
      await campus.close();
      await store.close();
    },
  };
}

describe.skipIf(process.platform === "win32")("an apply that is interrupted", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s in the middle ends what it has in hand, with %i, and the next run goes on", async (name, code) => {
    const campus = await openSlowCampus();
    const run = start("apply", "--auto-approve", "--parallelism", "1");
    await Promise.race([campus.asked, run.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    run.child.kill(name);
    await run.said(`${name}: finishing the step in hand`);
    campus.letGo();
    const first = await run.ended;
    expect(first.code).toBe(code);
    expect(first.stdout).toContain("shelbyville/Schoology: Delivered to file:credentials/shelbyville/schoology.txt");
    expect(first.stdout).toContain("Apply incomplete:");
    expect(first.stdout).toMatch(/^Interrupted:\n {2}shelbyville\/Schoology$/m);
    expect(first.stdout).not.toContain("springfield/Otus: Generating");
    expect(first.stderr).not.toContain("rror");
    const sheet = await stage.read("credentials/shelbyville/schoology.txt");
    const second = await start("apply", "--auto-approve").ended;
    expect(second.code).toBe(0);
    expect(second.stdout).not.toContain("shelbyville/Schoology: Generating");
    expect(second.stdout).toContain("Apply complete! Connections: 2 generated");
    expect(await stage.read("credentials/shelbyville/schoology.txt")).toBe(sheet);
    expect(await stage.pull("credentials/shelbyville/schoology.txt")).toBeGreaterThan(0);
    expect((await start("plan", "--detailed-exitcode").ended).code).toBe(0);
    await campus.close();
  });

  it("while it waits for another writer begins nothing", async () => {
    const other = new DatabaseSync(join(stage.folder, "campus.db"));
    other.exec("begin immediate");
    const run = start("apply", "--auto-approve");
    await run.said("Plan: 3 to generate");
    run.child.kill("SIGTERM");
    await run.said("SIGTERM: finishing");
    other.exec("rollback");
    other.close();
    const { code, stdout } = await run.ended;
    expect(code).toBe(143);
    expect(stdout).not.toContain("Generating...");
  });

  it("twice ends at once, and the next run goes on all the same", async () => {
    const campus = await openSlowCampus();
    const run = start("apply", "--auto-approve", "--parallelism", "1");
    await Promise.race([campus.asked, run.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
    run.child.kill("SIGINT");
    await run.said("Once more to end at once");
    run.child.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    campus.letGo();
    const second = await start("apply", "--auto-approve").ended;
    expect(second.stdout).toContain("Apply complete! Connections: 2 generated");
    await campus.close();
  });
});

describe("a process", () => {
  it("ends with the codes of the command", async () => {
    expect((await start("validate").ended).code).toBe(0);
    expect((await start("plan", "--detailed-exitcode").ended).code).toBe(2);
    expect((await start("pla").ended).code).toBe(1);
  });

  it("asks nobody where no terminal is, and does nothing", async () => {
    const run = start("apply");
    run.child.stdin.end("yes\n");
    const { code, stderr } = await run.ended;
    expect(stderr).toContain("cli/cannot-ask");
    expect(code).toBe(1);
  });

  it("colours a pipe only when it is told to", () => {
    const plan = (env: Record<string, string>) =>
      spawnSync(process.execPath, [program.path, "plan"], {
        cwd: stage.folder,
        env: { ...ENV, ...env },
        encoding: "utf8",
      }).stdout;
    expect(plan({})).not.toContain("\u001b[");
    expect(plan({ TERM: "xterm-256color" })).not.toContain("\u001b[");
    expect(plan({ FORCE_COLOR: "1" })).toContain("\u001b[");
    expect(plan({ FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain("\u001b[");
  });

  it("does not mind when nobody reads on", async () => {
    const run = start("render");
    run.child.stdout.destroy();
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it.skipIf(process.platform !== "linux")("says so when its output finds no room", () => {
    const full = openSync("/dev/full", "w");
    const stdio = ["ignore", full, "pipe"] as const;
    const { status, stderr } = spawnSync(process.execPath, [program.path, "render"], {
      cwd: stage.folder,
      env: ENV,
      encoding: "utf8",
      stdio: [...stdio],
    });
    closeSync(full);
    expect(stderr).toContain("Error: the output cannot be written (ENOSPC) (cli/cannot-write)");
    expect(stderr.match(/Error/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });
});
