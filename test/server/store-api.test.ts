import { describe, expect, it } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { addressOf } from "../../src/model/address.ts";
import {
  aboutOf,
  bodyOf,
  DANA,
  ELSEWHERE,
  JSON_HEADERS,
  linesOf,
  openApi,
  opening,
  OTUS,
  RITA,
  ROOT,
} from "./api-stage.ts";
import { climb, OCTOBER, openStage, send, SHELBYVILLE, SPRINGFIELD } from "./stage.ts";

describe("the road of one connection over HTTP", () => {
  it("opens, delivers, confirms and closes in the operator's name", async () => {
    const api = await openApi();
    const opened = await api.post("/open", opening());
    expect(opened.status).toBe(200);
    expect(opened.json).toMatchObject({ kind: "done", value: { status: { kind: "active" } } });
    let { revision, value: connection } = opened.json;
    const credentials = (await api.get(`/connections/${connection.id}/credentials`)).json;
    expect(credentials).toEqual({
      clientId: connection.clientId,
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
      tokenUrl: connection.tokenUrl,
      baseUrl: connection.baseUrl,
    });
    for (const write of ["begin-delivery", "record-delivery"]) {
      const done = await api.post(`/${write}`, {
        address: OTUS,
        revision,
        connection: connection.id,
        target: "file:x",
      });
      expect(done.status).toBe(200);
      ({ revision, value: connection } = done.json);
    }
    const receipt = { address: OTUS, revision, connection: connection.id, from: "Pat at Otus" };
    const received = await api.post("/record-receipt", receipt);
    expect(received.json.value.delivery.received).toMatchObject({ by: "Pat at Otus" });
    ({ revision, value: connection } = received.json);
    const waiting = await api.post("/close-cutover", { address: OTUS, revision });
    expect(waiting.json).toMatchObject({ kind: "done", value: { kind: "waiting" } });
    const { clientSecret } = await api.store.credentials(connection.id);
    const findings = await climb({ connection, credentials: { ...credentials, clientSecret } });
    const probed = {
      kind: "probed",
      about: aboutOf(connection),
      at: "2030-01-01T00:00:00.000Z",
      by: "somebody else",
      findings,
    };
    const recorded = await api.post("/record-findings", { address: OTUS, revision, probed });
    expect(recorded.status).toBe(200);
    // Whatever the client says: the name is the token's, and nothing is seen in the future.
    expect(recorded.json.value.evidence).toMatchObject([{ by: "dana", at: OCTOBER }]);
    const closed = await api.post("/close-cutover", { address: OTUS, revision: recorded.json.revision });
    expect(closed.json).toMatchObject({ kind: "done", value: { kind: "closed", current: connection.id } });
    const journal = linesOf(await api.get(`/journal?address=${encodeURIComponent(OTUS)}`));
    expect(journal.at(-1)).toEqual({ kind: "end", count: journal.length - 1 });
    expect(journal.slice(0, -1).every(({ kind, value }) => kind === "entry" && value.by === "dana")).toBe(true);
    expect(journal.length).toBeGreaterThan(4);
  });

  it("carries the other writes to the port", async () => {
    const api = await openApi();
    const adoptable = (await api.connect()).connection;
    const site = opening().site;
    const adopted = await api.post("/adopt", { address: OTUS, revision: 0, site, connection: adoptable.id, rotate: 0 });
    expect(adopted.json).toMatchObject({ kind: "done", value: { provenance: "adopted" } });
    const changes = { schools: ["Lincoln"], share: ["demographics"] };
    const updated = await api.post("/update", {
      address: OTUS,
      revision: adopted.json.revision,
      connection: adoptable.id,
      changes,
    });
    expect(updated.json).toMatchObject({ kind: "done", value: changes });
    const fresh = {
      ...opening(),
      revision: updated.json.revision,
      from: adoptable.id,
      requires: { clauses: ["probed", "used"], quietMs: 0 },
    };
    const opened = await api.post("/open", fresh);
    expect(opened.status).toBe(200);
    const tie = { address: OTUS, from: opened.json.value.id, to: adoptable.id, requires: fresh.requires };
    expect((await api.post("/tie", { ...tie, revision: 999 })).status).toBe(412);
    const abandoned = await api.post("/abandon", { address: OTUS, revision: opened.json.revision, hold: true });
    expect(abandoned.json).toMatchObject({ kind: "done", value: { kind: "abandoned" } });
    const to = addressOf(SPRINGFIELD, "Otus Learning");
    const renamed = await api.post("/rename", { address: OTUS, revision: abandoned.json.revision, to });
    expect(renamed.json).toMatchObject({ kind: "done" });
    const grounds = { kind: "accepted-cut-off" };
    const disabled = await api.post("/disable", {
      address: to,
      revision: renamed.json.revision,
      connection: adoptable.id,
      grounds,
    });
    expect(disabled.json).toMatchObject({ kind: "done", value: { kind: "disabled" } });
    const released = await api.post("/release", { address: to, revision: disabled.json.revision });
    expect(released.json).toMatchObject({ kind: "done" });
  });

  it("answers 412 for a stale revision and 409 for what the store refuses, with the whole outcome", async () => {
    const api = await openApi();
    await api.post("/open", opening());
    const stale = await api.post("/close-cutover", { address: OTUS, revision: 77 });
    expect([stale.status, stale.json]).toEqual([412, { kind: "stale", expected: 77, found: expect.any(Number) }]);
    const refused = await api.post("/release", { address: addressOf(SPRINGFIELD, "Nobody"), revision: 0 });
    expect([refused.status, refused.json]).toEqual([409, { kind: "refused", why: expect.any(String) }]);
  });
});

