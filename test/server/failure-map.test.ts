import { Agent } from "undici";
import { describe, expect, it } from "vitest";
import { createHttpLadder } from "../../src/confirm/http-ladder.ts";
import type { Finding } from "../../src/model/evidence.ts";
import type { Fault, FaultPlace, Mishap } from "../../src/server/faults.ts";
import { type Connected, OCTOBER, openStage, send } from "./stage.ts";

/** One row of the map: what goes wrong at the campus, and at which question, how and under which name the ladder finds it. */
type Row = readonly [
  name: string,
  fault: FaultPlace & { readonly what: Mishap },
  finding: `${string}: ${string} ${string}`,
];

const HUGE = 9 * 1024 * 1024;
const token = (what: Mishap): Fault => ({ at: "token", what });
const data = (what: Mishap, collection?: string): Fault => ({ at: "data", what, ...(collection && { collection }) });

const MAP: readonly Row[] = [
  ["refused credentials", token({ kind: "oauth-error", error: "invalid_client" }), "token: refuted invalid-client"],
  ["no grant", token({ kind: "oauth-error", error: "unauthorized_client" }), "token: refuted unauthorized-client"],
  ["401 without a reason", token({ kind: "oauth-error", error: "", status: 401 }), "token: refuted unauthorized"],
  [
    "a scope it does not know",
    token({ kind: "oauth-error", error: "invalid_scope" }),
    "token: inconclusive invalid-scope",
  ],
  [
    "a request it does not read",
    token({ kind: "oauth-error", error: "invalid_request" }),
    "token: inconclusive invalid-request",
  ],
  [
    "a grant it does not serve",
    token({ kind: "oauth-error", error: "unsupported_grant_type" }),
    "token: inconclusive unsupported-grant-type",
  ],
  ["no appName", token({ kind: "no-application" }), "token: refuted no-application"],
  ["404 at the Token URL", token({ kind: "status", status: 404 }), "token: refuted not-a-token-endpoint"],
  ["a bare 400", token({ kind: "oauth-error", error: "" }), "token: refuted not-a-token-endpoint"],
  ["a page", token({ kind: "page" }), "token: refuted not-a-token-endpoint"],
  ["something else", token({ kind: "not-a-collection" }), "token: refuted not-a-token-endpoint"],
  ["a redirect", token({ kind: "redirect", to: "https://elsewhere.example/" }), "token: refuted redirect"],
  ["throttling", token({ kind: "status", status: 429, retryAfterSeconds: 60 }), "token: inconclusive throttled"],
  ["a fault of the site", token({ kind: "status", status: 503 }), "token: inconclusive server-error"],
  ["silence", token({ kind: "slow", ms: 2000 }), "token: inconclusive deadline"],
  ["a line that is cut", token({ kind: "cut" }), "token: inconclusive unreachable"],
  ["an answer that is lost", token({ kind: "drop-reply" }), "token: inconclusive unreachable"],
  ["an answer without end", token({ kind: "huge", bytes: HUGE }), "token: inconclusive answer-too-large"],
  ["nothing shared", data({ kind: "empty" }, "orgs"), "orgs: refuted empty-orgs"],
  ["200 that is no collection", data({ kind: "not-a-collection" }, "orgs"), "orgs: refuted not-a-collection"],
  ["a page at the Base URL", data({ kind: "page" }), "orgs: refuted not-a-collection"],
  ["403 after a good token", data({ kind: "wrong-scope" }), "orgs: refuted not-shared"],
  ["401 after a good token", data({ kind: "expired-token" }), "orgs: refuted token-not-accepted"],
  ["404 at the Base URL", data({ kind: "status", status: 404 }), "orgs: refuted wrong-version"],
  ["a redirect of the data", data({ kind: "redirect", to: "https://elsewhere.example/" }), "orgs: refuted redirect"],
  ["throttling of the data", data({ kind: "status", status: 429 }), "orgs: inconclusive throttled"],
  ["a fault of a service", data({ kind: "status", status: 500 }, "orgs"), "orgs: inconclusive server-error"],
  ["another status", data({ kind: "status", status: 418 }, "orgs"), "orgs: inconclusive unexpected-status"],
  ["a service that is silent", data({ kind: "slow", ms: 2000 }, "orgs"), "orgs: inconclusive deadline"],
  ["a service that is cut", data({ kind: "cut" }, "orgs"), "orgs: inconclusive unreachable"],
  ["no schools", data({ kind: "empty" }, "schools"), "schools: refuted no-schools"],
  ["no school year", data({ kind: "empty" }, "academicSessions"), "sessions: inconclusive no-current-session"],
  ["excluded classes", data({ kind: "empty" }, "classes"), "data: refuted empty-data"],
  ["excluded users", data({ kind: "empty" }, "users"), "data: refuted empty-data"],
  ["excluded enrollments", data({ kind: "empty" }, "enrollments"), "data: refuted empty-data"],
  ["demographics that are not served", data({ kind: "empty" }, "demographics"), "sharing: refuted under-shared"],
];

