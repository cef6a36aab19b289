import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { vi } from "vitest";

/** `whsec_` and 32 bytes, of tests alone. */
export const KEY = `whsec_${Buffer.from("a key of tests, of 32 bytes, ok?").toString("base64")}`;

/** One request as it came. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the n-th request is answered, from 1; one that is left alone gets no answer. */
export type Answering = (response: ServerResponse, count: number) => void;

/** A real server that takes notifications. */
export interface Receiver {
  readonly url: string;
  readonly host: string;
  readonly received: readonly Received[];
  /** Resolves when so many requests have come whole. */
  readonly has: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a receiver on this machine; by default it says 204. */
export async function openReceiver(
  answering: Answering = (response) => response.writeHead(204).end(),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts).toString("utf8");
    received.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    answering(response, received.length);
    for (const look of waiting) look();
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void take(request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}/hooks/t0ken-in-the-path?key=t0ken-in-the-query`,
    host,
    received,
    has: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * What a receiver reads that verifies with the library of Standard Webhooks, which knows nothing of our code. Throws where the
 * signature is not right. `now` is the receiver's clock.
 */
export function verified({ body, headers }: Received, now: string, key: string = KEY): unknown {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()[0] ?? ""]));
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(now) });
  try {
    return new Webhook(key).verify(body, texts);
  } finally {
    vi.useRealTimers();
  }
}
