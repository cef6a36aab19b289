import type { Desired } from "../../src/model/desired.ts";
import { isActive, type LiveDistrict } from "../../src/model/live.ts";
import type { ApplyReport } from "../../src/apply/event.ts";
import type { AddressPlan } from "../../src/plan/plan.ts";
import { applyOn, type Ground, liveOn, planOn, readAll } from "./ground.ts";
import type { Story } from "./part.ts";
import { type Violation, violation } from "./violation.ts";

/**
 * What a person does after a fault: plan again, apply again, and once more after some days. Gives how the first apply came out;
 * what is not as promised is added to the violations.
 */
export async function settle(
  story: Story,
  ground: Ground,
  desired: Desired,
  violations: Violation[],
): Promise<ApplyReport> {
  violations.push(...(await faultsOfShelf(ground)));
  const report = await applyOn(ground, desired);
  violations.push(...(await restless(ground, desired, "the second plan")));
  await applyOn(ground, desired);
  violations.push(...(await faultsOfShelf(ground)));
  await liveOn(story, ground);
  await applyOn(ground, desired);
  violations.push(...(await restless(ground, desired, "the last plan")), ...(await faultsOfShelf(ground)));
  return report;
}

async function restless(ground: Ground, desired: Desired, which: string): Promise<readonly Violation[]> {
  const { districts } = await planOn(ground, desired);
  return districts
    .flatMap(({ addresses }) => addresses)
    .filter((plan) => !isAtRest(plan))
    .map(({ address, actions }) => {
      const kinds = actions.map(({ kind }) => kind).join(", ");
      return violation("rest", `${which} still wants ${kinds} at ${address}`);
    });
}

/** Where a person's hand is in the way, nothing is planned at all. */
function isAtRest({ hold, actions }: AddressPlan): boolean {
  return hold !== undefined || actions.every(({ kind }) => kind === "keep" || kind === "wait");
}

/** Every active connection has its credentials, and what lies in the sink belongs to what its address holds. */
async function faultsOfShelf(ground: Ground): Promise<readonly Violation[]> {
  const live = await readAll(ground.store);
  const violations: Violation[] = [];
  for (const { id } of live.flatMap(({ connections }) => connections.filter(isActive))) {
    try {
      await ground.store.credentials(id);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      violations.push(violation("credentials", `connection ${id} is active and has none: ${why}`));
    }
  }
  return [...violations, ...live.flatMap((district) => faultsOfSheets(district, ground.sink))];
}

function faultsOfSheets({ slots, connections }: LiveDistrict, sink: Ground["sink"]): readonly Violation[] {
  return slots.flatMap(({ address, current, cutover }) => {
    const clientId = sink.holds(address);
    const held = [current, cutover?.to, cutover?.from].filter((id) => id !== undefined);
    if (clientId === undefined || held.length === 0) return [];
    const connection = connections.find((one) => one.clientId === clientId);
    // What a person disabled is still what the address has.
    const isLive =
      connection !== undefined &&
      held.includes(connection.id) &&
      (connection.status.kind === "active" || connection.status.how === "outside");
    return isLive ? [] : [violation("sheet", `the sheet of ${address} is for ${clientId}, which it does not have`)];
  });
}
