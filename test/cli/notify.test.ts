import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { World } from "../../src/cli/world.ts";
import type { NoticeJson } from "../../src/views/notice-json.ts";
import { instantOf } from "../../src/model/time.ts";
import { type Answering, KEY, openReceiver, type Received, type Receiver, verified } from "../notify/receiver.ts";
import { openByHandStage } from "./by-hand-stage.ts";
import { edit, linesOf, openDesk } from "./desk.ts";
import type { Shown, Stage } from "./stage.ts";

let stage: Stage;
let receiver: Receiver;

const NOTIFY = "notify: { url: env:HOOK_URL, secret: file:./hook.key, timeout: 1s }\n";
const APPLY = ["apply", "--auto-approve"];

/** A desk with a campus that runs, a receiver, and a document that names it. */
async function open(answering?: Answering, notify = NOTIFY): Promise<void> {
  receiver = await openReceiver(answering);
  await stage.write("hook.key", `${KEY}\n`);
  await stage.write("rosterform.yaml", (await stage.read("rosterform.yaml")) + notify);
}

beforeEach(async () => {
  stage = await openDesk();
  await stage.openCampus();
});

afterEach(async () => {
  await receiver?.close();
  await stage.close();
});

function rosterform(args: readonly string[], more: Partial<World> = {}): Promise<Shown> {
  return stage.rosterform(args, { ...more, env: { HOOK_URL: receiver.url, ...more.env } });
}

/** What the receiver heard, every message held against its signature when it came. */
const heard = (): readonly NoticeJson[] => receiver.received.map((one) => verified(one, sentAt(one)) as NoticeJson);

const sentAt = ({ headers }: Received): string => instantOf(Number(headers["webhook-timestamp"]) * 1000);

const said = (text: string): string => text.replace(/\s+/g, " ");

async function moveOtus(): Promise<void> {
  await edit(stage, "vendors.yaml", "versions: [1.1], data", "versions: [1.1, 1.2], data");
  await edit(
    stage,
    "districts/springfield.yaml",
    "Otus: { version: 1.1",
    "Otus: { accept: [user-ids 1.1->1.2], version: 1.2",
  );
}

