import { type Address, type DistrictId, parseAddress, partsOf } from "../../src/model/address.ts";
import { DEFAULT_LIMITS, type Desired, type DesiredConnection, type DesiredDistrict } from "../../src/model/desired.ts";
import type { Attested, Probed, Verdict } from "../../src/model/evidence.ts";
import type { ConnectionId, LiveConnection, LiveDistrict, Slot } from "../../src/model/live.ts";
import type { Place } from "../../src/model/place.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS } from "../../src/model/requirement.ts";
import type { Site } from "../../src/model/site.ts";
import { DAY_MS, HOUR_MS, type Instant, shift } from "../../src/model/time.ts";
import type { Use } from "../../src/model/use.ts";
import { planDistricts } from "../../src/plan/make-plan.ts";
import type { Plan, PlanInput } from "../../src/plan/plan.ts";

/** A desired world, and the live world that matches it. Tests disturb one of them in one place. */

export const SPRINGFIELD = "springfield" as DistrictId;
export const NOW = "2027-06-17T08:00:00.000Z" as Instant;
export const SITE: Site = { host: "springfield.example.org", app: "springfield", kind: "production" };
const PLACE: Place = { file: "springfield.yaml", document: 0, path: [] };

/** `Otus` or `Edlink["north"]` in Springfield, or a whole address. */
export function addressFrom(text: string, district: DistrictId = SPRINGFIELD): Address {
  const address = parseAddress(text) ?? parseAddress(`${district}/${text}`);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

export function line(name: string, fields: Partial<DesiredConnection> = {}): DesiredConnection {
  const address = addressFrom(name, fields.district);
  return {
    ...partsOf(address),
    address,
    state: "active",
    version: "1.1",
    kind: "supported",
    schools: "all",
    share: [],
    rotate: 0,
    requires: DEFAULT_CLAUSES,
    quietMs: DEFAULT_QUIET_MS,
    accepts: [],
    protected: false,
    labels: {},
    place: { ...PLACE, path: ["vendors", name] },
    places: {},
    ...fields,
  };
}

export function district(
  connections: readonly DesiredConnection[],
  fields: Partial<DesiredDistrict> = {},
): DesiredDistrict {
  return {
    district: SPRINGFIELD,
    site: SITE,
    mode: "manage",
    connections,
    ignored: [],
    freeze: [],
    limits: DEFAULT_LIMITS,
    place: PLACE,
    ...fields,
  };
}

export function documents(...districts: readonly DesiredDistrict[]): Desired {
  return { districts, limits: { ...DEFAULT_LIMITS, disable: 1 } };
}

/** `otus`, `edlink-north`: short, the same on every run, and readable in a failing test. */
export function idFor(address: Address, part?: string): ConnectionId {
  const { vendor, name } = partsOf(address);
  const words = [vendor, name, part].filter((word) => word !== undefined).join(" ");
  return words.toLowerCase().replaceAll(" ", "-") as ConnectionId;
}

/** Active, generated and handed over ten days ago, used by its vendor three hours ago. */
export function connection(id: string, fields: Partial<LiveConnection> = {}): LiveConnection {
  const createdAt = shift(NOW, -10 * DAY_MS);
  return {
    id: id as ConnectionId,
    district: SPRINGFIELD,
    application: "Otus",
    clientId: `client-${id}`,
    tokenUrl: "https://springfield.example.org/token",
    baseUrl: "https://springfield.example.org/base",
    fingerprint: `print-${id}`,
    version: "1.1",
    kind: "supported",
    schools: "all",
    share: [],
    rotate: 0,
    status: { kind: "active" },
    provenance: "generated",
    createdAt,
    epoch: 1,
    epochAt: createdAt,
    use: usedBefore(3 * HOUR_MS),
    delivery: { state: "done", target: "file:credentials", at: createdAt },
    evidence: [],
    ...fields,
  };
}

export function usedBefore(ms: number, now: Instant = NOW): Use {
  const last = shift(now, -ms);
  return { kind: "observed", since: shift(now, -100 * DAY_MS), last, pulled: pullsAt(last) };
}

export function neverUsed(sinceMs: number = 10 * DAY_MS): Use {
  return { kind: "observed", since: shift(NOW, -sinceMs), pulled: {} };
}

export function pullsAt(at: Instant): Readonly<Record<"orgs" | "users" | "enrollments", Instant>> {
  return { orgs: at, users: at, enrollments: at };
}

/** What one climb of the ladder found, about the connection as it is. */
export function probed(about: LiveConnection, verdict: Verdict = "confirmed", agoMs: number = HOUR_MS): Probed {
  const { id, fingerprint, epoch } = about;
  return {
    kind: "probed",
    about: { connection: id, fingerprint, epoch },
    at: shift(NOW, -agoMs),
    by: "rosterform",
    findings: [{ rung: "token", verdict, code: verdict, says: "seen" }],
  };
}

export function attested(about: LiveConnection, agoMs: number = HOUR_MS): Attested {
  const { id, fingerprint, epoch } = about;
  const at = shift(NOW, -agoMs);
  return { kind: "attested", about: { connection: id, fingerprint, epoch }, at, by: "dana", reason: "called them" };
}

/** The connection that a line asks for, as it stands in the live system. */
export function connectionFor(wanted: DesiredConnection, id: ConnectionId = idFor(wanted.address)): LiveConnection {
  const { district: home, vendor, version, kind, schools, share, rotate } = wanted;
  return connection(id, { district: home, application: vendor, version, kind, schools, share, rotate });
}

/** The slot of an address whose connection was generated, proven and applied. */
export function slotFor(address: Address, fields: Partial<Slot> = {}): Slot {
  return { address, revision: 4, generation: 1, ...fields };
}

/** The live world in which nothing is left to do. */
export function matchingWorld(desired: DesiredDistrict): LiveDistrict {
  const worlds = desired.connections.map(settled);
  return {
    district: desired.district,
    revision: 7,
    site: desired.site,
    slots: worlds.map(({ slot }) => slot),
    connections: worlds.map(({ held }) => held),
    observesUse: true,
  };
}

function settled(wanted: DesiredConnection): { readonly slot: Slot; readonly held: LiveConnection } {
  const live = connectionFor(wanted);
  const { id, version, kind, schools, share, rotate } = live;
  const applied = { connection: id, at: live.createdAt, version, kind, schools, share, rotate };
  if (wanted.state === "active") return { slot: slotFor(wanted.address, { current: id, applied }), held: live };
  const status = { kind: "disabled", at: shift(NOW, -DAY_MS), by: "rosterform", how: "disabled" } as const;
  return { slot: slotFor(wanted.address, { previous: id, applied }), held: { ...live, status } };
}

export function planOf(desired: Desired, live: readonly LiveDistrict[], more: Partial<PlanInput> = {}): Plan {
  return planDistricts({ desired, live: new Map(live.map((one) => [one.district, one])), now: NOW, ...more });
}
