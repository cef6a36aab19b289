import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What the proxy does to connections. */
export type Weather =
  | { readonly kind: "pass" }
  /** Every part waits so long, in both directions. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Both ends are cut off after so many bytes of one direction. */
  | { readonly kind: "cut"; readonly after: number; readonly of: "requests" | "answers" }
  /** Both ends are cut off when the answer to such a request comes, so that it was done and nobody is told. */
  | { readonly kind: "swallow-answer"; readonly to: (request: Buffer) => boolean }
  /** Everything is taken, nothing is passed on or answered. */
  | { readonly kind: "blackhole" };

/** A proxy before a server, with weather in it. */
export interface TcpProxy {
  readonly port: number;
  /** The weather of the connections that come from now on. */
  set(weather: Weather): void;
  /** The weather of these and of the ones that are open. */
  strike(weather: Weather): void;
  /** Cuts every connection that is open. */
  cutAll(): void;
  /** How many connections met something else than `pass`. */
  readonly disturbed: number;
  close(): Promise<void>;
}

interface Line {
  weather: Weather;
  /** Bytes that passed in each direction since the weather began. */
  passed: { requests: number; answers: number };
  isSwallowing: boolean;
  readonly end: () => void;
}

/** Starts a proxy on loopback before a server on this machine. */
export async function openTcpProxy(port: number): Promise<TcpProxy> {
  let weather: Weather = { kind: "pass" };
  let disturbed = 0;
  const lines = new Set<Line>();
  const server = createServer((client) => {
    if (weather.kind !== "pass") disturbed += 1;
    // Into a black hole no connection is made at all.
    const target = weather.kind === "blackhole" ? undefined : connect(port, "127.0.0.1");
    const sockets = target === undefined ? [client] : [client, target];
    const end = () => {
      for (const socket of sockets) socket.destroy();
      lines.delete(line);
    };
    const line: Line = { weather, passed: { requests: 0, answers: 0 }, isSwallowing: false, end };
    lines.add(line);
    for (const socket of sockets) {
      socket.on("close", end);
      // What breaks here is what the tests ask for.
      socket.on("error", () => {});
    }
    if (target === undefined) {
      client.resume();
      return;
    }
    forward(client, target, line, "requests");
    forward(target, client, line, "answers");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const cutAll = () => {
    for (const line of lines) line.end();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set: (next) => {
      weather = next;
    },
    strike: (next) => {
      weather = next;
      for (const line of lines) Object.assign(line, { weather: next, passed: { requests: 0, answers: 0 } });
      if (next.kind !== "pass") disturbed += lines.size;
    },
    cutAll,
    get disturbed() {
      return disturbed;
    },
    close: async () => {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}

function forward(from: Socket, to: Socket, line: Line, direction: "requests" | "answers"): void {
  from.on("data", (part: Buffer) => {
    const { weather } = line;
    if (weather.kind === "blackhole") return;
    if (weather.kind === "swallow-answer") {
      if (direction === "answers" && line.isSwallowing) return line.end();
      line.isSwallowing ||= direction === "requests" && weather.to(part);
    }
    const isCut = weather.kind === "cut" && weather.of === direction;
    const left = isCut ? weather.after - line.passed[direction] : Number.POSITIVE_INFINITY;
    const passed = part.subarray(0, Math.max(0, Math.min(left, part.length)));
    line.passed[direction] += part.length;
    const pass = () => {
      if (to.destroyed) return;
      // What was let through has to arrive before the line is cut, or it was cut earlier than asked.
      to.write(passed, () => {
        if (left <= part.length) line.end();
      });
    };
    if (weather.kind === "delay") setTimeout(pass, weather.ms);
    else pass();
  });
}
