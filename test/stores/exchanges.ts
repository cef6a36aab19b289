import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** One request to the connection-store API and its whole answer. */
export interface Exchange {
  readonly method: string;
  /** Below `/api/v1`, without its query. */
  readonly path: string;
  readonly sent: string;
  readonly status: number;
  readonly got: string;
}

interface Seen {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response?: { readonly statusCode: number };
  readonly chunk?: Uint8Array;
}

/** Listens to what undici sends and gets (https://undici.nodejs.org, "Diagnostics Channel Support"), until `end`. */
export function recordExchanges(): { readonly exchanges: Exchange[]; readonly end: () => void } {
  const exchanges: Exchange[] = [];
  const open = new Map<object, { status: number; parts: Uint8Array[] }>();
  const listeners: Readonly<Record<string, (seen: Seen) => void>> = {
    "undici:request:headers": ({ request, response }) =>
      void open.set(request, { status: response?.statusCode ?? 0, parts: [] }),
    "undici:request:bodyChunkReceived": ({ request, chunk }) =>
      void open.get(request)?.parts.push(new Uint8Array(chunk ?? [])),
    "undici:request:trailers": ({ request }) => {
      const { status = 0, parts = [] } = open.get(request) ?? {};
      open.delete(request);
      const path = /^\/api\/v1([^?]*)/.exec(request.path)?.[1];
      const { body } = request;
      const sent = body instanceof Uint8Array || typeof body === "string" ? Buffer.from(body).toString("utf8") : "";
      if (path === undefined) return;
      exchanges.push({ method: request.method, path, sent, status, got: Buffer.concat(parts).toString("utf8") });
    },
  };
  const all = Object.entries(listeners) as [string, (message: unknown) => void][];
  for (const [channel, listener] of all) subscribe(channel, listener);
  return {
    exchanges,
    end: () => {
      for (const [channel, listener] of all) unsubscribe(channel, listener);
    },
  };
}
