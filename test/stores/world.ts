import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Address, addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Finding, Probed, Verdict } from "../../src/model/evidence.ts";
import type { ConnectionId, LiveConnection, LiveDistrict, Slot } from "../../src/model/live.ts";
import type { Requirement } from "../../src/model/requirement.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Site } from "../../src/model/site.ts";
import { type Clock, type Instant, shift } from "../../src/model/time.ts";
import type { FixedTraits, Traits } from "../../src/model/traits.ts";
import { PULLS } from "../../src/model/pull.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import type { Mint } from "../../src/stores/minting.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { OpenCommand, StoreReader, StoreWriter, Written } from "../../src/stores/store.ts";

/** A clock that a test sets. */
export interface TestClock extends Clock {
  set(now: Instant): void;
  /** Lets time pass. */
  pass(ms: number): void;
}

export const START = "2027-06-01T08:00:00.000Z" as Instant;

export function createTestClock(start: Instant = START): TestClock {
  let now = start;
  return {
    now: () => now,
    set: (instant) => {
      now = instant;
    },
    pass: (ms) => {
      now = shift(now, ms);
    },
  };
}

export type TestStore = StoreWriter & CampusSide;

/** A store with everything a test wants to do to it from outside. */
export interface World {
  readonly clock: TestClock;
  /** Signed by `dana`. */
  readonly writer: StoreWriter;
  /** The same store as the live system has it. */
  readonly campus: CampusSide;
  /** A second writer on the same store, as another process would open it. */
  signedBy(by: string): Promise<TestStore>;
  /** A reader on the same store, as `plan` opens it. */
  reader(): Promise<StoreReader>;
  /** Closes the writer and opens it again, as a next run would. */
  reopen(): Promise<World>;
  /** Closes everything and removes what was written. */
  end(): Promise<void>;
}

/** Secrets, ids and Client IDs that count, so that two stores can be compared. */
export function createCountingMint(): Mint {
  let count = 0;
  return () => {
    count += 1;
    const number = String(count).padStart(4, "0");
    return {
      id: `c-${number}` as ConnectionId,
      clientId: `client-${number}`,
      clientSecret: new Secret(`canary-secret-${number}-do-not-print`),
    };
  };
}

/** A world in memory. */
export async function openMemoryWorld(
  clock: TestClock = createTestClock(),
  mint: Mint = createCountingMint(),
): Promise<World> {
  const store = createMemoryStore({ clock, by: "dana", mint });
  await store.setOrigin("http://127.0.0.1:8642");
  const world: World = {
    clock,
    writer: store,
    campus: store,
    signedBy: async (by) => store.signedBy(by),
    reader: async () => store,
    reopen: async () => world,
    end: async () => {},
  };
  return world;
}

export interface SqliteWorld extends World {
  readonly folder: string;
  readonly path: string;
  readonly keyFile: string;
  reopen(): Promise<SqliteWorld>;
}

