import { apply } from "../../src/apply/apply.ts";
import type { ApplyEvent, ApplyReport } from "../../src/apply/event.ts";
import { BrokenRun } from "../../src/apply/trouble.ts";
import type { Ports } from "../../src/apply/walking.ts";
import type { Ladder, Question } from "../../src/confirm/ladder.ts";
import type { Address, DistrictId } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { type Finding, RUNGS } from "../../src/model/evidence.ts";
import { type ConnectionId, isActive, type LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS } from "../../src/model/time.ts";
import { planDistricts } from "../../src/plan/make-plan.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { pull, type World } from "../stores/world.ts";

/** A sink whose content a test, and the vendors of a test, can look at. */
export interface TestSink extends Sink {
  /** Client ID of what lies there for an address: what a vendor would paste. */
  holds(address: Address): string | undefined;
}

/** Everything that was ever put into a sink. */
export interface MemorySink extends TestSink {
  readonly deliveries: { readonly target: string; readonly connection: ConnectionId }[];
}

export function createMemorySink(folder = "memory:handed-over"): MemorySink {
  const contents = new Map<Address, string>();
  const deliveries: { target: string; connection: ConnectionId }[] = [];
  const target = (address: Address) => `${folder}/${address}`;
  return {
    keeps: true,
    deliveries,
    target,
    holds: (address) => contents.get(address),
    deliver: async ({ address, connection, credentials }) => {
      contents.set(address, credentials.clientId);
      deliveries.push({ target: target(address), connection: connection.id });
    },
  };
}

/** A ladder that answers as it is told; by default every rung is fine. */
export function createScriptedLadder(
  answer: (question: Question) => readonly Finding[] = () => findings("confirmed"),
): Ladder & { readonly asked: Question[] } {
  const asked: Question[] = [];
  return {
    asked,
    climb: async (question) => {
      asked.push(question);
      return answer(question);
    },
  };
}

export function findings(verdict: Finding["verdict"]): readonly Finding[] {
  const code = verdict === "confirmed" ? "ok" : verdict === "refuted" ? "empty-orgs" : "no-answer";
  return RUNGS.map((rung) => ({ rung, verdict, code, says: `The rung ${rung} came to ${verdict}.` }));
}

/**
 * Whose connection a vendor works with. `follows`: pastes what was handed over for its address as soon as it lies there;
 * `ignores`: the same, but for one that it leaves alone and stays with the other. A vendor that is not named does nothing.
 */
export type Vendors = ReadonlyMap<
  Address,
  "follows" | ConnectionId | { readonly ignores: ConnectionId; readonly staysWith: ConnectionId }
>;

/** A store, a sink and a ladder, and vendors that work with what they hold. */
export interface Stage {
  readonly world: World;
  readonly sink: TestSink;
  readonly ladder: Ladder;
  /** Which connection each vendor works with today. */
  readonly inUse: Map<Address, ConnectionId>;
}

export function portsOf(stage: Stage): Ports {
  const { world, sink, ladder } = stage;
  return { store: world.writer, sink, ladder, clock: world.clock, by: "dana" };
}

export async function planNow(
  world: World,
  desired: Desired,
): Promise<{ plan: Plan; live: Map<DistrictId, LiveDistrict> }> {
  const live = new Map<DistrictId, LiveDistrict>();
  const districts = desired.districts.map((one) => one.district);
  for await (const district of world.writer.read(districts)) live.set(district.district, district);
  return { plan: planDistricts({ desired, live, now: world.clock.now() }), live };
}

/** Plans and applies once. */
export async function applyNow(
  stage: Stage,
  desired: Desired,
  ports: Ports = portsOf(stage),
  onEvent: (event: ApplyEvent) => void = () => {},
): Promise<ApplyReport> {
  const { plan, live } = await planNow(stage.world, desired);
  return await apply({ plan, live, ports, parallelism: 1, onEvent });
}

/**
 * Three days in which every vendor syncs daily with what it holds. A vendor tries what lies there for it before it moves;
 * fails when a vendor was cut off.
 */
