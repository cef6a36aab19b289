import { type Address, type DistrictId, parseRelativeAddress, partsOf } from "../../model/address.ts";
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
  const [district, vendor] = [asText(known("district")), asText(known("vendor"))];
  const name = known("name") === undefined ? undefined : asText(known("name"));
  // Whose address it is has to be known before anybody can say whom it replaces.
  const isPlaced = !unknown.has("district") && !unknown.has("vendor") && !unknown.has("name");
  const { replaces, ...rest } = connection;
  const own = isPlaced ? connection : rest;
  const old = isPlaced ? parseRelativeAddress(district as DistrictId, asText(replaces)) : undefined;
  const value = said({
    district,
    site: known("site") ?? site ?? { host: "unknown.invalid", app: "unknown" },
    freeze: known("freeze"),
    vendors: vendorsOf({ vendor, name, connection: own }, old),
  });
  return { value, unknown };
}

/** How long an apply may wait is Terraform's matter: no document says it. */
function withoutWait(key: string, value: unknown): unknown {
  if (key !== "confirm" || typeof value !== "object" || value === null || !("wait" in value)) return value;
  const { wait: _, ...rest } = value;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

interface Own {
  readonly vendor: string;
  readonly name: string | undefined;
  readonly connection: Readonly<Record<string, unknown>>;
}

/** The connection that is taken over from has a resource of its own; here it only has to be there, on its way out. */
function vendorsOf({ vendor, name, connection }: Own, replaced: Address | undefined): object {
  const single = { [vendor]: name === undefined ? connection : { connections: { [name]: connection } } };
  if (replaced === undefined) return single;
  const old = partsOf(replaced);
  const { version, kind } = connection;
  const standIn = { version, kind, state: "disabled" };
  if (old.vendor !== vendor) {
    return { ...single, [old.vendor]: old.name === undefined ? standIn : { connections: { [old.name]: standIn } } };
  }
  if (name === undefined || old.name === undefined || old.name === name) return single;
  return { [vendor]: { connections: { [name]: connection, [old.name]: standIn } } };
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