/** A world in a SQLite file in a folder of its own. */
export async function openSqliteWorld(
  clock: TestClock = createTestClock(),
  mint: Mint = createCountingMint(),
): Promise<SqliteWorld> {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-store-"));
  const [path, keyFile] = [join(folder, "store.db"), join(folder, "rosterform.key")];
  await createSqliteStore({ path, keyFile });
  const opened: StoreReader[] = [];
  const keep = <T extends StoreReader>(store: T): T => {
    opened.push(store);
    return store;
  };
  const open = async (by: string) => keep(await openSqliteWriter({ path, keyFile, clock, by, mint }));
  const closeAll = async () => {
    for (const store of opened.splice(0)) await store.close();
  };
  const worldWith = (store: TestStore): SqliteWorld => ({
    clock,
    folder,
    path,
    keyFile,
    writer: store,
    campus: store,
    signedBy: open,
    reader: async () => keep(await openSqliteReader({ path, clock })),
    reopen: async () => {
      await closeAll();
      return worldWith(await open("dana"));
    },
    end: async () => {
      await closeAll();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  const store = await open("dana");
  await store.setOrigin("http://127.0.0.1:8642");
  return worldWith(store);
}

export const SPRINGFIELD = "springfield" as DistrictId;
export const SITE: Site = { host: "springfield.example.org", app: "springfield", kind: "sandbox" };
export const OTUS: Address = addressOf(SPRINGFIELD, "Otus");
export const CANVAS: Address = addressOf(SPRINGFIELD, "Canvas");
export const TRAITS: Traits & FixedTraits = { kind: "other", version: "1.1", schools: "all", share: [], rotate: 0 };
export const REQUIRES: Requirement = { clauses: ["probed", "used-or-attested"], quietMs: 48 * 3_600_000 };

/** The value of a write that has to succeed. */
export function done<T>(written: Written<T>): T {
  if (written.kind === "done") return written.value;
  throw new Error(`expected the write to be done, got ${JSON.stringify(written)}`);
}

/** What the store says about one district. */
export async function districtOf(store: StoreReader, district: DistrictId = SPRINGFIELD): Promise<LiveDistrict> {
  for await (const live of store.read([district])) return live;
  throw new Error(`the store did not answer about ${district}`);
}

export async function slotOf(store: StoreReader, address: Address): Promise<Slot | undefined> {
  const live = await districtOf(store, address.slice(0, address.indexOf("/")) as DistrictId);
  return live.slots.find((slot) => slot.address === address);
}

/** Address and present revision, as a plan made right now would name them. */
export async function at(store: StoreReader, address: Address): Promise<{ address: Address; revision: number }> {
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
    site: SITE,
    generation: (slot?.generation ?? 0) + 1,
    application: "Otus",
    make: TRAITS,
    ...(slot?.current === undefined ? {} : { from: slot.current }),
    requires: REQUIRES,
    ...more,
  });
}

/** Findings about a connection as it is now. */
export function probed(
  live: LiveConnection,
  now: Instant,
  verdict: Verdict = "confirmed",
  more: Partial<Probed["about"]> = {},
): Probed {
  const finding: Finding = {
    rung: "token",
    verdict,
    code: verdict === "confirmed" ? "ok" : "seen",
    says: "It was asked.",
  };
  const about = { connection: live.id, fingerprint: live.fingerprint, epoch: live.epoch, ...more };
  return { kind: "probed", about, at: now, by: "dana", findings: [finding] };
}

/** Records findings about a connection that the address holds. */
export async function probe(world: World, address: Address, id: ConnectionId, verdict: Verdict = "confirmed") {
  const live = await connectionOf(world, id);
  const item = probed(live, world.clock.now(), verdict);
  return await world.writer.recordFindings({ ...(await at(world.writer, address)), probed: item });
}

/** Kim, who is known to the store by that name, says that the consumer moved to this connection. */
export async function attest(world: World, address: Address, id: ConnectionId) {
  const live = await connectionOf(world, id);
  const about = { connection: live.id, fingerprint: live.fingerprint, epoch: live.epoch };
  const statement = { kind: "attested", about, at: world.clock.now(), by: "kim", reason: "They told me." } as const;
  const kim = await world.signedBy("kim");
  return await kim.recordStatement({ ...(await at(kim, address)), statement });
}

export async function connectionOf(world: World, id: ConnectionId): Promise<LiveConnection> {
  const live = await world.campus.connection(id);
  if (live === undefined) throw new Error(`there is no connection ${id}`);
  return live;
}

/** The consumer (or our own probe) asks for a token and reads everything a sync needs. */
export async function pull(
  world: World,
  connection: ConnectionId,
  by: "consumer" | "probe" = "consumer",
): Promise<void> {
  const now = world.clock.now();
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
  if (outcome.kind !== "closed") throw new Error(`expected the first cut-over of ${address} to close`);
  return await connectionOf(world, id);
}

/** Everything an iteration yields. */
export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
