import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { districtOf as readDistrict, probed as probedBy } from "../../src/conformance/acts.ts";
import { canvas, otus, siteOf, type StoryClock, type World as StoryWorld } from "../../src/conformance/world.ts";
import type { Address, DistrictId } from "../../src/model/address.ts";
import type { Probed, Verdict } from "../../src/model/evidence.ts";
import type { ConnectionId, LiveConnection, LiveDistrict } from "../../src/model/live.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Site } from "../../src/model/site.ts";
import { type Instant, shift } from "../../src/model/time.ts";
import type { CampusSide } from "../../src/stores/campus-side.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import type { Mint } from "../../src/stores/minting.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { StoreReader, StoreWriter } from "../../src/stores/store.ts";

export {
  at,
  attest,
  connectionOf,
  done,
  establish,
  listOf,
  open,
  probe,
  pull,
  slotOf,
} from "../../src/conformance/acts.ts";
export { REQUIRES, TRAITS } from "../../src/conformance/world.ts";

/** A clock that a test sets. */
export interface TestClock extends StoryClock {
  set(now: Instant): void;
  pass(ms: number): void;
}

export const START = "2027-06-01T08:00:00.000Z" as Instant;

export function createTestClock(start: Instant = START): TestClock {
  let now = start;
  return {
    slackMs: 0,
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

/** A store with everything a test wants to do to it from outside; its writer is signed by `dana`. */
export interface World extends StoryWorld {
  readonly clock: TestClock;
  /** The same store as the live system has it. */
  readonly campus: CampusSide;
  signedBy(by: string): Promise<TestStore>;
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
    ...NAMES,
    clock,
    writer: store,
    campus: store,
    works: worksAt(store),
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
    ...NAMES,
    works: worksAt(store),
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
export const SITE: Site = siteOf(SPRINGFIELD);
export const OTUS: Address = otus({ district: SPRINGFIELD });
export const CANVAS: Address = canvas({ district: SPRINGFIELD });

/** What every world of the tests says of itself. */
export const NAMES = { district: SPRINGFIELD, me: "dana", witness: "kim", many: 120 } as const;

/** Whether the live system would give a token for these credentials. */
export function worksAt(campus: CampusSide): World["works"] {
  return async ({ clientId, clientSecret }) => {
    const found = await campus.authenticate(clientId, clientSecret);
    return found?.isRight === true && found.connection.status.kind === "active";
  };
}

/** Findings about a connection as it is now, signed by Dana. */
export function probed(
  live: LiveConnection,
  now: Instant,
  verdict: Verdict = "confirmed",
  more: Partial<Probed["about"]> = {},
): Probed {
  return probedBy(live, { at: now, by: "dana" }, verdict, more);
}

/** What the store says about one district. */
export function districtOf(store: StoreReader, district: DistrictId = SPRINGFIELD): Promise<LiveDistrict> {
  return readDistrict(store, district);
}
