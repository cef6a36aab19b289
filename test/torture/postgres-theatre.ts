import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresStore } from "../../src/stores/postgres.ts";
import { giveToServer, OWNER, type OwnServer, PASSWORD, referenceTo, startPostgres } from "../setup/postgres.ts";
import { openTcpProxy } from "../setup/tcp-proxy.ts";
import { mountSmallDisk } from "../setup/small-disk.ts";
import type { Theatre } from "./theatre.ts";

/** The login of the processes that apply, so that a round can end their sessions and no other's. */
export const APPLIER = "applier";
/** Short, so that a round in which somebody sleeps or a line is dead does not take minutes. */
const PATIENCE = { connectMs: 1_500, lockMs: 500, statementMs: 1_500, pauseMs: 1_000 };
const DISK_MB = 24;

/** Rounds over one real server that writes everything to its disk, each in a schema of its own. */
export async function openPostgresTheatre(): Promise<Theatre> {
  const server = await startDurably();
  // A round logs in a dozen times; how long a password is stirred for that is not what is tried here.
  const stirred = "set scram_iterations = 1";
  await server.run(`${stirred}; create role ${APPLIER} superuser login password '${PASSWORD}'`);
  await server.run(`${stirred}; alter role ${OWNER} password '${PASSWORD}'`);
  const mounted = join(server.folder, "disk");
  mkdirSync(mounted);
  const disk = mountSmallDisk(mounted, DISK_MB);
  if (disk !== undefined) {
    giveToServer(mounted);
    await server.run(`create tablespace small location '${mounted}'`);
    await server.run("create database small tablespace small");
  }
  let count = 0;
  return {
    database: "postgres",
    server,
    ...(disk === undefined ? {} : { disk }),
    open: async (needs) => {
      count += 1;
      const schema = `round_${count}`;
      const folder = mkdtempSync(join(tmpdir(), "rosterform-torture-"));
      const database = needs.disk ? { database: "small" } : {};
      const proxy = needs.proxy ? await openTcpProxy(server.port) : undefined;
      const port = proxy === undefined ? {} : { port: proxy.port };
      const kept = { kind: "postgres", schema, keyFile: join(folder, "rosterform.key") } as const;
      const place = { ...kept, url: server.url(database) };
      await createPostgresStore({ ...place, url: referenceTo(place.url) });
      return {
        place,
        way: { ...kept, url: server.url({ ...database, ...port, user: APPLIER }), patience: PATIENCE },
        folder,
        ...(proxy === undefined ? {} : { proxy }),
        end: async (keep) => {
          await proxy?.close();
          if (keep) return;
          rmSync(folder, { recursive: true, force: true });
          await server.run(`drop schema if exists ${schema} cascade`, needs.disk ? "small" : undefined);
        },
      };
    },
    end: async () => {
      await server.crash();
      disk?.end();
      await server.end();
    },
  };
}

/** Tests that are about something else run without `fsync`; here a crash is meant to be one. */
async function startDurably(): Promise<OwnServer> {
  const server = await startPostgres();
  await server.stop();
  const settings = ["fsync=on", "log_min_messages=log"];
  await server.start(settings);
  return { ...server, start: (more = []) => server.start([...settings, ...more]) };
}
