import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Address, Launch } from "./launch.ts";

/** Beyond these lengths the system cuts the path of a socket off without a word. */
const MAX_PATH_BYTES = process.platform === "linux" ? 107 : 103;
const PORTS_TRIED = 20;

/**
 * Makes a server listen: on a socket in the folder that was asked for or the one for temporary files, on a port of this
 * machine only where there can be none (Windows, folders that take no sockets).
 */
export async function listen(
  server: Server,
  { socketFolder, ports }: Pick<Launch, "socketFolder" | "ports">,
): Promise<Address> {
  if (process.platform !== "win32") {
    for (const path of socketPaths(socketFolder)) {
      if (await listens(server, { path })) {
        // Whatever the umask is: only we may connect.
        chmodSync(path, 0o600);
        return { network: "unix", path };
      }
    }
  }
  const host = "127.0.0.1";
  for (let left = PORTS_TRIED; left > 0; left -= 1) {
    const port = randomInt(ports.least, Math.max(ports.most, ports.least) + 1);
    if (await listens(server, { port, host })) return { network: "tcp", host, port };
  }
  await listens(server, { port: 0, host });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port is free on this machine");
  return { network: "tcp", host, port: address.port };
}

/** Removes what listening left in the file system. */
export function forget(address: Address): void {
  if (address.network === "unix") rmSync(address.path, { force: true });
}

function socketPaths(folder: string | undefined): readonly string[] {
  const name = `oneroster-${randomBytes(8).toString("hex")}.sock`;
  const folders = [...(folder === undefined ? [] : [folder]), tmpdir(), "/tmp"];
  return [...new Set(folders)]
    .map((one) => join(one, name))
    .filter((path) => Buffer.byteLength(path) <= MAX_PATH_BYTES);
}

function listens(server: Server, where: { path: string } | { port: number; host: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isListening: boolean) => {
      server.off("error", onError).off("listening", onListening);
      resolve(isListening);
    };
    const onError = () => settle(false);
    const onListening = () => settle(true);
    server.once("error", onError).once("listening", onListening).listen(where);
  });
}
