import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { type ByHandStage, openByHandStage } from "./by-hand-stage.ts";

/** `rosterform do` at a real terminal: what a scrollback would hold. */

const ENV = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", USER: "canary", TERM: "xterm-256color" };

let program: Bundle;
let place: ByHandStage;
beforeAll(async () => {
  program = await bundleForChild(new URL("../../src/cli/main.ts", import.meta.url));
});
afterAll(() => program.remove());
beforeEach(async () => {
  place = await openByHandStage();
});
afterEach(() => place.stage.close());

interface Typed {
  readonly seen: string;
  readonly code: number;
  readonly left: readonly unknown[];
}

async function atTerminal(lines: readonly (readonly [string, string])[]): Promise<Typed> {
  const args = [join(import.meta.dirname, "terminal.py"), JSON.stringify(lines), process.execPath, program.path, "do"];
  const { stdout } = await promisify(execFile)("python3", args, { cwd: place.stage.folder, env: ENV });
  const typed: Typed = JSON.parse(stdout);
  return typed;
}

/** A paste as terminals mark it, then Enter. */
function pasted(text: string): string {
  return `\u001b[200~${text}\u001b[201~\r`;
}

describe("a real terminal", () => {
  it("never shows a secret that was pasted into it", { timeout: 60_000 }, async () => {
    const four = await place.generate("1.1");
    const { seen, code, left } = await atTerminal([
      ["(not echoed): ", pasted(four.clientId)],
      ["Client Secret (not echoed): ", pasted(four.clientSecret)],
      ["Token URL: ", `${four.tokenUrl}\r`],
      ["Base URL: ", `${four.baseUrl}\r`],
    ]);
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(seen).toContain(four.clientId);
    expect(seen).not.toContain(four.clientSecret);
    expect(await place.stage.pull("credentials/springfield/otus.txt")).toBeGreaterThan(0);
  });

  it("takes a whole sheet, and Ctrl-C ends it with what was asked still known", { timeout: 60_000 }, async () => {
    const { clientId, clientSecret, tokenUrl } = await place.generate("1.1");
    const sheet = `Client ID: ${clientId}\rClient Secret: ${clientSecret}\rToken URL: ${tokenUrl}`;
    const { seen, code } = await atTerminal([
      ["(not echoed): ", pasted(sheet)],
      ["Base URL: ", "\u0003"],
    ]);
    expect(code).toBe(130);
    expect(seen).toContain("Client Secret: taken");
    expect(seen).not.toContain(clientSecret);
    expect(await place.journal()).toContain("canary: ask");
  });

  it("shows what the terminal sink hands over on a screen of its own only", { timeout: 60_000 }, async () => {
    const text = await place.stage.read("rosterform.yaml");
    await place.stage.write("rosterform.yaml", text.replace(/deliver: .*/, "deliver: { kind: terminal }"));
    const four = await place.generate("1.1");
    const { seen, code } = await atTerminal([
      ["(not echoed): ", pasted(four.clientId)],
      ["Client Secret (not echoed): ", pasted(four.clientSecret)],
      ["Token URL: ", `${four.tokenUrl}\r`],
      ["Base URL: ", `${four.baseUrl}\r`],
      ["Press Enter when you have it. It is not shown again. ", "\r"],
    ]);
    const [before = "", shown = ""] = seen.split("\u001b[?1049h");
    const [own = "", after = ""] = shown.split("\u001b[2J\u001b[H\u001b[?1049l");
    expect(own).toContain(four.clientSecret);
    expect(before + after).not.toContain(four.clientSecret);
    expect(code).toBe(0);
  });
});
