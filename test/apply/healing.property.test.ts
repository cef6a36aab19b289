import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import { type Address, addressOf } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { isSameEditable, VERSIONS } from "../../src/model/traits.ts";
import { onlyHealing } from "../../src/plan/healing.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { openMemoryWorld, SPRINGFIELD, type World } from "../stores/world.ts";
import { documents, line, SCHOOLS, SHARES } from "./documents.ts";
import { applyNow, createMemorySink, createScriptedLadder, planNow, portsOf, type Stage } from "./harness.ts";

const ADDRESSES = [addressOf(SPRINGFIELD, "A"), addressOf(SPRINGFIELD, "B"), addressOf(SPRINGFIELD, "C")] as const;

const editable = { schools: fc.constantFrom(...SCHOOLS), share: fc.constantFrom(...SHARES) };

const wish = fc.record({
  ...editable,
  version: fc.constantFrom(...VERSIONS, "1.1" as const),
  rotate: fc.constantFrom(0, 0, 0, 1),
  state: fc.constantFrom("active", "active", "active", "disabled"),
} satisfies Record<string, fc.Arbitrary<unknown>>);

const wishes = fc.tuple(wish, wish, wish);

/** Somebody's hand on any connection that there is by then, whatever it is. */
const hand = fc.record({
  which: fc.nat(9),
  change: fc.oneof(
    fc.record({ kind: fc.constant("edit" as const), ...editable }),
    fc.record({ kind: fc.constant("edit" as const), ...editable }),
    fc.record({ kind: fc.constantFrom("disable" as const, "enable" as const) }),
  ),
});

function documentOf(all: typeof wishes extends fc.Arbitrary<infer T> ? T : never): Desired {
  return documents(all.map((one, index) => line(ADDRESSES[index] as Address, one)));
}

async function heal(stage: Stage, desired: Desired): Promise<Plan> {
  const { plan, live } = await planNow(stage.world, desired);
  const healing = onlyHealing(plan);
  await apply({ plan: healing, live, ports: portsOf(stage), parallelism: 1 });
  return healing;
}

async function read(world: World) {
  const [live] = (await planNow(world, documents([line(ADDRESSES[0])]))).live.values();
  if (live === undefined) throw new Error("Springfield is there");
  return live;
}

/** Which connections there are, which of them work, and what every address holds of them. */
async function standing(world: World) {
  const { connections, slots } = await read(world);
  return {
    connections: connections.map(({ id, status, clientId, provenance }) => ({ id, status, clientId, provenance })),
    slots: slots.map(({ address, current, previous, cutover, aborted, generation }) => ({
      ...{ address, current, previous, cutover, aborted, generation },
    })),
  };
}

describe("healing, whatever people did by hand and whatever the documents say by then", () => {
  const stories = fc.record({
    first: wishes,
    second: wishes,
    hands: fc.array(hand, { maxLength: 5 }),
    again: fc.nat(2),
  });

  it("leaves every connection, what works of them, and every slot as it was; and has nothing to do afterwards", async () => {
    let healed = 0;
    await fc.assert(
      fc.asyncProperty(stories, async ({ first, second, hands, again }) => {
        const world = await openMemoryWorld();
        const stage: Stage = { world, sink: createMemorySink(), ladder: createScriptedLadder(), inUse: new Map() };
        await applyNow(stage, documentOf(first));
        // In some stories cut-overs are open, in others the documents are those that were applied.
        if (again === 1) await applyNow(stage, documentOf(second));
        const { connections } = await read(world);
        for (const { which, change } of hands) {
          const one = connections[which % Math.max(1, connections.length)];
          if (one !== undefined) await world.campus.changeByHand({ connection: one.id, by: "kim", change });
        }
        const desired = documentOf(again === 0 ? first : second);
        const before = await standing(world);
        const plan = await heal(stage, desired);
        expect(await standing(world)).toEqual(before);
        const after = await read(world);
        for (const { steps, slot, desired: wanted } of plan.districts.flatMap(({ addresses }) => addresses)) {
          if (steps.length === 0) continue;
          healed += 1;
          const now = after.connections.find(({ id }) => id === slot?.current);
          expect(now !== undefined && isSameEditable(now, wanted)).toBe(true);
        }
        const next = onlyHealing((await planNow(world, desired)).plan);
        expect(next.districts.flatMap(({ addresses }) => addresses.flatMap(({ steps }) => steps))).toEqual([]);
      }),
      { numRuns: 100 },
    );
    expect(healed).toBeGreaterThan(0);
  });
});