const shortly = ({ rung, verdict, code }: Finding) => `${rung}: ${verdict} ${code}`;

async function findingsOf({ connection, credentials }: Connected, dispatcher?: Agent): Promise<readonly Finding[]> {
  const settings = { deadlineMs: 1000, readDemographics: true, tolerance: 0.1, sleep: async () => undefined };
  const ladder = createHttpLadder({ ...settings, ...(dispatcher && { dispatcher }) });
  return ladder.climb({ connection, credentials, now: OCTOBER });
}

describe("the failure map", () => {
  it.each(MAP)("finds %s", async (_name, fault, wanted) => {
    const faults: Fault[] = [];
    const stage = await openStage({ faults: () => faults });
    const connected = await stage.connect({ share: ["demographics"] });
    faults.push(fault);
    const found = (await findingsOf(connected)).find(({ verdict }) => verdict !== "confirmed");
    expect(found === undefined ? "nothing" : shortly(found)).toBe(wanted);
    // The stage is in the finding; its sentences say what was seen and what to do.
    expect(found?.says.split(/[.:;] /).length).toBeGreaterThan(1);
    faults.length = 0;
    expect((await findingsOf(connected)).every(({ verdict }) => verdict === "confirmed")).toBe(true);
  });

  it("finds a host that is not known, without having sent anything", async () => {
    const stage = await openStage();
    const unknown = Object.assign(new Error("no such host"), { code: "ENOTFOUND" });
    const lookup = (_host: string, _options: unknown, done: (error: Error) => void): void => done(unknown);
    const connected = await stage.connect();
    const tokenUrl = connected.credentials.tokenUrl.replace("127.0.0.1", "localhost");
    const lost = { ...connected, credentials: { ...connected.credentials, tokenUrl } };
    const [first] = await findingsOf(lost, new Agent({ connect: { lookup: lookup as never } }));
    expect(first === undefined ? "nothing" : shortly(first)).toBe("token: inconclusive unknown-host");
  });

  it("gives every fault a name of its own at its question", () => {
    const named = new Map(MAP.map(([name, , finding]) => [name, finding]));
    expect(named.size).toBe(MAP.length);
    expect(new Set(named.values()).size).toBeGreaterThanOrEqual(28);
  });
});

describe("a campus with a fault", () => {
  it("has done what was asked when only its answer is lost", async () => {
    const faults: Fault[] = [];
    const stage = await openStage({ faults: () => faults });
    const { connection, credentials } = await stage.connect();
    faults.push({ at: "token", what: { kind: "drop-reply" } });
    const call = {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret.reveal(),
      }),
    };
    await expect(send(credentials.tokenUrl, call)).rejects.toThrow();
    expect((await stage.store.connection(connection.id))?.use).toHaveProperty("last");
  });

  it("says when to come back", async () => {
    const stage = await openStage({
      faults: () => [{ at: "data", what: { kind: "status", status: 429, retryAfterSeconds: 7 } }],
    });
    const { root } = await stage.connect({ version: "1.1" });
    const { status, headers, json } = await send(`${root}/orgs`);
    expect([
      status,
      headers.get("retry-after"),
      json.statusInfoSet[0].imsx_CodeMinor.imsx_codeMinorField[0].imsx_codeMinorFieldValue,
    ]).toEqual([429, "7", "server_busy"]);
  });

  it("serves everything else as ever", async () => {
    const stage = await openStage({ faults: () => [{ at: "everywhere", what: { kind: "cut" } }] });
    expect((await send(`${stage.origin}/api/v1`)).status).toBe(401);
    expect((await send(`${stage.origin}/nowhere`)).status).toBe(404);
  });
});
