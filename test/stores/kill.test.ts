import { spawn } from "node:child_process";
import { once } from "node:events";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressOf } from "../../src/model/address.ts";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { hasPostgres, openPostgres } from "../setup/postgres.ts";
import { mintingCommand } from "./minting-command.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { districtOf, done, listOf, openSqliteWorld, SPRINGFIELD, type TestStore, type World } from "./world.ts";

const KILLS = 6;
const seed = Number(process.env["ROSTERFORM_SEED"] ?? Date.now() % 100_000);

let child: Bundle;
beforeAll(async () => {
  child = await bundleForChild(new URL("./minting-child.ts", import.meta.url));
});
afterAll(() => child.remove());

/** A store as the child opens it, by path or by schema. */
interface Killable {
  readonly place: string;
  readonly keyFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the child until it acknowledged so many connections, kills it there, and gives all that it acknowledged. */
async function runUntilKilled(
  { place, keyFile, env = {} }: Killable,
  acknowledgements: number,
): Promise<ReadonlyMap<number, string>> {
  const run = spawn(process.execPath, [child.path, place, keyFile], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  let said = "";
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.split("\n").length > acknowledgements) run.kill("SIGKILL");
  });
  const [code, signal] = await once(run, "close");
  expect([code, signal]).toEqual([null, "SIGKILL"]);
  const lines = said.split("\n").slice(0, -1);
  return new Map(lines.map((line) => [Number(line.split(" ")[0]), line.split(" ")[1] ?? ""]));
}

/** Whole numbers that depend on the seed alone (mulberry32). */
function numbersFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Kills the child again and again while it writes; whatever it acknowledged is there, once. */
async function killAndLook(world: World, killable: Killable, together = 1): Promise<TestStore> {
  await world.writer.close();
  const below = numbersFrom(seed);
  const acknowledged = new Map<number, string>();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const env = { ...killable.env, TOGETHER: String(together) };
    const seen = await runUntilKilled({ ...killable, env }, acknowledged.size + 1 + below(40));
    for (const [number, id] of seen) {
      // Asked again by the next run, an address answers with the connection it answered with before.
      expect(acknowledged.get(number) ?? id).toBe(id);
      acknowledged.set(number, id);
    }
  }

  const writer = await world.signedBy("dana");
  // A server may still be at work for the process that is gone; this waits until nobody else writes.
  await writer.setOrigin("http://127.0.0.1:8642");
  const { connections, slots } = await districtOf(writer);
  const byAddress = new Map(slots.map((slot) => [slot.address, slot.cutover?.to]));
  for (const [number, id] of acknowledged) {
    const address = addressOf(SPRINGFIELD, `Vendor ${number}`);
    expect(byAddress.get(address)).toBe(id);
    expect(done(await writer.open(mintingCommand(address))).id).toBe(id);
  }
  for (const { id } of connections) await writer.credentials(id);
  // What was in hand may have been done without its acknowledgement being heard, at the last kill only: later ones met it again.
  expect(connections.length).toBeGreaterThanOrEqual(acknowledged.size);
  expect(connections.length - acknowledged.size).toBeLessThanOrEqual(together);
  expect(connections.length).toBe(slots.length);
  expect(new Set(connections.map(({ id }) => id)).size).toBe(connections.length);
  const opened = (await listOf(writer.journal())).filter(({ what }) => what === "open");
  expect(opened.map(({ connection }) => connection)).toEqual(connections.map(({ id }) => id));
  return writer;
}

const NAME = `keeps every acknowledged connection exactly once when the process is killed (ROSTERFORM_SEED=${seed})`;

it.each([1, 8])(`in a SQLite file, %i at the same time: ${NAME}`, async (together) => {
  const world = await openSqliteWorld();
  await killAndLook(world, { place: world.path, keyFile: world.keyFile }, together);
  const database = new DatabaseSync(world.path, { readOnly: true });
  expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  database.close();
  await world.end();
});

it.skipIf(!hasPostgres())(`in PostgreSQL: ${NAME}`, { timeout: 60_000 }, async () => {
  const server = await openPostgres();
  const world = await openPostgresWorld(server);
  const { schema, keyFile } = world;
  await killAndLook(world, { place: schema, keyFile, env: { STORE_URL: server.url() } });
  await world.end();
  await server.end();
});
