import { createHash } from "node:crypto";
import type { Locate } from "../../src/diagnostics/diagnostic.ts";
import type { DistrictId } from "../../src/model/address.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";
import type { ConnectionId, LiveConnection, LiveDistrict, Slot } from "../../src/model/live.ts";
import type { Acceptance } from "../../src/model/loss.ts";
import type { Place } from "../../src/model/place.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS, FIRST_CLAUSES } from "../../src/model/requirement.ts";
import { DAY_MS, type Day, HOUR_MS, type Instant, shift } from "../../src/model/time.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import type { Plan, PlanInput } from "../../src/plan/plan.ts";
import * as world from "../plan/world.ts";

/** Worlds whose plans show everything there is to print. Client IDs look like real ones: 32 hexadecimal digits. */

export const { NOW } = world;
const SHELBYVILLE = "shelbyville" as DistrictId;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The lines of the files that the stories speak of. */
const LINES: Readonly<Record<string, number>> = {
  Schoology: 14,
  "Schoology.version": 14,
  "Schoology.accept": 5,
};

/** Finds places by their keys; what is not in the table stands on line 6. */
export const locate: Locate = (place: Place) => {
  const key = place.path.slice(1).join(".");
  return { file: place.file, line: LINES[key] ?? 6, column: 3 };
};

function at(file: string, ...path: readonly string[]): Place {
  return { file, document: 0, path: ["vendors", ...path] };
}

export interface World {
  readonly plan: Plan;
  readonly live: ReadonlyMap<DistrictId, LiveDistrict>;
}

export function digestsOf(plan: Plan) {
  return digestPlan(plan, sha256);
}

/** A connection of a line with a Client ID that is the same on every run. */
function made(wanted: DesiredConnection, fields: Partial<LiveConnection> = {}, part?: string): LiveConnection {
  const base = world.connectionFor(wanted, world.idFor(wanted.address, part));
  return { ...base, clientId: sha256(base.id).slice(0, 32), ...fields };
}

/** A slot whose connection was applied as it is. */
function inUse(live: LiveConnection, wanted: DesiredConnection, fields: Partial<Slot> = {}): Slot {
  const { id, version, kind, schools, share, rotate, createdAt } = live;
  const applied = { connection: id, at: createdAt, version, kind, schools, share, rotate };
  return world.slotFor(wanted.address, { current: id, applied, ...fields });
}

export function liveOf(
  district: DistrictId,
  slots: readonly Slot[],
  connections: readonly LiveConnection[],
): LiveDistrict {
  return { district, revision: 7, site: { ...world.SITE }, slots, connections, observesUse: true };
}

/** The plan of one district. */
export function worldOf(
  lines: readonly DesiredConnection[],
  live: Pick<LiveDistrict, "slots" | "connections">,
  more: Partial<PlanInput> & { readonly district?: Parameters<typeof world.district>[1] } = {},
): World {
  const { district: fields, ...input } = more;
  const name = lines[0]?.district ?? world.SPRINGFIELD;
  const known = liveOf(name, live.slots, live.connections);
  const desired = world.documents(world.district(lines, { district: name, ...fields }));
  return { plan: world.planOf(desired, [known], input), live: new Map([[name, known]]) };
}

/** The move of YAML.md: another OneRoster version, accepted, not to be handed over before a day. */
export function versionMove(fields: Partial<DesiredConnection> = {}, now: Instant = NOW): World {
  const wanted = world.line("Schoology", {
    district: SHELBYVILLE,
    version: "1.2",
    deliverFrom: "2027-07-01" as Day,
    accepts: ["user-ids 1.1->1.2" as Acceptance],
    place: at("districts/shelbyville.yaml", "Schoology"),
    places: {
      version: at("rosterform.yaml", "Schoology", "version"),
      accept: at("districts/shelbyville.yaml", "Schoology", "accept"),
    },
    ...fields,
  });
  const old = made(wanted, { version: "1.1" });
  return worldOf([wanted], { slots: [inUse(old, wanted)], connections: [old] }, { now });
}

/** Everything at once: one address for each thing a plan can say. */
export function everything(more: Partial<PlanInput> = {}): World {
  const parts = [newOne(), edited(), widened(), unused(), waits(), ends(), firstWaits(), adopts(), renames()];
  const troubled = [stillUsed(), handDisabled(), unaccepted(), abandons(), replaces(), held(), kept()];
  const all = [...parts, ...troubled];
  const found = made(world.line("Old Quiz Tool"), {
    application: "Old Quiz Tool",
    provenance: "found",
    kind: "other",
    createdAt: shift(NOW, -400 * DAY_MS),
  });
  return worldOf(
    all.flatMap((one) => one.lines),
    {
      slots: all.flatMap((one) => one.slots),
      connections: [...all.flatMap((one) => one.connections), found],
    },
    more,
  );
}

interface Part {
  readonly lines: readonly DesiredConnection[];
  readonly slots: readonly Slot[];
  readonly connections: readonly LiveConnection[];
}

function newOne(): Part {
  return { lines: [world.line("Otus", { version: "1.2", share: ["demographics"] })], slots: [], connections: [] };
}

function edited(): Part {
  const narrower = { schools: ["Lincoln", "North High"], accepts: ["schools all->Lincoln, North High" as Acceptance] };
  return settled(world.line("Bluebird Reading", { kind: "other", ...narrower }), { schools: "all" });
}

