import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What the proxy does to the connections that come from now on. */
export type Weather =
  | { readonly kind: "pass" }
  /** Every part waits so long, in both directions. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Both ends are cut off after so many bytes of one direction. */
  | { readonly kind: "cut"; readonly after: number; readonly of: "requests" | "answers" }
  /** Everything is taken, nothing is passed on or answered. */
  | { readonly kind: "blackhole" };

/** A proxy before a server, with weather in it. */
export interface TcpProxy {
  readonly port: number;
  set(weather: Weather): void;
  /** How many connections met something else than `pass`. */
  readonly disturbed: number;
  close(): Promise<void>;
}

/** Starts a proxy on loopback before a server on this machine. */
export async function openTcpProxy(port: number): Promise<TcpProxy> {
  let weather: Weather = { kind: "pass" };
  let disturbed = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const now = weather;
    if (now.kind !== "pass") disturbed += 1;
    keep(sockets, client);
    if (now.kind === "blackhole") {
      client.resume();
      return;
    }
    const target = connect(port, "127.0.0.1");
    keep(sockets, target);
    const end = () => {
      client.destroy();
      target.destroy();
    };
    client.on("close", end);
    target.on("close", end);
    forward(client, target, now, "requests", end);
    forward(target, client, now, "answers", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    set: (next) => {
      weather = next;
    },
    get disturbed() {
      return disturbed;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function forward(from: Socket, to: Socket, weather: Weather, direction: "requests" | "answers", end: () => void): void {
  let left = weather.kind === "cut" && weather.of === direction ? weather.after : Number.POSITIVE_INFINITY;
  from.on("data", (part: Buffer) => {
    const passed = part.subarray(0, Math.min(left, part.length));
    const isLast = left <= part.length;
    left -= part.length;
    const pass = () => {
      if (to.destroyed) return;
      // What was let through has to arrive before the line is cut, or it was cut earlier than asked.
      to.write(passed, () => {
        if (isLast) end();
      });
    };
    if (weather.kind === "delay") setTimeout(pass, weather.ms);
    else pass();
  });
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  // What breaks here is what the tests ask for.
  socket.on("error", () => {});
}
