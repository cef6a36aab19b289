import { type Address, addressOf, type DistrictId } from "../../model/address.ts";
import { isActive, type LiveConnection, type LiveDistrict } from "../../model/live.ts";
import { at, attest, listOf, probe } from "../acts.ts";
import { siteOf, type World } from "../world.ts";

/** A district that a story leaves behind, and how many of its connections still give tokens. */
export interface Left {
  readonly district: DistrictId;
  /** Absent where it could not be looked at any more. */
  readonly active?: number;
}

/** More than any story makes; what is not done by then is told as left active. */
const MOST_ROUNDS = 8;

/**
 * Disables what a story opened, as far as the API lets anybody: candidates are given up, current connections are disabled as
 * accepted cut-offs, what no address holds is adopted first. The districts themselves stay, because stores forget nothing.
 */
export async function leave(world: World, districts: readonly DistrictId[]): Promise<readonly Left[]> {
  let found = await listOf(world.writer.read(districts));
  for (let round = 0; round < MOST_ROUNDS && found.some(isUnfinished); round += 1) {
    for (const live of found.filter(isUnfinished)) await disableOne({ ...world, district: live.district }, live, round);
    found = await listOf(world.writer.read(districts));
  }
  return found
    .filter(({ revision }) => revision > 0)
    .map((live) => ({ district: live.district, active: live.connections.filter(isActive).length }));
}

function isUnfinished({ connections }: LiveDistrict): boolean {
  return connections.some(isActive);
}

/** One step towards a district without an active connection; what a store refuses is tried otherwise in the next round. */
async function disableOne(world: World, live: LiveDistrict, round: number): Promise<void> {
  const { writer } = world;
  for (const { address, cutover } of live.slots) {
    if (cutover === undefined) continue;
    const given = await writer.abandon({ ...(await at(writer, address)), hold: false });
    if (given.kind === "done" && given.value.kind === "in-use") await finish(world, address, cutover.to);
  }
  const grounds = { kind: "accepted-cut-off" } as const;
  for (const { address, current } of live.slots) {
    if (current !== undefined) await writer.disable({ ...(await at(writer, address)), connection: current, grounds });
  }
  const held = new Set(live.slots.flatMap(({ current, cutover }) => [current, cutover?.to, cutover?.from]));
  const loose = live.connections.filter((one) => isActive(one) && !held.has(one.id));
  for (const [index, { id }] of loose.entries()) {
    const address = addressOf(live.district, `Left ${round}-${index}`);
    const site = live.site ?? siteOf(live.district);
    await writer.adopt({ ...(await at(writer, address)), site, connection: id, rotate: 0 });
  }
}

/** A candidate that counts as used is not given up; with both facts it becomes the current one, which can be disabled. */
async function finish(world: World, address: Address, candidate: LiveConnection["id"]): Promise<void> {
  await probe(world, address, candidate);
  await attest(world, address, candidate);
  await world.writer.closeCutover(await at(world.writer, address));
}
