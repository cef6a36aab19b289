import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { askToken, openStage, operator, type Stage, vendorOf } from "./stage.ts";

/** What came back on the wire: the status, or that the line was closed without a word. */
interface Wire {
  readonly status: number | "closed";
  readonly head: string;
  readonly body: string;
}

/** Sends these bytes as they are, and reads until the other side closes or falls silent. */
function say(origin: string, bytes: string | Buffer): Promise<Wire> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    const end = (): void => {
      const text = Buffer.concat(got).toString("latin1");
      const [head = "", body = ""] = text.split("\r\n\r\n");
      const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
      resolve({ status: status === undefined ? "closed" : Number(status), head, body });
      socket.destroy();
    };
    socket.on("data", (part) => got.push(part));
    socket.on("error", end);
    socket.on("close", end);
    socket.setTimeout(1500, end);
  });
}

const request = (line: string, headers: readonly string[] = [], body = ""): string =>
  [`${line} HTTP/1.1`, "Host: campus", "Connection: close", ...headers, "", body].join("\r\n");
const form = (body: string): readonly string[] => [
  "Content-Type: application/x-www-form-urlencoded",
  `Content-Length: ${Buffer.byteLength(body)}`,
];
const LONG = "x".repeat(300_000);

/** By surface: what is sent, and with which statuses it may be refused. `closed`: the server hangs up. */
const TOKEN: readonly (readonly [string, string, readonly (number | "closed")[]])[] = [
  ["no body", request("POST /campus/oauth2/token?appName=a"), [400, 415]],
  ["a body that is too large", request("POST /campus/oauth2/token?appName=a", form(LONG), LONG), [400, 413]],
  [
    "JSON",
    request("POST /campus/oauth2/token?appName=a", ["Content-Type: application/json", "Content-Length: 2"], "{}"),
    [400, 415],
  ],
  [
    "a length that is none",
    request("POST /campus/oauth2/token?appName=a", ["Content-Length: ten"], "x"),
    [400, "closed"],
  ],
  [
    "two lengths",
    request("POST /campus/oauth2/token?appName=a", ["Content-Length: 1", "Content-Length: 2"], "xx"),
    [400, "closed"],
  ],
  [
    "a length and chunks",
    request("POST /campus/oauth2/token?appName=a", ["Content-Length: 1", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    [400, "closed"],
  ],
  [
    "chunks that are none",
    request(
      "POST /campus/oauth2/token?appName=a",
      ["Transfer-Encoding: chunked", "Content-Type: application/x-www-form-urlencoded"],
      "zz\r\n",
    ),
    [400, "closed"],
  ],
  [
    "a parameter twice",
    request("POST /campus/oauth2/token?appName=a", form("grant_type=a&grant_type=b"), "grant_type=a&grant_type=b"),
    [400],
  ],
  [
    "Basic that is no base64",
    request(
      "POST /campus/oauth2/token?appName=a",
      ["Authorization: Basic %%%", ...form("grant_type=client_credentials")],
      "grant_type=client_credentials",
    ),
    [400, 401],
  ],
  [
    "Basic without a colon",
    request(
      "POST /campus/oauth2/token?appName=a",
      ["Authorization: Basic YWJj", ...form("grant_type=client_credentials")],
      "grant_type=client_credentials",
    ),
    [400, 401],
  ],
  ["another method", request("GET /campus/oauth2/token?appName=a"), [404, 405]],
];

const DATA: readonly (readonly [string, string, readonly (number | "closed")[]])[] = [
  [
    "a path that goes up",
    request("GET /campus/api/ims/oneroster/rostering/v1p2/../../../../etc/passwd"),
    [400, 401, 404],
  ],
  [
    "an encoded path that goes up",
    request("GET /campus/api/ims/oneroster/rostering/v1p2/..%2f..%2fusers"),
    [400, 401, 404],
  ],
  ["double slashes", request("GET //campus//api/ims/oneroster/rostering/v1p2//orgs"), [400, 401, 404]],
  ["a zero byte", request("GET /campus/api/ims/oneroster/rostering/v1p2/orgs/%00"), [400, 401, 404]],
  ["an escape that is none", request("GET /campus/api/ims/oneroster/rostering/v1p2/orgs/%zz"), [400, 401, 404]],
  [
    "a very long path",
    request(`GET /campus/api/ims/oneroster/rostering/v1p2/orgs/${"a".repeat(5000)}`),
    [400, 401, 404, 414],
  ],
  [
    "a line that is too long",
    request(`GET /campus/api/ims/oneroster/rostering/v1p2/orgs?x=${"a".repeat(40_000)}`),
    [400, 414, 431, "closed"],
  ],
  [
    "headers that are too large",
    request("GET /campus/api/ims/oneroster/rostering/v1p2/orgs", [`X-Long: ${"a".repeat(40_000)}`]),
    [431, 400, "closed"],
  ],
  [
    "a token that is none",
    request("GET /campus/api/ims/oneroster/rostering/v1p2/orgs", ["Authorization: Bearer \u0001"]),
    [400, 401],
  ],
  ["no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001hello\r\n\r\n", [400, "closed"]],
  ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 404, 505, "closed"]],
];

