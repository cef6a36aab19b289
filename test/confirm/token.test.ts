import { readFileSync } from "node:fs";
import { MockAgent } from "undici";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { type Behaviour, climb, findingOf, openSite, questionOf, SECRET, shortly } from "./site.ts";

const BAD_CLIENT = { status: 400, json: { error: "invalid_client", error_description: `not ${SECRET}` } };

async function tokenFinding(token: Behaviour[string]): Promise<string> {
  const site = await openSite({ token });
  const { findings } = await climb(questionOf(site));
  return shortly(findings)[0] ?? "";
}

describe("the token call", () => {
  it("posts a form with Basic credentials, says who it is and sends the secret nowhere else", async () => {
    const site = await openSite();
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: confirmed ok");
    const [call, ...rest] = site.asked;
    const version = JSON.parse(readFileSync("package.json", "utf8")).version;
    expect(call?.method).toBe("POST");
    expect(call?.query.toString()).toBe("appName=springfield");
    expect(call?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(call?.headers["user-agent"]).toBe(`rosterform-probe/${version}`);
    const basic = Buffer.from(String(call?.headers.authorization).slice("Basic ".length), "base64").toString();
    expect(basic).toBe("client-new:s3cret%2Fwith%3Aodd%2Bchars+%25");
    const form = new URLSearchParams(call?.body);
    expect(form.get("grant_type")).toBe("client_credentials");
    expect(form.get("scope")).toBe(
      "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly",
    );
    expect(form.has("client_secret")).toBe(false);
    for (const later of rest) {
      expect(JSON.stringify([later, [...later.query]])).not.toContain("s3cret");
      expect(later.headers.authorization).toBe("Bearer t0ken");
      expect(later.headers["user-agent"]).toBe(`rosterform-probe/${version}`);
    }
  });

  it("asks for the scopes of its version, and for demographics only where that is opted in", async () => {
    const site = await openSite();
    await climb(questionOf(site, { version: "1.1" }), { readDemographics: true });
    const scope = new URLSearchParams(site.asked[0]?.body).get("scope");
    expect(scope).toContain("/v1p1/scope/roster-core.readonly");
    expect(scope).toContain("/v1p1/scope/roster-demographics.readonly");
  });

  it.each([
    ["invalid_client", BAD_CLIENT],
    ["invalid_request", { status: 400, json: { error: "invalid_request" } }],
    ["a bare 401", { status: 401, text: "" }],
  ])("tries the credentials in the body once after %s", async (_name, refusal) => {
    const site = await openSite({
      token: (asked) => (asked.headers.authorization === undefined ? { json: { access_token: "t0ken" } } : refusal),
    });
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: confirmed ok");
    const calls = site.asked.filter((asked) => asked.path.endsWith("/token"));
    expect(calls).toHaveLength(2);
    const form = new URLSearchParams(calls[1]?.body);
    expect(form.get("client_id")).toBe("client-new");
    expect(form.get("client_secret")).toBe(SECRET);
  });

  it("asks nothing further after a refusal, and repeats neither secret nor error description", async () => {
    const site = await openSite({ token: BAD_CLIENT });
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings)).toEqual(["token: refuted invalid-client"]);
    expect(site.asked).toHaveLength(2);
    expect(findingOf(findings, "token").says).toMatch(/wrong.*disabled or expired.*Compare the fingerprint/s);
    expect(JSON.stringify(findings)).not.toContain("s3cret");
  });

  it.each<[string, Behaviour[string], string]>([
    ["unauthorized_client", { status: 400, json: { error: "unauthorized_client" } }, "refuted unauthorized-client"],
    ["invalid_grant", { status: 400, json: { error: "invalid_grant" } }, "refuted unauthorized-client"],
    ["access_denied", { status: 403, json: { error: "access_denied" } }, "refuted unauthorized-client"],
    ["invalid_scope", { status: 400, json: { error: "invalid_scope" } }, "inconclusive invalid-scope"],
    ["invalid_request", { status: 400, json: { error: "invalid_request" } }, "inconclusive invalid-request"],
    [
      "unsupported_grant_type",
      { status: 400, json: { error: "unsupported_grant_type" } },
      "inconclusive unsupported-grant-type",
    ],
    ["a bare 401", { status: 401, text: "no" }, "refuted unauthorized"],
    ["a bare 400", { status: 400, text: "" }, "refuted not-a-token-endpoint"],
    ["a bare 404", { status: 404, text: "" }, "refuted not-a-token-endpoint"],
    ["a page", { text: "<html>Log in</html>" }, "refuted not-a-token-endpoint"],
    ["a 200 that is JSON but no object", { json: [1] }, "refuted not-a-token-endpoint"],
    ["a 200 without a token", { json: { token: "x" } }, "refuted not-a-token-endpoint"],
    ["a token that fits into no header", { json: { access_token: "a\r\nb" } }, "refuted not-a-token-endpoint"],
    ["a missing appName", { status: 400, text: "No Campus Application selected" }, "refuted no-application"],
    ["a missing appName on a page", { text: "<p>No Campus Application selected</p>" }, "refuted no-application"],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }, "refuted redirect"],
    ["too many requests", { status: 429, text: "" }, "inconclusive throttled"],
    ["a fault of the site", { status: 503, text: "" }, "inconclusive server-error"],
  ])("makes %s a finding of its own", async (_name, script, expected) => {
    expect(await tokenFinding(script)).toBe(`token: ${expected}`);
  });

  it.each([
    ["not a url", "not-a-url"],
    ["http://site.example.org/token?appName=a", "insecure-url"],
    ["ftp://127.0.0.1/token", "insecure-url"],
    ["https://user:pass@site.example.org/token", "credentials-in-url"],
    ["https://:pass@site.example.org/token", "credentials-in-url"],
  ])("sends nothing to the Token URL %s", async (tokenUrl, code) => {
    const site = await openSite();
    const question = questionOf(site);
    const { findings } = await climb({ ...question, credentials: { ...question.credentials, tokenUrl } });
    expect(shortly(findings)).toEqual([`token: refuted ${code}`]);
    expect(site.asked).toEqual([]);
  });
});

