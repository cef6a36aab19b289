import { invariant } from "../diagnostics/invariant.ts";
import type { Address } from "../model/address.ts";
import { belongingOf, fourValues } from "./fields.ts";
import { pathOf } from "./path.ts";
import type { Handover, Sink } from "./sink.ts";
import { type Answer, type AskVault, type LineOptions, openVaultLine } from "./vault-line.ts";
import * as trouble from "./vault-trouble.ts";

/** Which Vault, and where in it. */
export interface VaultOptions extends LineOptions {
  /** Where the KV version 2 engine is mounted, e.g. `secret`. */
  readonly mount: string;
  /** Where a secret stands below the mount, with `{district}` and `{vendor}`, which is the vendor with the connection's name. */
  readonly path: string;
}

/** What is there now. */
type Found =
  | { readonly kind: "nothing"; readonly version: 0; readonly marks: Marks }
  /** The newest version was deleted or destroyed; the next one still counts on from it. */
  | { readonly kind: "gone"; readonly version: number; readonly marks: Marks }
  | { readonly kind: "there"; readonly version: number; readonly marks: Marks; readonly data: Values };

/** `custom_metadata` of a secret: texts that people and programs put beside it. */
type Marks = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, unknown>>;

/** One place in Vault, with everything that is needed to speak about it. */
interface Place {
  readonly mount: string;
  readonly path: string;
  readonly site: string;
  /** `secret/data/oneroster/springfield/otus`, as policies name it. */
  readonly shown: string;
}

const OURS = "rosterform";
/** How often a write that came too late is tried on what is there then. */
const ROUNDS = 4;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A sink that keeps one secret per address in HashiCorp Vault, or OpenBao, which has the same interface. A new version is
 * written only when something differs, and only on top of the version that was read (`cas`), so nobody's write gets lost.
 * What others put beside the values stays; a secret that was not written for this address is never overwritten.
 *
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2: read and write `/:mount/data/:path`; a deleted or
 * destroyed version is answered with 404 and its metadata, and still counts for `cas`; `custom_metadata` is part of a read.
 * https://openbao.org/api-docs/secret/kv/kv-v2/
 */
export function createVaultSink(options: VaultOptions): Sink {
  const { protocol, host, hostname } = new URL(options.address);
  invariant(protocol === "https:" || LOOPBACK.test(hostname), "a token for Vault travels over https only");
  if (!/^[\x21-\x7e]+$/.test(options.token.reveal())) throw trouble.badToken();
  const inside = options.namespace === undefined ? "" : `${options.namespace}/`;
  return {
    keeps: true,
    target: (address) => `vault:${host}/${inside}${options.mount}/${pathIn(options, address)}`,
    async deliver(handover) {
      const path = pathIn(options, handover.address);
      const place = { mount: options.mount, path, site: host, shown: `${options.mount}/data/${path}` };
      await put(openVaultLine(options), place, handover);
    },
  };
}

function pathIn({ path }: VaultOptions, address: Address): string {
  const { folder, file } = pathOf(address);
  return path.replaceAll("{district}", folder).replaceAll("{vendor}", file);
}

async function put(ask: AskVault, place: Place, handover: Handover): Promise<void> {
  const wanted: Values = { ...fourValues(handover), ...belongingOf(handover), managed_by: OURS };
  for (let round = 1; ; round += 1) {
    const found = await read(ask, place);
    if (found.kind === "there" && !isFor(handover.address, found)) throw trouble.foreign(place.shown);
    if (found.kind === "nothing") await refuseOtherEngines(ask, place);
    const kept = found.kind === "there" ? found.data : {};
    const isSame = Object.entries(wanted).every(([key, value]) => kept[key] === value);
    if (isSame || (await isWritten(ask, place, { found, data: { ...kept, ...wanted } }))) {
      await mark(ask, place, found.marks);
      return;
    }
    if (round === ROUNDS) throw trouble.conflict(place.shown);
  }
}

/** A secret without any mark may be anybody's; one for another address is that address's. */
function isFor(address: Address, { data, marks }: Extract<Found, { kind: "there" }>): boolean {
  const isOurs = marks["managed-by"] === OURS || data["managed_by"] === OURS;
  return isOurs && (data["address"] === undefined || data["address"] === address);
}

