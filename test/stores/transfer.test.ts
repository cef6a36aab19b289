import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dayOf } from "../../src/model/time.ts";
import { openByHandReader } from "../../src/stores/by-hand.ts";
import { checkJournal } from "../../src/stores/check-journal.ts";
import { createPostgresStore, openPostgresUpkeep, openPostgresWriter } from "../../src/stores/postgres.ts";
import { createSqliteStore, openSqliteUpkeep, openSqliteWriter } from "../../src/stores/sqlite.ts";
import type { Upkeep } from "../../src/stores/upkeep.ts";
import { found, openByHandWorld } from "./by-hand-world.ts";
import { hasPostgres, openPostgres, referenceTo, type TestServer } from "../setup/postgres.ts";
import {
  attest,
  CANVAS,
  connectionOf,
  createTestClock,
  districtOf,
  done,
  establish,
  listOf,
  open,
  openSqliteWorld,
  OTUS,
  probe,
  pull,
  SITE,
  SPRINGFIELD,
  type SqliteWorld,
  type TestStore,
} from "./world.ts";

let source: SqliteWorld;
let folder = "";
const clock = createTestClock();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rosterform-transfer-"));
  source = await openSqliteWorld(clock);
});
afterEach(async () => {
  await source.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A day in a district: one vendor in use, one in the middle of its move, one that a hand made. */
async function live(): Promise<void> {
  const old = await establish(source, OTUS);
  await pull(source, old.id);
  await establish(source, CANVAS);
  const next = done(await open(source.writer, OTUS));
  done(await probe(source, OTUS, next.id));
  done(await attest(source, OTUS, next.id));
  await pull(source, next.id);
  await source.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
  const now = clock.now();
  const attempt = { reason: "unknown-token", from: "203.0.113.7", first: now, last: now, count: 3 } as const;
  await source.campus.countAttempts([attempt, { ...attempt, reason: "read-only", operator: "rita" }]);
}

async function dumped(upkeep: Upkeep): Promise<readonly string[]> {
  const lines: string[] = [];
  await upkeep.dump(async (line) => void lines.push(line));
  await upkeep.close();
  return lines;
}

async function* from(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

const around = { clock, by: "dana" };
const upkeepOf = ({ path, keyFile }: { readonly path: string; readonly keyFile: string }) =>
  openSqliteUpkeep({ path, keyFile, ...around });

/** An empty store in a file, under the key of the source unless it gets one of its own. */
async function emptyFile(name: string, isOwnKey = false) {
  const place = { path: join(folder, `${name}.db`), keyFile: join(folder, `${name}.key`) };
  if (!isOwnKey) copyFileSync(source.keyFile, place.keyFile);
  await createSqliteStore(place);
  return place;
}

async function loaded(lines: readonly string[], upkeep: Upkeep): Promise<unknown> {
  try {
    return await upkeep.load(() => from(lines));
  } finally {
    await upkeep.close();
  }
}

/** Nothing is lost, secrets open, the chain holds, and the store goes on. */
async function goesOn(store: TestStore): Promise<void> {
  const before = await districtOf(source.writer);
  expect(await districtOf(store)).toEqual(before);
  for (const { id } of before.connections) {
    const [here, there] = [await store.credentials(id), await source.writer.credentials(id)];
    expect(here.clientSecret.reveal() === there.clientSecret.reveal()).toBe(true);
    expect(await listOf(store.traffic(id))).toEqual(await listOf(source.campus.traffic(id)));
  }
  expect(await checkJournal(store)).toMatchObject({ faults: [], unchained: 0 });
  const world = { ...source, writer: store, campus: store };
  const candidate = (await districtOf(store)).slots.find(({ address }) => address === OTUS)?.cutover?.to;
  done(await probe(world, OTUS, candidate ?? ("none" as never)));
  await pull(world, candidate ?? ("none" as never));
  expect((await connectionOf(world, candidate ?? ("none" as never))).evidence).not.toEqual([]);
  expect((await checkJournal(store)).faults).toEqual([]);
}

describe("moving a store", () => {
  it("from one file to another keeps everything, to the byte", async () => {
    await live();
    const lines = await dumped(await upkeepOf(source));
    expect(lines.join("\n")).not.toContain(
      (
        await source.writer.credentials((await districtOf(source.writer)).connections[0]?.id as never)
      ).clientSecret.reveal(),
    );
    const place = await emptyFile("copy");
    expect(await loaded(lines, await upkeepOf(place))).toMatchObject({ districts: 1, connections: 3 });
    expect(await dumped(await upkeepOf(place))).toEqual(lines);
    const store = await openSqliteWriter({ ...place, ...around });
    await goesOn(store);
    await store.close();
  });

  it("carries more rows than are written at once", async () => {
    const next = done(await open(source.writer, OTUS));
    for (let count = 0; count < 120; count += 1) await pull(source, next.id);
    const lines = await dumped(await upkeepOf(source));
    const place = await emptyFile("copy");
    await loaded(lines, await upkeepOf(place));
    expect(await dumped(await upkeepOf(place))).toEqual(lines);
  });

  it("of a registry keeps what was asked and who signed, and does not become a campus's own", async () => {
    const registry = await openByHandWorld(clock);
    const keyFile = join(folder, "registry.key");
    copyFileSync(registry.keyFile, keyFile);
    const one = await registry.registry.reportFound(found());
    const site = { district: SPRINGFIELD, site: SITE };
    await registry.registry.signInventory({ ...site, asOf: dayOf(clock.now()), by: "kim" });
    done(await registry.writer.adopt({ address: OTUS, revision: 0, site: SITE, connection: one.id, rotate: 0 }));
    registry.hands.answer = () => ({ kind: "later" });
    for (const address of [OTUS, CANVAS]) expect(await open(registry.writer, address)).toMatchObject({ kind: "asked" });
    const before = await districtOf(registry.writer);
    expect(before.kept?.asked.map(({ address }) => address).sort()).toEqual([CANVAS, OTUS]);
    expect(before.kept?.inventory).toMatchObject({ kind: "signed", by: "kim" });
    const lines = await dumped(await openSqliteUpkeep({ path: registry.path, keyFile, byHand: true, ...around }));
    await registry.end();

    const place = { path: join(folder, "registry.db"), keyFile, byHand: true as const };
    await createSqliteStore(place);
    await loaded(lines, await openSqliteUpkeep({ ...place, ...around }));
    expect(await dumped(await openSqliteUpkeep({ ...place, ...around }))).toEqual(lines);
    const reader = await openByHandReader(place);
    expect(await districtOf(reader)).toEqual(before);
    await reader.close();

    const own = { path: join(folder, "site.db"), keyFile };
    await createSqliteStore(own);
    await expect(loaded(lines, await upkeepOf(own))).rejects.toMatchObject({ code: "stores/other-kind" });
  });

  describe.skipIf(!hasPostgres())("with a real server", () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await openPostgres();
    });
    afterAll(() => server.end());

    it("from a file to PostgreSQL and back keeps everything, to the byte", async () => {
      await live();
      const lines = await dumped(await upkeepOf(source));
      const place = { url: referenceTo(server.url()), schema: "moved", keyFile: source.keyFile };
      await createPostgresStore(place);
      await loaded(lines, await openPostgresUpkeep({ ...place, ...around }));
      const second = await dumped(await openPostgresUpkeep({ ...place, ...around }));
      expect(second).toEqual(lines);
      const back = await emptyFile("back");
      await loaded(second, await upkeepOf(back));
      expect(await dumped(await upkeepOf(back))).toEqual(lines);
      const store = await openPostgresWriter({ ...place, ...around });
      await goesOn(store);
      await store.close();
    });
  });
});