describe("statements over HTTP", () => {
  async function opened() {
    const api = await openApi();
    const { json } = await api.post("/open", opening());
    const about = aboutOf(json.value);
    const statement = {
      kind: "attested",
      about,
      at: "2026-10-01T00:00:00.000Z",
      by: "the superintendent",
      reason: "they said so",
    };
    return { api, connection: json.value, at: { address: OTUS, revision: json.revision }, statement };
  }

  it("are the operator's, whatever name they carry, and keep an earlier moment", async () => {
    const { api, at, statement } = await opened();
    const { json } = await api.post("/record-statement", {
      ...at,
      statement: { ...statement, at: "2026-10-05T07:59:00.000Z" },
    });
    expect(json.value?.evidence ?? json).toMatchObject([
      { kind: "attested", by: "dana", at: "2026-10-05T07:59:00.000Z", reason: "they said so" },
    ]);
  });

  it.each([
    ["another secret", { fingerprint: "ffffffffffffffff" }],
    ["another epoch", { epoch: 9 }],
    ["a connection that does not exist", { connection: "c-none" }],
  ])("are refused about %s", async (_name, changes) => {
    const { api, at, statement } = await opened();
    const answer = await api.post("/record-statement", {
      ...at,
      statement: { ...statement, about: { ...statement.about, ...changes } },
    });
    expect([answer.status, answer.json.kind]).toEqual([409, "refused"]);
  });

  it("waive only what the calendar left open", async () => {
    const { api, at, connection, statement } = await opened();
    const waiver = { ...statement, kind: "waived", rung: "sessions", at: OCTOBER };
    expect((await api.post("/record-statement", { ...at, statement: waiver })).status).toBe(409);
    const findings = [{ rung: "sessions", verdict: "inconclusive", code: "no-current-session", says: "None." }];
    const probed = { kind: "probed", about: aboutOf(connection), at: OCTOBER, by: "x", findings };
    const { json } = await api.post("/record-findings", { ...at, probed });
    const waived = await api.post("/record-statement", { ...at, revision: json.revision, statement: waiver });
    expect(waived.json.value.evidence.at(-1)).toMatchObject({ kind: "waived", by: "dana", rung: "sessions" });
  });
});

