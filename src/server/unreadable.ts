import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from "fastify";
import { SECOND_MS } from "../model/time.ts";
import { badRequest, sendFault } from "./oneroster/errors.ts";

/** How long a client may take before it is cut off. */
export interface ServerTimes {
  /** For the head of a request; default 15 seconds. */
  readonly headMs?: number;
  /** For a whole request; default 60 seconds. */
  readonly requestMs?: number;
  /** How often that is looked at; default 5 seconds. */
  readonly checkMs?: number;
}

/** What one client may send and how slowly: nobody holds the campus up. */
export function serverLimits({
  headMs = 15 * SECOND_MS,
  requestMs = 60 * SECOND_MS,
  checkMs = 5 * SECOND_MS,
}: ServerTimes = {}): Pick<
  FastifyServerOptions,
  "bodyLimit" | "requestTimeout" | "keepAliveTimeout" | "forceCloseConnections" | "routerOptions"
> & { readonly http: { readonly headersTimeout: number; readonly connectionsCheckingInterval: number } } {
  return {
    bodyLimit: 256 * 1024,
    requestTimeout: requestMs,
    keepAliveTimeout: 60 * SECOND_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
    http: { headersTimeout: headMs, connectionsCheckingInterval: checkMs },
  };
}

/** Answers a URL that cannot be decoded, in the words of whoever is asked there. */
export function answerUnreadable(request: FastifyRequest, reply: FastifyReply): void {
  const path = (request.raw.url ?? "").split("?")[0] ?? "";
  const description = "The URL cannot be read.";
  if (path.startsWith("/campus/oauth2/")) {
    void reply.status(400).send({ error: "invalid_request", error_description: description });
    return;
  }
  const version = /\/v1p([12])(\/|$)/.exec(path)?.[1];
  if (path.startsWith("/campus/api/") && version !== undefined) {
    sendFault(reply, version === "1" ? "1.1" : "1.2", badRequest("invaliddata", description));
    return;
  }
  void reply.status(400).send({ error: { code: "bad-request", message: description } });
}

/** Answers what is no HTTP, too large a head, or too slow, and ends the connection. Nothing of it is repeated. */
export function answerBroken(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = BROKEN[error.code ?? ""] ?? ["400 Bad Request", "bad-request", "This is no request."];
  const body = JSON.stringify({ error: { code, message } });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const BROKEN: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "too-large", "The head of the request is too large."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "too-slow", "The request took too long."],
};
