/** What the launcher of plugins says in the environment, and what it is told first of all (go-plugin 1.6). */

const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CORE_VERSION = 1;
/** Terraform 1.0 and later. */
export const PROTOCOL_VERSION = 6;

export interface Launch {
  /** PEM of the certificate that the launcher shows; `undefined` where it asks for no TLS. */
  readonly clientCertificate: string | undefined;
  /** Where sockets go. */
  readonly socketFolder: string | undefined;
  /** Ports of a TCP server, both ends included. A wish. */
  readonly ports: { readonly least: number; readonly most: number };
  readonly isMultiplexed: boolean;
}

/** Where the provider listens. */
export type Address =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** Whether Terraform started this process. */
export function isLaunched({ TF_PLUGIN_MAGIC_COOKIE }: NodeJS.ProcessEnv): boolean {
  return TF_PLUGIN_MAGIC_COOKIE === COOKIE;
}

/** What the launcher asks for, or a sentence on why that cannot be. */
export function readLaunch(environment: NodeJS.ProcessEnv): Launch | string {
  const offered = (environment["PLUGIN_PROTOCOL_VERSIONS"] ?? String(PROTOCOL_VERSION)).split(",").map(Number);
  if (!offered.includes(PROTOCOL_VERSION)) {
    return `Terraform offers the protocols ${offered.join(", ")}; this provider speaks ${PROTOCOL_VERSION}, as Terraform 1.0 and later do.`;
  }
  return {
    clientCertificate: said(environment["PLUGIN_CLIENT_CERT"]),
    socketFolder: said(environment["PLUGIN_UNIX_SOCKET_DIR"]),
    ports: {
      least: portOf(environment["PLUGIN_MIN_PORT"], 10_000),
      most: portOf(environment["PLUGIN_MAX_PORT"], 25_000),
    },
    isMultiplexed: environment["PLUGIN_MULTIPLEX_GRPC"] === "true",
  };
}

/** The one line that the launcher waits for, without its end. The certificate is base64 without padding. */
export function handshakeLine(address: Address, certificate: Buffer | undefined, { isMultiplexed }: Launch): string {
  const shown = certificate?.toString("base64").replace(/=+$/, "") ?? "";
  const fields = [CORE_VERSION, PROTOCOL_VERSION, address.network, textOf(address), "grpc", shown];
  return [...fields, ...(isMultiplexed ? ["false"] : [])].join("|");
}

/** As the launcher reads it: a path, or a host with a port. */
export function textOf(address: Address): string {
  return address.network === "unix" ? address.path : `${address.host}:${address.port}`;
}

function said(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function portOf(text: string | undefined, otherwise: number): number {
  const port = Number(text ?? otherwise);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : otherwise;
}
