import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { Secret } from "../../src/model/secret.ts";
import { instantOf, shift } from "../../src/model/time.ts";
import type { Sending, Sent } from "../../src/notify/notifier.ts";
import { createWebhook, type WebhookOptions } from "../../src/notify/webhook.ts";
import { type Answering, KEY, openReceiver, type Receiver, verified } from "./receiver.ts";

const NOW = "2027-03-01T08:00:00.000Z";
const BODY = '{"type":"run.complete","who":"Zoë"}';
const MESSAGE = { id: "msg_0001", body: BODY };

let receiver: Receiver;
let waits: number[] = [];

afterEach(async () => {
  await receiver?.close();
});

async function open(answering?: Answering): Promise<void> {
  waits = [];
  receiver = await openReceiver(answering);
}

const webhook = (more: Partial<WebhookOptions> = {}) =>
  createWebhook({
    url: new Secret(receiver.url),
    secret: new Secret(KEY),
    timeoutMs: 20_000,
    clock: { now: () => instantOf(Date.parse(NOW)) },
    random: () => 1,
    sleep: (ms) => Promise.resolve(waits.push(ms)),
    ...more,
  });

const send = (more: Partial<WebhookOptions> = {}, sending?: Sending): Promise<Sent> =>
  webhook(more).send(MESSAGE, sending);

/** The warning that a message ended with. Neither the key nor the address behind its host is in it. */
async function trouble(more: Partial<WebhookOptions> = {}, sending?: Sending) {
  const sent = await send(more, sending);
  if (sent.kind === "sent") throw new Error("expected that nobody was told");
  const { severity, code, detail } = sent.diagnostic;
  expect(severity).toBe("warning");
  expect(inspect(sent)).not.toMatch(/t0ken|whsec_|hooks/);
  return { code, detail };
}

describe("a webhook", () => {
  it("posts the body once, signed so that the library of Standard Webhooks takes it", async () => {
    await open();
    expect(await send()).toEqual({ kind: "sent", tries: 1 });
    const [request] = receiver.received;
    expect(receiver.received).toHaveLength(1);
    expect(request).toMatchObject({
      method: "POST",
      path: "/hooks/t0ken-in-the-path?key=t0ken-in-the-query",
      body: BODY,
      headers: {
        "content-type": "application/json",
        "webhook-id": "msg_0001",
        "webhook-timestamp": String(Date.parse(NOW) / 1000),
      },
    });
    expect(verified(request!, NOW)).toEqual(JSON.parse(BODY));
  });

  it("is not genuine to who has another key, another body or another day", async () => {
    await open();
    await send();
    const request = receiver.received[0]!;
    const other = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    expect(() => verified(request, NOW, other)).toThrow("No matching signature");
    expect(() => verified({ ...request, body: `${BODY} ` }, NOW)).toThrow("No matching signature");
    expect(() => verified(request, "2027-03-01T08:06:00Z")).toThrow("too old");
  });

  it("carries a signature of both keys while one is replaced", async () => {
    await open();
    const fresh = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    await send({ secret: new Secret(`${fresh}\n${KEY}\n`) });
    const request = receiver.received[0]!;
    expect(String(request.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    for (const key of [fresh, KEY]) expect(verified(request, NOW, key)).toEqual(JSON.parse(BODY));
  });

  it("tries again where the receiver is broken, the same message with a time of its own", async () => {
    await open((response, count) => response.writeHead(count < 3 ? 500 : 200).end("ignored"));
    let now = instantOf(Date.parse(NOW));
    const clock = { now: () => (now = shift(now, 1000)) };
    expect(await send({ clock })).toEqual({ kind: "sent", tries: 3 });
    expect(waits).toEqual([500, 1000]);
    const { received } = receiver;
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(["msg_0001", "msg_0001", "msg_0001"]);
    expect(new Set(received.map(({ headers }) => headers["webhook-timestamp"]))).toHaveProperty("size", 3);
    for (const one of received) expect(verified(one, NOW)).toEqual(JSON.parse(BODY));
  });

  it("gives up after three tries", async () => {
    await open((response) => response.writeHead(503).end());
    expect(await trouble()).toMatchObject({ code: "notify/unavailable" });
    expect(receiver.received).toHaveLength(3);
  });

  it("waits between half of a wait and all of it, so that many do not come back at once", async () => {
    await open((response) => response.writeHead(502).end());
    await trouble({ random: () => 0 });
    expect(waits).toEqual([250, 500]);
  });

  it("waits as long as the receiver says, and not where that is too long", async () => {
    await open((response, count) => response.writeHead(count === 1 ? 429 : 200, { "retry-after": "7" }).end());
    expect(await send()).toEqual({ kind: "sent", tries: 2 });
    expect(waits).toEqual([7000]);
    await receiver.close();
    const later = { date: "Mon, 01 Mar 2027 08:00:00 GMT", "retry-after": "Mon, 01 Mar 2027 08:05:00 GMT" };
    await open((response) => response.writeHead(429, later).end());
    expect(await trouble()).toMatchObject({ code: "notify/unavailable" });
    expect([receiver.received.length, waits]).toEqual([1, []]);
  });

  it.each([400, 401, 404, 410, 413])("does not insist where the receiver says %i", async (status) => {
    await open((response) => response.writeHead(status).end("t0ken: not yours"));
    expect(await trouble()).toMatchObject({ code: "notify/refused" });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])("goes nowhere else on %i", async (status) => {
    const other = await openReceiver();
    try {
      await open((response) => response.writeHead(status, { location: other.url }).end());
      expect(await trouble()).toMatchObject({ code: "notify/redirected" });
      expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
    } finally {
      await other.close();
    }
  });

  it("ends where nobody ever answers", async () => {
    await open(() => undefined);
    const { code, detail } = await trouble({ timeoutMs: 200 });
    expect(code).toBe("notify/no-answer");
    expect(detail).toContain("The run itself is over");
  });

  it("counts an answer whose body never ends", async () => {
    await open((response) => response.writeHead(200).write("and so on"));
    expect(await send()).toEqual({ kind: "sent", tries: 1 });
  });

  it("tries again where the line is cut in the middle", async () => {
    await open((response, count) => (count === 1 ? response.destroy() : response.writeHead(204).end()));
    expect(await send()).toEqual({ kind: "sent", tries: 2 });
  });

  it("says who could not be reached", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    const port = typeof address === "object" ? address?.port : 0;
    const url = new Secret(`http://127.0.0.1:${port}/hooks/t0ken`);
    const { code, detail } = await trouble({ url });
    expect(code).toBe("notify/unreachable");
    expect(detail).toContain(`127.0.0.1:${port} could not be reached (ECONNREFUSED)`);
  });

  it("is not waited for any longer once somebody interrupts, also between two tries", async () => {
    await open(() => undefined);
    const interrupt = new AbortController();
    const ending = trouble({}, { signal: interrupt.signal });
    await receiver.has(1);
    interrupt.abort("SIGINT");
    expect(await ending).toMatchObject({ code: "notify/given-up" });
    await receiver.close();
    await open((response) => response.writeHead(500).end());
    const again = new AbortController();
    const sleep = (_: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
        again.abort("SIGINT");
      });
    expect(await trouble({ sleep }, { signal: again.signal })).toMatchObject({ code: "notify/given-up" });
    expect(receiver.received).toHaveLength(1);
  });

  it("is tried once after a run that was interrupted", async () => {
    await open((response) => response.writeHead(500).end());
    expect(await trouble({}, { isHurried: true })).toMatchObject({ code: "notify/unavailable" });
    expect(receiver.received).toHaveLength(1);
  });
});

