import { DatabaseSync } from "@photostructure/sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../src/stores/sql/migrations.ts";
import { createSqliteStore, openSqliteReader, openSqliteWriter } from "../../src/stores/sqlite.ts";
import { at, createCountingMint, createTestClock, districtOf, done, open, OTUS } from "./world.ts";

let folder = "";
const clock = createTestClock();
const place = () => ({ path: join(folder, "store.db"), keyFile: join(folder, "rosterform.key") });
const writer = () => openSqliteWriter({ ...place(), clock, by: "dana", mint: createCountingMint() });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-migrations-"));
  await createSqliteStore({ ...place(), schema: 1 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function query(sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(place().path);
  try {
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

/** Rows as the first version wrote them: an address whose connection was handed over. */
function fillFirstVersion(): void {
  const database = new DatabaseSync(place().path);
  database.exec(`
    insert into districts values ('springfield', 2, 'springfield.example.org', 'springfield', 'sandbox');
    insert into connections values (1, 'c-old', 'springfield', '${OTUS}', 1, 'Otus', 'other', '1.1', 0, 'all', '[]',
      'client-old', 'https://springfield.example.org/token', 'https://springfield.example.org/v1p1', '0123456789abcdef',
      'generated', '2027-01-01T00:00:00.000Z', null, null, null, 2, '2027-01-01T00:00:00.000Z',
      '2027-01-01T00:00:00.000Z', null, null, null, null, 'done', 'file:a', '2027-01-01T00:00:00.000Z', '[]');
    insert into slots values ('${OTUS}', 'springfield', 2, 1, 'c-old', null, null, null, null, null, null, null, null);
  `);
  database.close();
}

it("a store of the first version is brought up to date by a writer, with all that it holds", async () => {
  fillFirstVersion();
  await expect(openSqliteReader(place())).rejects.toMatchObject({ code: "stores/older-version" });
  const store = await writer();
  const live = await districtOf(store);
  expect(live).toMatchObject({ revision: 2, slots: [{ address: OTUS, current: "c-old" }] });
  expect(live).not.toHaveProperty("kept");
  expect(live.connections[0]?.delivery).toEqual({ state: "done", target: "file:a", at: "2027-01-01T00:00:00.000Z" });
  expect(live.connections[0]).not.toHaveProperty("reported");
  const receipt = { ...(await at(store, OTUS)), connection: "c-old" as never, from: "robin" };
  expect(done(await store.recordReceipt(receipt)).delivery?.received).toEqual({ by: "robin", at: clock.now() });
  await store.close();
  const reader = await openSqliteReader(place());
  expect((await districtOf(reader)).connections[0]?.delivery?.received?.by).toBe("robin");
  await reader.close();
});

it("two programs may bring it up to date at once", async () => {
  const stores = await Promise.all([writer(), writer()]);
  expect(query("select value from meta where key = 'schema_version'")).toEqual([{ value: String(SCHEMA_VERSION) }]);
  for (const store of stores) {
    done(await open(store, OTUS, { generation: 1, revision: 0 }));
    await store.close();
  }
  expect(query("select count(*) as count from connections")).toEqual([{ count: 1 }]);
});

it("ends with the same tables as a store that is made today", async () => {
  await (await writer()).close();
  const migrated = query("select type, name, tbl_name from sqlite_schema order by type, name");
  rmSync(place().path);
  rmSync(place().keyFile);
  await createSqliteStore(place());
  expect(query("select type, name, tbl_name from sqlite_schema order by type, name")).toEqual(migrated);
});
