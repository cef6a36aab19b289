import { DISTRICT_PATTERN, type DistrictId } from "../../model/address.ts";
import type { LiveConnection, LiveDistrict, Slot } from "../../model/live.ts";
import { fault } from "../translate/fault.ts";
import { textsOf } from "../translate/narrow.ts";
import { physical } from "../translate/state.ts";
import type { DataSource, Notice } from "../wire/provider.ts";
import type { Attributes, Value } from "../wire/value.ts";
import { CONNECTIONS_SCHEMA } from "./reading-schemas.ts";
import type { Session } from "./session.ts";

/** The data source `oneroster_connections`. */
export function connectionsSource(session: () => Session): DataSource {
  return {
    schema: CONNECTIONS_SCHEMA,
    validate: (config) => Promise.resolve([...badDistricts(config), ...badStatus(config)]),
    read: async (config) => {
      const districts = await liveOf(config, session());
      const connections = districts.flatMap((live) => rowsOf(live).filter(({ one }) => isWanted(one, config)));
      return { state: { ...config, connections: connections.map(({ row }) => row) }, notices: [] };
    },
  };
}

async function liveOf({ districts }: Attributes, session: Session): Promise<readonly LiveDistrict[]> {
  const chosen = textsOf(districts);
  if (chosen !== undefined) {
    return Promise.all([...chosen].sort().map((district) => session.live(district as DistrictId)));
  }
  const all: LiveDistrict[] = [];
  for await (const live of (await session.reader()).read("all", session.signal)) all.push(live);
  return all;
}

interface Row {
  readonly one: LiveConnection;
  readonly row: Value;
}

function rowsOf(live: LiveDistrict): readonly Row[] {
  const roles = new Map(live.slots.flatMap((slot) => rolesIn(slot)));
  const sorted = [...live.connections].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.map((one) => {
    const [role, address] = roles.get(one.id) ?? [null, null];
    const { district, application: vendor, kind, createdAt: created_at } = one;
    const managed = one.provenance !== "found";
    return { one, row: { ...physical(one), district, vendor, address, role, kind, managed, created_at } };
  });
}

/** The current role wins over what a connection was before, or is to become. */
function rolesIn({
  address,
  current,
  cutover,
  previous,
}: Slot): readonly (readonly [string, readonly [string, string]])[] {
  const named = [
    ["previous", previous],
    ["candidate", cutover?.to],
    ["current", current],
  ] as const;
  return named.flatMap(([role, id]) => (id === undefined ? [] : [[id, [role, address]] as const]));
}

function isWanted(one: LiveConnection, { vendor, status, managed }: Attributes): boolean {
  if (typeof vendor === "string" && one.application.toLowerCase() !== vendor.toLowerCase()) return false;
  if (typeof status === "string" && one.status.kind !== status) return false;
  return typeof managed !== "boolean" || managed === (one.provenance !== "found");
}

function badDistricts({ districts }: Attributes): readonly Notice[] {
  return (textsOf(districts) ?? []).flatMap((one) =>
    DISTRICT_PATTERN.test(one)
      ? []
      : [badFilter("districts", `"${one}" is no identifier of a district: lower-case letters, digits and hyphens.`)],
  );
}

function badStatus({ status }: Attributes): readonly Notice[] {
  if (typeof status !== "string" || status === "active" || status === "disabled") return [];
  return [badFilter("status", `"${status}" is neither "active" nor "disabled".`)];
}

function badFilter(attribute: string, detail: string): Notice {
  return fault("terraform/bad-filter", "A filter cannot be read", detail, attribute);
}