export async function vendorsWork(stage: Stage, vendors: Vendors): Promise<void> {
  const { world, sink, inUse } = stage;
  for (const address of inUse.keys()) if (!vendors.has(address)) inUse.delete(address);
  for (const [address, takes] of vendors) {
    const taken = takenFrom(takes, await workingFor(world, sink.holds(address)));
    if (taken !== undefined) inUse.set(address, taken);
  }
  for (let day = 1; day <= 3; day += 1) {
    for (const [address, id] of inUse) {
      await assertWorking(world, address, id);
      await pull(world, id);
    }
    world.clock.pass(DAY_MS);
  }
}

function takenFrom(takes: MapValue<Vendors>, handedOver: ConnectionId | undefined): ConnectionId | undefined {
  if (takes === "follows") return handedOver;
  if (typeof takes === "string") return takes;
  return handedOver === takes.ignores ? takes.staysWith : handedOver;
}

type MapValue<M> = M extends ReadonlyMap<unknown, infer Value> ? Value : never;

/** What no moment of any run may show: a vendor whose connection was taken away from under it. */
export async function assertWorking(world: World, address: Address, id: ConnectionId): Promise<void> {
  const connection = await world.campus.connection(id);
  if (connection === undefined || !isActive(connection)) throw new Error(`the vendor of ${address} was cut off: ${id}`);
}

async function workingFor(world: World, clientId: string | undefined): Promise<ConnectionId | undefined> {
  for await (const district of world.writer.read("all")) {
    const found = district.connections.find((one) => one.clientId === clientId && isActive(one));
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/** Applies and lets the vendors work until a plan has nothing to do. */
export async function settle(
  stage: Stage,
  desired: Desired,
  vendors: Vendors,
  onEvent: (event: ApplyEvent) => void = () => {},
): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    const { plan } = await planNow(stage.world, desired);
    if (plan.districts.every((one) => one.addresses.every(({ steps }) => steps.length === 0))) return;
    await applyNow(stage, desired, portsOf(stage), onEvent);
    await vendorsWork(stage, vendors);
  }
  throw new Error("the world does not come to rest");
}

/**
 * What two runs must agree on: slots, connections and what was handed over. Left out: when it happened, revisions and
 * epochs (a retry may write more often), random identifiers (connections are named by the order of their making).
 */
export async function worldAsText(stage: Stage, desired: Desired): Promise<string> {
  const { world, sink } = stage;
  const lines: unknown[] = [];
  for await (const district of world.writer.read(desired.districts.map((one) => one.district))) {
    const names = new Map(district.connections.map((one, index) => [one.id, `#${index + 1}`]));
    const named = (id: ConnectionId | undefined) => (id === undefined ? undefined : names.get(id));
    for (const { address, generation, current, previous, cutover, aborted, applied } of district.slots) {
      lines.push({
        address,
        generation,
        current: named(current),
        previous: named(previous),
        cutover: cutover && { from: named(cutover.from), to: named(cutover.to) },
        aborted: aborted?.version,
        applied: applied && { ...applied, at: "", connection: named(applied.connection) },
      });
    }
    for (const one of district.connections) {
      const { id, application, kind, version, rotate, schools, share, provenance, status, delivery } = one;
      const how = status.kind === "disabled" ? status.how : "active";
      const handed = delivery && `${delivery.state} ${delivery.target}`;
      lines.push({ name: named(id), application, kind, version, rotate, schools, share, provenance, how, handed });
    }
    for (const slot of district.slots) {
      const held = district.connections.find((one) => one.clientId === sink.holds(slot.address));
      lines.push({ sink: slot.address, holds: named(held?.id) });
    }
  }
  return lines.map((item) => JSON.stringify(item)).join("\n");
}

/** Whether a run ended because of a `Stop`, which is how these tests pull the plug. */
export class Stop extends Error {}

export function isStop(error: unknown): boolean {
  return error instanceof Stop || (error instanceof BrokenRun && error.cause instanceof Stop);
}
