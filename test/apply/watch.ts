import type { Address } from "../../src/model/address.ts";
import { isActive } from "../../src/model/live.ts";
import { assertWorking, planNow, type Stage } from "./harness.ts";
import type { Final } from "./scenarios.ts";

/** For each address that has a working connection: who may hold one for its vendor later. */
export type Owners = readonly (readonly Address[])[];

/** Addresses that have a working connection now and are meant to keep one, and who may hold it for them later. */
export async function ownersOf(stage: Stage, final: Final): Promise<Owners> {
  const { live } = await planNow(stage.world, final.desired);
  const lines = final.desired.districts.flatMap((one) => one.connections);
  return [...live.values()].flatMap(({ slots, connections }) =>
    slots
      .filter((slot) => connections.some((one) => one.id === slot.current && isActive(one)))
      .map(({ address }) => [
        address,
        ...lines.filter((one) => one.was === address || one.replaces === address).map((one) => one.address),
      ])
      .filter((names) => lines.some((one) => names.includes(one.address) && one.state === "active")),
  );
}

/** What must hold at every moment: vendors have what they work with, and addresses a working connection. */
export async function nobodyCutOff(stage: Stage, owners: Owners): Promise<void> {
  const { world, inUse } = stage;
  for (const [address, id] of inUse) await assertWorking(world, address, id);
  for await (const { slots, connections } of world.writer.read("all")) {
    const active = new Set(connections.filter(isActive).map((one) => one.id));
    const working = slots.filter((slot) => slot.current !== undefined && active.has(slot.current));
    const lost = owners.find((names) => !working.some((slot) => names.includes(slot.address)));
    if (lost !== undefined) throw new Error(`${lost.join(" or ")} has no working connection`);
  }
}
