import { type Address, partsOf } from "../model/address.ts";
import type { Attested, Finding, Probed, Verdict } from "../model/evidence.ts";
import type { ConnectionId, LiveConnection, LiveDistrict, Slot } from "../model/live.ts";
import { PULLS } from "../model/pull.ts";
import type { Instant } from "../model/time.ts";
import type { OpenCommand, StoreReader, StoreWriter, Written } from "../stores/store.ts";
import { Broken } from "./expect.ts";
import { REQUIRES, siteOf, TRAITS, type World } from "./world.ts";

/** What stories do, as a run of rosterform would do it. */

/** The value of a write that has to succeed. */
export function done<T>(written: Written<T>): T {
  if (written.kind === "done") return written.value;
  throw new Broken(`a write that has to be done was ${JSON.stringify(written)}`);
}

/** What the store says about one district. */
export async function districtOf(
  store: Pick<StoreReader, "read">,
  district: LiveDistrict["district"],
): Promise<LiveDistrict> {
  for await (const live of store.read([district])) return live;
  throw new Broken(`the store did not answer about ${district}, which was named`);
}

/** What the store keeps for an address. */
export async function slotOf(store: Pick<StoreReader, "read">, address: Address): Promise<Slot | undefined> {
  const live = await districtOf(store, partsOf(address).district);
  return live.slots.find((slot) => slot.address === address);
}

/** A connection as the store has it now. */
export async function connectionOf(
  { writer, district }: Pick<World, "writer" | "district">,
  id: ConnectionId,
): Promise<LiveConnection> {
  const live = (await districtOf(writer, district)).connections.find((one) => one.id === id);
  if (live === undefined) throw new Broken(`connection ${id} is not listed`);
  return live;
}

/** Address and present revision, as a plan made right now would name them. */
export async function at(
  store: Pick<StoreReader, "read">,
  address: Address,
): Promise<{ address: Address; revision: number }> {
  return { address, revision: (await slotOf(store, address))?.revision ?? 0 };
}

/** Generates what a plan made right now would generate: from the current connection where there is one. */
export async function open(
  store: StoreWriter,
  address: Address,
  more: Partial<OpenCommand> = {},
): Promise<Written<LiveConnection>> {
  const slot = await slotOf(store, address);
  return await store.open({
    address,
    revision: slot?.revision ?? 0,
    site: siteOf(partsOf(address).district),
    generation: (slot?.generation ?? 0) + 1,
    application: "Otus",
    make: TRAITS,
    ...(slot?.current === undefined ? {} : { from: slot.current }),
    requires: REQUIRES,
    ...more,
  });
}

/** Which connection, epoch and secret evidence is about. */
export function aboutOf({ id, fingerprint, epoch }: LiveConnection): Probed["about"] {
  return { connection: id, fingerprint, epoch };
}

/** Findings about a connection as it is now. */
export function probed(
  live: LiveConnection,
  { at: now, by }: Pick<Probed, "at" | "by">,
  verdict: Verdict = "confirmed",
  more: Partial<Probed["about"]> = {},
): Probed {
  const finding: Finding = {
    rung: "token",
    verdict,
    code: verdict === "confirmed" ? "ok" : "seen",
    says: "It was asked.",
  };
  return { kind: "probed", about: { ...aboutOf(live), ...more }, at: now, by, findings: [finding] };
}

/** The present moment, and never one from before the connection became what it is: clocks differ a little. */
export function nowFor({ clock }: Pick<World, "clock">, { epochAt }: LiveConnection): Instant {
  const now = clock.now();
  return now > epochAt ? now : epochAt;
}

/** Records findings about a connection that the address holds. */
export async function probe(world: World, address: Address, id: ConnectionId, verdict: Verdict = "confirmed") {
  const live = await connectionOf(world, id);
  const item = probed(live, { at: nowFor(world, live), by: world.me }, verdict);
  return await world.writer.recordFindings({ ...(await at(world.writer, address)), probed: item });
}

/** The witness, who is known to the store by that name, says that the consumer moved to this connection. */
export async function attest(world: World, address: Address, id: ConnectionId) {
  const live = await connectionOf(world, id);
  const said = { about: aboutOf(live), at: nowFor(world, live), by: world.witness, reason: "They told me." };
  const statement: Attested = { kind: "attested", ...said };
  const speaker = await world.signedBy(world.witness);
  return await speaker.recordStatement({ ...(await at(speaker, address)), statement });
}

/** The consumer (or our own probe) asks for a token and reads everything a sync needs. */
export async function pull(
  world: Pick<World, "clock" | "campus" | "writer" | "district">,
  connection: ConnectionId,
  by: "consumer" | "probe" = "consumer",
): Promise<void> {
  const now = nowFor(world, await connectionOf(world, connection));
  await world.campus.recordTraffic({ connection, at: now, by, what: "token", ok: true });
  for (const family of PULLS) {
    await world.campus.recordTraffic({ connection, at: now, by, what: family, pull: family, ok: true });
  }
}

/** An address with a connection that is current and in use. */
export async function establish(
  world: World,
  address: Address,
  more: Partial<OpenCommand> = {},
): Promise<LiveConnection> {
  const { id } = done(await open(world.writer, address, more));
  done(await probe(world, address, id));
  const outcome = done(await world.writer.closeCutover(await at(world.writer, address)));
  if (outcome.kind !== "closed") throw new Broken(`the first cut-over of ${address} did not close`);
  return await connectionOf(world, id);
}

/** Everything an iteration yields. */
export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
