import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { onTestFinished } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import type { HttpPlace } from "../../src/stores/http.ts";

/** One answer of the double: what is sent, or what becomes of the line instead. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | "hang-up"
  | "silence";

/** What was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const GREETING = {
  status: 200,
  body: { operator: { name: "dana", access: "write" }, can: { observesUse: true, enables: true, byHand: false } },
} as const;

/** A server that plays a store: it greets, then answers one reply after the other, and the last one for ever. */
export async function openDouble(
  replies: readonly Reply[],
  {
    tls,
    greeting = GREETING,
  }: { readonly tls?: { readonly key: string; readonly cert: string }; readonly greeting?: Reply } = {},
): Promise<{ readonly place: HttpPlace; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const left = [...replies];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const path = request.url ?? "";
    const isGreeting = path === "/api/v1";
    const body = Buffer.concat(parts).toString("utf8");
    if (!isGreeting) asked.push({ method: request.method ?? "", path, headers: request.headers, body });
    const reply = isGreeting ? greeting : ((left.length > 1 ? left.shift() : left[0]) ?? "hang-up");
    if (reply === "silence") return;
    if (reply === "hang-up") {
      request.socket.destroy();
      return;
    }
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(text);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { readonly port: number };
  const address = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const patience = { firstWaitMs: 2, answerMs: 2000, totalMs: 10_000 };
  return { place: { address, token: new Secret("canary-token-0123456789"), patience }, asked };
}
