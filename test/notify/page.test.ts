import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { problem } from "../../src/diagnostics/diagnostic.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/connection-id.ts";
import { Secret } from "../../src/model/secret.ts";
import { instantOf } from "../../src/model/time.ts";
import { keysIn } from "../../src/notify/signature.ts";
import { createWebhook } from "../../src/notify/webhook.ts";
import { reportOf } from "../../src/apply/report.ts";
import { noticeText } from "../../src/views/notice-json.ts";
import { alone, loaded } from "../config/load.ts";
import { readPage } from "../setup/markdown.ts";
import { root } from "../setup/source.ts";
import { KEY } from "./receiver.ts";

const page = readPage("docs/notifications.md");
const RECEIVER = "examples/notifications/receiver.mjs";
const blocksIn = (language: string) => page.blocks.filter((one) => one.language === language).map((one) => one.lines);

const address = addressOf("springfield" as DistrictId, "Otus");
const connection = "c-17" as ConnectionId;
const finding = { rung: "token", verdict: "confirmed", code: "ok", says: "A token was given." } as const;

const notice = (id: string) =>
  noticeText({
    id,
    at: instantOf(0),
    rosterform: "0.1.0",
    command: "apply",
    project: "my-districts",
    by: "nightly",
    identity: { kind: "ci", name: "robin", where: "https://ci.example.org/4711" },
    isFailed: false,
    digests: { whole: "5f2c", districts: { springfield: "91ab" } },
    report: reportOf(
      [],
      [
        {
          kind: "waiting",
          address,
          did: [
            { kind: "opened", connection },
            { kind: "delivered", connection, target: "x", again: false },
            { kind: "probed", connection, verdict: "confirmed", findings: [finding] },
          ],
          awaits: [{ kind: "attested", who: "person", contradicted: false }],
        },
      ],
    ),
  });

/** The names of all members, each with those above it. */
function members(value: unknown, above = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => members(one, `${above}[]`)))];
  return Object.entries(value).flatMap(([key, inner]) => [`${above}.${key}`, ...members(inner, `${above}.${key}`)]);
}

describe("the page about notifications", () => {
  it("shows settings that are right", async () => {
    const [lines = []] = blocksIn("yaml");
    const { settings } = await loaded(alone("  Otus: { version: 1.1, kind: supported }\n", `${lines.join("\n")}\n`));
    expect(settings.notify?.on).toEqual(["waiting", "failed"]);
  });

  it("shows a message with the members that messages have", () => {
    const [lines = []] = blocksIn("json");
    expect(members(JSON.parse(lines.join("\n")))).toEqual(members(JSON.parse(notice("msg_1"))));
  });

  it("shows the receiver of the examples", () => {
    const [lines = []] = blocksIn("js");
    expect(`${lines.join("\n")}\n`).toBe(readFileSync(join(root, RECEIVER), "utf8"));
  });

  it("shows how to make a key", () => {
    const script = /`node -p "([^"]+)"` makes a key/.exec(page.prose)?.[1] ?? "";
    const key = execFileSync(process.execPath, ["-p", script], { encoding: "utf8" });
    expect(keysIn(new Secret(key))).toHaveLength(1);
  });
});

describe("the receiver of the examples", () => {
  it("takes what is genuine, once, and refuses the rest", async () => {
    const env = { ...process.env, ROSTERFORM_NOTIFY_SECRET: KEY, PORT: "0" };
    const child = spawn(process.execPath, [join(root, RECEIVER)], { env, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const next = async (): Promise<string> => String((await lines.next()).value);
      const url = /^Listening on (.+)$/.exec(await next())?.[1] ?? "";
      const clock = { now: () => instantOf(Date.now()) };
      const options = { url: new Secret(url), secret: new Secret(KEY), timeoutMs: 20_000, clock };
      const { send } = createWebhook(options);
      const body = notice("msg_1");
      const twice = [await send({ id: "msg_1", body }), await send({ id: "msg_1", body })];
      expect(twice).toEqual([
        { kind: "sent", tries: 1 },
        { kind: "sent", tries: 1 },
      ]);
      const forged = createWebhook({
        ...options,
        secret: new Secret(`whsec_${Buffer.alloc(32, 1).toString("base64")}`),
      });
      const late = createWebhook({ ...options, clock: { now: () => instantOf(Date.now() - 3_600_000) } });
      for (const one of [forged, late])
        expect(await one.send({ id: "msg_2", body })).toMatchObject({ diagnostic: { code: "notify/refused" } });
      const diagnostic = problem({ code: "sinks/x", summary: "It could not be done", detail: "" });
      const failing = reportOf([], [{ kind: "failed", address, did: [], step: "deliver", diagnostic }]);
      const failed = { ...JSON.parse(notice("msg_3")), outcome: "incomplete", counts: failing.counts };
      const addresses = [{ address, outcome: "failed", did: [], problems: [{ code: "sinks/x", summary: "No" }] }];
      await send({ id: "msg_3", body: JSON.stringify({ ...failed, addresses }) });
      expect([await next(), await next(), await next()]).toEqual([
        "my-districts: waiting, by nightly, 0 failed, 1 waiting",
        "my-districts: incomplete, by nightly, 1 failed, 0 waiting",
        "  springfield/Otus: No (sinks/x)",
      ]);
    } finally {
      child.kill();
      await once(child, "exit");
    }
  });
});
