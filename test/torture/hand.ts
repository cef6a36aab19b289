import { setTimeout as pause } from "node:timers/promises";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { Address } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import type { TestStore } from "../stores/world.ts";
import { readAll } from "./ground.ts";
import { moment, type Scene } from "./scene.ts";
import type { Part } from "./part.ts";
import { addressesOf } from "./story.ts";
import type { Touch } from "./watched.ts";

/**
 * A person disables a connection of this part in the live system while processes apply, and in half of the rounds enables it again.
 * Gives the addresses for which nothing is promised any more.
 */
export async function raiseHand(
  scene: Scene,
  store: TestStore,
  part: Part,
  onHand: (touch: Touch) => void,
): Promise<readonly Address[]> {
  const { dice, over } = scene;
  const touched = addressesOf(part);
  await moment(scene);
  onHand({ addresses: touched });
  try {
    const connection = await heldAt(store, touched, dice.chance(50));
    if (connection === undefined) return touched;
    onHand({ addresses: touched, connection });
    await store.changeByHand({ connection, by: "lee", change: { kind: "disable" } });
    if (dice.chance(50)) {
      await Promise.race([over, pause(dice.below(100))]);
      await store.changeByHand({ connection, by: "lee", change: { kind: "enable" } });
    }
  } catch (error) {
    // The fault may be in this hand's way, too.
    if (!(error instanceof OutsideError)) throw error;
  }
  return touched;
}

async function heldAt(
  store: TestStore,
  addresses: readonly Address[],
  isCandidate: boolean,
): Promise<ConnectionId | undefined> {
  const slots = (await readAll(store)).flatMap((live) => live.slots);
  const slot = slots.find(({ address, current, cutover }) => addresses.includes(address) && (current ?? cutover));
  return isCandidate ? (slot?.cutover?.to ?? slot?.current) : (slot?.current ?? slot?.cutover?.to);
}
