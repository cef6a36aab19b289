import { SqliteQueryCompiler } from "kysely";
import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { recordExchanges } from "../../src/conformance/over-http/exchanges.ts";
import { hasPostgres, openPostgres } from "../setup/postgres.ts";
import { openHttpWorld } from "./http-world.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { listOf, openMemoryWorld, openSqliteWorld, SITE, SPRINGFIELD, TRAITS, type World } from "./world.ts";

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
