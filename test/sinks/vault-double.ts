import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/**
 * Stands for a Vault server with a KV version 2 engine: strict about what the API documentation says of requests, and
 * answering in its words. Whatever a client does wrong is remembered in `complaints`.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, https://developer.hashicorp.com/vault/api-docs
 */
export interface VaultDouble {
  readonly address: string;
  readonly complaints: readonly string[];
  /** Every request: `GET secret/data/oneroster/springfield/otus`. */
  readonly requests: readonly string[];
  /** What is stored at a path below the mount. */
  secret(path: string): Stored | undefined;
  /** Stores as somebody else would. */
  store(path: string, data: Data, marks?: Data): void;
  /** Soft-deletes or destroys the newest version. */
  drop(path: string, how: "deleted" | "destroyed"): void;
  /** The next requests fail, in this order. */
  failNext(...faults: readonly Fault[]): void;
  /** Forgets the faults that have not happened yet. */
  calm(): void;
  /** Called once, right before the next write is judged: for a writer who comes first. */
  beforeWrite(act: () => void): void;
  close(): Promise<void>;
}

export interface VaultDoubleOptions {
  readonly token: string;
  readonly namespace?: string;
  /** Path before `/v1`, as behind a proxy. */
  readonly prefix?: string;
  readonly mount?: string;
  /** Version of the engine at the mount. Default: 2. */
  readonly engine?: 1 | 2;
  /** What the token may not: `GET data`, `POST data`, `POST metadata`, `GET sys`. */
  readonly forbidden?: readonly string[];
  readonly sealed?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export type Data = Readonly<Record<string, string>>;

export interface Stored {
  readonly versions: { data: Data; state: "there" | "deleted" | "destroyed" }[];
  marks: Data;
}

export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: "reset" }
  /** Taken and stored, but the answer gets lost. */
  | { readonly kind: "lost" }
  | { readonly kind: "silence" };

