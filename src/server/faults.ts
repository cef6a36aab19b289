import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Fault as Answer, FORBIDDEN, sendFault, UNAUTHORISED } from "./oneroster/errors.ts";

/** Where a fault happens: at the token endpoint, at the OneRoster services (or one collection of theirs), or at both. */
export interface FaultPlace {
  readonly at: "token" | "data" | "everywhere";
  /** Only requests for this collection, e.g. `orgs`. */
  readonly collection?: string;
}

/** What goes wrong there. */
export type Mishap =
  /** The answer comes late. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The line is cut before anything is done. */
  | { readonly kind: "cut" }
  /** Everything is done, and the answer is lost on the way. */
  | { readonly kind: "drop-reply" }
  /** A status, with the payload that belongs to the place; 429 and 503 may say when to come back. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  /** A refusal of the token endpoint (RFC 6749, section 5.2, or a code of one's own). */
  | { readonly kind: "oauth-error"; readonly error: string; readonly status?: number }
  /** Infinite Campus's own words, as a page. */
  | { readonly kind: "no-application" }
  /** Tokens are given, and not accepted: they ended, or Token URL and Base URL are of different sites. */
  | { readonly kind: "expired-token" }
  /** The token is good, and nothing is shared with it. */
  | { readonly kind: "wrong-scope" }
  /** 200 and an empty list. */
  | { readonly kind: "empty" }
  /** 200 and something else than what was asked for. */
  | { readonly kind: "not-a-collection" }
  | { readonly kind: "page" }
  | { readonly kind: "redirect"; readonly to: string }
  /** 200 and far more than what was asked for, in bytes. */
  | { readonly kind: "huge"; readonly bytes: number };

/** A fault that a rehearsal or a test puts into a campus. */
export interface Fault extends FaultPlace {
  readonly what: Mishap;
}

/** Puts the faults of the moment before every answer of the token endpoint and the OneRoster services. */
export function injectFaults(app: FastifyInstance, faultsNow: () => readonly Fault[]): void {
  app.addHook("onRequest", async (request, reply) => {
    for (const { what } of faultsNow().filter((fault) => isAt(fault, request))) {
      if (what.kind === "slow") await pause(what.ms);
      else if (what.kind === "cut") return cut(reply);
      else if (await answerInstead(what, request, reply)) return reply;
    }
    return undefined;
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const kinds = faultsNow().filter((fault) => isAt(fault, request));
    if (kinds.some(({ what }) => what.kind === "drop-reply")) cut(reply);
    return kinds.some(({ what }) => what.kind === "empty") && reply.statusCode === 200
      ? emptied(reply, payload)
      : payload;
  });
}

function isAt({ at, collection }: FaultPlace, { url }: FastifyRequest): boolean {
  const [path = ""] = url.split("?");
  const isToken = path.startsWith("/campus/oauth2/token");
  const isData = path.startsWith("/campus/api/");
  if (!isToken && !isData) return false;
  if ((at === "token" && !isToken) || (at === "data" && !isData)) return false;
  return collection === undefined || path.split("/").includes(collection);
}

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

/** Answers in the place of the campus; `false` where the fault is none that answers. */
async function answerInstead(what: Mishap, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  switch (what.kind) {
    case "status":
      if (what.retryAfterSeconds !== undefined) reply.header("retry-after", String(what.retryAfterSeconds));
      await refuse(request, reply, { status: what.status, ...describeStatus(what.status) });
      return true;
    case "oauth-error":
      await reply.status(what.status ?? 400).send({ error: what.error });
      return true;
    case "no-application":
      await reply.status(400).type("text/html").send("<h1>No Campus Application selected</h1>");
      return true;
    case "expired-token":
      if (!request.url.startsWith("/campus/api/")) return false;
      await refuse(request, reply, UNAUTHORISED);
      return true;
    case "wrong-scope":
      if (!request.url.startsWith("/campus/api/")) return false;
      await refuse(request, reply, FORBIDDEN);
      return true;
    case "not-a-collection":
      await reply.status(200).send({ message: "hello" });
      return true;
    case "page":
      await reply.status(200).type("text/html").send("<!doctype html><title>Campus</title>");
      return true;
    case "redirect":
      await reply.redirect(what.to, 302);
      return true;
    case "huge":
      await reply
        .status(200)
        .type("application/json")
        .send(`{"orgs":["${"x".repeat(what.bytes)}"]}`);
      return true;
    default:
      return false;
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, fault: Answer): FastifyReply {
  if (request.url.startsWith("/campus/oauth2/")) return reply.status(fault.status).send({ error: fault.minor });
  return sendFault(reply, request.url.includes("v1p1") ? "1.1" : "1.2", fault);
}

function describeStatus(status: number): Pick<Answer, "minor" | "description"> {
  if (status === 429) return { minor: "server_busy", description: "Too many requests." };
  return { minor: status < 500 ? "invaliddata" : "internal_server_error", description: "This fault was asked for." };
}

/** The same answer with every list in it empty. */
function emptied(reply: FastifyReply, payload: unknown): unknown {
  if (typeof payload !== "string") return payload;
  const body: unknown = JSON.parse(payload);
  if (typeof body !== "object" || body === null) return payload;
  reply.header("x-total-count", "0");
  const members = Object.entries(body).map(([key, value]: [string, unknown]) => [
    key,
    Array.isArray(value) ? [] : value,
  ]);
  const text = JSON.stringify(Object.fromEntries(members));
  reply.header("content-length", String(Buffer.byteLength(text)));
  return text;
}
