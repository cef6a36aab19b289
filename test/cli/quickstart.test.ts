import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { instantOf } from "../../src/model/time.ts";

const folder = mkdtempSync(join(tmpdir(), "rosterform-quickstart-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function play(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const print = (part: string): void => void (text += part);
  const code = await run(args, {
    stdout: print,
    stderr: print,
    isTerminal: false,
    canAsk: false,
    columns: 80,
    color: false,
    ask: async () => "no",
    askHidden: async () => "",
    reveal: async () => {},
    env: {},
    cwd: folder,
    clock: { now: () => instantOf(Date.parse("2027-03-09T08:00:00Z")) },
    by: "dana",
    signal: new AbortController().signal,
  });
  return { code, text };
}

it("tells the whole story: who moved is closed, who is silent waits, what was reverted survives", async () => {
  const { code, text } = await play(["quickstart", "--folder", "story"]);
  expect(code).toBe(0);
  expect(text).toContain("Plan: 1 to generate, 5 to switch, 0 to change, 1 to disable.");
  expect(text).toContain("mode 0600");
  expect(text).toMatch(/springfield\/Schoology: Cut-over closed .*disabled=/);
  expect(text).toMatch(/springfield\/Bluebird Reading: Cut-over closed .*disabled=/);
  expect(text).toMatch(/shelbyville\/Maple Math: Cut-over closed .*disabled=/);
  expect(text).toContain("shelbyville/Schoology: Waiting for evidence (probed: yes, used: not yet, attested: not yet)");
  expect(text).toContain("north-haverbrook/Eduready360: Candidate given up");
  expect(text).toContain("1 cut-over waiting for evidence.");
  expect(text).toMatch(/springfield\/Old Quiz Tool +disabled/);
  expect(text).toContain("Checked: Schoology in Shelbyville never moved");
});

it("refuses a folder that holds something, and touches nothing there", async () => {
  const { code, text } = await play(["quickstart", "--folder", "story"]);
  expect(code).toBe(1);
  expect(text).toContain("is not empty");
});
