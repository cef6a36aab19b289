import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2SecureServer,
  type ServerHttp2Stream,
} from "node:http2";
import type { Identity } from "./certificate.ts";

/**
 * gRPC over HTTP/2, as far as a provider needs it: calls with one message each way, uncompressed (the gRPC protocol,
 * "gRPC over HTTP2"). Streams that are only ever opened stay open and silent.
 */
export interface Carried {
  /** Answers a call; `undefined` where there is no such call. */
  readonly answer: (path: string, request: Buffer) => Promise<Uint8Array | undefined>;
  /** The call after whose answer the process is to end. */
  readonly last: { readonly path: string; readonly done: () => void };
  /** Streams on which nothing is said. */
  readonly silent: ReadonlySet<string>;
}

/** Mutual TLS: who we are, and the only certificate that we talk to. */
export interface Trust {
  readonly identity: Identity;
  readonly clientCertificate: string;
}

const { HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_PATH, HTTP2_HEADER_STATUS } = constants;
const HEADERS = { [HTTP2_HEADER_STATUS]: 200, [HTTP2_HEADER_CONTENT_TYPE]: "application/grpc" } as const;
/** So that a large value is not sent in pieces of 64 KiB, each of which is asked for. */
const WINDOW_BYTES = 4 * 1024 * 1024;
const PREFIX_BYTES = 5;

/** Status codes of gRPC. */
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/** A server that is not listening yet. */
export function createCarrier(carried: Carried, trust: Trust | undefined): Http2Server | Http2SecureServer {
  const settings = { initialWindowSize: WINDOW_BYTES };
  const server =
    trust === undefined
      ? createServer({ settings })
      : createSecureServer({
          settings,
          key: trust.identity.key,
          cert: trust.identity.certificate,
          ca: trust.clientCertificate,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: "TLSv1.2",
          ALPNProtocols: ["h2"],
        });
  server.on("session", (session) => {
    session.setLocalWindowSize(WINDOW_BYTES);
    // A connection that breaks off is Terraform's end, which is noticed elsewhere.
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    const path = String(headers[HTTP2_HEADER_PATH]);
    if (carried.silent.has(path)) stream.respond(HEADERS, { endStream: false });
    else collect(stream, (body) => void reply(stream, path, body, carried));
  });
  return server;
}

function collect(stream: ServerHttp2Stream, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
}

async function reply(stream: ServerHttp2Stream, path: string, body: Buffer, carried: Carried): Promise<void> {
  const request = messageIn(body);
  if (request === undefined) return refuse(stream, INTERNAL, "the message is compressed or cut off");
  let answer: Uint8Array | undefined;
  try {
    answer = await carried.answer(path, request);
  } catch {
    return refuse(stream, INTERNAL, "the provider failed; with TF_LOG=error Terraform shows where");
  }
  if (answer === undefined) return refuse(stream, UNIMPLEMENTED, "this provider has no such call");
  if (stream.destroyed || stream.closed) return;
  if (path === carried.last.path) stream.once("close", carried.last.done);
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(answer.length, 1);
  stream.end(Buffer.concat([prefix, answer]));
}

/** The one message of a call: a byte that says whether it is compressed, four for its length, and itself. */
function messageIn(body: Buffer): Buffer | undefined {
  if (body.length < PREFIX_BYTES || body[0] !== 0) return undefined;
  const end = PREFIX_BYTES + body.readUInt32BE(1);
  return body.length === end ? body.subarray(PREFIX_BYTES) : undefined;
}

function refuse(stream: ServerHttp2Stream, status: number, message: string): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ...HEADERS, "grpc-status": String(status), "grpc-message": message }, { endStream: true });
}