const API: readonly (readonly [string, string, readonly string[], readonly number[]])[] = [
  ["bad JSON", '{"address":', ["Content-Type: application/json"], [400]],
  ["another shape", "[]", ["Content-Type: application/json"], [400]],
  ["a prototype", '{"__proto__":{"x":1},"address":"a/b","revision":0}', ["Content-Type: application/json"], [400]],
  ["a body that is too large", `{"x":"${LONG}"}`, ["Content-Type: application/json"], [413]],
  ["no JSON", "address=a", ["Content-Type: text/plain"], [400, 415]],
];

/** After everything that was thrown at it, the campus serves its own people. */
async function expectToServe(stage: Stage): Promise<void> {
  const connected = await stage.connect();
  expect((await askToken(connected.credentials)).status).toBe(200);
  expect((await (await vendorOf(connected))("orgs")).status).toBe(200);
}

describe("bad input", () => {
  it("at the token endpoint is refused in the words of OAuth, and nobody else notices", async () => {
    const stage = await openStage();
    for (const [name, bytes, wanted] of TOKEN) {
      const { status, body, head } = await say(stage.origin, bytes);
      expect([name, status, wanted.includes(status)]).toEqual([name, status, true]);
      if (/application\/json/.test(head))
        expect([name, body]).toEqual([name, expect.stringMatching(/error|statusCode/)]);
    }
    await expectToServe(stage);
  });

  it("at the services is refused without a word about what there is", async () => {
    const stage = await openStage();
    for (const [name, bytes, wanted] of DATA) {
      const { status, body } = await say(stage.origin, bytes);
      expect([name, status, wanted.includes(status)]).toEqual([name, status, true]);
      expect(body).not.toContain("/src/");
      expect(body).not.toContain("root:");
    }
    await expectToServe(stage);
  });

  it("cannot put a header into an answer", async () => {
    const stage = await openStage();
    const connected = await stage.connect();
    const { json } = await askToken(connected.credentials);
    const path = new URL(`${connected.root}/orgs`).pathname;
    const line = `GET ${path}?limit=1&x=%0d%0aX-Evil:%20yes&offset=0`;
    const { status, head } = await say(stage.origin, request(line, [`Authorization: Bearer ${json.access_token}`]));
    expect(status).toBe(200);
    expect(head.toLowerCase()).not.toMatch(/^x-evil:/m);
  });

  it("to the connection-store API is a 4xx that says why", async () => {
    const rita = operator("rita", { districts: "all", access: "write" });
    const stage = await openStage({ operators: [rita] });
    for (const [name, body, headers, wanted] of API) {
      const all = [`Authorization: ${rita.headers["authorization"]}`, ...headers, `Content-Length: ${body.length}`];
      const answer = await say(stage.origin, request("POST /api/v1/release", all, body));
      expect([name, answer.status, wanted.includes(Number(answer.status))]).toEqual([name, answer.status, true]);
      expect([name, answer.body]).toEqual([name, expect.stringContaining('"error"')]);
    }
    expect((await say(stage.origin, request("GET /api/v1/districts", ["Authorization: Bearer no"]))).status).toBe(401);
    await expectToServe(stage);
  });

  it("that comes in crumbs keeps nobody else waiting", async () => {
    const stage = await openStage();
    const { hostname, port } = new URL(stage.origin);
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect(
        Number(port),
        hostname,
        () => void socket.write("POST /campus/oauth2/token HTTP/1.1\r\nHo"),
      );
      socket.on("error", () => undefined);
      return socket;
    });
    await expectToServe(stage);
    for (const socket of slow) socket.destroy();
  });
});
