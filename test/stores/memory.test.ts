import { expect, it } from "vitest";
import { TRAFFIC_KEPT } from "../../src/model/traffic.ts";
import { describeStoreContract } from "./contract.ts";
import { done, listOf, open, openMemoryWorld, OTUS } from "./world.ts";

describeStoreContract("the store in memory", () => openMemoryWorld());

it("the usage log keeps the newest lines of a connection", async () => {
  const world = await openMemoryWorld();
  const { id } = done(await open(world.writer, OTUS));
  const line = { connection: id, at: world.clock.now(), by: "consumer", what: "users", ok: true } as const;
  for (let rows = 0; rows < 2 * TRAFFIC_KEPT; rows += 1) await world.campus.recordTraffic({ ...line, rows });
  const lines = await listOf(world.campus.traffic(id));
  expect(lines.length).toBeGreaterThanOrEqual(TRAFFIC_KEPT);
  expect(lines.length).toBeLessThan(1.1 * TRAFFIC_KEPT);
  expect(lines.map(({ rows }) => rows)).toEqual(lines.map((_, at) => 2 * TRAFFIC_KEPT - lines.length + at));
});
