import { describe, expect, it } from "vitest";
import { openMemoryWorld, openSqliteWorld, type World } from "../stores/world.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  isStop,
  type MemorySink,
  planNow,
  portsOf,
  type Stage,
  vendorsWork,
  worldAsText,
} from "./harness.ts";
import { type Plug, wire, type Wired } from "./plug.ts";
import { type Final, SCENARIOS, type Scenario } from "./scenarios.ts";
import { nobodyCutOff, ownersOf } from "./watch.ts";

/**
 * Stop before and after the acknowledgement of every call, plan again, apply again: the same world as without the stop,
 * nothing minted twice, nothing in two places, and no moment at which a vendor that had a working connection has none.
 */

interface Theatre extends Stage {
  readonly sink: MemorySink;
}

interface Played {
  readonly text: string;
  readonly calls: number;
  readonly minted: number;
}

async function play(open: () => Promise<World>, scenario: Scenario, plug?: Plug): Promise<Played> {
  const stage: Theatre = {
    world: await open(),
    sink: createMemorySink(),
    ladder: createScriptedLadder(),
    inUse: new Map(),
  };
  try {
    const final = await scenario.prepare(stage);
    const owners = await ownersOf(stage, final);
    const calls = await playFinal(stage, final, plug, () => nobodyCutOff(stage, owners));
    return { text: await worldAsText(stage, final.desired), calls, minted: await countMinted(stage, final) };
  } finally {
    await stage.world.end();
  }
}

/** Applies until nothing changes any more; a run that was stopped is followed by a new one, as a person would. */
async function playFinal(stage: Theatre, final: Final, plug: Plug | undefined, watch: () => Promise<void>) {
  let { world } = stage;
  let calls = 0;
  for (let round = 0; round < 8; round += 1) {
    const now = { ...stage, world };
    const { plan } = await planNow(world, final.desired);
    if (plan.districts.every((one) => one.addresses.every(({ steps }) => steps.length === 0))) return calls;
    const left = plug === undefined ? undefined : { ...plug, call: plug.call - calls };
    const wired: Wired = wire(portsOf(now), left, watch);
    try {
      await applyNow(now, final.desired, wired.ports);
    } catch (error) {
      if (!isStop(error)) throw error;
      world = await world.reopen();
      Object.assign(stage, { world });
    }
    calls += wired.calls.length;
    await watch();
    await vendorsWork({ ...stage, world }, final.vendors);
    assertOnePlaceEach(stage);
  }
  throw new Error("the world does not come to rest");
}

function assertOnePlaceEach({ sink }: Theatre): void {
  const places = new Map<string, Set<string>>();
  for (const { connection, target } of sink.deliveries) {
    places.set(connection, (places.get(connection) ?? new Set()).add(target));
  }
  for (const targets of places.values()) expect([...targets]).toHaveLength(1);
}

async function countMinted(stage: Stage, { desired }: Final): Promise<number> {
  const { live } = await planNow(stage.world, desired);
  return [...live.values()].reduce((sum, one) => sum + one.connections.length, 0);
}

const STORES: readonly (readonly [string, () => Promise<World>])[] = [
  ["in memory", openMemoryWorld],
  ["in SQLite", openSqliteWorld],
];

describe.each(STORES)("a run over a store %s, stopped at any call", (_, open) => {
  it.each(SCENARIOS)("ends in the same world: $name", { timeout: 120_000 }, async (scenario) => {
    const whole = await play(() => open(), scenario);
    expect(whole.calls).toBeGreaterThan(0);
    for (let call = 1; call <= whole.calls; call += 1) {
      for (const moment of ["before", "after"] as const) {
        const again = await play(() => open(), scenario, { call, moment, how: "stop" });
        expect({ call, moment, text: again.text, minted: again.minted }).toEqual({
          call,
          moment,
          text: whole.text,
          minted: whole.minted,
        });
      }
    }
  });
});

describe("a run in which any one call fails", () => {
  it.each(SCENARIOS)("is made good by the next one: $name", async (scenario) => {
    const whole = await play(() => openMemoryWorld(), scenario);
    for (let call = 1; call <= whole.calls; call += 1) {
      for (const moment of ["before", "after"] as const) {
        const again = await play(() => openMemoryWorld(), scenario, { call, moment, how: "fail" });
        expect({ call, moment, text: again.text }).toEqual({ call, moment, text: whole.text });
      }
    }
  });
});
