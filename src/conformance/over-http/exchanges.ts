import type { Dispatcher } from "undici";

/** One request to the connection-store API and its whole answer. */
export interface Exchange {
  readonly method: string;
  /** Below `/api/v1`, without its query. */
  readonly path: string;
  readonly sent: string;
  readonly status: number;
  /** What the server's clock said, as text. */
  readonly date: string;
  readonly got: string;
}

/** What passed on a line, oldest first, and what a line needs to be listened to. */
export interface Recorder {
  readonly exchanges: readonly Exchange[];
  readonly watch: Dispatcher.DispatcherComposeInterceptor;
}

/** Listens to every exchange; each is told to `note` as well, once its answer is there. */
export function recordExchanges(note: (exchange: Exchange) => void = () => {}): Recorder {
  const exchanges: Exchange[] = [];
  const watch: Recorder["watch"] = (dispatch) => (options, handler) => {
    const path = /\/api\/v1([^?]*)/.exec(options.path)?.[1];
    if (path === undefined) return dispatch(options, handler);
    const sent = typeof options.body === "string" ? options.body : "";
    const keep = (answer: Pick<Exchange, "status" | "date" | "got">) => {
      const exchange = { method: options.method, path, sent, ...answer };
      exchanges.push(exchange);
      note(exchange);
    };
    return dispatch(options, listeningTo(handler, keep));
  };
  return { exchanges, watch };
}

/** A handler that hands everything on and keeps what came. */
function listeningTo(
  handler: Dispatcher.DispatchHandler,
  keep: (answer: Pick<Exchange, "status" | "date" | "got">) => void,
): Dispatcher.DispatchHandler {
  let [status, date] = [0, ""];
  const parts: Uint8Array[] = [];
  return {
    onRequestStart: (controller, context: unknown) => handler.onRequestStart?.(controller, context),
    onResponseStart: (controller, code, headers, message) => {
      status = code;
      date = [headers["date"]].flat()[0] ?? "";
      handler.onResponseStart?.(controller, code, headers, message);
    },
    onResponseData: (controller, part) => {
      parts.push(Uint8Array.from(part));
      handler.onResponseData?.(controller, part);
    },
    onResponseEnd: (controller, trailers) => {
      keep({ status, date, got: Buffer.concat(parts).toString("utf8") });
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
}

/** An exchange in a few words: `POST /open 200`. */
export function describeExchange({ method, path, status }: Exchange): string {
  return `${method} /api/v1${path} -> ${status}`;
}
