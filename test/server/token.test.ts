import { describe, expect, it } from "vitest";
import type { Credentials } from "../../src/model/secret.ts";
import { LIMITS } from "../../src/server/throttle.ts";
import { askToken, type Got, openStage, send, trafficOf, vendorOf, withSecret } from "./stage.ts";

const V1P2 = "https://purl.imsglobal.org/spec/or/v1p2/scope/";
const V1P1 = "https://purl.imsglobal.org/spec/or/v1p1/scope/";

function post(url: string, body?: Record<string, string>, headers: Record<string, string> = {}): Promise<Got> {
  return send(url, { method: "POST", headers, ...(body === undefined ? {} : { body: new URLSearchParams(body) }) });
}

const bodyOf = (credentials: Credentials) => ({
  grant_type: "client_credentials",
  client_id: credentials.clientId,
  client_secret: credentials.clientSecret.reveal(),
});

describe("the token endpoint", () => {
  it("answers what OAuth 2 clients expect", async () => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    const answer = await askToken(credentials);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: "Bearer",
      expires_in: 3600,
      scope: `${V1P2}roster-core.readonly ${V1P2}roster.readonly`,
    });
  });

  it("takes the credentials as Basic (plain or form-encoded), in the body, or in the query", async () => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    const { clientId, clientSecret, tokenUrl } = credentials;
    const grant = { grant_type: "client_credentials" };
    const encoded = clientSecret.reveal().replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`);
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
    });
    const query = `${tokenUrl}&${new URLSearchParams(bodyOf(credentials)).toString()}`;
    for (const answer of [
      await post(tokenUrl, grant, basic(clientSecret.reveal())),
      await post(tokenUrl, grant, basic(encoded)),
      await post(tokenUrl, bodyOf(credentials)),
      await post(query),
    ]) {
      expect(answer.status).toBe(200);
    }
  });

  it.each([
    ["a part of the scopes, as it was asked for", `${V1P1}roster.readonly`, `${V1P1}roster.readonly`],
    [
      "only what can be granted",
      `${V1P2}gradebook.readonly ${V1P2}roster-core.readonly`,
      `${V1P2}roster-core.readonly`,
    ],
    [
      "no demographics where they are not shared",
      `${V1P2}roster-demographics.readonly ${V1P2}roster.readonly`,
      `${V1P2}roster.readonly`,
    ],
    ["everything when the scope is empty", "", `${V1P2}roster-core.readonly ${V1P2}roster.readonly`],
  ])("grants %s", async (_name, scope, granted) => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    expect((await askToken(credentials, { scope })).json.scope).toBe(granted);
  });

  it("grants demographics where they are shared", async () => {
    const stage = await openStage();
    const { credentials } = await stage.connect({ share: ["demographics"], version: "1.1" });
    expect((await askToken(credentials)).json.scope).toContain(`${V1P1}roster-demographics.readonly`);
  });

  it.each<[string, (credentials: Credentials) => Promise<Got>, string]>([
    ["a wrong secret", (c) => askToken(withSecret(c, "wrong")), "invalid_client"],
    ["an unknown id", (c) => askToken({ ...c, clientId: "nobody" }), "invalid_client"],
    ["an id of strange signs", (c) => askToken({ ...c, clientId: "a\0b" }), "invalid_client"],
    ["no credentials", (c) => post(c.tokenUrl, { grant_type: "client_credentials" }), "invalid_client"],
    [
      "Basic without a colon",
      (c) => post(c.tokenUrl, { grant_type: "client_credentials" }, { authorization: "Basic bm8=" }),
      "invalid_client",
    ],
    ["scopes nobody can grant", (c) => askToken(c, { scope: "everything" }), "invalid_scope"],
    ["another grant", (c) => post(c.tokenUrl, { ...bodyOf(c), grant_type: "password" }), "unsupported_grant_type"],
    ["no grant", (c) => post(c.tokenUrl, { client_id: "x" }), "invalid_request"],
    ["a parameter given twice", (c) => post(`${c.tokenUrl}&scope=a&scope=b`, bodyOf(c)), "invalid_request"],
    [
      "JSON instead of a form",
      (c) => send(c.tokenUrl, { method: "POST", body: "{", headers: { "content-type": "application/json" } }),
      "invalid_request",
    ],
    [
      "a body that is too large",
      (c) => post(c.tokenUrl, { ...bodyOf(c), padding: "x".repeat(20_000) }),
      "invalid_request",
    ],
  ])("refuses %s with 400 and its code", async (_name, ask, code) => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    const answer = await ask(credentials);
    expect(answer.status).toBe(400);
    expect(answer.json.error).toBe(code);
    expect(answer.text).not.toContain(credentials.clientSecret.reveal());
  });

  it.each(["GET", "PUT", "DELETE"])("says to %s that tokens are asked for with POST", async (method) => {
    const stage = await openStage();
    const { credentials } = await stage.connect();
    const answer = await send(credentials.tokenUrl, { method });
    expect([answer.status, answer.headers.get("allow"), answer.json.error]).toEqual([405, "POST", "invalid_request"]);
  });

  it.each(["?appName=", "", "?appName=another-app"])(
    "says that no application is selected for the query '%s'",
    async (query) => {
      const stage = await openStage();
      const { credentials } = await stage.connect();
      const answer = await askToken({ ...credentials, tokenUrl: `${stage.origin}/campus/oauth2/token${query}` });
      expect(answer.status).toBe(400);
      expect(answer.json).toEqual({ error: "invalid_request", error_description: "No Campus Application selected" });
    },
  );

  it("gives a disabled connection the same answer as a wrong secret", async () => {
    const stage = await openStage();
    const { connection, credentials } = await stage.connect();
    await stage.store.changeByHand({ connection: connection.id, by: "dana", change: { kind: "disable" } });
    const disabled = await askToken(credentials);
    const wrong = await askToken(withSecret(credentials, "wrong"));
    expect([disabled.status, disabled.json]).toEqual([wrong.status, wrong.json]);
  });
});

describe("a token", () => {
  it("ends after its hour by the campus's clock", async () => {
    const stage = await openStage();
    const read = await vendorOf(await stage.connect());
    stage.setNow("2026-10-05T08:59:59.999Z");
    expect((await read("orgs")).status).toBe(200);
    stage.setNow("2026-10-05T09:00:00.000Z");
    expect((await read("orgs")).status).toBe(401);
  });

  it("is revoked at once when its connection is disabled, and stays so when that is enabled again", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    expect((await read("orgs")).status).toBe(200);
    const change = (kind: "disable" | "enable") =>
      stage.store.changeByHand({ connection: connected.connection.id, by: "dana", change: { kind } });
    await change("disable");
    expect((await read("orgs")).status).toBe(401);
    await change("enable");
    expect((await read("orgs")).status).toBe(401);
    const refused = (await trafficOf(stage, connected)).slice(-2);
    expect(refused.map(({ what, ok }) => ({ what, ok }))).toEqual([
      { what: "orgs", ok: false },
      { what: "orgs", ok: false },
    ]);
  });

  it("lives as long as the campus was told", async () => {
    const stage = await openStage({ tokens: { lifetimeMs: 90_000 } });
    const connected = await stage.connect();
    expect((await askToken(connected.credentials)).json.expires_in).toBe(90);
    const read = await vendorOf(connected);
    stage.setNow("2026-10-05T08:01:29.999Z");
    expect((await read("orgs")).status).toBe(200);
    stage.setNow("2026-10-05T08:01:30.000Z");
    expect((await read("orgs")).status).toBe(401);
  });

  it("lives on to its end where the campus was told so, while no new one is given", async () => {
    const stage = await openStage({ tokens: { onDisable: "let-end" } });
    const connected = await stage.connect();
    const read = await vendorOf(connected);
    await stage.store.changeByHand({ connection: connected.connection.id, by: "dana", change: { kind: "disable" } });
    expect((await read("orgs")).status).toBe(200);
    expect((await askToken(connected.credentials)).json.error).toBe("invalid_client");
    stage.setNow("2026-10-05T09:00:00.000Z");
    expect((await read("orgs")).status).toBe(401);
  });
});

describe("throttling", () => {
  const failing = async (credentials: Credentials, times: number) => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time += 1)
      statuses.push((await askToken(withSecret(credentials, "wrong"))).status);
    return statuses;
  };

  it("answers 429 with Retry-After after ten failures, and hears the right secret again a minute later", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    expect(new Set(await failing(connected.credentials, LIMITS.ofPair))).toEqual(new Set([400]));
    const answer = await askToken(connected.credentials);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("60");
    expect(answer.json.error).toBe("temporarily_unavailable");
    await askToken(connected.credentials);
    const noted = (await trafficOf(stage, connected)).map(({ status }) => status);
    expect(noted).toEqual([...Array.from({ length: LIMITS.ofPair }, () => 400), 429]);
    stage.setNow("2026-10-05T08:01:00.000Z");
    expect((await askToken(connected.credentials)).status).toBe(200);
  });

  it("never keeps another client's right secret waiting, however often its address failed", async () => {
    const stage = await openStage();
    const other = await stage.connect();
    const { credentials } = await stage.connect();
    const guesses: number[] = [];
    for (let id = 0; id <= LIMITS.ofAddress; id += 1) {
      guesses.push((await askToken({ ...credentials, clientId: `guess-${id}` })).status);
    }
    expect(guesses.slice(-2)).toEqual([400, 429]);
    expect((await askToken(other.credentials)).status).toBe(200);
    expect((await askToken(withSecret(other.credentials, "wrong"))).status).toBe(429);
    expect((await trafficOf(stage, other)).map(({ status }) => status)).toEqual([200, 429]);
  });

  it("counts by the address that the proxy saw, where a proxy stands before the campus", async () => {
    const stage = await openStage({ publicOrigin: "https://campus.example.org" });
    const { credentials } = await stage.connect();
    const here = `${stage.local}/campus/oauth2/token?appName=springfield-app`;
    const from = (forwarded: string, secret = credentials.clientSecret.reveal()) =>
      post(here, { ...bodyOf(credentials), client_secret: secret }, { "x-forwarded-for": forwarded });
    for (let time = 0; time < LIMITS.ofPair; time += 1) await from(`203.0.113.${time}, 192.0.2.1`, "wrong");
    expect((await from("192.0.2.1")).status).toBe(429);
    expect((await from("192.0.2.1, 192.0.2.2")).status).toBe(200);
  });
});

describe("the log", () => {
  it("names methods, paths and outcomes and never a secret, a token or a query", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const { credentials } = connected;
    await post(`${credentials.tokenUrl}&${new URLSearchParams(bodyOf(credentials)).toString()}`);
    const { json } = await askToken(credentials);
    await send(`${connected.root}/orgs`, { headers: { authorization: `Bearer ${json.access_token}` } });
    const log = stage.logged.join("");
    expect(log).toContain('"path":"/campus/oauth2/token"');
    for (const secret of [credentials.clientSecret.reveal(), credentials.clientId, json.access_token, "appName"]) {
      expect(log).not.toContain(secret);
    }
  });
});
