import { Kysely, SqliteQueryCompiler } from "kysely";
import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { recordExchanges } from "../../src/conformance/over-http/exchanges.ts";
import { hasPostgres, openPostgres } from "../setup/postgres.ts";
import type { Address } from "../../src/model/address.ts";
import { openHttpWorld } from "./http-world.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import {
  at,
  CANVAS,
  done,
  listOf,
  open,
  openMemoryWorld,
  openSqliteWorld,
  OTUS,
  SITE,
  SPRINGFIELD,
  TRAITS,
  type World,
} from "./world.ts";

afterEach(() => vi.restoreAllMocks());

/** How often something was asked while a plan read a district, with a few connections in it and with many. */
async function asked(world: World, counter: () => number): Promise<readonly [few: number, many: number]> {
  const reader = await world.reader();
  const generate = async (count: number) => {
    for (let number = 0; number < count; number += 1) {
      await world.campus.createByHand({ district: SPRINGFIELD, site: SITE, application: "A", make: TRAITS, by: "lee" });
    }
  };
  const count = async (connections: number) => {
    const before = counter();
    const [live] = await listOf(reader.read([SPRINGFIELD]));
    expect(live?.connections).toHaveLength(connections);
    return counter() - before;
  };
  await generate(3);
  const few = await count(3);
  await generate(57);
  const many = await count(60);
  await world.end();
  return [few, many];
}

describe("reading for a plan asks as often for sixty connections as for three", () => {
  it("of SQLite", async () => {
    const made = vi.spyOn(SqliteQueryCompiler.prototype, "compileQuery");
    const [few, many] = await asked(await openSqliteWorld(), () => made.mock.calls.length);
    expect(many).toBe(few);
    expect(few).toBeGreaterThan(2);
  });

  it.skipIf(!hasPostgres())("of PostgreSQL", async () => {
    const server = await openPostgres();
    const queried = vi.spyOn(pg.Client.prototype, "query");
    const [few, many] = await asked(await openPostgresWorld(server), () => queried.mock.calls.length);
    expect(many).toBe(few);
    expect(few).toBeGreaterThan(2);
    await server.end();
  });

  it("over HTTP", async () => {
    const { exchanges, watch } = recordExchanges();
    const counts = await asked(await openHttpWorld(await openMemoryWorld(), { watch }), () => exchanges.length);
    expect(counts).toEqual([1, 1]);
  });
});

describe("a write asks as often in a large district as in a small one", () => {
  it("of SQLite: three questions, and a statement for each row that changes; nothing is built again", async () => {
    const world = await openSqliteWorld();
    const run = vi.spyOn(Kysely.prototype, "executeQuery");
    const built = vi.spyOn(SqliteQueryCompiler.prototype, "compileQuery");
    const count = async (address: Address) => {
      const { id: connection } = done(await open(world.writer, address));
      const begin = { ...(await at(world.writer, address)), connection, target: "file:otus" };
      const before = [run.mock.calls.length, built.mock.calls.length] as const;
      done(await world.writer.beginDelivery(begin));
      return [run.mock.calls.length - before[0], built.mock.calls.length - before[1]] as const;
    };
    const [few] = await count(OTUS);
    for (let number = 0; number < 60; number += 1) {
      await world.campus.createByHand({ district: SPRINGFIELD, site: SITE, application: "A", make: TRAITS, by: "lee" });
    }
    expect(await count(CANVAS)).toEqual([few, 0]);
    // Three questions, then the district, the connection, the slot and the line of the journal.
    expect(few).toBe(7);
    await world.end();
  });

  it("over HTTP: one request", async () => {
    const { exchanges, watch } = recordExchanges();
    const world = await openHttpWorld(await openMemoryWorld(), { watch });
    const { id: connection } = done(await open(world.writer, OTUS));
    const begin = { ...(await at(world.writer, OTUS)), connection, target: "file:otus" };
    const before = exchanges.length;
    done(await world.writer.beginDelivery(begin));
    expect(exchanges.slice(before)).toHaveLength(1);
    await world.end();
  });
});
