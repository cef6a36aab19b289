import { SOURCE } from "../source.ts";
import type { Provider } from "../wire/provider.ts";
import { answererOf } from "./answers.ts";
import { createCalls } from "./calls.ts";
import { createCarrier } from "./http2-transport.ts";
import { PROTOCOL_VERSION, textOf } from "./launch.ts";
import { LAST_CALL, SILENT } from "./launcher-calls.ts";
import { forget, listen } from "./listen.ts";
import { createLog } from "./log.ts";

/** A provider that Terraform did not start and will not end. */
export interface Attached {
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves a provider within this process, for debugging and for tests: without TLS, on a socket that only this user can
 * open. Several runs of Terraform may use it, one after the other.
 */
export async function attach(
  load: () => Promise<Provider>,
  { source = SOURCE, environment = process.env }: { source?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<Attached> {
  const calls = createCalls(async (log) => answererOf(await load(), log), createLog(environment));
  const server = createCarrier(
    { answer: calls.answer, last: { path: LAST_CALL, done: () => {} }, silent: SILENT },
    undefined,
  );
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  const address = await listen(server, { socketFolder: undefined, ports: { least: 10_000, most: 25_000 } });
  const reattach = {
    [source]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: process.pid,
      Test: true,
      Addr: { Network: address.network, String: textOf(address) },
    },
  };
  return {
    reattach: JSON.stringify(reattach),
    close: async () => {
      await calls.finish(0);
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      forget(address);
    },
  };
}

/** `--debug`: serves until it is interrupted, and says on stdout what Terraform has to be given. */
export async function debug(load: () => Promise<Provider>): Promise<void> {
  const { reattach, close } = await attach(load);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().finally(() => process.exit(0)));
  }
  // Last: whoever reads this may end it at once.
  console.log(`TF_REATTACH_PROVIDERS='${reattach}'`);
}
