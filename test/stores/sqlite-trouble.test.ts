import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bug } from "../../src/diagnostics/invariant.ts";
import { addressOf } from "../../src/model/address.ts";
import { sqliteTrouble } from "../../src/stores/sqlite-trouble.ts";
import { alterAt, readerOf, trouble, writerOf } from "./desk.ts";
import {
  districtOf,
  done,
  establish,
  listOf,
  open,
  openSqliteWorld,
  OTUS,
  SPRINGFIELD,
  type SqliteWorld,
} from "./world.ts";

let world: SqliteWorld;
beforeEach(async () => {
  world = await openSqliteWorld();
});
afterEach(async () => {
  await world.end();
});

const reader = (path?: string) => readerOf(world, path);
const writer = (more?: Parameters<typeof writerOf>[1]) => writerOf(world, more);
const alter = (sql: string, path = world.path) => alterAt(path, sql);

describe("a store that is not there", () => {
  it("is never made by opening it", async () => {
    const path = join(world.folder, "missing.db");
    expect(await trouble(reader(path), path)).toBe("stores/not-found");
    expect(await trouble(writer({ path }), path)).toBe("stores/not-found");
    expect(readdirSync(world.folder).filter((name) => name.startsWith("missing"))).toEqual([]);
  });
});

describe("a file that is no store", () => {
  const cases: readonly (readonly [string, (path: string) => void])[] = [
    ["a folder", (path) => mkdirSync(path)],
    ["an empty file", (path) => writeFileSync(path, "")],
    ["a text", (path) => writeFileSync(path, "district: springfield\n".repeat(300))],
    ["another program's database", (path) => alter("create table meta (key text, value text)", path)],
    ["a database with our mark and nothing in it", (path) => alter(`pragma application_id = ${0x726f7374}`, path)],
    [
      "a database with our mark and strange tables",
      (path) => alter(`pragma application_id = ${0x726f7374}; create table meta (key text, value text)`, path),
    ],
  ];
  it.each(cases)("is told as such and left alone: %s", async (_, make) => {
    const path = join(world.folder, "other.db");
    make(path);
    const before = statSync(path).isFile() ? readFileSync(path) : undefined;
    expect(await trouble(reader(path), path)).toBe("stores/not-a-store");
    expect(await trouble(writer({ path }), path)).toBe("stores/not-a-store");
    if (before !== undefined) expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("a damaged file", () => {
  beforeEach(async () => {
    for (let number = 0; number < 60; number += 1)
      done(await open(world.writer, addressOf(SPRINGFIELD, `Vendor ${number}`)));
    await world.writer.close();
  });

  it.each([0.2, 0.5, 0.9])("that was cut off is told as such (%s of it is left)", async (part) => {
    const path = join(world.folder, "copy.db");
    copyFileSync(world.path, path);
    truncateSync(path, Math.floor(statSync(path).size * part));
    expect(await trouble(reader(path), path)).toBe("stores/damaged");
    expect(await trouble(writer({ path }), path)).toBe("stores/damaged");
  });

  it("with other bytes in the middle is told as such, whoever meets them", async () => {
    const file = openSync(world.path, "r+");
    for (let page = 4; page < 40; page += 1) writeSync(file, Buffer.alloc(2048, 0x5a), 0, 2048, page * 4096);
    closeSync(file);
    const readAll = async () => {
      const store = await reader();
      await listOf(store.read("all")).finally(() => store.close());
    };
    expect(await trouble(readAll(), world.path)).toBe("stores/damaged");
  });
});

describe("a store of another version", () => {
  const setVersion = async (version: number) => {
    await world.writer.close();
    alter(`update meta set value = '${version}' where key = 'schema_version'`);
  };

  it("that is newer is refused", async () => {
    await setVersion(99);
    expect(await trouble(reader(), world.path)).toBe("stores/newer-version");
    expect(await trouble(writer(), world.path)).toBe("stores/newer-version");
  });

  it("that is older is not brought up to date by a reader", async () => {
    await setVersion(0);
    expect(await trouble(reader(), world.path)).toBe("stores/older-version");
  });
});

describe("a store that somebody else is writing", () => {
  let other: InstanceType<typeof DatabaseSync>;
  beforeEach(() => {
    other = new DatabaseSync(world.path);
    other.exec("begin immediate");
  });
  afterEach(() => {
    if (other.isOpen) other.close();
  });

  it("is locked after a while, and nothing was written", async () => {
    expect(await trouble(writer(), world.path)).toBe("stores/locked");
    other.exec("rollback");
    const store = await writer();
    other.exec("begin immediate");
    const error: unknown = await open(store, OTUS).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "stores/locked", retryable: true });
    other.exec("rollback");
    expect(await districtOf(store)).toMatchObject({ revision: 0, connections: [] });
    done(await open(store, OTUS));
    await store.close();
  });

  it("is waited for without blocking the process that holds it", async () => {
    const write = open(world.writer, OTUS);
    // Whatever the write can do without waiting is done when these have passed.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    other.exec("rollback");
    expect(done(await write).application).toBe("Otus");
  });

  it("can be read meanwhile", async () => {
    const store = await reader();
    expect(await listOf(store.read("all"))).toEqual([]);
    await store.close();
  });
});

describe("a full disk", () => {
  it("is told, and what was acknowledged before is all there is", async () => {
    await establish(world, OTUS);
    await world.writer.close();
    const pages = Math.ceil(statSync(world.path).size / 4096) + 3;
    const full = await writer({ maxPages: pages });
    const acknowledged: string[] = [];
    const error: unknown = await (async () => {
      for (let number = 0; number < 500; number += 1) {
        acknowledged.push(done(await open(full, addressOf(SPRINGFIELD, `Vendor ${number}`))).id);
      }
    })().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "stores/disk-full", retryable: true });
    expect(acknowledged.length).toBeGreaterThan(0);
    await full.close();

    const store = await writer();
    const { connections, slots } = await districtOf(store);
    expect(connections.slice(1).map(({ id }) => id)).toEqual(acknowledged);
    expect(slots).toHaveLength(acknowledged.length + 1);
    expect((await listOf(store.journal())).filter(({ what }) => what === "open")).toHaveLength(acknowledged.length + 1);
    for (const { id } of connections) await store.credentials(id);
    done(await open(store, addressOf(SPRINGFIELD, `Vendor ${acknowledged.length}`)));
    await store.close();
  });
});