function widened(): Part {
  const schools = ["Adams", "Baker", "Clay", "Dale", "Elm", "Fir"];
  const wanted = world.line("Apple School Manager", { schools, share: ["demographics"] });
  return settled(wanted, { schools: schools.slice(0, 5), share: [] });
}

function unused(): Part {
  return settled(world.line("Classworks", { state: "disabled", kind: "other" }), { use: world.neverUsed() });
}

function stillUsed(): Part {
  return settled(world.line("Learning Ally", { state: "disabled", version: "1.2" }), {});
}

function kept(): Part {
  return settled(world.line("Google Classroom", { version: "1.2" }), {});
}

function handDisabled(): Part {
  const status = {
    kind: "disabled",
    at: shift(NOW, -DAY_MS),
    by: "sam@springfield.example.org",
    how: "outside",
  } as const;
  return settled(world.line("RapidIdentity"), { status });
}

/** From supported to other: grade book and assessments go, and nobody said that this is fine. */
function unaccepted(): Part {
  return settled(world.line("Eduready360", { kind: "other" }), { kind: "supported" });
}

function settled(wanted: DesiredConnection, fields: Partial<LiveConnection>): Part {
  const old = made(wanted, fields);
  return { lines: [wanted], slots: [inUse(old, wanted)], connections: [old] };
}

/** A cut-over opened twelve days ago: probed this morning, and the vendor has not moved. */
function waits(): Part {
  return switching(world.line("Schoology", { rotate: 1 }), {});
}

/** The vendor has moved and the old connection is quiet; only a fresh probe is missing. */
function ends(): Part {
  const wanted = world.line("Edlink", { rotate: 1, kind: "other" });
  const part = switching(wanted, { use: world.usedBefore(HOUR_MS), evidence: [] });
  const [old, ...rest] = part.connections;
  const quiet = old === undefined ? [] : [{ ...old, use: world.usedBefore(3 * DAY_MS) }];
  return { ...part, connections: [...quiet, ...rest] };
}

function switching(wanted: DesiredConnection, fields: Partial<LiveConnection>): Part {
  const old = made(wanted, { rotate: 0, use: world.usedBefore(10 * HOUR_MS) });
  const fresh = made(wanted, { use: world.neverUsed(12 * DAY_MS), createdAt: shift(NOW, -12 * DAY_MS) }, "candidate");
  const candidate = { ...fresh, evidence: [world.probed(fresh)], ...fields };
  const cutover = {
    from: old.id,
    to: candidate.id,
    generation: 2,
    requires: { clauses: DEFAULT_CLAUSES, quietMs: DEFAULT_QUIET_MS },
    openedAt: shift(NOW, -12 * DAY_MS),
  };
  return { lines: [wanted], slots: [inUse(old, wanted, { cutover, generation: 2 })], connections: [old, candidate] };
}

/** A first connection that may not be handed over yet. */
function firstWaits(): Part {
  const wanted = world.line("Manage1to1", { version: "1.2", kind: "other", deliverFrom: "2027-08-01" as Day });
  const { delivery: _, ...candidate } = made(wanted, { use: world.neverUsed(), evidence: [] }, "candidate");
  const requires = { clauses: FIRST_CLAUSES, quietMs: DEFAULT_QUIET_MS };
  const cutover = { to: candidate.id, generation: 1, requires, openedAt: shift(NOW, -DAY_MS) };
  return { lines: [wanted], slots: [world.slotFor(wanted.address, { cutover })], connections: [candidate] };
}

function adopts(): Part {
  const clientId = sha256("adopted").slice(0, 32);
  const wanted = world.line("School Passport", { kind: "other", adopt: clientId });
  return { lines: [wanted], slots: [], connections: [made(wanted, { provenance: "found", clientId })] };
}

function renames(): Part {
  const wanted = world.line("Canvas Data Sync", { was: world.addressFrom("Canvas") });
  const old = made(wanted, { application: "Canvas" });
  return {
    lines: [wanted],
    slots: [{ ...inUse(old, wanted), address: world.addressFrom("Canvas") }],
    connections: [old],
  };
}

/** The document asks for something else again while nobody uses the candidate. */
function abandons(): Part {
  const wanted = world.line("Microsoft School Data Sync", { rotate: 2 });
  const part = switching({ ...wanted, rotate: 1 }, {});
  return { ...part, lines: [wanted] };
}

/** A supported vendor takes over from a connection of another application. */
function replaces(): Part {
  const old = world.line("Paper Trail", { kind: "other", state: "disabled" });
  const fresh = world.line('Comet Math["north"]', { kind: "supported", replaces: old.address });
  const part = settled(old, {});
  return { ...part, lines: [old, fresh] };
}

function held(): Part {
  const wanted = world.line("Instructure Data Sync", { rotate: 1 });
  const old = made(wanted, { rotate: 0 });
  const aborted = { version: "1.1", kind: "supported", rotate: 1, at: shift(NOW, -DAY_MS), by: "dana" } as const;
  return { lines: [wanted], slots: [inUse(old, wanted, { aborted })], connections: [old] };
}

export function idOf(text: string): ConnectionId {
  return text as ConnectionId;
}
