import { apply } from "../../src/apply/apply.ts";
import type { ApplyReport } from "../../src/apply/event.ts";
import type { Address } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { type ConnectionId, isActive, type LiveDistrict } from "../../src/model/live.ts";
import { PULLS } from "../../src/model/pull.ts";
import { DAY_MS } from "../../src/model/time.ts";
import { planDistricts } from "../../src/plan/make-plan.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { readLive } from "../../src/reconcile.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import type { StoreReader, StoreWriter } from "../../src/stores/store.ts";
import { createScriptedLadder, type TestSink } from "../apply/harness.ts";
import { SITE, type TestClock, type TestStore } from "../stores/world.ts";
import type { Part, Story } from "./part.ts";
import { addressesOf, documentsOf } from "./story.ts";

/** Where a story plays when nobody is in the way: a store, a sink, a clock, and vendors with what they work with. */
export interface Ground {
  readonly store: TestStore;
  readonly sink: TestSink;
  readonly clock: TestClock;
  readonly inUse: Map<Address, ConnectionId>;
  /** What a vendor worked with before it moved. */
  readonly survivors: Map<Address, ConnectionId>;
  /** Client IDs of connections that were made by hand. */
  readonly found: Map<Address, string>;
  /** Through which ports is applied; only a test of the torture puts others here. */
  readonly ports: { readonly store: StoreWriter; readonly sink: Sink };
}

export function createGround(base: Pick<Ground, "store" | "sink" | "clock">, ports: Ground["ports"] = base): Ground {
  return { ...base, inUse: new Map(), survivors: new Map(), found: new Map(), ports };
}

/** What the store holds about every district. */
export async function readAll(reader: StoreReader): Promise<readonly LiveDistrict[]> {
  const all: LiveDistrict[] = [];
  for await (const live of reader.read("all")) all.push(live);
  return all;
}

export async function planOn({ store, clock }: Ground, desired: Desired): Promise<Plan> {
  return planDistricts({ desired, live: await readLive(store, desired), now: clock.now() });
}

/** Plans and applies once, here and undisturbed. */
export async function applyOn(ground: Ground, desired: Desired): Promise<ApplyReport> {
  const plan = await planOn(ground, desired);
  const { clock, ports } = ground;
  // One at a time: nobody is in a hurry here, and every connection to a server that is opened costs more than the wait.
  return await apply({ plan, ports: { ...ports, ladder: createScriptedLadder(), clock, by: "dana" }, parallelism: 1 });
}

/** Brings the world to the point where the documents of `after` are about to be applied. */
export async function prepare(story: Story, ground: Ground): Promise<void> {
  const { store, clock, found, inUse, survivors } = ground;
  for (const part of story.parts) if (part.isFound === true) await makeByHand(part, ground);
  await applyOn(ground, documentsOf(story, "before", found));
  await takeUp(
    ground,
    story.parts.flatMap(({ before }) => before.map(({ address }) => address)),
  );
  clock.pass(3 * DAY_MS);
  if (story.parts.some(({ opened }) => opened !== undefined)) {
    await applyOn(ground, documentsOf(story, "opened", found));
    await move(
      story.parts.flatMap(({ addresses, hasMoved }) => (hasMoved === true ? addresses : [])),
      ground,
    );
    clock.pass(3 * DAY_MS);
  }
  for (const part of story.parts) {
    const id = inUse.get(part.addresses[0] ?? part.home);
    if (part.isSilent === true) for (const address of part.addresses) inUse.delete(address);
    else if (id !== undefined && part.hasMoved !== true) await use(store, clock, id);
  }
  for (const [address, id] of inUse) survivors.set(address, survivors.get(address) ?? id);
}

/** What people and vendors do after a run: every vendor works with what it holds, and three days pass. */
export async function liveOn(story: Story, ground: Ground): Promise<void> {
  const { store, clock, inUse, survivors } = ground;
  for (const part of story.parts) {
    const worked = [...addressesOf(part)].filter((address) => inUse.has(address));
    switch (part.later) {
      case "follows":
        for (const address of worked) inUse.delete(address);
        break;
      case "returns": {
        const id = survivors.get(part.home);
        if (id !== undefined) inUse.set(part.home, id);
        break;
      }
      case "silent":
        for (const address of worked) inUse.delete(address);
        break;
      case "stays":
        break;
    }
  }
  await takeUp(
    ground,
    story.parts.flatMap(({ home, later }) => (later === "follows" ? [home] : [])),
  );
  for (const { home, later } of story.parts) {
    const id = inUse.get(home);
    if (id === undefined) continue;
    if (later === "follows" || later === "returns") await pull(store, clock, id);
    else await use(store, clock, id);
  }
  clock.pass(3 * DAY_MS);
}

/** Vendors paste what lies in the sink for them, where that works. */
async function takeUp({ store, sink, inUse }: Ground, addresses: readonly Address[]): Promise<void> {
  const connections = (await readAll(store)).flatMap((live) => live.connections);
  for (const address of addresses) {
    const clientId = sink.holds(address);
    const connection = connections.find((one) => one.clientId === clientId && isActive(one));
    if (connection !== undefined) inUse.set(address, connection.id);
  }
}

async function move(addresses: readonly Address[], ground: Ground): Promise<void> {
  const { store, clock, inUse, survivors } = ground;
  for (const address of addresses) {
    const before = inUse.get(address);
    if (before !== undefined) survivors.set(address, before);
  }
  await takeUp(ground, addresses);
  for (const address of addresses) {
    const id = inUse.get(address);
    if (id !== undefined) await pull(store, clock, id);
  }
}

async function makeByHand({ home }: Part, { store, found, inUse }: Ground): Promise<void> {
  const [district = "", application = ""] = home.split("/");
  const made = await store.createByHand({
    district: district as LiveDistrict["district"],
    site: district === "springfield" ? SITE : { ...SITE, app: district },
    application,
    make: { kind: "other", version: "1.1", schools: "all", share: [] },
    by: "kim",
  });
  found.set(home, made.clientId);
  inUse.set(home, made.id);
}

/** A whole sync of a vendor. */
async function pull(store: TestStore, clock: TestClock, connection: ConnectionId): Promise<void> {
  const at = clock.now();
  for (const family of PULLS)
    await store.recordTraffic({ connection, at, by: "consumer", what: family, pull: family, ok: true });
}

/** A vendor was seen, so what it works with is not quiet. */
async function use(store: TestStore, clock: TestClock, connection: ConnectionId): Promise<void> {
  await store.recordTraffic({ connection, at: clock.now(), by: "consumer", what: "token", ok: true });
}