const isRoot = process.getuid?.() === 0;

describe("a store that cannot be written", () => {
  it.skipIf(isRoot)("is told when it is opened (skipped as root, who may write everything)", async () => {
    await world.writer.close();
    chmodSync(world.path, 0o400);
    expect(await trouble(writer(), world.path)).toBe("stores/not-writable");
    chmodSync(world.path, 0o600);
    chmodSync(world.folder, 0o500);
    expect(await trouble(writer(), world.path)).toBe("stores/not-writable");
    chmodSync(world.folder, 0o700);
  });

  it("is told in the words of the engine's own refusal", () => {
    const database = new DatabaseSync(world.path, { readOnly: true });
    const refusal = () => {
      try {
        database.exec("delete from meta");
      } catch (error) {
        return sqliteTrouble(world.path, error);
      }
      return undefined;
    };
    expect(refusal()).toMatchObject({ code: "stores/not-writable" });
    database.close();
  });

  it("is not written by a reader", async () => {
    await establish(world, OTUS);
    await world.writer.close();
    const before = readFileSync(world.path);
    const store = await reader();
    await listOf(store.read("all"));
    await listOf(store.journal());
    await store.close();
    expect(readFileSync(world.path).equals(before)).toBe(true);
    expect(store).not.toHaveProperty("open");
  });
});

describe("what SQLite says", () => {
  const said = (errcode: number) =>
    sqliteTrouble("x.db", Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode }));

  it("about the disk is passed on", () => {
    expect(said(10)).toMatchObject({
      code: "stores/unreadable",
      message: "the store x.db cannot be used: disk I/O error",
    });
  });

  it("is understood also where it comes without a number", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("pragma max_page_count = 3; create table t (a text)");
    let error: unknown;
    try {
      for (let row = 0; row < 9; row += 1) database.prepare("insert into t values (?)").all("x".repeat(3000));
    } catch (thrown) {
      error = thrown;
    }
    expect(sqliteTrouble("x.db", error)).toMatchObject({ code: "stores/disk-full" });
    database.close();
  });

  it("about our own mistakes is a bug", () => {
    expect(said(1)).toBeInstanceOf(Bug);
    expect(said(1555)).toBeInstanceOf(Bug);
    expect(sqliteTrouble("x.db", "thrown text")).toBeInstanceOf(Bug);
    const other = new TypeError("not about the file");
    expect(sqliteTrouble("x.db", other)).toBe(other);
  });
});