describe("what a webhook is not made from", () => {
  const refusal = (more: Partial<WebhookOptions>): OutsideError => {
    try {
      webhook(more);
    } catch (error) {
      expect(inspect(error)).not.toMatch(/t0ken/);
      return error as OutsideError;
    }
    throw new Error("expected a refusal");
  };

  it.each([
    ["no text of a key", "t0ken-t0ken-t0ken-t0ken-t0ken"],
    ["a key without its mark", Buffer.alloc(32, 1).toString("base64")],
    ["a key that is too short", `whsec_${Buffer.alloc(23, 1).toString("base64")}`],
    ["a key that is too long", `whsec_${Buffer.alloc(65, 1).toString("base64")}`],
    ["base64 that is none", `whsec_${"t0ken*".repeat(8)}`],
    ["a good key and a bad one", `${KEY} whsec_t0ken`],
    ["a key of the other scheme", `whsk_${Buffer.alloc(32, 1).toString("base64")}`],
    ["too many keys", Array.from({ length: 5 }, () => KEY).join(" ")],
    ["nothing but blanks", " \n"],
  ])("%s", async (_, secret) => {
    await open();
    expect(refusal({ secret: new Secret(secret) })).toMatchObject({ code: "notify/bad-key" });
  });

  it.each([
    ["notify/bad-url", "hooks.example.org/t0ken"],
    ["notify/bad-url", "ftp://hooks.example.org/t0ken"],
    ["notify/bad-url", "https://me:t0ken@hooks.example.org/"],
    ["notify/in-clear", "http://hooks.example.org/t0ken"],
    ["notify/in-clear", "http://127.0.0.1.example.org/t0ken"],
  ])("%s: %s", async (code, url) => {
    await open();
    expect(refusal({ url: new Secret(url) })).toMatchObject({ code });
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("SKIPPED: openssl is not installed, so no certificate of our own is tried");

describe.skipIf(!hasOpenssl)("a webhook to a receiver with a certificate of one's own", () => {
  it("sends nothing before its authority is named", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rosterform-notify-"));
    try {
      const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=hooks";
      const files = ["-keyout", "key.pem", "-out", "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1"];
      execFileSync("openssl", [...request.split(" "), ...files], { cwd: folder, stdio: "ignore" });
      const [key = "", cert = ""] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file), "utf8"));
      receiver = await openReceiver(undefined, { key, cert });
      expect(await trouble()).toMatchObject({ code: "notify/not-trusted" });
      expect(receiver.received).toHaveLength(0);
      expect(await send({ ca: new Secret(cert) })).toEqual({ kind: "sent", tries: 1 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
