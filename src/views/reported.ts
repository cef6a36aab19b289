import type { DistrictId } from "../model/address.ts";
import type { KeptByHand, LiveConnection, LiveDistrict } from "../model/live.ts";
import { dayOf } from "../model/time.ts";
import { describeMoment } from "./words.ts";

/** `reported by dana on 2027-03-01`; nothing where the live system is read itself. */
export function describeReport({ reported }: Pick<LiveConnection, "reported">): string | undefined {
  return reported === undefined ? undefined : `reported by ${reported.by} on ${dayOf(reported.at)}`;
}

/** Who signed that the registry is complete; nothing where the live system is read itself. */
export function describeInventory(inventory: KeptByHand["inventory"] | undefined): string | undefined {
  if (inventory === undefined) return undefined;
  if (inventory.kind === "unsigned")
    return "Nobody signed that the registry of this site is complete. What it does not list may exist all the same, so nothing is generated.";
  return `${inventory.by} signed on ${describeMoment(inventory.at)} that on ${inventory.asOf} everything that exists in Campus was in the registry.`;
}

/** The same of every district whose registry people keep, each with its name in front. */
export function describeInventories(live: ReadonlyMap<DistrictId, LiveDistrict>): readonly string[] {
  return [...live.values()].flatMap(({ district, kept }) => {
    const says = describeInventory(kept?.inventory);
    return says === undefined ? [] : [`${district}: ${says}`];
  });
}