interface State {
  readonly options: VaultDoubleOptions;
  readonly secrets: Map<string, Stored>;
  readonly complaints: string[];
  readonly requests: string[];
  readonly faults: Fault[];
  beforeWrite: (() => void) | undefined;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

interface Said {
  readonly status: number;
  readonly body?: unknown;
}

/** Starts the server on a free port of this machine. */
export async function openVaultDouble(options: VaultDoubleOptions): Promise<VaultDouble> {
  const state: State = {
    options,
    secrets: new Map(),
    complaints: [],
    requests: [],
    faults: [],
    beforeWrite: undefined,
  };
  const listener: RequestListener = (request, response) => void answer(state, request, response);
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { prefix = "" } = options;
  return {
    address: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}${prefix}`,
    complaints: state.complaints,
    requests: state.requests,
    secret: (path) => state.secrets.get(path),
    store: (path, data, marks = {}) => void append(state, path, data, marks),
    drop(path, how) {
      const newest = state.secrets.get(path)?.versions.at(-1);
      if (newest !== undefined) newest.state = how;
    },
    failNext: (...faults) => void state.faults.push(...faults),
    calm: () => void state.faults.splice(0),
    beforeWrite: (act) => {
      state.beforeWrite = act;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  const { method = "" } = request;
  const url = (request.url ?? "").replace(state.options.prefix ?? "", "");
  state.requests.push(`${method} ${url.replace(/^\/v1\//, "")}`);
  const fault = state.faults.shift();
  if (fault?.kind === "silence") return;
  if (fault?.kind === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === "status") {
    const { status, headers = {}, body = '{"errors":["internal error"]}' } = fault;
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    return;
  }
  const said = judge(state, { url, request, text });
  if (fault?.kind === "lost") {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(said.status, { "content-type": "application/json" });
  response.end(said.body === undefined ? undefined : JSON.stringify(said.body));
}

interface Heard {
  readonly url: string;
  readonly request: IncomingMessage;
  readonly text: string;
}

function judge(state: State, { url, request, text }: Heard): Said {
  const { options } = state;
  const { method = "", headers } = request;
  const complain = (what: string): Said => {
    state.complaints.push(`${method} ${url}: ${what}`);
    return errors(400, what);
  };
  const segments = url.split("/");
  if (!url.startsWith("/v1/") || url.includes("?")) return complain("is not below /v1/, or has a query");
  if (segments.slice(1).some((part) => part === "" || part !== encodeURIComponent(decodeURIComponent(part)))) {
    return complain("is not escaped segment by segment");
  }
  if (headers["x-vault-request"] !== "true") return complain("has no X-Vault-Request");
  if (method === "POST" && headers["content-type"] !== "application/json") return complain("is not sent as JSON");
  if (method === "GET" && text !== "") return complain("has a body");
  if (options.sealed === true) return errors(503, "Vault is sealed");
  if (headers["x-vault-token"] !== options.token) return errors(403, "permission denied");
  if (headers["x-vault-namespace"] !== options.namespace) return errors(404, noHandler(url.slice(4)));
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return route(state, { method, path: segments.slice(2).map(decodeURIComponent).join("/"), body }, complain);
}

function route(state: State, asked: Asked, complain: (what: string) => Said): Said {
  const { mount = "secret", engine = 2, forbidden = [] } = state.options;
  const { method, path } = asked;
  if (path === `sys/internal/ui/mounts/${mount}`) {
    if (forbidden.includes("GET sys")) return errors(403, "preflight capability check returned 403");
    return { status: 200, body: { data: { type: "kv", path: `${mount}/`, options: { version: String(engine) } } } };
  }
  if (path.startsWith("sys/")) return errors(403, "preflight capability check returned 403");
  if (!path.startsWith(`${mount}/`)) return errors(404, noHandler(path));
  const [part = "", ...below] = path.slice(mount.length + 1).split("/");
  if (forbidden.includes(`${method} ${part}`)) return errors(403, "1 error occurred:\n\t* permission denied\n\n");
  if (engine === 1) return inVersionOne(state, asked);
  const at = below.join("/");
  if (part === "data" && method === "GET") return readData(state, at);
  if (part === "data" && method === "POST") return writeData(state, at, asked.body, complain);
  if (part === "metadata" && method === "POST") return writeMetadata(state, at, asked.body, complain);
  return complain("is no operation of the engine that a sink needs");
}

/** Version 1 keeps any map at any path, and knows neither `data/` nor versions. */
function inVersionOne(state: State, { method, path, body }: Asked): Said {
  const held = state.secrets.get(path);
  if (method === "GET") {
    return held === undefined ? { status: 404, body: { errors: [] } } : { status: 200, body: { data: held.marks } };
  }
  state.secrets.set(path, { versions: [], marks: { kept: JSON.stringify(body) } });
  return { status: 204 };
}

function readData(state: State, path: string): Said {
  const held = state.secrets.get(path);
  const newest = held?.versions.at(-1);
  if (held === undefined || newest === undefined) return { status: 404, body: { errors: [] } };
  const metadata = {
    created_time: "2027-06-15T08:30:00.000000Z",
    custom_metadata: Object.keys(held.marks).length === 0 ? null : held.marks,
    deletion_time: newest.state === "deleted" ? "2027-06-16T08:30:00.000000Z" : "",
    destroyed: newest.state === "destroyed",
    version: held.versions.length,
  };
  return newest.state === "there"
    ? { status: 200, body: { data: { data: newest.data, metadata } } }
    : { status: 404, body: { data: { data: null, metadata } } };
}

function writeData(state: State, path: string, body: unknown, complain: (what: string) => Said): Said {
  const act = state.beforeWrite;
  state.beforeWrite = undefined;
  act?.();
  const { data, options } = body as { readonly data?: unknown; readonly options?: { readonly cas?: unknown } };
  if (Object.keys(body as object).some((key) => key !== "data" && key !== "options"))
    return complain("has unknown keys");
  if (!isTexts(data)) return complain("has no map of texts as data");
  if (typeof options?.cas !== "number") return errors(400, "check-and-set parameter required for this call");
  if (options.cas !== (state.secrets.get(path)?.versions.length ?? 0)) {
    return errors(400, "check-and-set parameter did not match the current version");
  }
  const held = append(state, path, data, {});
  return { status: 200, body: { data: { version: held.versions.length, destroyed: false, deletion_time: "" } } };
}

function writeMetadata(state: State, path: string, body: unknown, complain: (what: string) => Said): Said {
  const { custom_metadata: marks } = body as { readonly custom_metadata?: unknown };
  if (!isTexts(marks)) return complain("has no map of texts as custom_metadata");
  const held = state.secrets.get(path) ?? { versions: [], marks: {} };
  held.marks = marks;
  state.secrets.set(path, held);
  return { status: 204 };
}

function append(state: State, path: string, data: Data, marks: Data): Stored {
  const held = state.secrets.get(path) ?? { versions: [], marks: {} };
  held.versions.push({ data, state: "there" });
  held.marks = { ...held.marks, ...marks };
  state.secrets.set(path, held);
  return held;
}

function isTexts(value: unknown): value is Data {
  return (
    typeof value === "object" && value !== null && Object.values(value).every((one: unknown) => typeof one === "string")
  );
}

function errors(status: number, ...said: readonly string[]): Said {
  return { status, body: { errors: said } };
}

function noHandler(path: string): string {
  return `no handler for route "${path}". route entry not found.`;
}
