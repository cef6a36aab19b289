import { mapOf } from "./narrow.ts";
import { UNKNOWN, type Attributes, Decimal, hasUnknown, type Value } from "../wire/value.ts";

/** What places give as their file where the words stand in a resource. */
export const SAID_IN = "oneroster_connection";

/** A resource in the words of a district file with one connection. */
export interface Document {
  /** To be held against the schema of a district. */
  readonly value: unknown;
  /** Attributes that nobody knows yet; what the document says in their place means nothing. */
  readonly unknown: ReadonlySet<string>;
}

/** Attributes of a connection by the keys that documents have for them. */
const KEYS: Readonly<Record<string, string>> = {
  version: "version",
  kind: "kind",
  state: "state",
  schools: "schools",
  share: "share",
  rotate: "rotate",
  accept: "accept",
  adopt: "adopt",
  replaces: "replaces",
  was: "was",
  protected: "protected",
  deliver_from: "deliver-from",
  sync_period: "sync-period",
  ends: "ends",
  expires: "expires",
  owner: "owner",
  contact: "contact",
  labels: "labels",
  attest: "attest",
  confirmation: "confirm",
};

/** Words for what has to be said and is not known yet; what is found wrong with them is told to nobody. */
const STAND_INS: Attributes = { district: "unknown", vendor: "unknown", version: "1.2", kind: "other" };

/** Puts a resource's configuration in the words of a district file. */
export function documentOf(config: Attributes, site?: unknown): Document {
  const unknown = new Set(Object.keys(config).filter((name) => hasUnknown(config[name] ?? null)));
  const known = (name: string): unknown => plain((unknown.has(name) ? STAND_INS[name] : config[name]) ?? null);
  const keys = Object.entries(KEYS).map(([name, key]) => [key, withoutWait(key, known(name))] as const);
  const connection = said(Object.fromEntries(keys));
  const [vendor, name, replaces] = [known("vendor"), known("name"), known("replaces")];
  const entry = name === undefined ? connection : { connections: { [asText(name)]: connection } };
  const value = said({
    district: known("district"),
    site: known("site") ?? site ?? { host: "unknown.invalid", app: "unknown" },
    freeze: known("freeze"),
    vendors: { ...standIn(replaces, vendor, connection), [asText(vendor)]: entry },
  });
  return { value, unknown };
}

/** How long an apply may wait is Terraform's matter: no document says it. */
function withoutWait(key: string, value: unknown): unknown {
  if (key !== "confirm" || typeof value !== "object" || value === null || !("wait" in value)) return value;
  const { wait: _, ...rest } = value;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** The connection that is taken over from has a resource of its own; here it only has to be there, on its way out. */
function standIn(replaces: unknown, vendor: unknown, { version, kind }: Readonly<Record<string, unknown>>): object {
  const match = /^(?:[^/]+\/)?([^/[]+)(?:\["([^"]+)"\])?$/u.exec(typeof replaces === "string" ? replaces : "");
  const [, old, name] = match ?? [];
  if (old === undefined || old === vendor) return {};
  const entry = { version, kind, state: "disabled" };
  return { [old]: name === undefined ? entry : { connections: { [name]: entry } } };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A value as JSON has it; `undefined` for null, at any depth. */
export function plain(value: Value): unknown {
  if (value === null || value === UNKNOWN) return undefined;
  if (value instanceof Decimal) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  const map = mapOf(value);
  return map === undefined
    ? value
    : said(Object.fromEntries(Object.entries(map).map(([name, inner]) => [name, plain(inner)])));
}

/** Without the keys that say nothing. */
function said(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}

/** The attribute that says what a key of a document says. */
export function attributeOf(key: string): string {
  return key === "confirm" ? "confirmation" : key.replaceAll("-", "_");
}