describe("a run that changed something", () => {
  it("is told once, when everything is written and said", async () => {
    const printed: string[] = [];
    let before = "";
    await open((response) => {
      before = printed.join("");
      response.writeHead(204).end();
    });
    const stdout = (text: string): void => void printed.push(text);
    const env = { GITHUB_ACTIONS: "true", GITHUB_ACTOR: "robin", GITHUB_SHA: "abc" };
    const { code, stderr } = await rosterform(APPLY, { stdout, env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(before).toContain("Apply complete! Connections: 3 generated");
    expect(printed.join("").trimEnd().split("\n").at(-1)).toBe(`Notified ${receiver.host}.`);
    const [notice] = heard();
    expect(heard()).toHaveLength(1);
    expect(notice).toMatchObject({
      format_version: "1.0",
      type: "run.complete",
      command: "apply",
      by: "dana",
      identity: { kind: "ci", name: "robin", commit: "abc" },
      outcome: "complete",
      counts: { generated: 3, failed: 0, waiting: 0 },
      digests: { whole: expect.stringMatching(/^[0-9a-f]{64}$/) },
      addresses_left_out: 0,
    });
    expect(notice?.id).toBe(receiver.received[0]?.headers["webhook-id"]);
    expect(Object.keys(notice?.digests?.districts ?? {})).toEqual(["shelbyville", "springfield"]);
    expect(
      notice?.addresses.map(({ address, outcome, did }) => [address, outcome, did.map(({ kind }) => kind)]),
    ).toEqual(
      ["shelbyville/Schoology", "springfield/Bluebird Reading", "springfield/Otus"].map((address) => [
        address,
        "done",
        ["opened", "delivered", "probed", "closed"],
      ]),
    );
    // The writes were done before: planning again, from another process's view, finds nothing.
    expect((await rosterform(["plan", "--detailed-exitcode"])).code).toBe(0);
  });

  it("that nothing follows is not told, unless that is asked for", async () => {
    await open();
    await rosterform(APPLY);
    const quiet = await rosterform(APPLY);
    expect([quiet.code, heard().length]).toEqual([0, 1]);
    expect(quiet.stdout).not.toContain("Notified");
    await edit(stage, "rosterform.yaml", "timeout: 1s", "timeout: 1s, on: [unchanged]");
    await rosterform(APPLY);
    expect(heard().at(-1)).toMatchObject({ outcome: "complete", addresses: [], counts: { generated: 0 } });
    expect(heard()).toHaveLength(2);
  });

  it("is not told with --no-notify, for which the key may be missing", async () => {
    await open();
    await rm(join(stage.folder, "hook.key"));
    const { code, stderr } = await rosterform([...APPLY, "--no-notify"]);
    expect([code, stderr, receiver.received.length]).toEqual([0, "", 0]);
  });

  it("is told to programs on a line of their own", async () => {
    await open();
    const lines = linesOf((await rosterform([...APPLY, "--json"])).stdout);
    expect(lines.at(-2)).toMatchObject({ type: "change_summary" });
    expect(lines.at(-1)).toEqual({ type: "notified", id: heard()[0]?.id, site: receiver.host, tries: 1 });
  });
});

describe("a run that waits", () => {
  it("says for what, and the outcome of the exit code stays what it was", async () => {
    await open();
    await rosterform(APPLY);
    await moveOtus();
    expect((await rosterform([...APPLY, "--detailed-exitcode"])).code).toBe(3);
    const notice = heard().at(-1);
    expect(notice).toMatchObject({ type: "run.waiting", outcome: "waiting", counts: { switched: 1, waiting: 1 } });
    expect(notice?.addresses).toMatchObject([{ address: "springfield/Otus", outcome: "waiting" }]);
    expect(notice?.addresses[0]?.awaits?.map(({ kind, who }) => [kind, who])).toEqual([
      ["pull", "vendor"],
      ["quiet", "vendor"],
      ["attested", "person"],
    ]);
  });

  it("is not told where only failures are", async () => {
    await open(undefined, NOTIFY.replace("timeout: 1s", "on: [failed]"));
    await rosterform(APPLY);
    await moveOtus();
    await rosterform(APPLY);
    expect(receiver.received).toHaveLength(0);
  });

  it("and is given up, or turned back, is told too", async () => {
    await open();
    await rosterform(APPLY);
    await moveOtus();
    await rosterform(APPLY);
    expect((await rosterform(["abort", "springfield/Otus", "--auto-approve"])).code).toBe(0);
    expect(heard().at(-1)).toMatchObject({
      command: "abort",
      outcome: "complete",
      counts: { disabled: 1 },
      addresses: [{ address: "springfield/Otus", did: [{ kind: "abandoned" }] }],
    });
    await edit(
      stage,
      "districts/springfield.yaml",
      "version: 1.2, kind: supported",
      "version: 1.2, rotate: 1, kind: supported",
    );
    await rosterform(APPLY);
    await stage.pull("credentials/springfield/otus.txt");
    stage.moveClock("49h");
    await stage.pull("credentials/springfield/otus.txt");
    expect((await rosterform(APPLY)).code).toBe(0);
    expect(heard().at(-1)?.addresses[0]?.did.at(-1)).toMatchObject({ kind: "closed" });
    expect((await rosterform(["rollback", "springfield/Otus", "--auto-approve"])).code).toBe(0);
    expect(heard().at(-1)).toMatchObject({
      command: "rollback",
      outcome: "waiting",
      addresses: [{ address: "springfield/Otus", outcome: "waiting", did: [{ kind: "tied" }] }],
    });
  });
});

describe("a run that heals", () => {
  it("is told with what was put back", async () => {
    await open();
    await rosterform(APPLY);
    await stage.editByHand("springfield/Otus", { schools: ["Lincoln"] });
    expect((await rosterform(["drift", "--heal", "--auto-approve"])).code).toBe(0);
    expect(heard().at(-1)).toMatchObject({
      command: "heal",
      outcome: "complete",
      counts: { changed: 1 },
      addresses: [{ address: "springfield/Otus", did: [{ kind: "updated" }, { kind: "probed" }] }],
    });
  });
});

describe("a run of a person who clicks", () => {
  it("is told as one, however many addresses and questions it had", async () => {
    const place = await openByHandStage();
    receiver = await openReceiver();
    try {
      await place.stage.write("hook.key", KEY);
      await place.stage.write("rosterform.yaml", (await place.stage.read("rosterform.yaml")) + NOTIFY);
      const env = { ROSTERFORM_ACTOR: "dana", HOOK_URL: receiver.url };
      expect(await place.typing(["do"], [["Client ID", "later"]], { env })).toMatchObject({ code: 0, stderr: "" });
      const four = await place.generate("1.1");
      const { clientId, clientSecret, tokenUrl, baseUrl } = four;
      const sheet = `Client ID: ${clientId}\nClient Secret: ${clientSecret}\nToken URL: ${tokenUrl}\nBase URL: ${baseUrl}`;
      await place.typing(
        ["do"],
        [
          ["exist already", "no"],
          ["Client ID", sheet],
        ],
        { env },
      );
      const [asked, done] = heard();
      expect(heard()).toHaveLength(2);
      expect(asked).toMatchObject({ command: "do", outcome: "waiting", addresses: [{ awaits: [{ kind: "hands" }] }] });
      expect(done).toMatchObject({ command: "do", outcome: "complete", counts: { generated: 1, waiting: 0 } });
      expect(receiver.received.map(({ body }) => body).join("")).not.toMatch(clientSecret);
    } finally {
      await place.stage.close();
    }
  });
});

describe("a run that failed", () => {
  it("names what failed by code, first", async () => {
    await open();
    await stage.write("credentials", "in the way\n");
    const { code } = await rosterform(APPLY);
    expect(code).toBe(1);
    const [notice] = heard();
    expect(notice).toMatchObject({ type: "run.incomplete", outcome: "incomplete", counts: { failed: 3 } });
    expect(notice?.addresses[0]).toMatchObject({
      outcome: "failed",
      did: [{ kind: "opened" }],
      problems: [{ code: "sinks/not-a-folder", summary: "A step could not be done", step: "deliver" }],
    });
  });

  it("before anything was walked says why by code", async () => {
    await open();
    await rm(join(stage.folder, "rosterform.key"));
    const { code, stderr } = await rosterform(APPLY);
    expect(code).toBe(1);
    const [notice] = heard();
    expect(stderr).toContain(`(${notice?.failure?.code})`);
    expect(notice).toMatchObject({ outcome: "incomplete", failure: { code: "stores/key-missing" }, addresses: [] });
  });

  it("because its plan moved since it was reviewed is told; because a person said no is not", async () => {
    await open();
    await rosterform([...APPLY, "--digest", "0".repeat(64)]);
    expect(heard()).toMatchObject([{ outcome: "incomplete", failure: { code: "cli/digest-differs" } }]);
    expect((await rosterform(["apply"], { canAsk: true, ask: async () => "no" })).code).toBe(1);
    expect(heard()).toHaveLength(1);
  });

  it("because everything is blocked says what blocks", async () => {
    await open();
    await rosterform(APPLY);
    await edit(stage, "districts/springfield.yaml", "Otus: { version: 1.1", "Otus: { version: 1.2");
    await edit(stage, "vendors.yaml", "versions: [1.1], data", "versions: [1.1, 1.2], data");
    expect((await rosterform(APPLY)).code).toBe(1);
    expect(heard().at(-1)).toMatchObject({
      outcome: "incomplete",
      counts: { blocked: 1 },
      addresses: [{ address: "springfield/Otus", outcome: "blocked", problems: [{ code: "plan/loss-not-accepted" }] }],
    });
  });

  it("because it was interrupted is tried once", async () => {
    const interrupt = new AbortController();
    await open((response) => response.writeHead(500).end());
    const stdout = (): void => interrupt.abort("SIGINT");
    const { code, stderr } = await rosterform(APPLY, { stdout, signal: interrupt.signal });
    expect(code).toBe(130);
    expect(stderr).toContain("notify/unavailable");
    expect(heard()).toMatchObject([{ outcome: "incomplete", counts: { interrupted: 3 } }]);
  });
});

describe("a receiver", () => {
  it.each<readonly [string, Answering]>([
    ["notify/refused", (response) => response.writeHead(403).end()],
    ["notify/redirected", (response) => response.writeHead(302, { location: "https://else.example.org" }).end()],
    ["notify/no-answer", () => undefined],
  ])("that is not as it should be is a warning and no more: %s", async (code, answering) => {
    await open(answering);
    const shown = await rosterform(APPLY);
    expect(shown.code).toBe(0);
    expect(shown.stderr).toContain("Warning: Nobody was notified of this run");
    expect(shown.stderr).toContain(`(${code})`);
    expect(shown.stdout.trimEnd().split("\n").at(-1)).toMatch(/^Apply complete! /);
    expect(`${shown.stdout}${shown.stderr}`).not.toMatch(/t0ken|whsec_/);
    expect((await rosterform(["plan", "--detailed-exitcode"])).code).toBe(0);
  });

  it("holds nothing up: while it is waited for, somebody else can write", async () => {
    let other: Promise<Shown> | undefined;
    await open((response, count) => {
      if (count > 1) return;
      other = rosterform([...APPLY, "--no-notify", "--lock-timeout", "0s"]);
      void other.then(() => response.writeHead(204).end());
    });
    const { code, stderr } = await rosterform(APPLY);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await other).toMatchObject({ code: 0, stderr: "" });
  });

  it("is not waited for any longer after Ctrl-C, and the run stays what it was", async () => {
    const interrupt = new AbortController();
    await open(() => interrupt.abort("SIGINT"), NOTIFY.replace("timeout: 1s", "timeout: 60s"));
    const { code, stderr } = await rosterform(APPLY, { signal: interrupt.signal });
    expect(code).toBe(0);
    expect(stderr).toContain("(notify/given-up)");
  });
});

describe("settings of notifications", () => {
  /** Refused before anything is planned or written. */
  async function refused(more: Partial<World> = {}): Promise<string> {
    const shown = await rosterform(APPLY, more);
    expect([shown.code, shown.stdout]).toEqual([1, ""]);
    expect(receiver.received).toHaveLength(0);
    expect(`${shown.stderr}`).not.toMatch(/t0ken|whsec_[A-Za-z0-9+/]{8}/);
    expect((await rosterform(["plan", "--detailed-exitcode"], more)).code).toBe(2);
    return said(shown.stderr);
  }

  it("that lead nowhere end a run before it begins", async () => {
    await open();
    await rm(join(stage.folder, "hook.key"));
    expect(await refused()).toContain("The key that notifications are signed with is to be in ./hook.key");
    await mkdir(join(stage.folder, "hook.key"));
    expect(await refused()).toContain("(notify/bad-reference)");
    expect(await refused({ env: { HOOK_URL: "" } })).toContain("environment variable HOOK_URL");
  });

  it("that are wrong end a run before it begins", async () => {
    await open();
    expect(await refused({ env: { HOOK_URL: "http://hooks.example.org/t0ken" } })).toContain("(notify/in-clear)");
    await stage.write("hook.key", "whsec_t0ken");
    expect(await refused()).toContain("(notify/bad-key)");
  });

  it("that lead nowhere are a warning of plan, which stays a plan", async () => {
    await open();
    await rm(join(stage.folder, "hook.key"));
    const { code, stderr, stdout } = await rosterform(["plan"]);
    expect(code).toBe(0);
    expect(stderr).toContain("Warning: Applying from here could notify nobody");
    expect(stderr).toContain("(notify/bad-reference)");
    expect(stdout).toContain("Plan: 3 to generate");
  });
});
