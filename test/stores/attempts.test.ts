import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import type { Attempt } from "../../src/model/attempt.ts";
import { DAY_MS, type Instant } from "../../src/model/time.ts";
import { LINES_A_DAY } from "../../src/stores/rules/attempts.ts";
import { hasPostgres, openPostgres, type TestServer } from "../setup/postgres.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { districtOf, establish, listOf, openMemoryWorld, openSqliteWorld, OTUS, type World } from "./world.ts";

/** What every store promises of refused attempts. */
function describeAttempts(name: string, openWorld: () => Promise<World>): void {
  describe(`refused attempts in ${name}`, () => {
    const during = async (work: (world: World, attempt: (more?: Partial<Attempt>) => Attempt) => Promise<void>) => {
      const world = await openWorld();
      const attempt = (more: Partial<Attempt> = {}): Attempt => {
        const now = world.clock.now();
        return { reason: "unknown-token", from: "203.0.113.7", first: now, last: now, count: 1, ...more };
      };
      await work(world, attempt);
      await world.end();
    };

    it("are counted by day, reason, operator, address and district, in the order of their days", () =>
      during(async (world, attempt) => {
        const first = attempt();
        await world.campus.countAttempts([first, attempt({ count: 3 })]);
        world.clock.pass(60_000);
        const mine = attempt({ reason: "other-district", operator: "dana", district: "shelbyville" as DistrictId });
        await world.campus.countAttempts([attempt(), mine]);
        world.clock.pass(DAY_MS);
        await world.campus.countAttempts([attempt()]);
        const list = await listOf(world.campus.attempts());
        expect(list).toHaveLength(3);
        expect(list).toContainEqual({ ...first, last: mine.first, count: 5 });
        expect(list).toContainEqual(mine);
        expect(list.at(-1)).toEqual(attempt());
      }));

    it("survive a restart, touch no district and no journal", () =>
      during(async (world, attempt) => {
        await establish(world, OTUS);
        const before = [await districtOf(world.writer), await listOf(world.writer.journal())];
        const one = attempt({ reason: "read-only", operator: "rita" });
        await world.campus.countAttempts([one]);
        const again = await world.reopen();
        expect(await listOf(again.campus.attempts())).toEqual([one]);
        expect([await districtOf(again.writer), await listOf(again.writer.journal())]).toEqual(before);
      }));

    it("have a bounded number of lines a day, however many come, and none is lost from the count", () =>
      during(async (world, attempt) => {
        const flood = Array.from({ length: 250 }, (_, number) =>
          attempt({ from: `2001:db8:0:${number.toString(16)}` }),
        );
        await world.campus.countAttempts(flood);
        const reaching = (number: number, operator: string) =>
          attempt({ reason: "other-district", operator, district: `d-${number}` as DistrictId });
        await world.campus.countAttempts([
          ...Array.from({ length: 150 }, (_, number) => reaching(number, "mallory")),
          reaching(1, "dana"),
        ]);
        // What has a line already is still counted there.
        await world.campus.countAttempts([attempt({ from: "2001:db8:0:0" })]);
        const list = await listOf(world.campus.attempts());
        const unknown = list.filter(({ reason }) => reason === "unknown-token");
        expect(unknown).toHaveLength(LINES_A_DAY + 1);
        expect(unknown.find(({ from }) => from === undefined)?.count).toBe(250 - LINES_A_DAY);
        expect(unknown.find(({ from }) => from === "2001:db8:0:0")?.count).toBe(2);
        const others = list.filter(({ reason, district }) => reason === "other-district" && district === undefined);
        expect(others.map(({ operator, count }) => [operator, count])).toEqual([
          ["dana", 1],
          ["mallory", 150 - LINES_A_DAY],
        ]);
        expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(402);
      }));

    it("are told whole and once, however long the list is", () =>
      during(async (world, attempt) => {
        for (let day = 0; day < 6; day += 1) {
          const names = Array.from({ length: 90 }, (_, number) => attempt({ from: `10.0.0.${number}` }));
          await world.campus.countAttempts(names);
          world.clock.pass(DAY_MS);
        }
        const list = await listOf(world.campus.attempts());
        expect(new Set(list.map(({ first, from }) => `${first} ${from}`)).size).toBe(540);
        expect(list).toHaveLength(540);
      }));

    it("are forgotten after four hundred days", () =>
      during(async (world, attempt) => {
        await world.campus.countAttempts([attempt()]);
        world.clock.pass(400 * DAY_MS);
        await world.campus.countAttempts([attempt()]);
        expect(await listOf(world.campus.attempts())).toHaveLength(2);
        world.clock.pass(DAY_MS);
        await world.campus.countAttempts([attempt()]);
        expect((await listOf(world.campus.attempts())).map(({ first }: { first: Instant }) => first)).toHaveLength(2);
      }));
  });
}

describeAttempts("memory", () => openMemoryWorld());
describeAttempts("a SQLite file", () => openSqliteWorld());
describe.skipIf(!hasPostgres())("with a server", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());
  describeAttempts("PostgreSQL", () => openPostgresWorld(server));

  it("are counted whole by several campuses at once", async () => {
    const world = await openPostgresWorld(server);
    const now = world.clock.now();
    const attempt: Attempt = { reason: "no-token", from: "203.0.113.7", first: now, last: now, count: 1 };
    const stores = await Promise.all(Array.from({ length: 4 }, () => world.other({ patience: {} })));
    await Promise.all(stores.flatMap((store) => [1, 2, 3].map(() => store.countAttempts([attempt]))));
    expect(await listOf(world.campus.attempts())).toEqual([{ ...attempt, count: 12 }]);
    await world.end();
  });
});
