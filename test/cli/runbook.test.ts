import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { edit, openDesk } from "./desk.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
});
afterEach(() => stage.close());

const runbook = (...args: readonly string[]) => stage.rosterform(["runbook", ...args]);

describe("rosterform runbook", () => {
  it("prints Markdown with a box for every click that is allowed", async () => {
    const { code, stdout, stderr } = await runbook("--target", "shelbyville/Schoology");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^# Runbook \(digest [0-9a-f]{16}\)\n/);
    expect(stdout).toContain("### shelbyville/Schoology (digest ");
    expect(stdout).toMatch(/^- \[ \] \*\*1\.1\*\* .*rosterform apply --target 'shelbyville\/Schoology'/m);
    expect(stdout).toContain("This is a part of the plan");
    expect(stdout).not.toContain("springfield/");
  });

  it("has the digest of the plan", async () => {
    const digest = /^Digest: ([0-9a-f]{64})$/m.exec((await stage.rosterform(["plan"])).stdout)?.[1];
    expect((await runbook()).stdout).toContain(`Whole digest: \`${digest}\``);
  });

  it("writes a page whole into a file, and says how many steps are in which state", async () => {
    const { code, stdout } = await runbook("--html", "--out", "runbook.html");
    expect(code).toBe(0);
    expect(stdout).toBe("Saved the runbook to runbook.html: 12 allowed now, 0 not allowed yet, 0 done, 0 refused.\n");
    expect(await stage.read("runbook.html")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  });

  it("writes nothing where it cannot write, and leaves nothing behind", async () => {
    const before = await readdir(stage.folder);
    const { code, stderr } = await runbook("--out", "nowhere/runbook.md");
    expect(code).toBe(1);
    expect(stderr).toContain("cli/cannot-write");
    expect(await readdir(stage.folder)).toEqual(before);
  });

  it("is rendered with an error too, the refused steps without boxes, and is a failure", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    await edit(stage, "districts/shelbyville.yaml", "version: 1.1", "version: 1.2");
    const { code, stdout } = await runbook("--target", "shelbyville/Schoology");
    expect(code).toBe(1);
    expect(stdout).toContain("plan/loss-not-accepted");
    expect(stdout).toContain("(refused)");
    expect(stdout).not.toContain("- [ ]");
  });

  it("is one JSON object for machines", async () => {
    const { code, stdout } = await runbook("--json");
    expect(code).toBe(0);
    const book = JSON.parse(stdout);
    expect(book).toMatchObject({ type: "runbook", isByHand: false, districts: [{}, {}] });
    expect(book.districts[0].addresses[0].steps[0]).toMatchObject({ number: 1, kind: "open", state: { kind: "now" } });
  });

  it("knows no secret of what it speaks of", async () => {
    await stage.rosterform(["apply", "--auto-approve"]);
    await edit(stage, "districts/shelbyville.yaml", "kind: supported }", "kind: supported, rotate: 1 }");
    await stage.rosterform(["apply", "--auto-approve"]);
    const sheet = await stage.read("credentials/shelbyville/schoology.txt");
    const secret = /Client Secret:?\s+(\S+)/.exec(sheet)?.[1] ?? "";
    expect(secret.length).toBeGreaterThan(20);
    const pages = [await runbook(), await runbook("--html"), await runbook("--json")];
    for (const { stdout } of pages) {
      expect(stdout).toContain("shelbyville/Schoology");
      expect(stdout).not.toContain(secret);
    }
    expect(pages[0]?.stdout).toContain("Two connections that both work");
    expect(pages[0]?.stdout).toContain("waiting for evidence of use");
  });

  it("is either a page or Markdown", async () => {
    const { code, stderr } = await runbook("--html", "--markdown");
    expect(code).toBe(1);
    expect(stderr).toContain("cannot be used with option");
    expect((await runbook("--markdown")).stdout).toBe((await runbook()).stdout);
  });
});
