import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../src/model/time.ts";
import { createMemoryStore } from "../../src/stores/memory.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import {
  at,
  connectionOf,
  createCountingMint,
  createTestClock,
  districtOf,
  done,
  establish,
  open,
  openSqliteWorld,
  NAMES,
  OTUS,
  probe,
  pull,
  REQUIRES,
  type World,
  worksAt,
} from "./world.ts";

/** A world in whose store nobody sees what consumers do. */
async function openBlindWorld(): Promise<World> {
  const clock = createTestClock();
  const store = createMemoryStore({ clock, by: "dana", observesUse: false, mint: createCountingMint() });
  const world: World = {
    ...NAMES,
    works: worksAt(store),
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

describe("a store that cannot see use", () => {
  it("says so, and never takes silence for quiet", async () => {
    const world = await openBlindWorld();
    const live = await establish(world, OTUS);
    expect(world.writer.can.observesUse).toBe(false);
    expect(await districtOf(world.writer)).toMatchObject({
      observesUse: false,
      connections: [{ use: { kind: "unobservable" } }],
    });
    await pull(world, live.id);
    world.clock.pass(90 * DAY_MS);
    const grounds = { kind: "unused", quietMs: REQUIRES.quietMs } as const;
    const outcome = await world.writer.disable({ ...(await at(world.writer, OTUS)), connection: live.id, grounds });
    expect(done(outcome).kind).toBe("in-use");
  });

  it("does not give up a candidate whose credentials were handed over, unless a person disabled it", async () => {
    const world = await openBlindWorld();
    const live = done(await open(world.writer, OTUS));
    const hand = { connection: live.id, target: "file:a" };
    done(await world.writer.beginDelivery({ ...(await at(world.writer, OTUS)), ...hand }));
    const abandon = async () =>
      done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false })).kind;
    expect(await abandon()).toBe("in-use");
    await world.campus.changeByHand({ connection: live.id, by: "lee", change: { kind: "disable" } });
    expect(await abandon()).toBe("abandoned");
  });

  it("gives up a candidate that nobody was given", async () => {
    const world = await openBlindWorld();
    done(await open(world.writer, OTUS));
    expect(done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false })).kind).toBe("abandoned");
  });
});

describe("a SQLite store", () => {
  it("sees use only from when a campus serves it", async () => {
    const world = await openSqliteWorld();
    const [path, keyFile] = [`${world.folder}/alone.db`, world.keyFile];
    await createSqliteStore({ path, keyFile });
    const store = await openSqliteWriter({ path, keyFile, clock: world.clock, by: "dana" });
    const alone: World = { ...world, writer: store, campus: store };
    const live = done(await open(store, OTUS));
    expect(store.can.observesUse).toBe(false);
    expect(live).toMatchObject({
      use: { kind: "unobservable" },
      tokenUrl: "https://springfield.example.org/campus/oauth2/token?appName=springfield",
      baseUrl: "https://springfield.example.org/campus/api/oneroster/v1p1/springfield/ims/oneroster/v1p1",
    });
    await pull(alone, live.id);
    done(await probe(alone, OTUS, live.id));
    expect(await districtOf(store)).toMatchObject({
      observesUse: false,
      connections: [{ use: { kind: "unobservable" } }],
    });

    world.clock.pass(30 * DAY_MS);
    await store.setOrigin("http://127.0.0.1:8642");
    expect(store.can.observesUse).toBe(true);
    const since = world.clock.now();
    expect((await connectionOf(alone, live.id)).use).toMatchObject({ kind: "observed", since });
    // Watching goes on where the campus moves: only the first one starts it.
    world.clock.pass(DAY_MS);
    await store.setOrigin("http://127.0.0.1:9000");
    expect((await connectionOf(alone, live.id)).use).toMatchObject({ since });
    // URLs are opaque: those of a connection stay what was handed out.
    expect((await connectionOf(alone, live.id)).tokenUrl).toBe(live.tokenUrl);
    await store.close();
    const reader = await openSqliteReader({ path });
    expect(reader.can).toEqual({ observesUse: true, enables: true, byHand: false });
    await reader.close();
    await world.end();
  });
});
