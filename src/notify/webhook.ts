import { setTimeout as pause } from "node:timers/promises";
import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Secret } from "../model/secret.ts";
import { type Clock, epochMsOf, SECOND_MS } from "../model/time.ts";
import { VERSION } from "../version.ts";
import type { Message, Notifier, Sending, Sent } from "./notifier.ts";
import { keysIn, signatureOf } from "./signature.ts";
import * as trouble from "./trouble.ts";

/** Who takes messages, and how they are signed. */
export interface WebhookOptions {
  /** `https:`, or `http:` on this machine. May hold a token in its path or query, so it is never shown. */
  readonly url: Secret;
  /** One key or several, as `keysIn` reads them. */
  readonly secret: Secret;
  /** Certificates (PEM) that are trusted instead of those of the system. */
  readonly ca?: Secret;
  /** For all tries together, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const TRIES = 3;
const FIRST_WAIT_MS = 500;
const HURRIED_MS = 2 * SECOND_MS;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Where one try leads. */
type Try =
  | { readonly kind: "sent" }
  | { readonly kind: "over"; readonly diagnostic: Diagnostic }
  | { readonly kind: "again"; readonly diagnostic: Diagnostic; readonly afterMs: number };

/**
 * A notifier that posts to one address, as Standard Webhooks 1.0.0 says: the id stays over all tries, every try has a timestamp and
 * a signature of its own, 2xx is success, redirects are not followed, `Retry-After` counts. Tried again is what passes: 429, 5xx, no
 * answer. Honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 *
 * Throws `notify/bad-key`, `notify/bad-url` and `notify/in-clear`; sending never throws.
 */
export function createWebhook(options: WebhookOptions): Notifier {
  const keys = keysIn(options.secret);
  if (keys === undefined) throw trouble.badKey();
  const text = options.url.reveal().trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password !== "")
    throw trouble.badUrl();
  if (url.protocol !== "https:" && !LOOPBACK.test(url.hostname)) throw trouble.inClear(url.host);
  return { site: url.host, send: (message, sending = {}) => send({ options, keys, url }, message, sending) };
}

interface Setting {
  readonly options: WebhookOptions;
  readonly keys: readonly Uint8Array[];
  readonly url: URL;
}

async function send(setting: Setting, message: Message, { signal, isHurried = false }: Sending): Promise<Sent> {
  const { options, url } = setting;
  const tls = options.ca === undefined ? {} : { ca: options.ca.reveal() };
  const dispatcher = new EnvHttpProxyAgent({ connect: tls, requestTls: tls });
  const beganMs = performance.now();
  const wholeMs = isHurried ? Math.min(HURRIED_MS, options.timeoutMs) : options.timeoutMs;
  const leftMs = (): number => wholeMs - (performance.now() - beganMs);
  const ended = signal ?? new AbortController().signal;
  try {
    for (let tried = 1; ; tried += 1) {
      // Half of the time for one try: a receiver that hangs once is not the end.
      const tryMs = Math.min(leftMs(), isHurried ? wholeMs : wholeMs / 2);
      const seen = await tryOnce(setting, message, { dispatcher, tryMs, ended });
      if (seen.kind === "sent") return { kind: "sent", tries: tried };
      if (ended.aborted) return { kind: "not-sent", diagnostic: trouble.givenUp(url.host) };
      if (seen.kind === "over" || isHurried || tried === TRIES)
        return { kind: "not-sent", diagnostic: seen.diagnostic };
      const waitMs = Math.max(jittered(FIRST_WAIT_MS * 2 ** (tried - 1), options.random), seen.afterMs);
      if (waitMs >= leftMs()) return { kind: "not-sent", diagnostic: seen.diagnostic };
      await (options.sleep ?? sleep)(waitMs, ended);
    }
  } finally {
    await dispatcher.destroy();
  }
}

/** Ends early, and without an error, when the waiting is ended. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}

function jittered(ms: number, random: () => number = Math.random): number {
  return ms / 2 + (random() * ms) / 2;
}

async function tryOnce(
  { options, keys, url }: Setting,
  { id, body }: Message,
  way: { readonly dispatcher: Dispatcher; readonly tryMs: number; readonly ended: AbortSignal },
): Promise<Try> {
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(way.tryMs)));
  const seconds = Math.floor(epochMsOf(options.clock.now()) / SECOND_MS);
  try {
    // undici follows no redirect unless told to, and nobody tells it here.
    const reply = await request(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": `rosterform/${VERSION}`,
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": signatureOf({ id, seconds, body }, keys),
      },
      body,
      dispatcher: way.dispatcher,
      signal: AbortSignal.any([late, way.ended]),
    });
    // Nobody reads what it says; closing the connection ends it. The error of that is ours.
    reply.body.on("error", () => undefined).destroy();
    return judged(url.host, reply);
  } catch (error) {
    if (late.aborted) return { kind: "again", diagnostic: trouble.noAnswer(url.host), afterMs: 0 };
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    if (/CERT|_TLS_|_SSL_|SIGNATURE|ISSUER|EPROTO/.test(code))
      return { kind: "over", diagnostic: trouble.notTrusted(url.host, code) };
    return { kind: "again", diagnostic: trouble.unreachable(url.host, code), afterMs: 0 };
  }
}

function judged(site: string, { statusCode: status, headers }: Dispatcher.ResponseData): Try {
  if (status >= 200 && status < 300) return { kind: "sent" };
  if (status >= 300 && status < 400) return { kind: "over", diagnostic: trouble.redirected(site) };
  if (status !== 429 && status < 500) return { kind: "over", diagnostic: trouble.refused(site, status) };
  const first = (name: string): string => [headers[name]].flat()[0] ?? "";
  const afterMs = retryAfterMs(first("retry-after"), first("date"));
  return { kind: "again", diagnostic: trouble.unavailable(site, status), afterMs };
}

/** Retry-After (RFC 9110, section 10.2.3) in seconds, or as a date, which is read against the answer's own Date. */
function retryAfterMs(text: string, date: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS;
  const ms = Date.parse(text) - Date.parse(date);
  return Number.isNaN(ms) ? 0 : ms;
}
