import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Secret } from "../model/secret.ts";
import * as trouble from "./vault-trouble.ts";

/** Where Vault is asked, and as whom. */
export interface LineOptions {
  /** `https://vault.example.org:8200`; `http:` for loopback only. A path before `/v1` is kept. */
  readonly address: string;
  readonly namespace?: string;
  readonly token: Secret;
  /** Certificates (PEM) that are trusted instead of those of the system. */
  readonly ca?: Secret;
  /** For all questions of one delivery together, in milliseconds. */
  readonly deadlineMs?: number;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** What came back, whatever it says. Servers in trouble are no answer: they are asked again, then thrown. */
export interface Answer {
  readonly status: number;
  /** The body; `undefined` where there is none. */
  readonly json: unknown;
}

/** Asks Vault: `path` is below `/v1/` and escaped already. */
export type AskVault = (method: "GET" | "POST", path: string, body?: unknown) => Promise<Answer>;

/** Where one try leads. */
type Try =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "again"; readonly error: Error; readonly afterMs: number };

/** The first try and three more. */
const TRIES = 4;
const FIRST_WAIT_MS = 250;
const DEADLINE_MS = 30_000;
/** Vault takes 1 MiB at most for a secret; what is larger is no answer of Vault. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * Statuses that pass: 412 (a standby that has not seen our last write yet), 429 (too many requests, or a standby), 472 and
 * 473 (a node that answers for itself only), and all that says "not now" from 500 on.
 * https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
const PASSING: ReadonlySet<number> = new Set([412, 429, 472, 473]);

/** Opens the line for one delivery: its deadline begins now. */
export function openVaultLine(options: LineOptions): AskVault {
  const beganMs = performance.now();
  const leftMs = (): number => (options.deadlineMs ?? DEADLINE_MS) - (performance.now() - beganMs);
  const dispatcher = new Agent(options.ca === undefined ? {} : { connect: { ca: options.ca.reveal() } });
  const site = new URL(options.address).host;
  return async (method, path, body) => {
    for (let tried = 1; ; tried += 1) {
      const seen = await askOnce({ method, path, body, options, dispatcher, site, leftMs: leftMs() });
      if (seen.kind === "answer") return seen.answer;
      const backoffMs = FIRST_WAIT_MS * 2 ** (tried - 1);
      const jitteredMs = backoffMs / 2 + ((options.random ?? Math.random)() * backoffMs) / 2;
      const waitMs = Math.max(jitteredMs, seen.afterMs);
      if (tried === TRIES || waitMs >= leftMs()) throw seen.error;
      await (options.sleep ?? pause)(waitMs);
    }
  };
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: unknown;
  readonly options: LineOptions;
  readonly dispatcher: Agent;
  readonly site: string;
  readonly leftMs: number;
}

async function askOnce({ method, path, body, options, dispatcher, site, leftMs }: Question): Promise<Try> {
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(leftMs)));
  let status: number;
  let header: (name: string) => string | undefined;
  let text: string;
  try {
    // undici follows no redirect unless told to, and nobody tells it here: the token is for this address only.
    const reply = await request(`${options.address.replace(/\/+$/, "")}/v1/${path}`, {
      method,
      headers: headersOf(options, body !== undefined),
      body: body === undefined ? null : JSON.stringify(body),
      signal,
      dispatcher,
    });
    status = reply.statusCode;
    header = (name) => [reply.headers[name]].flat()[0];
    text = await readText(reply.body, site);
  } catch (error) {
    return unreached(error, signal.aborted, site);
  }
  if (status >= 300 && status < 400) throw trouble.redirected(site);
  if (status === 503 && /sealed/i.test(text)) throw trouble.sealed(site);
  if (PASSING.has(status) || status >= 500) {
    const afterMs = retryAfterMs(header("retry-after"), header("date"));
    return { kind: "again", error: trouble.unavailable(site, status), afterMs };
  }
  return { kind: "answer", answer: { status, json: parsed(text) } };
}

/** https://developer.hashicorp.com/vault/api-docs: the token, the namespace, and the mark that proxies may insist on. */
function headersOf({ token, namespace }: LineOptions, hasBody: boolean): Readonly<Record<string, string>> {
  return {
    accept: "application/json",
    "x-vault-request": "true",
    "x-vault-token": token.reveal(),
    ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
    ...(hasBody ? { "content-type": "application/json" } : {}),
  };
}

async function readText(body: AsyncIterable<Uint8Array>, site: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    // Leaving the loop early destroys the body, and with it the connection.
    if (size > MAX_BYTES) throw trouble.badAnswer(site);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** What is not JSON is as good as nothing: whoever needs an answer sees that there is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A write whose answer got lost may be repeated: the check of the version takes it once only. */
function unreached(error: unknown, isLate: boolean, site: string): Try {
  if (trouble.isOurs(error)) throw error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (/CERT|_TLS_|SIGNATURE|ISSUER/.test(code)) throw trouble.badCertificate(site, code);
  // A time that is up is up for every further try.
  if (isLate) throw trouble.unreachable(site, "no answer in time");
  return { kind: "again", error: trouble.unreachable(site, code), afterMs: 0 };
}

/** Retry-After (RFC 9110, section 10.2.3) in seconds, or as a date, which is read against the answer's own Date. */
function retryAfterMs(text = "", date = ""): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text) - Date.parse(date);
  return Number.isNaN(ms) ? 0 : ms;
}
