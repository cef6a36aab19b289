import { setTimeout as pause } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import { PROBE_AGENT } from "./agent.ts";

/** One request. Only the token call carries a secret, in its headers or its body, never in the URL. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back: a reply of whatever status, or silence and its kind. */
export type Answer = Reply | Silence;

export interface Reply {
  readonly kind: "reply";
  readonly status: number;
  /** The header's first value, by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

export interface Silence {
  readonly kind: "silence";
  readonly why: "deadline" | "unknown-host" | "bad-certificate" | "unreachable" | "answer-too-large";
}

/** Asks the world, patiently but not for ever. */
export type Ask = (call: Call) => Promise<Answer>;

/** What the time and chance of asking rest on; tests hand in their own. */
export interface AskSettings {
  /** For everything that is asked through one `Ask`, in milliseconds. */
  readonly deadlineMs: number;
  readonly dispatcher?: Dispatcher;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  /** Waits so many milliseconds; may reject when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** The first try and two more: enough for a restart behind a load balancer, too few to burden a site in trouble. */
const TRIES = 3;
const FIRST_WAIT_MS = 250;
/** A page of a hundred schools is a few hundred kilobytes; what is larger is no answer to any question of ours. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Opens the line for one climb: `ask` until the deadline, then `close`. The caller's own abort is thrown with its reason;
 * the deadline is an answer (`silence`).
 */
export function openLine(
  settings: AskSettings,
  signal?: AbortSignal,
): { readonly ask: Ask; readonly close: () => void } {
  const beganMs = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), settings.deadlineMs);
  const either = signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]);
  const leftMs = (): number => settings.deadlineMs - (performance.now() - beganMs);
  const ask: Ask = async (call) => {
    for (let tried = 1; ; tried += 1) {
      signal?.throwIfAborted();
      const answer = await askOnce(call, settings.dispatcher, either);
      const waitMs = waitBefore(answer, tried, settings.random ?? Math.random);
      if (tried === TRIES || waitMs === undefined || waitMs >= leftMs()) {
        signal?.throwIfAborted();
        return answer;
      }
      await (settings.sleep ?? sleepFor)(waitMs, either).catch(() => undefined);
    }
  };
  return { ask, close: () => clearTimeout(timer) };
}

function sleepFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return pause(ms, undefined, { signal });
}

async function askOnce(call: Call, dispatcher: Dispatcher | undefined, signal: AbortSignal): Promise<Answer> {
  try {
    // undici follows no redirect unless told to, and nobody tells it here: a secret must not travel on.
    const { statusCode, headers, body } = await request(call.url, {
      method: call.method,
      headers: { accept: "application/json", "user-agent": PROBE_AGENT, ...call.headers },
      body: call.body ?? null,
      signal,
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    const text = await readText(body);
    if (text === undefined) return { kind: "silence", why: "answer-too-large" };
    return { kind: "reply", status: statusCode, header: (name) => [headers[name]].flat()[0], text };
  } catch (error) {
    return { kind: "silence", why: signal.aborted ? "deadline" : whyOf(error) };
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    // Leaving the loop early destroys the body, and with it the connection.
    if (size > MAX_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function whyOf(error: unknown): Silence["why"] {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOTFOUND") return "unknown-host";
  return /CERT|_TLS_|SIGNATURE/.test(code) ? "bad-certificate" : "unreachable";
}

/** How long to wait before another try; `undefined` where another try would see the same. */
function waitBefore(answer: Answer, tried: number, random: () => number): number | undefined {
  const backoffMs = FIRST_WAIT_MS * 2 ** (tried - 1);
  const jitteredMs = backoffMs / 2 + (random() * backoffMs) / 2;
  if (answer.kind === "silence") return answer.why === "unreachable" ? jitteredMs : undefined;
  if (answer.status !== 429 && answer.status < 500) return undefined;
  return Math.max(jitteredMs, retryAfterMs(answer) ?? 0);
}

/** Retry-After (RFC 9110, section 10.2.3) in seconds, or as a date, which is read against the answer's own Date. */
function retryAfterMs(reply: Reply): number | undefined {
  const text = reply.header("retry-after") ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text) - Date.parse(String(reply.header("date")));
  return Number.isNaN(ms) ? undefined : ms;
}