describe("a dump that cannot be loaded", () => {
  const sealed = (lines: readonly string[]): readonly string[] => {
    const hash = createHash("sha256");
    for (const line of lines) hash.update(line).update("\n");
    return [...lines, JSON.stringify({ digest: hash.digest("hex") })];
  };
  const headWith = (lines: readonly string[], changes: object): readonly string[] =>
    sealed([JSON.stringify({ ...JSON.parse(lines[0] ?? ""), ...changes }), ...lines.slice(1, -1)]);

  it.each<[string, string, string, (lines: readonly string[]) => readonly string[]]>([
    ["is empty", "stores/dump-unreadable", "it is empty", () => []],
    ["is something else", "stores/dump-unreadable", "line 1 is no JSON object", () => ["name,address"]],
    ["is another list", "stores/dump-unreadable", "first line is another", () => ["{}"]],
    ["names no origin", "stores/dump-unreadable", "first line is another", (lines) => headWith(lines, { origin: 5 })],
    ["was cut off", "stores/dump-unreadable", "without its last line", (lines) => lines.slice(0, -1)],
    [
      "lost a line",
      "stores/dump-unreadable",
      "not those that were written",
      (lines) => lines.filter((_, at) => at !== 3),
    ],
    ["goes on after its end", "stores/dump-unreadable", "after the end", (lines) => [...lines, "{}"]],
    [
      "has rows of no table",
      "stores/dump-unreadable",
      "line 2 is no row",
      (lines) => [lines[0] ?? "", '{"table":"users","row":{}}'],
    ],
    ["holds no row", "stores/dump-unreadable", "line 2 is no row", (lines) => [lines[0] ?? "", '{"table":"slots"}']],
    ["is of another version", "stores/dump-other-version", "schema 1", (lines) => headWith(lines, { schema: 1 })],
    ["is of another key", "stores/wrong-key", "another key", (lines) => headWith(lines, { key: "other" })],
    ["is of a registry", "stores/other-kind", "registry", (lines) => headWith(lines, { byHand: true })],
  ])("%s is refused, and nothing is written", async (_name, code, says, spoil) => {
    await live();
    const lines = await dumped(await upkeepOf(source));
    const place = await emptyFile("copy");
    const before = await dumped(await upkeepOf(place));
    const refused = loaded(spoil(lines), await upkeepOf(place));
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(await dumped(await upkeepOf(place))).toEqual(before);
  });

  it("is refused by a store that is not empty", async () => {
    await live();
    const lines = await dumped(await upkeepOf(source));
    await expect(loaded(lines, await upkeepOf(source))).rejects.toMatchObject({ code: "stores/not-empty" });
    expect(await dumped(await upkeepOf(source))).toEqual(lines);
  });
});
