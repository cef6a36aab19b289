import { writeSync } from "node:fs";
import { createCalls } from "./calls.ts";
import { makeIdentity } from "./certificate.ts";
import { logMistake } from "./faults.ts";
import { type Carried, createCarrier, type Trust } from "./http2-transport.ts";
import { handshakeLine, isLaunched, readLaunch } from "./launch.ts";
import { forget, listen } from "./listen.ts";
import { endWithParent, keepStdoutFree } from "./lifetime.ts";
import { createLog, type Log } from "./log.ts";
import type { Answerer } from "./methods.ts";
import { LAST_CALL, SILENT } from "./launcher-calls.ts";

const HINT =
  "This is a Terraform provider: Terraform starts it, people do not.\n" +
  "To try it out of a debugger start it with --debug, and give Terraform the line that it prints.\n";

/**
 * Serves one launch of Terraform: says where it listens, answers calls, and ends with the launch. `load` is called after
 * the handshake, so that Terraform does not wait for it.
 */
export async function serve(
  load: (log: Log) => Promise<Answerer>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  keepStdoutFree();
  if (!isLaunched(environment)) return giveUp(HINT);
  const launch = readLaunch(environment);
  if (typeof launch === "string") return giveUp(`${launch}\n`);
  const log = createLog(environment);
  const calls = createCalls(load, log);
  const trust = trustIn(launch.clientCertificate);
  const carried: Carried = {
    answer: calls.answer,
    last: { path: LAST_CALL, done: () => process.exit(0) },
    silent: SILENT,
  };
  const server = createCarrier(carried, trust);
  const address = await listen(server, launch);
  process.once("exit", () => forget(address));
  const end = endWithParent(calls.finish);
  // What nobody caught does not end the process without a word, nor while other calls are in hand.
  process.on("unhandledRejection", (error) => logMistake(error, "nobody's", log));
  process.on("uncaughtException", (error) => {
    logMistake(error, "nobody's", log);
    end(1);
  });
  if (trust !== undefined)
    server.on("tlsClientError", () => log.warn("a connection without the right certificate was refused"));
  writeSync(1, `${handshakeLine(address, trust?.identity.der, launch)}\n`);
  calls.warmUp();
}

function trustIn(clientCertificate: string | undefined): Trust | undefined {
  return clientCertificate === undefined ? undefined : { identity: makeIdentity(), clientCertificate };
}

function giveUp(why: string): void {
  writeSync(2, why);
  process.exit(1);
}
