import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { addressOf } from "../../src/model/address.ts";
import { checkJournal } from "../../src/stores/check-journal.ts";
import { openHttpWriter } from "../../src/stores/http.ts";
import { openPostgresWriter } from "../../src/stores/postgres.ts";
import type { StoreWriter } from "../../src/stores/store.ts";
import { hasPostgres, type OwnServer, canStartPostgres, referenceTo, startPostgres } from "../setup/postgres.ts";
import { openTcpProxy, type TcpProxy, type Weather } from "../setup/tcp-proxy.ts";
import { openHttpWorld } from "./http-world.ts";
import { openPostgresWorld } from "./postgres-world.ts";
import { at, districtOf, listOf, open, openSqliteWorld, probed, SPRINGFIELD, type World } from "./world.ts";

const seed = Number(process.env["ROSTERFORM_SEED"] ?? Date.now() % 100_000);
const ROUNDS = 16;

/** Whole numbers that depend on the seed alone (a linear congruential generator, as in Numerical Recipes). */
function numbersFrom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function weatherFrom(below: (limit: number) => number): Weather {
  const after = 1 + below(3000);
  const all: readonly Weather[] = [
    { kind: "cut", after, of: "requests" },
    { kind: "cut", after, of: "answers" },
    { kind: "delay", ms: 1 + below(30) },
    { kind: "blackhole" },
  ];
  return all[below(all.length)] ?? { kind: "pass" };
}

/** Generates, probes and closes one address after the other over a bad line, each time with a writer that is opened over it. */
async function workOver(
  proxy: TcpProxy,
  openOver: () => Promise<StoreWriter>,
  world: World,
): Promise<readonly string[]> {
  const below = numbersFrom(seed);
  const failed: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const address = addressOf(SPRINGFIELD, `Vendor ${round % 8}`);
    proxy.set(weatherFrom(below));
    try {
      const writer = await openOver();
      try {
        const slot = (await districtOf(writer)).slots.find((one) => one.address === address);
        if (slot?.cutover === undefined) await open(writer, address);
        const { connections, slots } = await districtOf(writer);
        const id = slots.find((one) => one.address === address)?.cutover?.to;
        const live = connections.find((one) => one.id === id);
        if (live !== undefined) {
          await writer.recordFindings({ ...(await at(writer, address)), probed: probed(live, world.clock.now()) });
          await writer.closeCutover(await at(writer, address));
        }
      } finally {
        proxy.set({ kind: "pass" });
        await writer.close();
      }
    } catch (error) {
      // Whatever becomes of the line: it is told as something outside, and never as a mistake of ours.
      expect(error).toBeInstanceOf(OutsideError);
      failed.push((error as OutsideError).code);
    }
  }
  return failed;
}

/** Nothing was made twice, the journal is whole, and everything that is held can still be opened. */
async function isWhole(world: World): Promise<void> {
  const { connections, slots } = await districtOf(world.writer);
  const opened = (await listOf(world.writer.journal())).filter(({ what }) => what === "open");
  expect(opened.map(({ connection }) => connection)).toEqual(connections.map(({ id }) => id));
  const generations = opened.map(({ address, detail }) => `${address} ${String(detail["generation"])}`);
  expect(new Set(generations).size).toBe(generations.length);
  expect(slots.reduce((sum, { generation }) => sum + generation, 0)).toBe(connections.length);
  const checked = await checkJournal(world.writer);
  expect(checked.faults).toEqual([]);
  for (const { id } of connections) await world.writer.credentials(id);
}

/** How long a run takes hangs on how often a line is dead: somebody then waits. */
const LONG_MS = 120_000;

describe(`over a line that is slow, cut or dead (ROSTERFORM_SEED=${seed})`, () => {
  it(
    "a store behind an API mints nothing twice and loses nothing",
    async () => {
      const world = await openHttpWorld(await openSqliteWorld());
      const proxy = await openTcpProxy(Number(new URL(world.place.address).port));
      const place = { ...world.place, address: `http://127.0.0.1:${proxy.port}` };
      const patience = { firstWaitMs: 5, answerMs: 200, totalMs: 400 };
      const failed = await workOver(proxy, () => openHttpWriter({ ...place, patience }), world);
      expect(proxy.disturbed).toBeGreaterThan(ROUNDS / 2);
      expect(failed.length).toBeGreaterThan(0);
      await isWhole(world);
      await proxy.close();
      await world.end();
    },
    LONG_MS,
  );

  describe.skipIf(!hasPostgres() || !canStartPostgres())("with a real server", () => {
    let server: OwnServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.end());

    it(
      "PostgreSQL mints nothing twice and loses nothing",
      async () => {
        const world = await openPostgresWorld(server);
        const proxy = await openTcpProxy(server.port);
        const url = referenceTo(server.url({ host: "127.0.0.1", port: proxy.port }));
        const { schema, keyFile, clock } = world;
        const patience = { connectMs: 300, lockMs: 300, statementMs: 300, pauseMs: 500 };
        const openOver = () => openPostgresWriter({ url, schema, keyFile, clock, by: "lee", patience });
        const failed = await workOver(proxy, openOver, world);
        expect(proxy.disturbed).toBeGreaterThan(ROUNDS / 2);
        expect(failed.length).toBeGreaterThan(0);
        await isWhole(world);
        await proxy.close();
        await world.end();
      },
      LONG_MS,
    );
  });
});
