import { setTimeout as pause } from "node:timers/promises";
import { EnvHttpProxyAgent, type Dispatcher, request } from "undici";
import type { Secret } from "../../model/secret.ts";
import * as trouble from "./trouble.ts";

/** Where a store is asked, and as whom. */
export interface HttpPlace {
  /** `https://campus.example.org`, without `/api/v1`; `http:` for this machine only. A path in it is kept. */
  readonly address: string;
  readonly token: Secret;
  /** Certificates (PEM) that are trusted instead of those of the system. */
  readonly ca?: Secret;
  readonly patience?: Partial<HttpPatience>;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  /** Sees every request and its answer as they pass, for whoever tries a server. */
  readonly watch?: Dispatcher.DispatcherComposeInterceptor;
}

/** How long we wait, in milliseconds. */
export interface HttpPatience {
  /** For one question with all its tries. */
  readonly totalMs: number;
  /** For an answer to begin, and for every further part of it. */
  readonly answerMs: number;
  /** Before the second try; doubled before each further one. */
  readonly firstWaitMs: number;
}

/** One question. `path` is below `/api/v1` and escaped already. */
export interface Question {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** It may be asked again though nobody knows whether it was heard: a read, or a write that is done once only. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What came back from a server that was heard: of a good or a telling status. The body is still to be read. */
export interface Answer {
  readonly status: number;
  readonly body: Dispatcher.ResponseData["body"];
}

/** The line to one server, with its pool of connections. */
export interface Line {
  /** Names the server for people. */
  readonly site: string;
  readonly ask: (question: Question) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const PATIENCE: HttpPatience = { totalMs: 60_000, answerMs: 30_000, firstWaitMs: 200 };
const TRIES = 6;
const CONNECTIONS = 16;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** These the caller reads: outcomes of writes, and what is not there. */
const TELLING: ReadonlySet<number> = new Set([200, 202, 404, 409, 412]);

/** Opens the line; nothing is asked yet. Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
export function openLine(place: HttpPlace): Line {
  const { protocol, hostname, host } = new URL(place.address);
  if (protocol !== "https:" && !LOOPBACK.test(hostname)) throw trouble.tokenInClear(host);
  if (!/^[\x21-\x7e]+$/.test(place.token.reveal())) throw trouble.badToken();
  const patience = { ...PATIENCE, ...place.patience };
  const tls = place.ca === undefined ? {} : { ca: place.ca.reveal() };
  const agent = new EnvHttpProxyAgent({
    connections: CONNECTIONS,
    connect: tls,
    requestTls: tls,
    headersTimeout: patience.answerMs,
    bodyTimeout: patience.answerMs,
  });
  const dispatcher = place.watch === undefined ? agent : agent.compose(place.watch);
  return {
    site: host,
    ask: (question) => askPatiently({ place, patience, dispatcher, site: host }, question),
    close: () => agent.close(),
  };
}

interface Setting {
  readonly place: HttpPlace;
  readonly patience: HttpPatience;
  readonly dispatcher: Dispatcher;
  readonly site: string;
}

/** Where one try leads. */
type Try =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "again"; readonly error: Error; readonly afterMs: number };

/**
 * Asks until there is an answer, the tries are used up or the time is. What is not repeatable is asked again only where it is
 * certain that nothing was written: the server was not reached, or said itself that it did not begin.
 */
async function askPatiently(setting: Setting, question: Question): Promise<Answer> {
  const { patience, place } = setting;
  const beganMs = performance.now();
  for (let tried = 1; ; tried += 1) {
    question.signal?.throwIfAborted();
    const seen = await askOnce(setting, question);
    if (seen.kind === "answer") return seen.answer;
    const backoffMs = patience.firstWaitMs * 2 ** (tried - 1);
    const jitteredMs = backoffMs / 2 + ((place.random ?? Math.random)() * backoffMs) / 2;
    const waitMs = Math.max(jitteredMs, seen.afterMs);
    const leftMs = patience.totalMs - (performance.now() - beganMs);
    if (tried === TRIES || waitMs >= leftMs) throw seen.error;
    await pause(waitMs, undefined, question.signal === undefined ? {} : { signal: question.signal }).catch(() => {});
  }
}

async function askOnce({ place, dispatcher, site }: Setting, question: Question): Promise<Try> {
  const { path, body, headers = {}, repeatable, signal } = question;
  let reply: Dispatcher.ResponseData;
  try {
    // undici follows no redirect unless told to, and nobody tells it here: the token is for this address only.
    reply = await request(`${place.address.replace(/\/+$/, "")}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${place.token.reveal()}`,
        accept: "application/json, application/x-ndjson",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      dispatcher,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    return unheard(site, error, repeatable);
  }
  if (TELLING.has(reply.statusCode)) return { kind: "answer", answer: { status: reply.statusCode, body: reply.body } };
  await reply.body.dump();
  return refusal(site, reply, question);
}

/** Errors of the way to the server: nothing of the question can have been heard. */
const BEFORE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

function unheard(site: string, error: unknown, repeatable: boolean): Try {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  if (/CERT|_TLS_|_SSL_|SIGNATURE|ISSUER|EPROTO/.test(code)) throw trouble.notTrusted(site, code);
  if (BEFORE.test(code)) return { kind: "again", error: trouble.unreachable(site, code), afterMs: 0 };
  const lost = trouble.answerLost(site, code);
  if (!repeatable) throw lost;
  return { kind: "again", error: lost, afterMs: 0 };
}

function refusal(site: string, reply: Dispatcher.ResponseData, { repeatable, path }: Question): Try {
  const { statusCode: status } = reply;
  if (status >= 300 && status < 400) throw trouble.redirected(site);
  if (status === 401) throw trouble.unauthorized(site);
  if (status === 403) throw trouble.forbidden(site, path.startsWith("/districts") ? "read these districts" : "do this");
  const after = retryAfterMs(first(reply, "retry-after"), first(reply, "date"));
  if (status === 423) return { kind: "again", error: trouble.locked(site), afterMs: after ?? 0 };
  if (status === 429) return { kind: "again", error: trouble.unavailable(site, status), afterMs: after ?? 0 };
  if (status < 500) throw trouble.badAnswer(site, `it answers ${status}`);
  // Whoever says when to come again did not begin; of any other failure nobody knows how far it came.
  if (!repeatable && !(status === 503 && after !== undefined)) throw trouble.answerLost(site, `it answers ${status}`);
  return { kind: "again", error: trouble.unavailable(site, status), afterMs: after ?? 0 };
}

function first({ headers }: Dispatcher.ResponseData, name: string): string {
  return [headers[name]].flat()[0] ?? "";
}

/** Retry-After (RFC 9110, section 10.2.3) in seconds, or as a date, which is read against the answer's own Date. */
function retryAfterMs(text: string, date: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text) - Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}
