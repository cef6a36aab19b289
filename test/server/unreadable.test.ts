import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { askToken, openStage, operator, send, type Stage, vendorOf } from "./stage.ts";

/** What the server said until it hung up, to a client that writes these parts and then nothing. */
function listenTo(origin: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => {
      for (const part of parts) socket.write(part);
    });
    socket.on("data", (part) => (text += part.toString("latin1")));
    // A server that hangs up while more is sent resets the line; what it said before still counts.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

const get = (path: string, ...headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: campus", "Connection: close", ...headers, "", ""].join("\r\n");
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));

interface Info {
  readonly statusInfoSet?: readonly Info[];
}

async function expectToServe(stage: Stage): Promise<void> {
  const read = await vendorOf(await stage.connect());
  expect((await read("orgs")).json.orgs).toHaveLength(5);
}

describe("a URL that cannot be decoded", () => {
  it.each([
    ["1.1", "/campus/api/oneroster/v1p1/app/ims/oneroster/v1p1", (body: Info) => body.statusInfoSet?.[0]],
    ["1.2", "/campus/api/ims/oneroster/rostering/v1p2", (body: Info) => body],
  ])("is refused in the payload of %s", async (_version, root, infoIn) => {
    const stage = await openStage();
    for (const end of ["/orgs/%zz", "/orgs/%", "/orgs/%c3%28"]) {
      const answer = await listenTo(stage.origin, get(root + end));
      expect(statusOf(answer)).toBe(400);
      expect(infoIn(bodyOf(answer))).toMatchObject({ imsx_codeMajor: "failure", imsx_description: expect.any(String) });
    }
    await expectToServe(stage);
  });

  it("is refused in the words of OAuth beside the token endpoint, and of the campus elsewhere", async () => {
    const stage = await openStage();
    const token = await listenTo(stage.origin, get("/campus/oauth2/token/%zz"));
    expect([statusOf(token), bodyOf(token).error]).toEqual([400, "invalid_request"]);
    for (const path of ["/%zz", "/api/v1/%ff", "/campus/apps/%"]) {
      const answer = await listenTo(stage.origin, get(path));
      expect([statusOf(answer), bodyOf(answer).error.code]).toEqual([400, "bad-request"]);
    }
  });
});

describe("what is no request", () => {
  it.each([
    ["a word", "HELLO\r\n\r\n", 400, "bad-request"],
    ["a binary start", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), 400, "bad-request"],
    ["a NUL in a header", get("/", "X-A: a\0b"), 400, "bad-request"],
    ["a header that goes on in the next line", get("/", "X-A: a", " b"), 400, "bad-request"],
    ["a head that is too large", get("/", `X-A: ${"a".repeat(20_000)}`), 431, "too-large"],
    ["a query that is too large", get(`/campus/oauth2/token?appName=${"a".repeat(20_000)}`), 431, "too-large"],
  ] as const)("is answered and hung up on: %s", async (_name, bytes, status, code) => {
    const stage = await openStage();
    const answer = await listenTo(stage.origin, bytes);
    expect([statusOf(answer), bodyOf(answer).error.code]).toEqual([status, code]);
    await expectToServe(stage);
  });

  it.each([
    ["its head", "GET / HTTP/1.1\r\nHost: cam"],
    [
      "its body",
      "POST /campus/oauth2/token?appName=a HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na",
    ],
  ])("is not waited for when %s does not come to an end", async (_name, bytes) => {
    const stage = await openStage({ times: { headMs: 50, requestMs: 100, checkMs: 10 } });
    const answer = await listenTo(stage.origin, bytes);
    expect([statusOf(answer), bodyOf(answer).error.code]).toEqual([408, "too-slow"]);
    await expectToServe(stage);
  });
});

describe("paths that try to get out", () => {
  const DANA = operator("dana", { districts: "all", access: "write" });

  it.each([
    "/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2/orgs/..%2f..%2fusers",
    "/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2//orgs",
    "/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2/orgs/%00",
    `/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2/orgs/${"a".repeat(501)}`,
    "/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2/__proto__",
    "/campus/api/oneroster/v1p2/springfield-app/ims/oneroster/rostering/v1p2/orgs/constructor",
  ])("find nothing, with a token: %s", async (path) => {
    const stage = await openStage();
    const connected = await stage.connect();
    const { json } = await askToken(connected.credentials);
    const answer = await listenTo(stage.origin, get(path, `Authorization: Bearer ${json.access_token}`));
    expect(statusOf(answer)).toBe(404);
    expect(bodyOf(answer).imsx_CodeMinor.imsx_codeMinorField[0].imsx_codeMinorFieldValue).toBe("unknownobject");
  });

  it.each(["/", "//", "/campus", "/campus/oauth2/token/..%2f", "/campus/oauth2//token", "/etc/passwd", "/api/v2"])(
    "find nothing where nothing is served: %s",
    async (path) => {
      const stage = await openStage();
      const answer = await listenTo(stage.origin, get(path));
      expect([statusOf(answer), bodyOf(answer).error.code]).toEqual([404, "not-found"]);
    },
  );

  it("find nothing in the connection-store API and on the pages either", async () => {
    const stage = await openStage({ operators: [DANA], screens: [] });
    const api = await send(`${stage.origin}/api/v1/connections/..%2f..%2f/credentials`, { headers: DANA.headers });
    expect([api.status, api.json.error.code]).toEqual([404, "not-found"]);
    for (const path of ["/campus/apps/..%2f..%2fetc", "/campus/apps/Spring%20Field", "/campus/apps/%00"]) {
      const page = await send(stage.origin + path);
      expect([path, page.status]).toEqual([path, 404]);
      expect(page.text).not.toContain("<script");
    }
  });

  it("as JSON that is deep, or that names a prototype, change nothing", async () => {
    const stage = await openStage({ operators: [DANA] });
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    for (const body of [
      deep,
      '{"__proto__":{"access":"write"}}',
      '{"constructor":{"prototype":{"a":1}}}',
      "null",
      '""',
    ]) {
      const headers = { ...DANA.headers, "content-type": "application/json" };
      const answer = await send(`${stage.origin}/api/v1/release`, { method: "POST", headers, body });
      expect([answer.status, answer.json.error.code]).toEqual([400, "bad-request"]);
    }
    await expectToServe(stage);
  });
});
