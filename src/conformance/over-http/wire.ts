import { setTimeout as pause } from "node:timers/promises";
import { EnvHttpProxyAgent, request } from "undici";
import type { HttpPlace } from "../../stores/http.ts";
import { Broken } from "../expect.ts";

/** A request as it goes over the wire, below `/api/v1`. */
export interface Sent {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The slot's revision as `If-Match`; left out where it is left out on purpose. */
  readonly revision?: number;
  /** Whose token it carries; `nobody`: none, `stranger`: one that is nobody's. */
  readonly as?: "main" | "reader" | "outsider" | "nobody" | "stranger";
}

/** An answer as it came. */
export interface Got {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** The API itself, without a driver that hides a part of it. */
export interface Wire {
  send(sent: Sent): Promise<Got>;
  /** Sends, and hangs up when the answer begins: it was done, and its answer is lost. */
  sendAndLose(sent: Sent): Promise<void>;
  close(): Promise<void>;
}

/** Those who may speak to a server. */
export interface Speakers {
  readonly main: HttpPlace;
  readonly reader?: HttpPlace | undefined;
  readonly outsider?: HttpPlace | undefined;
}

const ANSWER_MS = 15_000;

/** Opens the way to a server for those who speak. */
export function openWire(speakers: Speakers): Wire {
  const { main } = speakers;
  const tls = main.ca === undefined ? {} : { ca: main.ca.reveal() };
  const answerMs = main.patience?.answerMs ?? ANSWER_MS;
  const times = { headersTimeout: answerMs, bodyTimeout: answerMs };
  const agent = new EnvHttpProxyAgent({ connect: tls, requestTls: tls, ...times });
  const dispatcher = main.watch === undefined ? agent : agent.compose(main.watch);
  const ask = async (sent: Sent) =>
    await request(`${main.address.replace(/\/+$/, "")}/api/v1${sent.path}`, {
      method: sent.body === undefined ? "GET" : "POST",
      headers: headersOf(sent, speakers),
      body: sent.body === undefined ? null : JSON.stringify(sent.body),
      dispatcher,
    });
  return {
    send: async (sent) => {
      let reply = await ask(sent);
      // Who is only asked to slow down has not been answered yet; who is nobody is told so for good.
      for (let tried = 0; tried < 3 && reply.statusCode === 429 && isKnown(sent); tried += 1) {
        await reply.body.dump();
        await pause(waitMsOf(reply.headers["retry-after"]));
        reply = await ask(sent);
      }
      const { statusCode: status, headers, body } = reply;
      const header = (name: string) => [headers[name]].flat()[0];
      return { status, header, text: await body.text() };
    },
    sendAndLose: async (sent) => {
      const { body } = await ask(sent);
      body.on("error", () => {}).destroy();
    },
    close: () => agent.close(),
  };
}

function isKnown({ as = "main" }: Sent): boolean {
  return as !== "nobody" && as !== "stranger";
}

const LONGEST_WAIT_MS = 5000;

function waitMsOf(retryAfter: string | string[] | undefined): number {
  const seconds = Number([retryAfter].flat()[0] ?? 1);
  return Math.min(LONGEST_WAIT_MS, Number.isNaN(seconds) ? LONGEST_WAIT_MS : seconds * 1000);
}

function headersOf({ as = "main", body, revision, headers = {} }: Sent, speakers: Speakers): Record<string, string> {
  const token = as === "stranger" ? "nobody-has-this-token-0123456789" : tokenOf(as, speakers);
  return {
    accept: "application/json, application/x-ndjson",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(revision === undefined ? {} : { "if-match": `"${revision}"` }),
    ...headers,
  };
}

function tokenOf(as: "main" | "reader" | "outsider" | "nobody", speakers: Speakers): string | undefined {
  return as === "nobody" ? undefined : speakers[as]?.token.reveal();
}

/** The JSON of an answer. */
export function jsonOf({ status, text }: Pick<Got, "status" | "text">): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Broken(`an answer ${status} should be JSON, and is ${text.slice(0, 100)}`);
  }
}

/** The lines of a list, each as JSON. */
export function linesOf({ status, text }: Pick<Got, "status" | "text">): readonly unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => jsonOf({ status, text: line }));
}
