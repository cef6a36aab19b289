import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mint } from "../../src/stores/minting.ts";
import {
  createPostgresStore,
  openPostgresReader,
  openPostgresWriter,
  type PostgresPlace,
  type PostgresWriterOptions,
} from "../../src/stores/postgres.ts";
import type { StoreReader } from "../../src/stores/store.ts";
import { referenceTo, type TestServer } from "../setup/postgres.ts";
import {
  createCountingMint,
  createTestClock,
  NAMES,
  type TestClock,
  type TestStore,
  type World,
  worksAt,
} from "./world.ts";

/** A world in a schema of its own. */
export interface PostgresWorld extends World {
  readonly folder: string;
  readonly keyFile: string;
  readonly schema: string;
  readonly place: PostgresPlace & { readonly schema: string };
  reopen(): Promise<PostgresWorld>;
  /** A writer as another program would open it; gives up soon when the district is locked. */
  other(more?: Partial<PostgresWriterOptions>): Promise<TestStore>;
}

let count = 0;

/** Opens a world on a server, in a schema that no other world has. */
export async function openPostgresWorld(
  server: TestServer,
  clock: TestClock = createTestClock(),
  mint: Mint = createCountingMint(),
): Promise<PostgresWorld> {
  count += 1;
  const schema = `world_${process.pid}_${count}`;
  const folder = mkdtempSync(join(tmpdir(), "rosterform-store-"));
  const keyFile = join(folder, "rosterform.key");
  const place = { url: referenceTo(server.url()), schema };
  await createPostgresStore({ ...place, keyFile });
  const opened: StoreReader[] = [];
  const keep = <T extends StoreReader>(store: T): T => {
    opened.push(store);
    return store;
  };
  const open = async (by: string) => keep(await openPostgresWriter({ ...place, keyFile, clock, by, mint }));
  const closeAll = async () => {
    for (const store of opened.splice(0)) await store.close();
  };
  const worldWith = (store: TestStore): PostgresWorld => ({
    ...NAMES,
    works: worksAt(store),
    clock,
    folder,
    keyFile,
    schema,
    place,
    writer: store,
    campus: store,
    signedBy: open,
    reader: async () => keep(await openPostgresReader(place)),
    other: async (more = {}) =>
      keep(await openPostgresWriter({ ...place, keyFile, clock, by: "lee", patience: { lockMs: 60 }, ...more })),
    reopen: async () => {
      await closeAll();
      return worldWith(await open("dana"));
    },
    end: async () => {
      await closeAll();
      rmSync(folder, { recursive: true, force: true });
      await server.run(`drop schema if exists ${schema} cascade`).catch(() => []);
    },
  });
  const store = await open("dana");
  await store.setOrigin("http://127.0.0.1:8642");
  return worldWith(store);
}
