import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type ClientHttp2Session, constants } from "node:http2";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeIdentity } from "../../src/terraform/serve/certificate.ts";
import { buildSample, type BuiltProvider } from "./build-provider.ts";

const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const client = makeIdentity();
const asked = {
  TF_PLUGIN_MAGIC_COOKIE: COOKIE,
  PLUGIN_PROTOCOL_VERSIONS: "6,5",
  PLUGIN_CLIENT_CERT: client.certificate,
};

let sample: BuiltProvider;
let child: ChildProcess | undefined;
let session: ClientHttp2Session | undefined;
const folders: string[] = [];

beforeAll(() => {
  sample = buildSample();
});
afterAll(() => sample.remove());
afterEach(() => {
  session?.destroy();
  child?.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Started {
  /** The handshake, or nothing where the process ended without one. */
  readonly line: string;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

function start(environment: NodeJS.ProcessEnv): Promise<Started> {
  const { PATH } = process.env;
  const started = spawn(sample.program, { env: { PATH, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  child = started;
  let [stdout, stderr] = ["", ""];
  started.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    started.once("close", (code) => resolve({ code, stderr }));
  });
  return new Promise((resolve) => {
    started.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.endsWith("\n")) resolve({ line: stdout, ended });
    });
    started.once("close", () => resolve({ line: stdout, ended }));
  });
}

/** What a client does that trusts what the handshake says. `with` is who it says that it is. */
function dial(
  line: string,
  who: { readonly key?: string; readonly certificate?: string },
): Promise<ClientHttp2Session> {
  const [, , network = "", address = "", , shown = ""] = line.trim().split("|");
  const ca = new X509Certificate(Buffer.from(shown, "base64")).toString();
  const [host, port] = address.split(":");
  const where = network === "unix" ? { path: address } : { host, port: Number(port) };
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...where,
      ca,
      servername: "localhost",
      ALPNProtocols: ["h2"],
      ...(who.key === undefined ? {} : { key: who.key, cert: who.certificate }),
    });
    socket.once("error", reject).once("close", () => reject(new Error("closed")));
    const made = connect("https://localhost", { createConnection: () => socket });
    made.on("error", reject).once("remoteSettings", () => resolve(made));
    session = made;
  });
}

/** One call with one message; answers its message and its status. */
function call(on: ClientHttp2Session, path: string, body = Buffer.alloc(5)) {
  return new Promise<{ readonly status: string; readonly message: Buffer }>((resolve, reject) => {
    const stream = on.request({ [constants.HTTP2_HEADER_METHOD]: "POST", [constants.HTTP2_HEADER_PATH]: path });
    const chunks: Buffer[] = [];
    let status = "";
    stream.on("response", (headers) => (status = String(headers["grpc-status"] ?? status)));
    stream.on("trailers", (headers) => (status = String(headers["grpc-status"])));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve({ status, message: Buffer.concat(chunks).subarray(5) }));
    stream.on("error", reject);
    stream.end(body);
  });
}

function folderFor(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  folders.push(folder);
  return folder;
}

describe("a program that nobody of Terraform started", () => {
  it("says what it is, and ends with 1", async () => {
    const { line, ended } = await start({});
    expect(line).toBe("");
    expect(await ended).toEqual({ code: 1, stderr: expect.stringContaining("Terraform starts it, people do not") });
  });

  it("does so with another cookie as well", async () => {
    expect((await (await start({ ...asked, TF_PLUGIN_MAGIC_COOKIE: "x" })).ended).code).toBe(1);
  });
});

