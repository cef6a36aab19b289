import { readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "@photostructure/sqlite";
import { type Dialect, Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Exclusively } from "../../src/stores/sql/setting.ts";
import type { Tables } from "../../src/stores/sql/tables.ts";
import { sqliteDialect } from "../../src/stores/sqlite-dialect.ts";
import { createGroups } from "../../src/stores/sqlite-groups.ts";
import { isBusy, sqliteTrouble } from "../../src/stores/sqlite-trouble.ts";
import { checkJournal } from "../../src/stores/check-journal.ts";
import { alterAt, writerOf } from "./desk.ts";
import { mintingCommand } from "./minting-command.ts";
import { districtOf, listOf, openSqliteWorld, SPRINGFIELD, type SqliteWorld } from "./world.ts";

const address = (number: number) => addressOf(SPRINGFIELD, `Vendor ${number}`);
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("writes that come together", () => {
  let world: SqliteWorld;
  beforeEach(async () => {
    world = await openSqliteWorld();
  });
  afterEach(() => world.end());

  /** Transactions in the log beside the file: the last frame of each says how large the file is after it (sqlite.org, "WAL-mode File Format"). */
  const commits = () => {
    const log = readFileSync(`${world.path}-wal`);
    const pageSize = log.readUInt32BE(8);
    const frames = numbers(Math.floor((log.length - 32) / (pageSize + 24)));
    return frames.filter((frame) => log.readUInt32BE(32 + frame * (pageSize + 24) + 4) !== 0).length;
  };

  it("are flushed to the disk once, in the order in which they came", async () => {
    const before = commits();
    const written = await Promise.all(numbers(10).map((number) => world.writer.open(mintingCommand(address(number)))));
    expect(commits() - before).toBe(1);
    expect(written.map((one) => one.kind === "done" && one.revision)).toEqual(numbers(10).map((number) => number + 1));
    const entries = await listOf(world.writer.journal());
    expect(entries.map((entry) => entry.address)).toEqual(numbers(10).map(address));
  });

  it("that come one after the other are flushed one by one", async () => {
    const before = commits();
    for (const number of numbers(5)) await world.writer.open(mintingCommand(address(number)));
    expect(commits() - before).toBe(5);
  });

  it("do not touch each other where one is stale and one is refused", async () => {
    const written = await Promise.all([
      world.writer.open(mintingCommand(address(0))),
      world.writer.open({ ...mintingCommand(address(1)), revision: 7 }),
      world.writer.restore({ address: address(2), revision: 0, requires: { clauses: ["probed"], quietMs: 0 } }),
      world.writer.open(mintingCommand(address(4))),
    ]);
    expect(written.map(({ kind }) => kind)).toEqual(["done", "stale", "refused", "done"]);
    const { slots, connections } = await districtOf(world.writer);
    expect(slots.map((slot) => slot.address)).toEqual([address(0), address(4)]);
    expect(connections).toHaveLength(2);
  });

  it("share what one of them sees: a generation that is asked for twice at once is minted once", async () => {
    const [first, second] = await Promise.all([
      world.writer.open(mintingCommand(address(0))),
      world.writer.open(mintingCommand(address(0))),
    ]);
    expect(first).toEqual(second);
    expect((await districtOf(world.writer)).connections).toHaveLength(1);
  });

  it("are there whole or not at all when the disk is full", async () => {
    const pages = Math.ceil(statSync(world.path).size / 4096) + 3;
    const full = await writerOf(world, { maxPages: pages });
    const settled = await Promise.allSettled(numbers(40).map((number) => full.open(mintingCommand(address(number)))));
    const done = numbers(40).filter((number) => settled[number]?.status === "fulfilled");
    for (const one of settled) {
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "stores/disk-full", retryable: true });
    }
    expect(done.length).toBeLessThan(40);
    const { slots, connections } = await districtOf(world.writer);
    expect(slots.map((slot) => slot.address).toSorted()).toEqual(done.map(address).toSorted());
    expect(connections).toHaveLength(done.length);
    for (const { id } of connections) await world.writer.credentials(id);
    expect(await checkJournal(world.writer)).toMatchObject({ faults: [] });
    await full.close();
  });

  it("all fail when another program holds the lock, and none of them was written", async () => {
    const impatient = await writerOf(world);
    const other = new DatabaseSync(world.path);
    other.exec("begin immediate");
    const settled = await Promise.allSettled(
      numbers(3).map((number) => impatient.open(mintingCommand(address(number)))),
    );
    other.exec("rollback");
    other.close();
    for (const one of settled) expect(one).toMatchObject({ reason: { code: "stores/locked" } });
    expect((await districtOf(world.writer)).slots).toEqual([]);
    await impatient.close();
  });

  it("that the tables themselves refuse fail alone", async () => {
    alterAt(
      world.path,
      `create trigger refuses_one before insert on slots when new.address = '${address(1)}' begin select raise(abort, 'no'); end`,
    );
    const settled = await Promise.allSettled(
      numbers(4).map((number) => world.writer.open(mintingCommand(address(number)))),
    );
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    const { slots, connections } = await districtOf(world.writer);
    expect([slots.length, connections.length]).toEqual([3, 3]);
    expect(await checkJournal(world.writer)).toMatchObject({ faults: [] });
  });
});

