import type { Address } from "../model/address.ts";
import type { DesiredDistrict } from "../model/desired.ts";
import { isActive, type LiveConnection, type LiveDistrict } from "../model/live.ts";
import { type Index, indexDistrict, sortedById } from "./index-district.ts";

/** Active connections that no line speaks of. They are reported and left alone. */
export function unmanagedIn(
  desired: DesiredDistrict,
  live: LiveDistrict,
  index: Index = indexDistrict(desired, live),
): readonly LiveConnection[] {
  const ignored = new Set(desired.ignored.map((vendor) => vendor.toLowerCase()));
  const adopted = new Set(desired.connections.map((one) => one.adopt));
  const spokenOf = new Set(desired.connections.flatMap((one) => [one.address, one.replaces]));
  const silent = new Set(
    [...index.slots].flatMap(([address, { current, cutover }]) =>
      spokenOf.has(address) ? [] : [current, cutover?.to],
    ),
  );
  const isSpokenOf = (address: Address | undefined): boolean => address !== undefined && spokenOf.has(address);
  return sortedById(live.connections).filter((one) => {
    if (!isActive(one) || ignored.has(one.application.toLowerCase())) return false;
    if (one.provenance === "found") return !adopted.has(one.clientId);
    return silent.has(one.id) && !isSpokenOf(index.pending.get(one.id));
  });
}