describe("the handshake", () => {
  it("is one line, with a certificate without padding", async () => {
    const { line } = await start(asked);
    expect(line).toMatch(/^1\|6\|unix\|\/.+\.sock\|grpc\|[A-Za-z0-9+/]+\n$/);
  });

  it("takes the one protocol that both speak, and says so when there is none", async () => {
    expect((await start({ ...asked, PLUGIN_PROTOCOL_VERSIONS: "5,6,7" })).line).toMatch(/^1\|6\|/);
    child?.kill("SIGKILL");
    const { line, ended } = await start({ ...asked, PLUGIN_PROTOCOL_VERSIONS: "5" });
    expect(line).toBe("");
    expect((await ended).stderr).toContain("Terraform offers the protocols 5; this provider speaks 6");
  });

  it("leaves the certificate out where TLS is switched off", async () => {
    const { PLUGIN_CLIENT_CERT: _, ...rest } = asked;
    expect((await start(rest)).line).toMatch(/^1\|6\|unix\|\/.+\|grpc\|\n$/);
  });

  it("uses the folder for sockets that it is told", async () => {
    const folder = folderFor("sockets-");
    expect((await start({ ...asked, PLUGIN_UNIX_SOCKET_DIR: folder })).line).toContain(`|unix|${folder}/`);
  });

  it("has a path short enough, however long that of temporary files is", async () => {
    const folder = join(folderFor("long-"), "x".repeat(100));
    mkdirSync(folder);
    const { line } = await start({ ...asked, TMPDIR: folder });
    expect(line).toMatch(/\|unix\|\/tmp\/oneroster-/);
    await dial(line, client);
  });

  it("goes on where a folder takes no socket", async () => {
    expect((await start({ ...asked, PLUGIN_UNIX_SOCKET_DIR: "/proc" })).line).toMatch(/^1\|6\|unix\|/);
  });
});

describe("a connection", () => {
  it("is made by whom Terraform's certificate belongs to", async () => {
    const made = await dial((await start(asked)).line, client);
    expect(await call(made, "/grpc.health.v1.Health/Check")).toEqual({ status: "0", message: Buffer.of(8, 1) });
  });

  it.each([
    ["no certificate", {}],
    ["a certificate of somebody else", makeIdentity()],
  ])("is refused with %s, and the provider lives on", async (_, who) => {
    const { line } = await start(asked);
    await expect(dial(line, who)).rejects.toThrow();
    await dial(line, client);
  });

  it("is refused without TLS", async () => {
    const [, , , path = ""] = (await start(asked)).line.split("|");
    const socket = connectTcp({ path });
    const answered = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk) => (text += chunk.toString("latin1")));
      socket.on("close", () => resolve(text)).on("error", () => resolve(text));
    });
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect(await answered).not.toContain("grpc");
  });
});

describe("a call", () => {
  it("that nobody knows is not implemented, and a broken one is an error", async () => {
    const made = await dial((await start(asked)).line, client);
    expect(await call(made, "/tfplugin6.Provider/GetResourceIdentitySchemas")).toMatchObject({ status: "12" });
    expect(await call(made, "/tfplugin6.Provider/StopProvider", Buffer.of(1, 0, 0, 0, 0))).toMatchObject({
      status: "13",
    });
    expect(await call(made, "/tfplugin6.Provider/StopProvider", Buffer.of(0, 0, 0, 0, 9))).toMatchObject({
      status: "13",
    });
    expect(await call(made, "/tfplugin6.Provider/GetMetadata")).toMatchObject({ status: "0" });
  });

  it("to end is answered, and the process is gone with its socket", async () => {
    const { line, ended } = await start(asked);
    const [, , , path = ""] = line.split("|");
    expect(existsSync(path)).toBe(true);
    const made = await dial(line, client);
    const started = performance.now();
    expect(await call(made, "/plugin.GRPCController/Shutdown")).toMatchObject({ status: "0" });
    expect((await ended).code).toBe(0);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(existsSync(path)).toBe(false);
  });

  it("to end is obeyed while streams are open that never say anything", async () => {
    const { line, ended } = await start(asked);
    const made = await dial(line, client);
    for (const path of ["/plugin.GRPCStdio/StreamStdio", "/plugin.GRPCBroker/StartStream"]) {
      const stream = made.request({ ":method": "POST", ":path": path });
      stream.on("error", () => {});
      expect(await new Promise((resolve) => stream.once("response", (headers) => resolve(headers[":status"])))).toBe(
        200,
      );
    }
    await call(made, "/plugin.GRPCController/Shutdown");
    expect((await ended).code).toBe(0);
  });
});

describe("signals", () => {
  it("of Ctrl-C are left to Terraform; a request to end is obeyed, and leaves no socket", async () => {
    const { line, ended } = await start(asked);
    const [, , , path = ""] = line.split("|");
    child?.kill("SIGINT");
    await dial(line, client);
    child?.kill("SIGTERM");
    expect((await ended).code).toBe(143);
    expect(existsSync(path)).toBe(false);
  });
});
