import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Clock } from "../../src/model/time.ts";
import { createQueue, lockNumber, sessionName } from "../../src/stores/postgres-locks.ts";
import { openPostgresUpkeep } from "../../src/stores/postgres.ts";
import { hasPostgres, openPostgres, referenceTo, type TestServer } from "../setup/postgres.ts";
import { sessionOn, waitingBackends } from "./postgres-desk.ts";
import { openPostgresWorld, type PostgresWorld } from "./postgres-world.ts";
import { attest, at, CANVAS, districtOf, done, establish, open, OTUS, probe, pull, SPRINGFIELD } from "./world.ts";

const SHELBYVILLE = addressOf("shelbyville" as DistrictId, "Otus");

describe.skipIf(!hasPostgres())("the locks of a store in PostgreSQL", () => {
  let server: TestServer;
  let world: PostgresWorld;
  let sessions: pg.Client[];
  beforeAll(async () => {
    server = await openPostgres();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    sessions = [];
    world = await openPostgresWorld(server);
  });
  afterEach(async () => {
    for (const session of sessions) await session.end();
    await world.end();
    await server.run(`drop role if exists login_${world.schema}`);
  });

  const session = async () => {
    const opened = await sessionOn(server);
    sessions.push(opened);
    return opened;
  };
  /** Takes locks as a writer would, with a name that it gives itself. */
  const hold = async (holder: pg.Client, name: string, ...names: readonly string[]) => {
    await holder.query("begin");
    await holder.query("select set_config('application_name', $1, true)", [name]);
    await holder.query("select pg_advisory_xact_lock($1::bigint)", [lockNumber(world.schema, ...names)]);
    const { rows } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
    return rows[0]?.pid ?? 0;
  };
  const troubleOf = async (work: Promise<unknown>): Promise<OutsideError> => {
    const error: unknown = await work.then(
      () => "it was written",
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof OutsideError)) throw error;
    expect(error).toMatchObject({ code: "stores/locked", retryable: true });
    return error;
  };

  describe("name who is in the way", () => {
    it("by name, with what is being written, since when, and which session it is", async () => {
      let told: Promise<OutsideError> | undefined;
      const other = await world.other();
      // In the middle of one write another is tried.
      const clock: Clock = {
        now: () => {
          told ??= troubleOf(open(other, CANVAS));
          return world.clock.now();
        },
      };
      const holder = await session();
      await holder.query("begin");
      await holder.query(`lock table ${world.schema}.journal in share mode`);
      const write = open(await world.other({ by: "dana", clock, patience: {} }), OTUS);
      while (told === undefined) await new Promise((resolve) => setImmediate(resolve));
      const { message, fix } = await told;
      expect(message).toMatch(
        /^the district springfield in the store .* is locked: dana is opening springfield\/Otus \(for \d+ s, session \d+ of owner from 127\.0\.0\.1\)$/,
      );
      expect(fix).toContain("--lock-timeout");
      await holder.query("rollback");
      done(await write);
    });

    it("also where it is another program, or all of the store is locked, and how long it has been silent", async () => {
      const holder = await session();
      const pid = await hold(holder, "psql", "springfield");
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const store = await world.other();
      expect((await troubleOf(open(store, OTUS))).message).toMatch(
        new RegExp(
          `is locked: another program \\(psql\\) holds it \\(for 1 s, silent for 1 s, session ${pid} of owner`,
        ),
      );
      done(await open(store, SHELBYVILLE));
      await holder.query("rollback");
      await hold(holder, sessionName({ by: "kim", doing: "loading a dump" }));
      expect((await troubleOf(open(store, SHELBYVILLE))).message).toContain("kim is loading a dump");
    });

    it("also to who wants all of the store, and how many more there are", async () => {
      const { place, keyFile, clock } = world;
      const upkeep = await openPostgresUpkeep({ ...place, keyFile, clock, by: "lee", patience: { lockMs: 60 } });
      for (const name of ["dana", "kim"]) {
        const holder = await session();
        await holder.query("begin");
        await holder.query(`set local application_name = 'rosterform: ${name} is closing x/y'`);
        await holder.query("select pg_advisory_xact_lock_shared($1::bigint)", [lockNumber(world.schema)]);
      }
      const { message } = await troubleOf(upkeep.reseal(world.keyFile));
      expect(message).toMatch(/^the store .* is locked: dana is closing x\/y \(.*\), and 1 more$/);
      await upkeep.close();
    });

    it("and leave out what a login without special rights cannot see", async () => {
      const user = `login_${world.schema}`;
      await server.run(`create role ${user} login password 'canary-password-do-not-print'`);
      await server.run(`grant usage on schema ${world.schema} to ${user}`);
      await server.run(`grant select, insert, update, delete on all tables in schema ${world.schema} to ${user}`);
      const pid = await hold(await session(), sessionName({ by: "dana", doing: "closing x" }), "springfield");
      const store = await world.other({ url: referenceTo(server.url({ user })) });
      expect((await troubleOf(open(store, OTUS))).message).toMatch(
        new RegExp(`is locked: dana is closing x \\(session ${pid} of owner\\)$`),
      );
    });

    it("or nobody, where the one who was in the way is gone or unknown", async () => {
      const holder = await session();
      await holder.query("begin");
      await holder.query(`lock table ${world.schema}.slots in access exclusive mode`);
      expect((await troubleOf((await world.other()).release({ address: OTUS, revision: 0 }))).message).toContain(
        "is being written by somebody else",
      );
    });
  });

  it("bear names of plain signs that a session can have", () => {
    expect(sessionName({ by: "dana", doing: "closing springfield/Otus" })).toBe(
      "rosterform: dana is closing springfield/Otus",
    );
    const long = sessionName({ by: `Zoë\n'${"y".repeat(40)}`, doing: `opening springfield/${"x".repeat(80)}` });
    expect(long).toMatch(/^rosterform: Zoe\?'y+\.\.\. is opening springfield\/\.\.\.$/);
    expect(long).toHaveLength(63);
  });

  it("end with their transaction, and so does the name of the session", async () => {
    done(await open(world.writer, OTUS));
    const sql = `select application_name from pg_stat_activity where application_name like 'rosterform: %'`;
    expect(await server.run(sql)).toEqual([]);
  });

  it("are not waited for where nobody wants to wait", async () => {
    await hold(await session(), "psql", "springfield");
    const begun = performance.now();
    await troubleOf(open(await world.other({ patience: { lockMs: 0 } }), OTUS));
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it("are waited for longer than a statement may take, where somebody wants to", async () => {
    const holder = await session();
    await hold(holder, "psql", "springfield");
    const write = open(await world.other({ patience: { lockMs: 5_000, statementMs: 100 } }), OTUS);
    await waitingBackends(await session(), 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await holder.query("rollback");
    done(await write);
  });

  it("keep nobody waiting for a program's own writes with the clock of others running", async () => {
    const store = await world.other({ patience: { lockMs: 0 } });
    const addresses = Array.from({ length: 12 }, (_, number) => addressOf(SPRINGFIELD, `Vendor ${number}`));
    for (const written of await Promise.all(addresses.map((address) => open(store, address)))) done(written);
    const turn = createQueue();
    const order: string[] = [];
    const run = async (district: DistrictId | "all", name: string) => {
      const leave = await turn(district);
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push(`${name} ends`);
      leave();
    };
    await Promise.all([run(SPRINGFIELD, "a"), run("all", "all"), run(SPRINGFIELD, "b"), run(SPRINGFIELD, "c")]);
    expect(order).toEqual(["a", "all", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  describe("let the database judge", () => {
    /** Two writes that wait for the district, in this order, and are let in when both do. */
    const inOrder = async <A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<readonly [A, B]> => {
      const [holder, watcher] = [await session(), await session()];
      await hold(holder, "psql", "springfield");
      const one = first();
      await waitingBackends(watcher, 1);
      const two = second();
      await waitingBackends(watcher, 2);
      await holder.query("rollback");
      return [await one, await two];
    };
    const switched = async () => {
      const from = await establish(world, OTUS);
      const to = done(await open(world.writer, OTUS, { make: { ...from, version: "1.2" } }));
      return { from: from.id, to: to.id };
    };

    it("a close whose evidence a hand took away a moment before closes nothing", async () => {
      const { from, to } = await switched();
      done(await probe(world, OTUS, to));
      done(await attest(world, OTUS, to));
      const hand = await world.other({ patience: {} });
      const command = await at(world.writer, OTUS);
      const change = { kind: "edit", schools: ["Lincoln"], share: [] } as const;
      const [, closed] = await inOrder(
        () => hand.changeByHand({ connection: to, by: "robin", change }),
        () => world.writer.closeCutover(command),
      );
      expect(closed.kind).toBe("stale");
      const again = await world.writer.closeCutover(await at(world.writer, OTUS));
      expect(done(again).kind).toBe("waiting");
      const live = await districtOf(world.writer);
      expect(live.slots).toMatchObject([{ current: from, cutover: { from, to } }]);
      expect(live.connections.map(({ status }) => status.kind)).toEqual(["active", "active"]);
    });

    it("a close whose evidence is gone from the tables, whoever took it, waits", async () => {
      const { from, to } = await switched();
      done(await probe(world, OTUS, to));
      done(await attest(world, OTUS, to));
      const command = await at(world.writer, OTUS);
      const holder = await session();
      await hold(holder, "psql", "springfield");
      const close = world.writer.closeCutover(command);
      await waitingBackends(await session(), 1);
      await holder.query(`update ${world.schema}.connections set evidence = '[]' where id = '${to}'`);
      await holder.query("commit");
      expect(done(await close)).toMatchObject({ kind: "waiting" });
      expect((await districtOf(world.writer)).slots).toMatchObject([{ current: from }]);
    });

    it("an abandoning of a candidate that was used a moment before gives nothing up", async () => {
      const { to } = await switched();
      const campus = await world.other({ patience: {} });
      const command = { ...(await at(world.writer, OTUS)), hold: false };
      const [, abandoned] = await inOrder(
        () => pull({ ...world, campus }, to),
        () => world.writer.abandon(command),
      );
      // The first of its requests is enough; the others come after.
      expect(done(abandoned)).toMatchObject({ kind: "in-use" });
      expect((await districtOf(world.writer)).connections.map(({ status }) => status.kind)).toEqual([
        "active",
        "active",
      ]);
    });
  });
});
