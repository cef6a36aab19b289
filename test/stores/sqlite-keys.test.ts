import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressOf } from "../../src/model/address.ts";
import { TRAFFIC_KEPT } from "../../src/model/traffic.ts";
import { createSqliteStore } from "../../src/stores/sqlite.ts";
import { alterAt, readerOf, trouble, writerOf } from "./desk.ts";
import {
  at,
  connectionOf,
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

describe("a key file", () => {
  const keyTrouble = async (keyFile = world.keyFile) => {
    const { revision } = await at(world.writer, OTUS);
    const code = await trouble(writer({ keyFile }), keyFile);
    expect((await at(world.writer, OTUS)).revision).toBe(revision);
    return code;
  };

  it("that is missing is told, and not made anew", async () => {
    const keyFile = join(world.folder, "none.key");
    expect(await keyTrouble(keyFile)).toBe("stores/key-missing");
    expect(readdirSync(world.folder)).not.toContain("none.key");
  });

  it.each([
    ["empty", ""],
    ["too short", "c2hvcnQ\n"],
    ["too long", `${"A".repeat(44)}\n`],
    ["not base64url", `${"!".repeat(43)}\n`],
  ])("that is %s is unusable", async (_, text) => {
    writeFileSync(world.keyFile, text);
    expect(await keyTrouble()).toBe("stores/key-unusable");
  });

  it("that is a folder is unusable", async () => {
    expect(await keyTrouble(world.folder)).toBe("stores/key-unusable");
  });

  it.skipIf(process.platform === "win32").each([0o640, 0o604, 0o620, 0o602])(
    "that others may touch is refused (mode %o)",
    async (mode) => {
      chmodSync(world.keyFile, mode);
      expect(await keyTrouble()).toBe("stores/key-exposed");
    },
  );

  it("of another store is told clearly", async () => {
    const other = await openSqliteWorld();
    expect(await keyTrouble(other.keyFile)).toBe("stores/wrong-key");
    await other.end();
  });

  it("is not needed for reading", async () => {
    chmodSync(world.keyFile, 0o000);
    await (await reader()).close();
  });
});

describe("a sealed secret", () => {
  it("that was put under another connection is not handed out", async () => {
    const otus = done(await open(world.writer, OTUS));
    const other = done(await open(world.writer, addressOf(SPRINGFIELD, "Canvas")));
    alter(
      `update secrets set sealed = (select sealed from secrets where connection = '${other.id}') where connection = '${otus.id}'`,
    );
    expect(await trouble(world.writer.credentials(otus.id), otus.id)).toBe("stores/secret-unreadable");
    expect((await world.writer.credentials(other.id)).clientId).toBe(other.clientId);
  });
});

describe("the logs", () => {
  it("refuse to be changed, and the journal to be shortened, whoever asks", async () => {
    const { id } = await establish(world, OTUS);
    await world.campus.recordTraffic({
      connection: id,
      at: world.clock.now(),
      by: "consumer",
      what: "token",
      ok: true,
    });
    expect(() => alter("delete from journal")).toThrow("journal is append-only");
    for (const table of ["journal", "traffic"]) {
      expect(() => alter(`update ${table} set what = 'x'`)).toThrow(`${table} is append-only`);
    }
  });
});

it("the usage log keeps the newest lines of a connection, and use is not forgotten with the others", async () => {
  const { id } = await establish(world, OTUS);
  const { use } = await connectionOf(world, id);
  // The log looks for what to forget at each line whose number is a multiple of 499; the next one is.
  alter(`with recursive line (n) as (select 1 union all select n + 1 from line where n < ${499 * 41 - 1})
    insert into traffic (sequence, connection, at, "by", what, ok)
    select (select coalesce(max(sequence), 0) from traffic) + n, '${id}', '2026-01-01T00:00:00.000Z', 'consumer', 'old', 1
    from line where n <= ${499 * 41 - 1} - (select coalesce(max(sequence), 0) from traffic)`);
  const line = { connection: id, at: world.clock.now(), by: "probe", what: "users", ok: true } as const;
  await world.campus.recordTraffic(line);
  const lines = await listOf(world.campus.traffic(id));
  expect(lines).toHaveLength(TRAFFIC_KEPT);
  expect(lines.at(-1)).toEqual(line);
  expect(lines[0]?.what).toBe("old");
  expect((await connectionOf(world, id)).use).toEqual(use);
});

describe("making a store", () => {
  const [path, keyFile] = ["new.db", "new.key"];
  const make = (more: { path?: string; keyFile?: string } = {}) =>
    createSqliteStore({
      path: join(world.folder, more.path ?? path),
      keyFile: join(world.folder, more.keyFile ?? keyFile),
    });

  it("makes the file and its key for this user only, and nothing else", async () => {
    const before = readdirSync(world.folder);
    await make();
    expect(readdirSync(world.folder).filter((name) => !before.includes(name))).toEqual([path, keyFile]);
    if (process.platform === "win32") return;
    for (const name of [path, keyFile]) expect(statSync(join(world.folder, name)).mode & 0o777).toBe(0o600);
  });

  it("never overwrites", async () => {
    await establish(world, OTUS);
    const before = readFileSync(world.path);
    expect(await trouble(make({ path: "store.db" }), world.path)).toBe("stores/already-there");
    expect(readFileSync(world.path).equals(before)).toBe(true);
    expect(readdirSync(world.folder)).not.toContain(keyFile);
  });

  it("uses a key file that is there, and refuses one that others may read", async () => {
    const key = readFileSync(world.keyFile);
    await make({ keyFile: "rosterform.key" });
    expect(readFileSync(world.keyFile).equals(key)).toBe(true);
    await (await writer({ path: join(world.folder, path) })).close();
    if (process.platform === "win32") return;
    chmodSync(world.keyFile, 0o644);
    expect(await trouble(make({ path: "next.db", keyFile: "rosterform.key" }), world.keyFile)).toBe(
      "stores/key-exposed",
    );
    expect(readdirSync(world.folder)).not.toContain("next.db");
  });

  it("leaves nothing behind where the folder is missing", async () => {
    const before = readdirSync(world.folder);
    expect(await trouble(make({ path: "none/new.db" }), "new.db")).toBe("stores/cannot-create");
    expect(await trouble(make({ keyFile: "none/new.key" }), "new.key")).toBe("stores/cannot-create");
    expect(readdirSync(world.folder)).toEqual(before);
  });
});
