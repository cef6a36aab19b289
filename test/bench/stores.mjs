// Stores to measure: SQLite, PostgreSQL, and SQLite behind the connection-store API of a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { measureNode, temporaryFolder } from "./measure.mjs";

const TOKEN = "bench-token-0123456789-0123456789";

/** Starts `rosterform serve` over a SQLite store of its own; gives what a project file says about it. */
export async function openCampusStore(cli) {
  const folder = temporaryFolder("store-server");
  const operators = "operators:\n  - { name: bench, token: env:BENCH_TOKEN, districts: all, access: write }\n";
  writeFileSync(join(folder, "operators.yaml"), operators);
  const words = ["serve", "--store", "campus.db", "--operators", "operators.yaml", "--port", "0"];
  const env = { ...process.env, BENCH_TOKEN: TOKEN };
  process.env.BENCH_TOKEN = TOKEN;
  const server = spawn(process.execPath, [cli, ...words], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  while (!/http:\/\/127\.0\.0\.1:\d+/.test(said)) said += String((await once(server.stdout, "data"))[0]);
  server.stdout.resume();
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
  const store = `{ kind: http, address: "${address}", token: env:BENCH_TOKEN }`;
  return { store, pid: server.pid, close: () => server.kill() };
}

/** A SQLite file in a folder of its own: what a project file says about it, and its key. */
export function sqliteStore() {
  const folder = temporaryFolder("sqlite");
  const [path, key] = [join(folder, "campus.db"), `file:${join(folder, "rosterform.key")}`];
  return { store: `{ kind: sqlite, path: ${JSON.stringify(path)}, key: ${JSON.stringify(key)} }`, key };
}

/** Starts a PostgreSQL server as the tests do; `undefined` where this machine has none. */
export async function openPostgresServer() {
  // Beside the packages, so that what it imports is found.
  const outfile = new URL("../../node_modules/.cache/bench/postgres.mjs", import.meta.url).pathname;
  const entry = new URL("../setup/postgres.ts", import.meta.url).pathname;
  await build({ entryPoints: [entry], outfile, bundle: true, packages: "external", format: "esm", platform: "node" });
  const { canStartPostgres, startPostgres } = await import(outfile);
  if (!canStartPostgres()) return undefined;
  const server = await startPostgres();
  process.env.BENCH_STORE_URL = server.url();
  return {
    store: (schema, key) =>
      `{ kind: postgres, url: env:BENCH_STORE_URL, schema: ${schema}, key: ${JSON.stringify(key)} }`,
    close: () => server.end(),
  };
}

/** Cold plans of several folders in turn, so that all of them meet the same machine. */
export async function plansInTurn(cli, folders, rounds) {
  const runs = folders.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, folder] of folders.entries()) {
      runs[index].push(await measureNode([cli, "plan", "--chdir", folder]));
    }
  }
  return runs;
}
