import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openReader } from "../../src/drivers.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { openStage, type Stage } from "./stage.ts";

/** What is shown once, at a real terminal: where it goes, and when it counts as shown. */

const ENV = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", USER: "canary", TERM: "xterm-256color" };
const APPLY = ["apply", "--auto-approve", "--target", "springfield/Otus"];
const ASKED = "Press Enter when you have it. It is not shown again. ";

let program: Bundle;
let stage: Stage;
beforeAll(async () => {
  program = await bundleForChild(new URL("../../src/cli/main.ts", import.meta.url));
});
afterAll(() => program.remove());
beforeEach(async () => {
  stage = await openStage();
  await stage.rosterform(["init"]);
  await stage.openCampus();
});
afterEach(() => stage.close());

async function deliverTo(deliver: string): Promise<void> {
  const text = await stage.read("rosterform.yaml");
  expect(text).toMatch(/^deliver: /m);
  await stage.write("rosterform.yaml", text.replace(/^deliver: .*$/m, `deliver: ${deliver}`));
}

/** Applies at a terminal, with stderr in a file. */
async function applyAtTerminal(key: string): Promise<{ readonly seen: string; readonly code: number }> {
  const words = [process.execPath, program.path, ...APPLY].map((word) => `'${word}'`).join(" ");
  const args = [join(import.meta.dirname, "terminal.py"), JSON.stringify([[ASKED, key]]), "sh", "-c"];
  const { stdout } = await promisify(execFile)("python3", [...args, `${words} 2> errors.txt`], {
    cwd: stage.folder,
    env: ENV,
  });
  return JSON.parse(stdout);
}

async function delivery(): Promise<LiveConnection["delivery"]> {
  const store = { kind: "sqlite", path: join(stage.folder, "campus.db"), keyFile: "" } as const;
  const reader = await openReader(store, { clock: stage });
  try {
    for await (const { connections } of reader.read("all")) for (const one of connections) return one.delivery;
    return undefined;
  } finally {
    await reader.close();
  }
}

/** What stood on a screen of its own, and the rest. */
function screens(seen: string): { readonly own: readonly string[]; readonly rest: string } {
  const parts = seen.replaceAll("\u001b[?1049l", "\u001b[?1049h").split("\u001b[?1049h");
  return {
    own: parts.filter((_, index) => index % 2 === 1),
    rest: parts.filter((_, index) => index % 2 === 0).join(""),
  };
}

function secretOn(screen: string | undefined): string {
  return /^Client Secret:\r?\n(\S+)\r?$/m.exec(screen ?? "")?.[1] ?? "no secret there";
}

describe("what is shown once", () => {
  it("goes to the terminal and not to the file that stderr is, and is not shown by the next run", async () => {
    await deliverTo("{ kind: terminal }");
    const { seen, code } = await applyAtTerminal("\r");
    const { own, rest } = screens(seen);
    const secret = secretOn(own[0]);
    expect([code, own.length, secret.length]).toEqual([0, 1, 43]);
    expect(rest + (await stage.read("errors.txt"))).not.toContain(secret);
    expect(await delivery()).toMatchObject({ state: "done", target: "terminal" });
    const shown: string[] = [];
    const person = { isTerminal: true, canAsk: true, reveal: async (text: string) => void shown.push(text) };
    expect([(await stage.rosterform(APPLY, person)).code, shown]).toEqual([0, []]);
  }, 60_000);

  it("counts as not shown when somebody interrupts it, and the next run shows the same", async () => {
    await deliverTo("{ kind: terminal }");
    const first = await applyAtTerminal("\u0003");
    expect(first.code).toBe(130);
    expect(await stage.read("errors.txt")).toContain("cli/not-seen");
    expect(await delivery()).not.toMatchObject({ state: "done" });
    const second = await applyAtTerminal("\r");
    expect(secretOn(screens(second.seen).own[0])).toBe(secretOn(screens(first.seen).own[0]));
    expect([second.code, await delivery()]).toEqual([0, expect.objectContaining({ state: "done" })]);
  }, 60_000);

  it("is another passphrase for the packet that is made again, where the first was not read", async () => {
    await deliverTo("{ kind: packet, folder: ./packets }");
    const passphraseOf = (seen: string) => /\d{5}(-\d{5}){5}/.exec(screens(seen).own[0] ?? "")?.[0];
    const first = passphraseOf((await applyAtTerminal("\u0003")).seen);
    const second = await applyAtTerminal("\r");
    expect([second.code, await delivery()]).toEqual([0, expect.objectContaining({ state: "done" })]);
    expect(passphraseOf(second.seen)).toMatch(/^\d{5}(-\d{5}){5}$/);
    expect(passphraseOf(second.seen)).not.toBe(first);
    expect(screens(second.seen).rest + (await stage.read("errors.txt"))).not.toContain(passphraseOf(second.seen));
  }, 60_000);
});