async function read(ask: AskVault, place: Place): Promise<Found> {
  const answer = await ask("GET", urlPath(place.mount, "data", place.path));
  if (answer.status === 403) throw trouble.forbidden(place.shown, "read");
  if (answer.status !== 200 && answer.status !== 404) throw trouble.badAnswer(place.site);
  const metadata = recordIn(recordIn(answer.json, "data"), "metadata");
  const version = metadata?.["version"];
  if (typeof version !== "number") return nothingIn(answer, place);
  const marks = recordIn(metadata, "custom_metadata") ?? {};
  const data = recordIn(recordIn(answer.json, "data"), "data");
  return data === undefined ? { kind: "gone", version, marks } : { kind: "there", version, marks, data };
}

function nothingIn({ status, json }: Answer, place: Place): Found {
  // An engine of version 1 has no versions, and answers what is stored at the path that begins with `data/`.
  if (status === 200)
    throw json === undefined ? trouble.badAnswer(place.site) : trouble.notKv2(place.site, place.mount);
  const errors = errorsIn(json);
  if (errors === undefined) throw trouble.badAnswer(place.site);
  if (errors.some((error) => error.includes("no handler for route"))) throw trouble.noMount(place.site, place.mount);
  return { kind: "nothing", version: 0, marks: {} };
}

/**
 * Version 1 would take the write and store it under another path, without versions. The command line of Vault asks the same
 * before it writes; who may not ask this may still write.
 * https://developer.hashicorp.com/vault/api-docs/system/internal-ui-mounts
 */
async function refuseOtherEngines(ask: AskVault, { mount, site }: Place): Promise<void> {
  const { status, json } = await ask("GET", `sys/internal/ui/mounts/${escaped(mount)}`);
  if (status !== 200) return;
  const engine = recordIn(json, "data");
  if (recordIn(engine, "options")?.["version"] !== "2") throw trouble.notKv2(site, mount);
}

interface Writing {
  readonly found: Found;
  readonly data: Values;
}

/** `false` when somebody wrote since it was read. */
async function isWritten(ask: AskVault, place: Place, { found, data }: Writing): Promise<boolean> {
  const body = { options: { cas: found.version }, data };
  const { status, json } = await ask("POST", urlPath(place.mount, "data", place.path), body);
  if (status === 200) {
    if (typeof recordIn(json, "data")?.["version"] !== "number") throw trouble.badAnswer(place.site);
    return true;
  }
  if (status === 204) throw trouble.notKv2(place.site, place.mount);
  if (status === 403) throw trouble.forbidden(place.shown, "write");
  if (status === 404) throw trouble.noMount(place.site, place.mount);
  const isLate = errorsIn(json)?.some((error) => error.includes("did not match the current version")) === true;
  if (status === 400 && isLate) return false;
  throw trouble.refused(place.shown, status);
}

/**
 * Says beside the secret whose it is, for people who look at it. It says so itself, too (`managed_by`), so a token that
 * may not write metadata is enough.
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-metadata
 */
async function mark(ask: AskVault, place: Place, marks: Marks): Promise<void> {
  if (marks["managed-by"] === OURS) return;
  // The map is replaced whole, so what others wrote into it is sent along.
  await ask("POST", urlPath(place.mount, "metadata", place.path), {
    custom_metadata: { ...marks, "managed-by": OURS },
  });
}

function urlPath(mount: string, part: "data" | "metadata", path: string): string {
  return `${escaped(mount)}/${part}/${escaped(path)}`;
}

function escaped(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** What Vault says about a refusal. It is read and never repeated. */
function errorsIn(json: unknown): readonly string[] | undefined {
  const errors: unknown = typeof json === "object" && json !== null ? Reflect.get(json, "errors") : undefined;
  return Array.isArray(errors) ? errors.map(String) : undefined;
}

function recordIn(value: unknown, key: string): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const inner: unknown = Reflect.get(value, key);
  return typeof inner === "object" && inner !== null && !Array.isArray(inner)
    ? (inner as Readonly<Record<string, unknown>>)
    : undefined;
}
