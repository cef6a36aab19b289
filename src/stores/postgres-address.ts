import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { OutsideError } from "../diagnostics/outside-error.ts";
import { Secret } from "../model/secret.ts";
import { codeOf } from "./key-file.ts";

/** Where the URL of a server is kept. It may hold a password, so it never stands in a document. */
export interface UrlReference {
  /** As the document says it, e.g. `env:ROSTERFORM_STORE_URL`; messages name the URL by this. */
  readonly named: string;
  /** The URL, where the environment holds it. */
  readonly value?: Secret;
  /** Path of the file that holds it. */
  readonly file?: string;
}

/** A server and a database, as the client library takes them. Holds the password: never print one. */
export interface PostgresAddress {
  /** A name, a number, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user?: string;
  readonly password?: Secret;
  readonly ssl: ConnectionOptions | false;
}

const DEFAULT_PORT = 5432;
const OTHERS = 0o077;
const KNOWN = ["sslmode", "sslrootcert", "host", "application_name", "connect_timeout"];

/** The address behind a reference. Throws `OutsideError` without ever repeating the URL. */
export function readPostgresAddress(reference: UrlReference): PostgresAddress {
  const text = urlOf(reference).reveal().trim();
  // Without the cause: what the parser throws has the URL in it.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["postgres:", "postgresql:"].includes(url.protocol)) {
    throw unusable(reference, "it does not begin with postgresql://, or is no URL");
  }
  const unknown = [...url.searchParams.keys()].find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw unusable(reference, `its parameter ${unknown} is none of ${KNOWN.join(", ")}`);
  const database = decoded(reference, url.pathname.slice(1));
  if (database === "") throw unusable(reference, "it names no database");
  const host = hostOf(reference, url);
  const [user, password] = [url.username, url.password].map((part) => decoded(reference, part));
  return {
    host,
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    database,
    ...(user === undefined || user === "" ? {} : { user }),
    ...(password === undefined || password === "" ? {} : { password: new Secret(password) }),
    ssl: tlsOf(reference, url, host),
  };
}

/** Names the store for people: server, database and schema, and nothing that opens it. */
export function shownAs({ host, port, database }: PostgresAddress, schema: string): string {
  const server = host.startsWith("/") ? host : `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return `${database}/${schema} on ${server}`;
}

function urlOf(reference: UrlReference): Secret {
  if (reference.file !== undefined) return new Secret(contentOf(reference, reference.file));
  if (reference.value !== undefined) return reference.value;
  throw new OutsideError("stores/no-address", `${reference.named} does not say where the PostgreSQL store is`, {
    fix: "Set that variable to a URL such as `postgresql://USER@HOST/DATABASE`, for this command only.",
  });
}

function contentOf({ named }: UrlReference, path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const mode = fstatSync(file).mode & 0o777;
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) throw exposed(path);
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof OutsideError) throw cause;
    throw new OutsideError("stores/no-address", `${named} cannot be read (${codeOf(cause)})`, {
      cause,
      fix: "Write the URL of the PostgreSQL store into that file, and make the file readable for you alone.",
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function exposed(path: string): OutsideError {
  return new OutsideError("stores/address-exposed", `the file ${path} can be read by others, and may hold a password`, {
    fix: `Run \`chmod 600 ${path}\`; if somebody may have read it, change the password.`,
  });
}

function hostOf(reference: UrlReference, url: URL): string {
  const socket = url.searchParams.get("host");
  if (socket === null) {
    const host = decoded(reference, url.hostname.replace(/^\[(.*)\]$/u, "$1"));
    return host === "" ? "localhost" : host;
  }
  if (!socket.startsWith("/")) throw unusable(reference, "its parameter host is only for the folder of a Unix socket");
  return socket;
}

function decoded(reference: UrlReference, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable(reference, "a % in it is not followed by two hexadecimal digits (write %25 for %)");
  }
}

/**
 * Encrypted and checked unless the server is this machine or the URL says `sslmode=disable`. `require` checks the
 * certificate, too: encryption to whoever answers protects from nobody.
 */
function tlsOf(reference: UrlReference, url: URL, host: string): ConnectionOptions | false {
  const mode = url.searchParams.get("sslmode") ?? (isLocal(host) ? "disable" : "verify-full");
  const checked = { ...rootsOf(reference, url.searchParams.get("sslrootcert")), rejectUnauthorized: true };
  switch (mode) {
    case "disable":
      return false;
    case "require":
    case "verify-full":
      return checked;
    case "verify-ca":
      return { ...checked, checkServerIdentity: () => undefined };
    default:
      throw unusable(reference, "its sslmode is none of disable, require, verify-ca, verify-full");
  }
}

function rootsOf({ named }: UrlReference, path: string | null): ConnectionOptions {
  if (path === null || path === "system") return {};
  try {
    return { ca: readFileSync(path, "utf8") };
  } catch (cause) {
    throw new OutsideError("stores/not-trusted", `the sslrootcert of ${named} cannot be read (${codeOf(cause)})`, {
      cause,
      fix: "Put the certificate of the authority that signed the server's certificate there, or correct `sslrootcert`.",
    });
  }
}

function isLocal(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}

function unusable({ named }: UrlReference, why: string): OutsideError {
  return new OutsideError("stores/address-unusable", `${named} holds no usable address of a PostgreSQL store: ${why}`, {
    fix: "Write it as `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=FILE`.",
  });
}
