import type { DistrictId } from "../../../src/model/address.ts";
import type { DesiredConnection, DesiredDistrict } from "../../../src/model/desired.ts";
import type { Asked, Inventory, LiveConnection, LiveDistrict, Slot } from "../../../src/model/live.ts";
import type { Acceptance } from "../../../src/model/loss.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS, FIRST_CLAUSES } from "../../../src/model/requirement.ts";
import { DAY_MS, type Day, type Instant, shift } from "../../../src/model/time.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { runbookOf } from "../../../src/views/runbook/model.ts";
import type { Runbook, RunbookAddress, RunbookStep } from "../../../src/views/runbook/runbook.ts";
import * as world from "../../plan/world.ts";
import { digestsOf, locate, sha256 } from "../stories.ts";

/** Runbooks of worlds in which people keep the registry, one address for each state that a step can be in. */

export const { NOW } = world;

const SIGNED: Inventory = { kind: "signed", by: "dana", at: shift(NOW, -30 * DAY_MS), asOf: "2027-05-17" as Day };

export interface Part {
  readonly line: DesiredConnection;
  readonly slot?: Slot;
  readonly connections: readonly LiveConnection[];
}

/** The runbook of a plan. */
export function bookOf(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>, deliver = "terminal"): Runbook {
  return runbookOf({ plan, live, digests: digestsOf(plan), deliver, locate });
}

/** The runbook of one district whose registry people keep. */
export function keptBook(
  parts: readonly Part[],
  more: {
    readonly inventory?: Inventory;
    readonly asked?: readonly Asked[];
    readonly now?: Instant;
    readonly district?: Partial<DesiredDistrict>;
  } = {},
): Runbook {
  const { inventory = SIGNED, asked = [], now = NOW } = more;
  const live: LiveDistrict = {
    district: world.SPRINGFIELD,
    revision: 7,
    site: { ...world.SITE },
    slots: parts.flatMap(({ slot }) => slot ?? []),
    connections: parts.flatMap(({ connections }) => connections),
    observesUse: false,
    kept: { inventory, asked },
  };
  const desired = world.documents(
    world.district(
      parts.map(({ line }) => line),
      more.district,
    ),
  );
  return bookOf(world.planOf(desired, [live], { now }), new Map([[world.SPRINGFIELD, live]]));
}

/** The only address of a runbook, or the one of this vendor. */
export function at(book: Runbook, vendor?: string): RunbookAddress {
  const all = book.districts.flatMap(({ addresses }) => addresses);
  const found = vendor === undefined ? all[0] : all.find(({ address }) => address.endsWith(`/${vendor}`));
  if (found === undefined) throw new Error(`nothing is said about ${vendor ?? "any address"}`);
  return found;
}

/** The step of this kind. */
export function step(of: RunbookAddress, kind: RunbookStep["kind"]): RunbookStep {
  const found = of.steps.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`${of.address} has no step ${kind}`);
  return found;
}

function owned(name: string, fields: Partial<DesiredConnection>): DesiredConnection {
  const contact = `support@${name.toLowerCase().replaceAll(/[^a-z]/g, "")}.example.com`;
  return world.line(name, { owner: "kim@springfield.example.org", contact, ...fields });
}

function made(line: DesiredConnection, part: string, fields: Partial<LiveConnection> = {}): LiveConnection {
  const base = world.connectionFor(line, world.idFor(line.address, part));
  return {
    ...base,
    clientId: sha256(base.id).slice(0, 32),
    fingerprint: sha256(`fingerprint ${base.id}`).slice(0, 16),
    use: { kind: "unobservable" },
    reported: { by: "dana", at: shift(NOW, -40 * DAY_MS) },
    evidence: [],
    ...fields,
  };
}

function withoutDelivery(one: LiveConnection): LiveConnection {
  const { delivery: _, ...rest } = one;
  return rest;
}

/** A move from 1.1 to 1.2 that has not begun. */
export function moves(name = "Schoology", fields: Partial<DesiredConnection> = {}): Part {
  const line = owned(name, {
    version: "1.2",
    accepts: ["user-ids 1.1->1.2" as Acceptance],
    fieldNames: {
      clientId: "Consumer Key",
      clientSecret: "Consumer Secret",
      tokenUrl: "Authentication URL",
      baseUrl: "Service URL",
    },
    ...fields,
  });
  const old = made(line, "old", { version: "1.1" });
  return { line, slot: world.slotFor(line.address, { current: old.id }), connections: [old] };
}

