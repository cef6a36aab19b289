import { writeFileSync } from "node:fs";
import { createServer, connect, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Bug } from "../../src/diagnostics/invariant.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Clock } from "../../src/model/time.ts";
import { openPostgresReader, openPostgresWriter } from "../../src/stores/postgres.ts";
import { lockNumber } from "../../src/stores/postgres-locks.ts";
import { postgresTrouble } from "../../src/stores/postgres-trouble.ts";
import {
  canStartPostgres,
  giveToServer,
  type OwnServer,
  referenceTo,
  startPostgres,
  type UrlParts,
} from "../setup/postgres.ts";
import { sessionOn, troubleWith, waitingBackend } from "./postgres-desk.ts";
import { openPostgresWorld, type PostgresWorld } from "./postgres-world.ts";
import { districtOf, done, establish, listOf, open, OTUS, SPRINGFIELD } from "./world.ts";

const SHELBYVILLE = addressOf("shelbyville" as DistrictId, "Otus");

describe.skipIf(!canStartPostgres())("a store in PostgreSQL in trouble", () => {
  let server: OwnServer;
  let world: PostgresWorld;
  let sessions: pg.Client[];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());
  beforeEach(async () => {
    sessions = [];
    world = await openPostgresWorld(server);
  });
  afterEach(async () => {
    for (const session of sessions) await session.end();
    await world.end();
  });

  const session = async () => {
    const opened = await sessionOn(server);
    sessions.push(opened);
    return opened;
  };
  const readerAt = (more: UrlParts, connectMs = 5_000) =>
    openPostgresReader({ ...world.place, url: referenceTo(server.url(more)), patience: { connectMs } });
  const writerAt = (more: UrlParts) =>
    openPostgresWriter({
      ...world.place,
      url: referenceTo(server.url(more)),
      keyFile: world.keyFile,
      clock: world.clock,
      by: "lee",
    });
  /** A login of its own, made once for this world, with these rights. */
  const loginWith = async (...grants: readonly string[]): Promise<UrlParts> => {
    const user = `login_${world.schema}`;
    await server.run(`create role ${user} login password 'canary-password-do-not-print'`);
    for (const grant of grants) await server.run(`grant ${grant} to ${user}`);
    return { user };
  };
  /** The district's lock, taken as another writer would take it. */
  const lockDistrict = async (holder: pg.Client, address = OTUS) => {
    await holder.query("begin");
    await holder.query("select pg_advisory_xact_lock($1::bigint)", [
      lockNumber(world.schema, address.slice(0, address.indexOf("/"))),
    ]);
  };

  describe("that cannot be entered", () => {
    it("is unreachable where nobody listens, nobody is, or nobody answers", async () => {
      expect(await troubleWith(readerAt({ port: 1 }))).toBe("stores/unreachable");
      expect(await troubleWith(readerAt({ host: "no-such-host.invalid", query: "?sslmode=disable" }))).toBe(
        "stores/unreachable",
      );
      const mute = createServer().listen(0, "127.0.0.1");
      await once(mute, "listening");
      const address = mute.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      expect(await troubleWith(readerAt({ port }, 50))).toBe("stores/unreachable");
      mute.close();
    });

    it("refuses a wrong password, a missing one, and a stranger", async () => {
      expect(await troubleWith(readerAt({ password: "wrong" }))).toBe("stores/login-refused");
      expect(await troubleWith(readerAt({ password: "" }))).toBe("stores/login-refused");
      expect(await troubleWith(writerAt({ user: "stranger" }))).toBe("stores/login-refused");
    });

    it("is not there without its database", async () => {
      expect(await troubleWith(readerAt({ database: "elsewhere" }))).toBe("stores/no-database");
    });

    it("takes no more connections than it takes", async () => {
      const login = await loginWith();
      await server.run(`alter role ${login.user} connection limit 0`);
      expect(await troubleWith(readerAt(login))).toBe("stores/too-many-connections");
    });
  });

  describe("whose rights are missing", () => {
    it("cannot be read without the right to", async () => {
      expect(await troubleWith(readerAt(await loginWith()))).toBe("stores/no-rights");
    });

    it("can be read, and not written, with the right to read", async () => {
      const { schema } = world;
      await establish(world, OTUS);
      const login = await loginWith(`usage on schema ${schema}`, `select on all tables in schema ${schema}`);
      const reader = await readerAt(login);
      expect((await districtOf(reader)).connections).toHaveLength(1);
      await reader.close();
      expect(await troubleWith(writerAt(login))).toBe("stores/no-rights");
    });

    it("tells when rights are revoked in the middle, and nothing was half written", async () => {
      const { schema } = world;
      const rights = `select, insert, update, delete on all tables in schema ${schema}`;
      const login = await loginWith(`usage on schema ${schema}`, rights);
      const writer = await writerAt(login);
      done(await open(writer, OTUS));
      await server.run(`revoke insert on ${schema}.journal from ${login.user}`);
      expect(await troubleWith(open(writer, SHELBYVILLE))).toBe("stores/no-rights");
      expect((await listOf(writer.read("all"))).map(({ district }) => district)).toEqual(["springfield"]);
      await writer.close();
    });
  });

  describe("that others are writing", () => {
    it("is locked after a while, in this district only, and nothing was written", async () => {
      const holder = await session();
      await lockDistrict(holder);
      const store = await world.other();
      expect(await troubleWith(open(store, OTUS))).toBe("stores/locked");
      done(await open(store, SHELBYVILLE));
      await holder.query("rollback");
      expect((await districtOf(store)).revision).toBe(0);
      done(await open(store, OTUS));
    });

    it("is waited for, and what was written meanwhile is seen", async () => {
      const holder = await session();
      await lockDistrict(holder);
      const write = open(world.writer, OTUS);
      await waitingBackend(await session());
      await holder.query(`insert into ${world.schema}.districts (district, revision) values ('springfield', 7)`);
      await holder.query("commit");
      done(await write);
      expect((await districtOf(world.writer)).revision).toBe(8);
    });

    it("can be read meanwhile, each district at one moment", async () => {
      await establish(world, OTUS);
      await lockDistrict(await session());
      const reader = await world.reader();
      expect((await districtOf(reader)).connections).toHaveLength(1);
    });

    it("is written once more when the server gave a transaction up for another's sake", async () => {
      const holder = await session();
      await holder.query("set deadlock_timeout = '60s'");
      await holder.query("begin");
      await holder.query(`lock table ${world.schema}.slots in share mode`);
      const write = open(world.writer, OTUS);
      await waitingBackend(await session());
      await holder.query("select pg_advisory_xact_lock($1::bigint)", [lockNumber(world.schema, "springfield")]);
      await holder.query("rollback");
      done(await write);
      expect(await listOf(world.writer.journal())).toHaveLength(1);
    });
  });

  describe("whose server is slow or goes away", () => {
    it("is too slow after a while", async () => {
      const holder = await session();
      await holder.query("begin");
      await holder.query(`lock table ${world.schema}.slots in access exclusive mode`);
      const store = await world.other({ patience: { statementMs: 60 } });
      const write = store.open({
        address: OTUS,
        revision: 0,
        generation: 1,
        application: "Otus",
        site: { host: "a.example.org", app: "a", kind: "sandbox" },
        make: { kind: "other", version: "1.2", schools: "all", share: [], rotate: 0 },
        requires: { clauses: ["probed"], quietMs: 0 },
      });
      expect(await troubleWith(write)).toBe("stores/too-slow");
      await holder.query("rollback");
      done(await open(store, OTUS));
    });

    it("tells when its session is ended in the middle, and goes on with another", async () => {
      const holder = await session();
      await lockDistrict(holder);
      const write = open(world.writer, OTUS);
      const told = troubleWith(write);
      const pid = await waitingBackend(holder);
      await holder.query("select pg_terminate_backend($1)", [pid]);
      expect(await told).toBe("stores/connection-lost");
      await holder.query("rollback");
      expect((await districtOf(world.writer)).revision).toBe(0);
      done(await open(world.writer, OTUS));
    });

    it("does not let a process write that slept within a write", async () => {
      const sleeper: Clock = {
        now: () => {
          // As if the machine had been put to sleep: nothing of this process runs meanwhile.
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
          return world.clock.now();
        },
      };
      const store = await world.other({ clock: sleeper, patience: { pauseMs: 50 } });
      expect(await troubleWith(open(store, OTUS))).toBe("stores/overslept");
      expect((await districtOf(world.writer)).revision).toBe(0);
      done(await open(world.writer, OTUS));
    });

    it("tells when the server crashed, keeps what was acknowledged, and goes on when it is back", async () => {
      const { id } = await establish(world, OTUS);
      await server.crash();
      expect(["stores/unreachable", "stores/connection-lost"]).toContain(
        await troubleWith(open(world.writer, SHELBYVILLE)),
      );
      expect(await troubleWith(readerAt({}))).toBe("stores/unreachable");
      await server.start();
      expect((await districtOf(world.writer)).connections).toMatchObject([{ id, status: { kind: "active" } }]);
      done(await open(world.writer, SHELBYVILLE));
    });

    it("can be read, and not written, when it is a stand-by", async () => {
      await establish(world, OTUS);
      await server.crash();
      const signal = join(server.folder, "data", "standby.signal");
      writeFileSync(signal, "");
      giveToServer(signal);
      await server.start();
      const reader = await readerAt({});
      expect((await districtOf(reader)).connections).toHaveLength(1);
      await reader.close();
      expect(await troubleWith(writerAt({}))).toBe("stores/read-only-server");
      await server.run("select pg_promote()");
      done(await open(await writerAt({}), SHELBYVILLE));
    });
  });

  describe("whose line is cut while a write is being saved", () => {
    /** Passes bytes on, until one of ours says `commit`: then the line is cut, before or after the server hears of it. */
    const cutting = async (when: "before" | "after"): Promise<Server & { port: number }> => {
      const proxy = createServer((near: Socket) => {
        const far = connect(server.port, "127.0.0.1");
        for (const end of [near, far]) end.on("error", () => {});
        far.pipe(near);
        near.on("data", (bytes: Buffer) => {
          if (!bytes.includes("commit\0")) return void far.write(bytes);
          far.unpipe(near);
          if (when === "before") far.destroy();
          else far.write(bytes);
          near.destroy();
        });
      }).listen(0, "127.0.0.1");
      await once(proxy, "listening");
      const address = proxy.address();
      return Object.assign(proxy, { port: typeof address === "object" && address !== null ? address.port : 0 });
    };

    it.each(["before", "after"] as const)("is told, and the next run finds out (%s the server heard)", async (when) => {
      const proxy = await cutting(when);
      const place = { ...world.place, url: referenceTo(server.url({ port: proxy.port })) };
      const cut = await openPostgresWriter({ ...place, keyFile: world.keyFile, clock: world.clock, by: "lee" }).catch(
        () => undefined,
      );
      if (cut === undefined) throw new Error("opening a store commits nothing, so it should not be cut");
      const command = {
        address: OTUS,
        revision: 0,
        generation: 1,
        application: "Otus",
        site: { host: "a.example.org", app: "a", kind: "sandbox" },
        make: { kind: "other", version: "1.2", schools: "all", share: [], rotate: 0 },
        requires: { clauses: ["probed"], quietMs: 0 },
      } as const;
      expect(await troubleWith(cut.open(command))).toBe("stores/connection-lost");
      done(await world.writer.open(command));
      expect((await districtOf(world.writer, SPRINGFIELD)).connections).toHaveLength(1);
      expect((await listOf(world.writer.journal())).map(({ by }) => by)).toEqual([when === "after" ? "lee" : "dana"]);
      await cut.close();
      proxy.close();
    });
  });

  describe("that says something else", () => {
    const told = (code: string, message = "x") => {
      const error = postgresTrouble("db/rosterform on host", Object.assign(new Error(message), { code }));
      return error instanceof Bug ? "bug" : "code" in error ? error.code : error.message;
    };

    it.each([
      ["53100", "stores/disk-full"],
      ["40001", "stores/locked"],
      ["XX001", "stores/damaged"],
      ["58030", "stores/unreadable"],
      ["57P03", "stores/unreachable"],
      ["25006", "stores/read-only-server"],
      ["EPIPE", "stores/connection-lost"],
      ["23505", "bug"],
      ["42601", "bug"],
      ["P0001", "bug"],
    ])("%s is told as %s", (code, expected) => {
      expect(told(code)).toBe(expected);
    });

    it("takes what is no error for a mistake of ours", () => {
      expect(postgresTrouble("db", "oops")).toBeInstanceOf(Bug);
    });
  });
});
