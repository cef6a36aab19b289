import { expect, it } from "vitest";
import { NEEDS, type Need, type StorePromise } from "../../src/conformance/promise.ts";
import { PROMISES } from "../../src/conformance/promises.ts";
import type { World } from "../../src/conformance/world.ts";
import type { CampusSide, Traffic } from "../../src/stores/campus-side.ts";
import type { RestoreCommand } from "../../src/stores/store.ts";
import { openMemoryWorld } from "../stores/world.ts";

/** What a story really used of what not every server offers. */
async function usedBy({ tell }: StorePromise): Promise<ReadonlySet<Need>> {
  const used = new Set<Need>();
  const world = await openMemoryWorld();
  const noting = <A extends readonly unknown[], T>(need: Need, act: (...args: A) => T) => {
    return (...args: A): T => {
      used.add(need);
      return act(...args);
    };
  };
  const { campus, clock } = world;
  const watched = (inner: World): World => ({
    ...inner,
    clock: { ...clock, pass: noting("clock", (ms: number) => clock.pass(ms)) },
    campus: {
      traffic: (connection, since) => campus.traffic(connection, since),
      recordTraffic: noting("use", (line: Traffic) => campus.recordTraffic(line)),
      createByHand: noting("hands", (command: Parameters<CampusSide["createByHand"]>[0]) =>
        campus.createByHand(command),
      ),
      changeByHand: noting("hands", (command: Parameters<CampusSide["changeByHand"]>[0]) =>
        campus.changeByHand(command),
      ),
    },
    writer: { ...inner.writer, restore: noting("enables", (command: RestoreCommand) => inner.writer.restore(command)) },
    reopen: async () => watched(await inner.reopen()),
  });
  await tell(watched(world));
  return used;
}

it("each story needs what it says, and nothing besides", async () => {
  const wrong: string[] = [];
  for (const { name, promises } of PROMISES) {
    for (const promise of promises) {
      const used = await usedBy(promise);
      // Two names are in every world; that a store enables what a person did cannot be seen here either.
      const isSeen = (need: Need) => need !== "another" && (need !== "enables" || used.has(need));
      const said = promise.needs.filter(isSeen);
      if (NEEDS.some((need) => used.has(need) !== said.includes(need)))
        wrong.push(`${name}: ${promise.says}: says ${said.join()}, used ${[...used].join()}`);
    }
  }
  expect(wrong).toEqual([]);
});