describe("a group", () => {
  const heard: string[] = [];
  let fails: { commit?: Error } = {};
  let db: Kysely<Tables>;
  let exclusively: Exclusively;

  /** A database that tells when it commits, and fails there when a test says so. */
  function listening(dialect: Dialect): Dialect {
    return {
      ...dialect,
      createDriver: () => {
        const driver = dialect.createDriver();
        return {
          ...driver,
          commitTransaction: async (connection) => {
            if (fails.commit !== undefined) throw fails.commit;
            await driver.commitTransaction(connection);
            heard.push("commit");
          },
        };
      },
    };
  }

  beforeEach(() => {
    heard.length = 0;
    fails = {};
    const database = new DatabaseSync(":memory:");
    database.exec("create table meta (key text primary key, value text not null)");
    const translate = (error: unknown) => sqliteTrouble("memory", error);
    db = new Kysely({
      dialect: listening(sqliteDialect(database, { readOnly: false, busyTimeoutMs: 0, isBusy, translate })),
    });
    exclusively = createGroups(db);
  });
  afterEach(() => db.destroy());

  const keep = async (key: string, district: DistrictId | "all" = SPRINGFIELD, more: () => void = () => {}) => {
    await exclusively(district, "keeping", async (tx) => {
      heard.push(`run ${key}`);
      await tx.insertInto("meta").values({ key, value: "kept" }).execute();
      more();
    });
    heard.push(`answer ${key}`);
  };
  const kept = async () => (await db.selectFrom("meta").select("key").execute()).map(({ key }) => key);

  it("is answered after the commit and never before", async () => {
    await Promise.all([keep("a"), keep("b"), keep("c")]);
    expect(heard).toEqual(["run a", "run b", "run c", "commit", "answer a", "answer b", "answer c"]);
  });

  it("fails as a whole when its commit fails, and nothing of it is there", async () => {
    fails = { commit: new OutsideError("stores/disk-full", "there is no room left") };
    const settled = await Promise.allSettled([keep("a"), keep("b")]);
    expect(settled).toEqual([
      { status: "rejected", reason: fails.commit },
      { status: "rejected", reason: fails.commit },
    ]);
    fails = {};
    expect(await kept()).toEqual([]);
    await keep("c");
    expect(await kept()).toEqual(["c"]);
  });

  it("is run again one by one when one of it throws", async () => {
    const mistake = new Error("a mistake of ours");
    const settled = await Promise.allSettled([
      keep("a"),
      keep("b", SPRINGFIELD, () => {
        throw mistake;
      }),
      keep("c"),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: mistake });
    expect(await kept()).toEqual(["a", "c"]);
  });

  it("ends before what concerns all of the store, which is alone, and the next one begins after it", async () => {
    await Promise.all([keep("a"), keep("b"), keep("whole", "all"), keep("c"), keep("d")]);
    const order = heard.filter((line) => !line.startsWith("answer"));
    expect(order).toEqual(["run a", "run b", "commit", "run whole", "commit", "run c", "run d", "commit"]);
  });

  it("is not longer than others can wait for", async () => {
    await Promise.all(numbers(100).map((number) => keep(`key ${number}`)));
    expect(heard.filter((line) => line === "commit")).toHaveLength(4);
  });
});
