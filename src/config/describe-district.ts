import { type Address, partsOf } from "../model/address.ts";
import { DEFAULT_LIMITS, type DesiredConnection, type DesiredDistrict, type FieldNames } from "../model/desired.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS, describeClauses } from "../model/requirement.ts";
import { describeDuration } from "../model/time.ts";
import type { Plain, PlainMap } from "./yaml/plain-text.ts";

/** What to write besides what differs from a default. */
export interface Wording {
  /** Keys that are written even where they say the default, because somebody wrote them. */
  readonly isWritten?: (connection: DesiredConnection, key: string) => boolean;
}

/** A district in the words of a district file: everything that differs from a default, in the order of the schema. */
export function describeDistrict(desired: DesiredDistrict, wording: Wording = {}): PlainMap {
  const { site, limits, freeze } = desired;
  const isDefaultLimits = JSON.stringify(limits) === JSON.stringify(DEFAULT_LIMITS);
  return {
    district: desired.district,
    site: { host: site.host, app: site.app, ...(site.kind === "production" ? {} : { kind: site.kind }) },
    ...(desired.mode === "manage" ? {} : { mode: desired.mode }),
    ...(desired.owner === undefined ? {} : { owner: desired.owner }),
    ...(isDefaultLimits
      ? {}
      : { limits: { disable: percent(limits.disable), switch: percent(limits.switch), "at-least": limits.atLeast } }),
    ...(freeze.length === 0 ? {} : { freeze: freeze.map(({ from, to, why }) => ({ from, to, why })) }),
    vendors: vendorsOf(desired, wording),
  };
}

function vendorsOf(desired: DesiredDistrict, wording: Wording): PlainMap {
  const single = new Map<string, PlainMap>();
  const named = new Map<string, [string, PlainMap][]>();
  for (const connection of desired.connections) {
    const keys = describeConnection(connection, desired, wording);
    if (connection.name === undefined) single.set(connection.vendor, keys);
    else named.set(connection.vendor, [...(named.get(connection.vendor) ?? []), [connection.name, keys]]);
  }
  const entries: (readonly [string, Plain])[] = [
    ...single,
    ...[...named].map(([vendor, list]) => [vendor, { connections: Object.fromEntries(list) }] as const),
    ...desired.ignored.map((vendor) => [vendor, "ignore"] as const),
  ];
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describeConnection(
  one: DesiredConnection,
  district: DesiredDistrict,
  { isWritten = () => false }: Wording,
): PlainMap {
  const keep = (key: string, isSaid: boolean, value: () => Plain | undefined): PlainMap => {
    const text = isSaid || isWritten(one, key) ? value() : undefined;
    return text === undefined ? {} : { [key]: text };
  };
  return {
    version: Number(one.version),
    kind: one.kind,
    ...keep("state", one.state !== "active", () => one.state),
    ...keep("schools", one.schools !== "all", () => one.schools),
    ...keep("share", one.share.length > 0, () => one.share),
    ...keep("rotate", one.rotate !== 0, () => one.rotate),
    ...keep("accept", one.accepts.length > 0, () => one.accepts),
    ...keep("replaces", one.replaces !== undefined, () => relative(one.replaces)),
    ...keep("was", one.was !== undefined, () => relative(one.was)),
    ...keep("adopt", one.adopt !== undefined, () => one.adopt),
    ...keep("protected", one.protected, () => one.protected),
    ...keep("approved", one.approved !== undefined, () => ({ ...one.approved })),
    ...keep("attest", one.attest !== undefined, () => ({ ...one.attest })),
    ...keep("deliver-from", one.deliverFrom !== undefined, () => one.deliverFrom),
    ...keep("expires", one.expires !== undefined, () => one.expires),
    ...keep("ends", one.ends !== undefined, () => one.ends),
    ...keep("owner", one.owner !== undefined && one.owner !== district.owner, () => one.owner),
    ...keep("contact", one.contact !== undefined, () => one.contact),
    ...keep("sync-period", one.quietMs !== DEFAULT_QUIET_MS, () => describeDuration(one.quietMs)),
    ...keep("fields", one.fieldNames !== undefined, () =>
      one.fieldNames === undefined ? undefined : fieldsOf(one.fieldNames),
    ),
    ...keep("labels", Object.keys(one.labels).length > 0, () => one.labels),
    ...confirmOf(one),
  };
}

function confirmOf(one: DesiredConnection): PlainMap {
  const isDefault = describeClauses(one.requires) === describeClauses(DEFAULT_CLAUSES);
  const confirm: PlainMap = {
    ...(isDefault ? {} : { require: one.requires }),
    ...(one.syncs === undefined ? {} : { syncs: one.syncs }),
    ...(one.withinMs === undefined ? {} : { within: describeDuration(one.withinMs) }),
  };
  return Object.keys(confirm).length === 0 ? {} : { confirm };
}

function fieldsOf(names: FieldNames): PlainMap {
  return {
    "client-id": names.clientId,
    "client-secret": names.clientSecret,
    "token-url": names.tokenUrl,
    "base-url": names.baseUrl,
  };
}

/** An address inside its own district, without the district. */
function relative(address: Address | undefined): string | undefined {
  if (address === undefined) return undefined;
  const { vendor, name } = partsOf(address);
  return name === undefined ? vendor : `${vendor}["${name}"]`;
}

/** 0.1 -> `10%`, without the noise of binary fractions. */
function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(4))}%`;
}