describe("who may do what", () => {
  it("knows the operator by the token alone", async () => {
    const api = await openApi();
    expect((await api.get("")).json).toEqual({
      operator: { name: "dana", access: "write", districts: [SPRINGFIELD] },
      can: api.store.can,
    });
    for (const authorization of [
      "",
      "Bearer ",
      "Bearer wrong",
      DANA.headers["authorization"]?.slice(0, -1) ?? "",
      "Basic ZGFuYTo=",
    ]) {
      const answer = await send(`${api.origin}/api/v1/districts`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.json.error.code).toBe("unauthorized");
      expect(answer.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("asks for a token before it looks at paths or bodies", async () => {
    const api = await openApi();
    for (const path of ["/open", "/nothing", "/connections/x/credentials"]) {
      expect((await send(`${api.origin}/api/v1${path}`, { method: "POST", body: "{" })).status).toBe(401);
    }
  });

  it("serves no operator at all when there is none", async () => {
    const stage = await openStage();
    expect((await send(`${stage.origin}/api/v1`, { headers: { authorization: "Bearer " } })).status).toBe(401);
  });

  it("lets a reader read, and neither write nor fetch credentials", async () => {
    const api = await openApi();
    const { connection } = await api.connect();
    expect((await api.get("/districts", RITA)).status).toBe(200);
    expect((await api.post("/open", opening(), RITA)).status).toBe(403);
    const credentials = await api.get(`/connections/${connection.id}/credentials`, RITA);
    expect(credentials.status).toBe(403);
    expect(credentials.text).not.toContain((await api.store.credentials(connection.id)).clientSecret.reveal());
  });

  it("shows an operator only their districts", async () => {
    const api = await openApi();
    await api.connect();
    await api.connect({ district: SHELBYVILLE });
    const seen = async (who: typeof DANA, query = "") =>
      linesOf(await api.get(`/districts${query}`, who)).map(
        ({ kind, value, count }) => value?.district ?? `${kind} ${count}`,
      );
    expect(await seen(DANA)).toEqual([SPRINGFIELD, "end 1"]);
    expect(await seen(ROOT)).toEqual([SHELBYVILLE, SPRINGFIELD, "end 2"]);
    expect(await seen(ROOT, "?district=springfield&district=new-one")).toEqual(["new-one", SPRINGFIELD, "end 2"]);
    for (const path of [
      "/districts?district=shelbyville",
      "/journal?district=shelbyville",
      `/journal?address=${ELSEWHERE}`,
    ]) {
      expect((await api.get(path)).status).toBe(403);
    }
    const journal = linesOf(await api.get("/journal"));
    expect(journal.slice(0, -1).map(({ value }) => value.district)).toEqual([SPRINGFIELD]);
    expect(linesOf(await api.get("/journal?district=shelbyville", ROOT))).toHaveLength(2);
  });

  it("keeps an operator out of other districts, by address and by connection", async () => {
    const api = await openApi();
    const { connection } = await api.connect({ district: SHELBYVILLE });
    expect((await api.post("/open", opening(ELSEWHERE, "shelbyville-app"))).status).toBe(403);
    expect((await api.post("/rename", { address: OTUS, revision: 0, to: ELSEWHERE })).status).toBe(403);
    const { site } = opening();
    // As if there were no such connection.
    expect(
      (await api.post("/adopt", { address: OTUS, revision: 0, site, connection: connection.id, rotate: 0 })).status,
    ).toBe(409);
    expect((await api.post("/open", { ...opening(), from: connection.id })).status).toBe(409);
    const statement = { kind: "attested", about: aboutOf(connection), at: OCTOBER, by: "x", reason: "x" };
    expect((await api.post("/record-statement", { address: OTUS, revision: 0, statement })).status).toBe(409);
    // Nobody learns whether a connection of another district exists.
    const foreign = await api.get(`/connections/${connection.id}/credentials`);
    const missing = await api.get("/connections/c-none/credentials");
    expect([foreign.status, foreign.json]).toEqual([404, missing.json]);
    expect((await api.get(`/connections/${connection.id}/credentials`, ROOT)).status).toBe(200);
  });

  it("never shows a secret in a list, a journal, an outcome or the log", async () => {
    const api = await openApi();
    const { json } = await api.post("/open", opening());
    const credentials = await api.get(`/connections/${json.value.id}/credentials`);
    expect(credentials.headers.get("cache-control")).toBe("no-store");
    const texts = [
      JSON.stringify(json),
      (await api.get("/districts")).text,
      (await api.get("/journal")).text,
      api.logged.join(""),
    ];
    for (const text of texts) {
      expect(text).not.toContain(credentials.json.clientSecret);
      expect(text).not.toContain("token-of-dana");
    }
  });
});

describe("bad input", () => {
  it.each<[string, string, unknown, number, string]>([
    ["no JSON", "/open", "{", 400, "bad-request"],
    ["an empty body", "/open", "", 400, "bad-request"],
    ["a list", "/open", [], 400, "bad-request"],
    ["a missing member", "/release", {}, 400, "bad-request"],
    ["an unknown member", "/release", { address: OTUS, revision: 0, force: true }, 400, "bad-request"],
    [
      "a number as text",
      "/adopt",
      { address: OTUS, site: opening().site, connection: "c-1", rotate: "0" },
      400,
      "bad-request",
    ],
    ["a revision in the body", "/release", `{"address":"${OTUS}","revision":0}`, 400, "bad-request"],
    ["a revision that is no number", "/release", { address: OTUS, revision: "x" }, 400, "bad-request"],
    ["an unknown version", "/open", { ...opening(), make: { ...opening().make, version: "2.0" } }, 400, "bad-request"],
    ["no clause at all", "/open", { ...opening(), requires: { clauses: [], quietMs: 0 } }, 400, "bad-request"],
    ["what is no address", "/release", { address: "no address", revision: 0 }, 400, "bad-request"],
    ["a prototype trick", "/release", `{"address":"${OTUS}","__proto__":{"x":1}}`, 400, "bad-request"],
    ["a body that is too large", "/open", { ...opening(), application: "x".repeat(300_000) }, 413, "too-large"],
    ["an unknown write", "/destroy", {}, 404, "not-found"],
  ])("answers %s with the right 4xx", async (_name, path, body, status, code) => {
    const api = await openApi();
    const answer = await api.post(path, body);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });

  it("asks a write for the revision that it was planned on", async () => {
    const api = await openApi();
    const { "if-match": _, ...headers } = JSON_HEADERS;
    const answer = await send(`${api.origin}/api/v1/open`, {
      method: "POST",
      headers,
      body: JSON.stringify(bodyOf(opening())),
    });
    expect([answer.status, answer.json.error.code]).toEqual([428, "no-revision"]);
  });

  it("answers other types, methods, paths and queries likewise", async () => {
    const api = await openApi();
    expect((await api.post("/open", "address=x", DANA, "application/x-www-form-urlencoded")).status).toBe(415);
    expect((await api.get("/open")).status).toBe(404);
    expect((await api.get("/districts?district=No%20District")).status).toBe(400);
    expect((await api.get("/journal?address=nonsense")).status).toBe(400);
    for (const path of ["/", "/campus/nothing", "/api/v2", "/%zz"]) {
      const answer = await send(`${api.origin}${path}`);
      expect(answer.json.error.code).toMatch(/not-found|bad-request/);
      expect(Math.floor(answer.status / 100)).toBe(4);
    }
  });

  it.each([
    ["stores/locked", 423, "locked"],
    ["stores/full", 503, "unavailable"],
    ["stores/no-such-connection", 404, "not-found"],
  ])("tells the store's trouble %s without its words", async (code, status, expected) => {
    const api = await openStage({
      operators: [DANA],
      storeAs: () => Promise.reject(new OutsideError(code, "at /var/secret/path")),
    });
    const answer = await send(`${api.origin}/api/v1/open`, {
      method: "POST",
      headers: JSON_HEADERS,
      body: JSON.stringify(bodyOf(opening())),
    });
    expect([answer.status, answer.json.error.code]).toEqual([status, expected]);
    expect(answer.text).not.toContain("/var/secret");
  });

  it("says that a mistake is ours, without its words", async () => {
    const api = await openStage({ operators: [DANA], storeAs: () => Promise.reject(new Error("oh no")) });
    const body = JSON.stringify(bodyOf(opening()));
    const answer = await send(`${api.origin}/api/v1/open`, { method: "POST", headers: JSON_HEADERS, body });
    expect([answer.status, answer.json.error.code]).toEqual([500, "internal"]);
    expect(answer.text + api.logged.join("")).not.toContain("oh no");
  });
});
