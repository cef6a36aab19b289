import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeKeyFile } from "../../src/stores/key-file.ts";
import { openPostgresUpkeep, openPostgresWriter } from "../../src/stores/postgres.ts";
import { rekey } from "../../src/stores/rekey.ts";
import { openSqliteUpkeep, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { Upkeep } from "../../src/stores/upkeep.ts";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { CANVAS, createTestClock, done, establish, open, openSqliteWorld, OTUS, type SqliteWorld } from "./world.ts";

let world: SqliteWorld;
const clock = createTestClock();

beforeEach(async () => {
  world = await openSqliteWorld(clock);
});
afterEach(() => world.end());

const around = { clock, by: "dana" };
const opener = (): ((keyFile: string) => Promise<Upkeep>) => {
  const { path } = world;
  return (keyFile) => openSqliteUpkeep({ path, keyFile, ...around });
};

/** The secret of the connection at OTUS, as a writer with the key in the file reads it. */
async function secret(keyFile: string): Promise<string> {
  const store = await openSqliteWriter({ path: world.path, keyFile, ...around });
  try {
    const slots = [];
    for await (const live of store.read("all")) slots.push(...live.slots);
    return (await store.credentials(slots[0]?.current as never)).clientSecret.reveal();
  } finally {
    await store.close();
  }
}

describe("a new key", () => {
  it("opens every secret, and the old one none; both are kept", async () => {
    await establish(world, OTUS);
    await establish(world, CANVAS);
    const [before, key] = [await secret(world.keyFile), readFileSync(world.keyFile, "utf8")];
    expect(await rekey(world.keyFile, opener())).toEqual({ secrets: 2, oldKeyFile: `${world.keyFile}.old` });
    expect((await secret(world.keyFile)) === before).toBe(true);
    expect(readFileSync(`${world.keyFile}.old`, "utf8") === key).toBe(true);
    expect(existsSync(`${world.keyFile}.next`)).toBe(false);
    await expect(secret(`${world.keyFile}.old`)).rejects.toMatchObject({ code: "stores/wrong-key" });
  });

  it("is not sealed under by a program that was started with the old one", async () => {
    await establish(world, OTUS);
    await rekey(world.keyFile, opener());
    await expect(open(world.writer, CANVAS)).rejects.toMatchObject({ code: "stores/wrong-key" });
    const store = await world.signedBy("robin");
    done(await open(store, CANVAS));
  });

  it("waits until the old one of the last time was put away", async () => {
    await establish(world, OTUS);
    await rekey(world.keyFile, opener());
    const key = readFileSync(world.keyFile, "utf8");
    await expect(rekey(world.keyFile, opener())).rejects.toMatchObject({ code: "stores/old-key-there" });
    expect(readFileSync(world.keyFile, "utf8") === key).toBe(true);
    rmSync(`${world.keyFile}.old`);
    expect(await rekey(world.keyFile, opener())).toMatchObject({ secrets: 1 });
  });

  it.each<[string, () => Promise<void> | void, number]>([
    ["the new key was made", () => void makeKeyFile(`${world.keyFile}.next`), 1],
    [
      "all was sealed",
      async () => {
        makeKeyFile(`${world.keyFile}.next`);
        const store = await opener()(world.keyFile);
        await store.reseal(`${world.keyFile}.next`);
        await store.close();
      },
      0,
    ],
    [
      "the old key was kept",
      async () => {
        makeKeyFile(`${world.keyFile}.next`);
        const store = await opener()(world.keyFile);
        await store.reseal(`${world.keyFile}.next`);
        await store.close();
        linkSync(world.keyFile, `${world.keyFile}.old`);
      },
      0,
    ],
  ])("is put in place by the next run when the first one stopped after %s", async (_name, stopAfter, secrets) => {
    await establish(world, OTUS);
    const before = await secret(world.keyFile);
    await stopAfter();
    expect(await rekey(world.keyFile, opener())).toMatchObject({ secrets });
    expect((await secret(world.keyFile)) === before).toBe(true);
    expect(existsSync(`${world.keyFile}.next`)).toBe(false);
  });

  it("is not used where a secret cannot be opened, and nothing changes", async () => {
    await establish(world, OTUS);
    const failing = async (keyFile: string): Promise<Upkeep> => {
      const store = await opener()(keyFile);
      return { ...store, reseal: () => Promise.reject(new Error("disk full")) };
    };
    await expect(rekey(world.keyFile, failing)).rejects.toThrow("disk full");
    await secret(world.keyFile);
    writeFileSync(`${world.keyFile}.next`, "no key");
    await expect(rekey(world.keyFile, opener())).rejects.toMatchObject({
      code: expect.stringMatching(/^stores\/key-/),
    });
    await secret(world.keyFile);
  });

  describe.skipIf(!hasPostgres())("with a real server", () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await openPostgres();
    });
    afterAll(() => server.end());

    it("opens every secret in PostgreSQL too", async () => {
      const there = await openPostgresWorld(server, clock);
      const { id } = await establish(there, OTUS);
      const before = (await there.writer.credentials(id)).clientSecret.reveal();
      const options = (keyFile: string) => ({ ...there.place, keyFile, ...around });
      expect(await rekey(there.keyFile, (keyFile) => openPostgresUpkeep(options(keyFile)))).toMatchObject({
        secrets: 1,
      });
      const store = await openPostgresWriter(options(there.keyFile));
      expect((await store.credentials(id)).clientSecret.reveal() === before).toBe(true);
      await store.close();
      await there.end();
    });
  });
});
