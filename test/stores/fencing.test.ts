import { createSqliteStore } from "../../src/stores/sqlite.ts";
import { createPostgresStore } from "../../src/stores/postgres.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rmSync } from "node:fs";
import type { Address } from "../../src/model/address.ts";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { type Child, startChild } from "./child-process.ts";
import { mintingCommand } from "./minting-command.ts";
import { troubleWith } from "./postgres-desk.ts";
import { openPostgresWorld, type PostgresWorld } from "./postgres-world.ts";
import { at, districtOf, done, establish, listOf, openSqliteWorld, OTUS, type World } from "./world.ts";

/** Processes of their own that are really stopped, and really start at the same moment. */

let script: Bundle;
beforeAll(async () => {
  script = await bundleForChild(new URL("./writing-child.ts", import.meta.url));
});
afterAll(() => script.remove());

/** How long the server lets a process be silent within a write: so that it is cut off soon, or not at all. */
const PAUSE_MS = { short: 800, long: 60_000 };
/** Several, so that they meet. */
const STARTERS = 4;

describe.skipIf(!hasPostgres())("a process that sleeps within a write", () => {
  let server: TestServer;
  let world: PostgresWorld;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    world = await openPostgresWorld(server);
  });
  afterEach(() => world.end());

  /** A child that was stopped in the middle of a write, with the lock of its district. */
  const stopped = async (name: string, command: unknown, pauseMs: number): Promise<Child> => {
    const child = await startChild({
      script: script.path,
      place: world.schema,
      keyFile: world.keyFile,
      env: { STORE_URL: server.url(), PAUSE_MS: String(pauseMs) },
      write: [name, command],
    });
    child.go();
    expect([await child.next(), await child.next()]).toEqual(["opened", "inside"]);
    child.signal("SIGSTOP");
    return child;
  };

  it("keeps others out for as long as the server lets it, and they are told who it is", async () => {
    const child = await stopped("open", mintingCommand(OTUS), PAUSE_MS.long);
    const hasty = await world.other();
    await expect(hasty.release({ address: OTUS, revision: 0 })).rejects.toThrow(
      /child is opening springfield\/Otus \(for 0 s, session \d+ of owner/,
    );
    child.signal("SIGCONT");
    expect([await child.next(), await child.next()]).toEqual(["done", "done"]);
    await child.ended();
    expect((await listOf(world.writer.journal())).map(({ by }) => by)).toEqual(["child"]);
  });

  it("cannot write when it wakes, is told so, and finds what another minted instead", async () => {
    const child = await stopped("open", mintingCommand(OTUS), PAUSE_MS.short);
    // Waits until the server has ended the sleeper's write.
    const { id } = done(await world.writer.open(mintingCommand(OTUS)));
    child.signal("SIGCONT");
    expect(await child.next()).toBe("stores/overslept");
    expect(await child.next()).toBe("done");
    await child.ended();
    const { connections, slots } = await districtOf(world.writer);
    expect(connections.map((connection) => connection.id)).toEqual([id]);
    expect(slots).toMatchObject([{ address: OTUS, cutover: { to: id } }]);
    expect((await listOf(world.writer.journal())).map(({ by, what }) => [by, what])).toEqual([["dana", "open"]]);
  });

  it("cannot write when it wakes, and what it planned on is stale", async () => {
    const { id } = await establish(world, OTUS);
    const before = await at(world.writer, OTUS);
    const command = { ...before, connection: id, target: "file:child" };
    const child = await stopped("beginDelivery", command, PAUSE_MS.short);
    const delivered = done(await world.writer.beginDelivery({ ...before, connection: id, target: "file:dana" }));
    const journal = await listOf(world.writer.journal());
    child.signal("SIGCONT");
    expect([await child.next(), await child.next()]).toEqual(["stores/overslept", "stale"]);
    await child.ended();
    expect((await districtOf(world.writer)).connections).toEqual([delivered]);
    expect(await listOf(world.writer.journal())).toEqual(journal);
  });
});

/** Lets several processes open a store of the first version at the same moment. */
async function startTogether(place: string, keyFile: string, env: Readonly<Record<string, string>> = {}) {
  const errand = { script: script.path, place, keyFile, env };
  const children = await Promise.all(Array.from({ length: STARTERS }, () => startChild(errand)));
  for (const child of children) child.go();
  expect(await Promise.all(children.map((child) => child.next()))).toEqual(Array(STARTERS).fill("opened"));
  for (const child of children) await child.ended();
}

describe("programs that start at the same moment over a store of the first version", () => {
  it("bring it up to date once, in a file", async () => {
    const world = await openSqliteWorld();
    const { path, keyFile } = world;
    await world.writer.close();
    rmSync(path);
    await createSqliteStore({ path, keyFile, schema: 1 });
    await startTogether(path, keyFile);
    await expectWorking(world, await world.signedBy("dana"));
    await world.end();
  });

  it.skipIf(!hasPostgres())("bring it up to date once, in PostgreSQL", async () => {
    const server = await openPostgres();
    const world = await openPostgresWorld(server);
    const { place, keyFile, schema } = world;
    await server.run(`drop schema ${schema} cascade`);
    await createPostgresStore({ ...place, keyFile, version: 1 });
    expect(await troubleWith(world.reader())).toBe("stores/older-version");
    await startTogether(schema, keyFile, { STORE_URL: server.url() });
    await expectWorking(world, await world.signedBy("dana"));
    await world.end();
    await server.end();
  });
});

async function expectWorking(world: World, writer: World["writer"], address: Address = OTUS): Promise<void> {
  done(await writer.open(mintingCommand(address)));
  const reader = await world.reader();
  expect((await districtOf(reader)).connections).toHaveLength(1);
}