/** A first connection under "Connect to Other Applications". */
export function begins(name = "Manage1to1", fields: Partial<DesiredConnection> = {}): Part {
  return {
    line: owned(name, { version: "1.2", kind: "other", schools: ["Lincoln", "North High"], ...fields }),
    connections: [],
  };
}

/** A cut-over that was opened nine days ago. `evidence` of the new connection is made by the story. */
export function waits(
  name = "Classworks",
  story: {
    readonly line?: Partial<DesiredConnection>;
    readonly isDelivered?: boolean;
    readonly evidence?: (candidate: LiveConnection) => LiveConnection["evidence"];
    readonly receivedBy?: string;
  } = {},
): Part {
  const line = owned(name, { kind: "other", rotate: 1, ...story.line });
  const old = made(line, "old", { rotate: 0 });
  const opened = shift(NOW, -9 * DAY_MS);
  const received =
    story.receivedBy === undefined ? {} : { received: { by: story.receivedBy, at: shift(NOW, -7 * DAY_MS) } };
  const bare = made(line, "new", {
    createdAt: opened,
    reported: { by: "kim", at: opened },
    delivery: { state: "done", target: `terminal:${line.address}`, at: shift(NOW, -8 * DAY_MS), ...received },
  });
  const fresh = story.isDelivered === false ? withoutDelivery(bare) : bare;
  const candidate = { ...fresh, evidence: story.evidence?.(fresh) ?? [] };
  const requires = { clauses: DEFAULT_CLAUSES, quietMs: DEFAULT_QUIET_MS };
  const cutover = { from: old.id, to: candidate.id, generation: 2, requires, openedAt: opened };
  return {
    line,
    slot: world.slotFor(line.address, { current: old.id, generation: 2, cutover }),
    connections: [old, candidate],
  };
}

/** Everything is proven: the old connection may be disabled. */
export function mayEnd(name = "RapidIdentity"): Part {
  return waits(name, {
    receivedBy: "pat",
    evidence: (candidate) => [world.probed(candidate), world.attested(candidate)],
  });
}

/** A first connection that is set up and lacks only what `fields` say. */
export function settingUp(name = "Edlink"): Part {
  const line = owned(name, { kind: "other", version: "1.2" });
  const candidate = made(line, "new");
  const requires = { clauses: FIRST_CLAUSES, quietMs: DEFAULT_QUIET_MS };
  const cutover = { to: candidate.id, generation: 1, requires, openedAt: shift(NOW, -DAY_MS) };
  return { line, slot: world.slotFor(line.address, { cutover, generation: 1 }), connections: [candidate] };
}

/** Schools and data that are edited in place. */
export function edits(name = "Otus"): Part {
  const line = owned(name, { share: ["demographics"] });
  const live = made(line, "old", { share: [] });
  return { line, slot: world.slotFor(line.address, { current: live.id }), connections: [live] };
}

/** From supported to other, and nobody accepted what is lost. */
export function blocked(name = "Eduready360"): Part {
  const line = owned(name, { kind: "other" });
  const live = made(line, "old", { kind: "supported" });
  return { line, slot: world.slotFor(line.address, { current: live.id }), connections: [live] };
}

/** A connection that the document wants off, whatever the vendor does. */
export function ends(name = "Old Quiz Tool"): Part {
  const line = owned(name, { state: "disabled", kind: "other", accepts: ["cut-off" as Acceptance] });
  const live = made(line, "old");
  return { line, slot: world.slotFor(line.address, { current: live.id }), connections: [live] };
}

/** Nothing to do. */
export function stays(name = "Google Classroom"): Part {
  const line = owned(name, { version: "1.2" });
  const live = made(line, "old");
  return { line, slot: world.slotFor(line.address, { current: live.id }), connections: [live] };
}

/** One address for each state, in one book. */
export function everyState(): Runbook {
  const held = begins("Learning Ally", { kind: "supported", deliverFrom: "2027-08-01" as Day });
  const asked: Asked = { by: "kim", at: shift(NOW, -DAY_MS), address: begins().line.address, click: "generate" };
  return keptBook([moves(), begins(), waits(), mayEnd(), settingUp(), edits(), blocked(), ends(), stays(), held], {
    asked: [asked],
  });
}