describe("asking patiently", () => {
  it("tries again after a fault, with a wait that grows and is spread by chance", async () => {
    const site = await openSite({
      token: (_asked, times) => (times < 3 ? { status: 502 } : { json: { access_token: "t0ken" } }),
    });
    const { findings, waits } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: confirmed ok");
    expect(waits).toEqual([187.5, 375]);
  });

  it("gives up after three tries", async () => {
    const site = await openSite({ token: "drop" });
    const { findings } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: inconclusive unreachable");
    expect(site.asked).toHaveLength(3);
  });

  it.each([
    ["seconds", { "retry-after": "7" }, [7000]],
    ["a date", { "retry-after": "Mon, 05 Oct 2026 08:00:09 GMT", date: "Mon, 05 Oct 2026 08:00:00 GMT" }, [9000]],
    ["nonsense", { "retry-after": "soon" }, [187.5]],
  ])("honours Retry-After as %s", async (_name, headers, expected) => {
    const site = await openSite({
      token: (_asked, times) => (times < 2 ? { status: 429, headers } : { json: { access_token: "t0ken" } }),
    });
    const { findings, waits } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: confirmed ok");
    expect(waits).toEqual(expected);
  });

  it("does not wait for a Retry-After beyond the deadline", async () => {
    const site = await openSite({ token: { status: 429, headers: { "retry-after": "3600" } } });
    const { findings, waits } = await climb(questionOf(site));
    expect(shortly(findings)[0]).toBe("token: inconclusive throttled");
    expect(waits).toEqual([]);
    expect(site.asked).toHaveLength(1);
  });

  it("says that the deadline passed when nobody answers, and which questions stay open", async () => {
    const site = await openSite({ token: "hang" });
    const { findings } = await climb(questionOf(site), { deadlineMs: 30 });
    expect(shortly(findings)).toEqual([
      "token: inconclusive deadline",
      "orgs: inconclusive not-reached",
      "schools: inconclusive not-reached",
      "sessions: inconclusive not-reached",
      "data: inconclusive not-reached",
      "sharing: inconclusive not-reached",
    ]);
  });

  it("waits and spreads by itself when nothing is handed in", async () => {
    const site = await openSite({
      token: (_asked, times) => (times < 2 ? { status: 503 } : { json: { access_token: "t0ken" } }),
    });
    const { createHttpLadder } = await import("../../src/confirm/http-ladder.ts");
    const ladder = createHttpLadder({ deadlineMs: 60_000, readDemographics: false, tolerance: 0 });
    expect(shortly(await ladder.climb(questionOf(site)))[0]).toBe("token: confirmed ok");
  });

  it("ends a wait early when the caller gives up, with the caller's reason", async () => {
    const abort = new AbortController();
    const site = await openSite({ token: { status: 503 } });
    const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
      abort.abort(new Error("enough"));
      signal.throwIfAborted();
    };
    await expect(climb(questionOf(site), { sleep }, abort.signal)).rejects.toThrow("enough");
    expect(site.asked).toHaveLength(1);
  });

  it("asks nothing when the caller gave up before", async () => {
    const site = await openSite();
    await expect(climb(questionOf(site), {}, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    expect(site.asked).toEqual([]);
  });

  it("leaves a question in the air when the caller gives up", async () => {
    const abort = new AbortController();
    const site = await openSite({
      token: () => {
        abort.abort(new Error("enough"));
        return "hang";
      },
    });
    await expect(climb(questionOf(site), {}, abort.signal)).rejects.toThrow("enough");
  });

  it.each([
    ["ENOTFOUND", "unknown-host"],
    ["CERT_HAS_EXPIRED", "bad-certificate"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "bad-certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "bad-certificate"],
    ["ECONNRESET", "unreachable"],
    [undefined, "unreachable"],
  ])("tells the network's %s as %s", async (code, expected) => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    const error = code === undefined ? new Error("odd") : Object.assign(new Error("odd"), { code });
    dispatcher
      .get("https://site.example.org")
      .intercept({ path: "/token?appName=a", method: "POST" })
      .replyWithError(error)
      .persist();
    const question = questionOf({ origin: "https://site.example.org", asked: [] });
    const credentials = {
      ...question.credentials,
      clientSecret: new Secret("x"),
      tokenUrl: "https://site.example.org/token?appName=a",
    };
    const { findings } = await climb({ ...question, credentials }, { dispatcher });
    expect(findingOf(findings, "token").code).toBe(expected);
  });
});
