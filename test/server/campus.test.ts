import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { Bug } from "../../src/diagnostics/invariant.ts";
import type { Instant } from "../../src/model/time.ts";
import { createCampus } from "../../src/server/campus.ts";
import { createTokens } from "../../src/server/tokens.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import { OCTOBER, openStage, operator, send, SPRINGFIELD } from "./stage.ts";
import type { ConnectionId } from "../../src/model/live.ts";

const clock = { now: () => OCTOBER };

describe("listening", () => {
  it("records the origin in the store, so that new connections lead to it", async () => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    expect(stage.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(credentials.tokenUrl).toBe(`${stage.origin}/campus/oauth2/token?appName=springfield-app`);
  });

  it("has no origin before it listens", () => {
    expect(() => createCampus({ store: createMemoryStore({ clock, by: "x" }), clock }).origin).toThrow(Bug);
  });

  it("says that a port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const campus = createCampus({ store: createMemoryStore({ clock, by: "x" }), clock });
    await expect(campus.listen({ port })).rejects.toMatchObject({ code: "server/address-in-use" });
    await campus.close();
    await new Promise((resolve) => taken.close(resolve));
  });

  it("says that an address is not this machine's", async () => {
    const campus = createCampus({
      store: createMemoryStore({ clock, by: "x" }),
      clock,
      publicOrigin: "https://campus.example.org",
    });
    await expect(campus.listen({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "server/cannot-listen" });
    await campus.close();
  });

  it("listens in the clear for this machine only", async () => {
    const campus = createCampus({ store: createMemoryStore({ clock, by: "x" }), clock });
    await expect(campus.listen({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "server/not-loopback" });
    await campus.close();
  });

  it("takes the origin of the proxy before it", async () => {
    const store = createMemoryStore({ clock, by: "x" });
    const campus = createCampus({ store, clock, publicOrigin: "https://campus.example.org" });
    expect(await campus.listen()).toBe("https://campus.example.org");
    expect(campus.origin).toBe("https://campus.example.org");
    await campus.close();
  });

  it("does not go on when the origin cannot be recorded", async () => {
    const store = createMemoryStore({ clock, by: "x" });
    store.setOrigin = () => Promise.reject(new Error("locked"));
    const campus = createCampus({ store, clock });
    await expect(campus.listen()).rejects.toThrow("locked");
    await campus.close();
  });

  it("wants a store for every operator", () => {
    const store = createMemoryStore({ clock, by: "x" });
    const operators = [operator("dana", { districts: "all", access: "read" })];
    expect(() => createCampus({ store, clock, operators })).toThrow(Bug);
  });

  it("opens a store once for each operator and closes it with the campus", async () => {
    const events: string[] = [];
    const dana = operator("dana", { districts: "all", access: "write" });
    const store = createMemoryStore({ clock, by: "x" });
    const storeAs = (name: string) => {
      events.push(`open ${name}`);
      return { ...store.signedBy(name), close: async () => void events.push(`close ${name}`) };
    };
    const campus = createCampus({ store, clock, operators: [dana], storeAs });
    const origin = await campus.listen();
    const release = () =>
      send(`${origin}/api/v1/release`, {
        method: "POST",
        headers: { ...dana.headers, "content-type": "application/json", "if-match": '"0"' },
        body: JSON.stringify({ address: `${SPRINGFIELD}/Otus` }),
      });
    expect((await release()).status).toBe(409);
    await release();
    expect(events).toEqual(["open dana"]);
    await campus.close();
    expect(events).toEqual(["open dana", "close dana"]);
  });
});

describe("tokens in memory", () => {
  it("are forgotten when they have ended or when there are too many, the oldest first", () => {
    let now = OCTOBER;
    const tokens = createTokens({ now: () => now }, {}, 2);
    const grant = (id: string) => ({
      connection: id as ConnectionId,
      by: "consumer" as const,
      scopes: new Set<never>(),
    });
    const [first, second, third] = ["a", "b", "c"].map((id) => tokens.issue(grant(id)).token) as [
      string,
      string,
      string,
    ];
    expect([first, second, third].map((token) => tokens.find(token)?.connection)).toEqual([undefined, "b", "c"]);
    now = "2026-10-05T09:00:00.000Z" as Instant;
    expect(tokens.find(third)).toBeUndefined();
    expect(tokens.issue(grant("d")).expiresInSeconds).toBe(3600);
  });
});
