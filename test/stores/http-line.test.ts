import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { openHttpReader, openHttpWriter } from "../../src/stores/http.ts";
import { GREETING, openDouble, type Reply } from "./http-double.ts";
import { OTUS, REQUIRES, SITE, SPRINGFIELD, TRAITS, listOf } from "./world.ts";
import type { ConnectionId } from "../../src/model/live.ts";

const DONE: Reply = { status: 200, body: { kind: "done", value: { id: "c-1" }, revision: 3 } };
const opening = {
  address: OTUS,
  revision: 2,
  site: SITE,
  generation: 1,
  application: "Otus",
  make: TRAITS,
  requires: REQUIRES,
};

/** A writer over a server that answers like this, and what it was asked. */
async function writerOver(...replies: readonly Reply[]) {
  const { place, asked } = await openDouble(replies);
  return { writer: await openHttpWriter(place), asked };
}

describe("a write over HTTP", () => {
  it("names its revision, and generating a key that is the same whenever it is asked again", async () => {
    const { writer, asked } = await writerOver(DONE);
    expect(await writer.open(opening)).toMatchObject({ kind: "done", revision: 3 });
    await writer.open({ ...opening, revision: 9 });
    await writer.open({ ...opening, generation: 2 });
    const keys = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(asked[0]?.headers["if-match"]).toBe('"2"');
    expect(asked[0]?.body).not.toContain("revision");
    expect([keys[0] === keys[1], keys[0] === keys[2], typeof keys[0]]).toEqual([true, false, "string"]);
  });

  it("that generates is sent again when its answer was lost, and is done once", async () => {
    const { writer, asked } = await writerOver("hang-up", { status: 502 }, DONE);
    expect((await writer.open(opening)).kind).toBe("done");
    expect(new Set(asked.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Reply]>([
    ["the line was cut", "hang-up"],
    ["a gateway answers 502", { status: 502 }],
    ["the server answers 500", { status: 500 }],
    ["the server answers 503 and does not say when to come again", { status: 503 }],
  ])("of another kind is not repeated where nobody knows whether it was done: %s", async (_name, reply) => {
    const { writer, asked } = await writerOver(reply, DONE);
    const error = { code: "stores/connection-lost", retryable: true };
    await expect(writer.closeCutover({ address: OTUS, revision: 1 })).rejects.toMatchObject(error);
    expect(asked).toHaveLength(1);
  });

  it.each<[number, string]>([
    [423, "stores/locked"],
    [429, "stores/unavailable"],
    [503, "stores/unavailable"],
  ])(
    "that was answered %d was not begun: it is asked again when the server says, and not for ever",
    async (status, code) => {
      const busy: Reply = { status, headers: { "retry-after": "0" } };
      const { writer, asked } = await writerOver(busy, busy, DONE);
      expect((await writer.closeCutover({ address: OTUS, revision: 1 })).kind).toBe("done");
      expect(asked).toHaveLength(3);
      const never = await writerOver(busy);
      await expect(never.writer.release({ address: OTUS, revision: 1 })).rejects.toMatchObject({
        code,
        retryable: true,
      });
      expect(never.asked.length).toBe(6);
    },
  );

  it("does not wait where nothing is to be waited for", async () => {
    const { place, asked } = await openDouble([{ status: 423, headers: { "retry-after": "0" } }, DONE]);
    const writer = await openHttpWriter({ ...place, patience: { totalMs: 0 } });
    await expect(writer.release({ address: OTUS, revision: 1 })).rejects.toMatchObject({ code: "stores/locked" });
    expect(asked).toHaveLength(1);
  });

  it("waits as long as the server asks, or gives up at once when that is too long", async () => {
    const { writer, asked } = await writerOver({ status: 423, headers: { "retry-after": "3600" } }, DONE);
    await expect(writer.release({ address: OTUS, revision: 1 })).rejects.toMatchObject({ code: "stores/locked" });
    expect(asked).toHaveLength(1);
    const date = new Date().toUTCString();
    const dated = await writerOver({ status: 423, headers: { "retry-after": date, date } }, DONE);
    expect((await dated.writer.release({ address: OTUS, revision: 1 })).kind).toBe("done");
  });

  it.each<[string, Reply, unknown]>([
    ["409", { status: 409, body: { kind: "refused", why: "No." } }, { kind: "refused", why: "No." }],
    ["412", { status: 412, body: { kind: "stale", expected: 1, found: 2 } }, { kind: "stale", expected: 1, found: 2 }],
    ["202", { status: 202, body: { kind: "asked", task: "somebody" } }, { kind: "asked", task: "somebody" }],
  ])("tells what the store decided: %s", async (_name, reply, written) => {
    const { writer } = await writerOver(reply);
    expect(await writer.release({ address: OTUS, revision: 1 })).toEqual(written);
  });

  it.each<[string, Reply, string]>([
    ["no token that is known", { status: 401 }, "stores/login-refused"],
    ["a token for other districts", { status: 403 }, "stores/no-rights"],
    ["another address", { status: 307, headers: { location: "https://elsewhere.example.org" } }, "stores/redirected"],
    ["a path that is not there", { status: 404, body: { error: {} } }, "stores/bad-answer"],
    ["a page", { status: 200, body: "<html>canary-page</html>" }, "stores/bad-answer"],
    ["a list", { status: 200, body: "[]" }, "stores/bad-answer"],
    [
      "an outcome that does not fit its status",
      { status: 200, body: { kind: "refused", why: "x" } },
      "stores/bad-answer",
    ],
    ["no revision", { status: 200, body: { kind: "done", value: {} } }, "stores/bad-answer"],
    ["something it does not know", { status: 418 }, "stores/bad-answer"],
  ])("says what is wrong when it meets %s, and repeats nothing of the answer", async (_name, reply, code) => {
    const { writer } = await writerOver(reply);
    const error = await writer.release({ address: OTUS, revision: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("canary");
  });
});

describe("a read over HTTP", () => {
  const line = (district: string) =>
    JSON.stringify({ kind: "district", value: { district, revision: 0, slots: [], connections: [] } });
  const end = (count: number) => JSON.stringify({ kind: "end", count });
  const list = (...lines: readonly string[]): Reply => ({ status: 200, body: `${lines.join("\n")}\n` });
  const readOver = async (...replies: readonly Reply[]) => {
    const { place } = await openDouble(replies);
    const reader = await openHttpReader(place);
    return await listOf(reader.read([SPRINGFIELD]));
  };

  it("is repeated after anything that passes", async () => {
    expect(await readOver("hang-up", { status: 500 }, { status: 429 }, list(line("springfield"), end(1)))).toHaveLength(
      1,
    );
  });

  it.each<[string, Reply, string]>([
    ["without its end", list(line("springfield")), "stores/list-cut-off"],
    ["whose end counts something else", list(line("springfield"), end(2)), "stores/bad-answer"],
    ["with something else in it", list('{"kind":"other"}', end(0)), "stores/bad-answer"],
    ["with what is no district", list('{"kind":"district","value":{}}', end(1)), "stores/bad-answer"],
    ["that is no list", { status: 200, body: "<html>" }, "stores/list-cut-off"],
    ["with a line that is no JSON", list("<html>", end(0)), "stores/bad-answer"],
    ["that is refused", { status: 409, body: { kind: "refused", why: "" } }, "stores/bad-answer"],
  ])("does not take a list %s", async (_name, reply, code) => {
    await expect(readOver(reply)).rejects.toMatchObject({ code });
  });

  it("asks for many districts in addresses that every server takes", async () => {
    const { place, asked } = await openDouble([list(end(0))]);
    const reader = await openHttpReader(place);
    const names = Array.from({ length: 2000 }, (_, index) => `district-${index}` as typeof SPRINGFIELD);
    await listOf(reader.read(names));
    expect(Math.max(...asked.map(({ path }) => path.length))).toBeLessThan(4200);
    const named = asked.flatMap(({ path }) => new URL(path, "http://x").searchParams.getAll("district"));
    expect(named.toSorted()).toEqual([...names].sort());
  });

  it("takes four values and nothing less", async () => {
    const { writer } = await writerOver({ status: 200, body: { clientId: "x", clientSecret: 7 } }, { status: 404 });
    await expect(writer.credentials("c-1" as ConnectionId)).rejects.toMatchObject({ code: "stores/bad-answer" });
    await expect(writer.credentials("c-1" as ConnectionId)).rejects.toMatchObject({
      code: "stores/no-such-connection",
    });
  });

  it("does not take what does not greet like a store", async () => {
    for (const greeting of [{ status: 200, body: {} }, { status: 404 }] as const) {
      const { place } = await openDouble([], { greeting });
      await expect(openHttpReader(place)).rejects.toMatchObject({ code: "stores/bad-answer" });
    }
    const { place } = await openDouble([], {
      greeting: { ...GREETING, body: { ...GREETING.body, operator: { access: "read" } } },
    });
    await expect(openHttpWriter(place)).rejects.toMatchObject({ code: "stores/no-rights" });
  });

  it("gives up on a server that says nothing", async () => {
    const { place } = await openDouble(["silence"]);
    const patience = { firstWaitMs: 1, answerMs: 100, totalMs: 250 };
    const reader = await openHttpReader({ ...place, patience });
    await expect(listOf(reader.read("all"))).rejects.toMatchObject({ code: "stores/connection-lost" });
  });
});

describe("the way to the server", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is encrypted and its other end proven, but on this machine", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rosterform-tls-"));
    const files = ["-keyout", "key.pem", "-out", "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=campus", ...files], {
      cwd: folder,
      stdio: "ignore",
    });
    const [key = "", cert = ""] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file), "utf8"));
    rmSync(folder, { recursive: true });
    const { place } = await openDouble([DONE], { tls: { key, cert } });
    await expect(openHttpWriter(place)).rejects.toMatchObject({ code: "stores/not-trusted" });
    const writer = await openHttpWriter({ ...place, ca: new Secret(cert) });
    expect((await writer.open(opening)).kind).toBe("done");
    await writer.close();
    const away = { ...place, address: "http://campus.example.org" };
    await expect(openHttpWriter(away)).rejects.toMatchObject({ code: "stores/in-clear" });
    await expect(openHttpWriter({ ...place, token: new Secret("a b") })).rejects.toMatchObject({
      code: "stores/bad-token",
    });
  });

  it("leads through the proxy that the environment names, and past it where it says so", async () => {
    const { place } = await openDouble([DONE]);
    const tunnels: string[] = [];
    const proxy = createServer((socket) => {
      socket.once("data", (head) => {
        const target = /^CONNECT (\S+):(\d+)/.exec(head.toString("latin1"));
        tunnels.push(`${target?.[1]}:${target?.[2]}`);
        const onward = connect(Number(target?.[2]), target?.[1] ?? "", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
        socket.pipe(onward).pipe(socket);
        for (const one of [socket, onward]) one.on("error", () => {});
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as { readonly port: number };
    vi.stubEnv("http_proxy", `http://127.0.0.1:${port}`);
    vi.stubEnv("no_proxy", "");
    await (await openHttpWriter(place)).close();
    expect(tunnels.length).toBeGreaterThan(0);
    const before = tunnels.length;
    vi.stubEnv("no_proxy", "127.0.0.1");
    await (await openHttpWriter(place)).close();
    expect(tunnels.length).toBe(before);
    proxy.close();
  });
});
