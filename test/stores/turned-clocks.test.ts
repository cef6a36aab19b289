import { afterEach, describe, expect, it } from "vitest";
import { HOUR_MS, shift } from "../../src/model/time.ts";
import {
  at,
  attest,
  done,
  establish,
  open,
  openMemoryWorld,
  openSqliteWorld,
  OTUS,
  probe,
  pull,
  type World,
} from "./world.ts";

/** A clock that is set back must not make a store forget in which order things happened. */
describe.each([
  ["memory", () => openMemoryWorld()],
  ["SQLite", () => openSqliteWorld()],
] as const)("a clock that is set back, over %s", (_, openWorld) => {
  let world: World;
  afterEach(() => world.end());

  it("does not hide that the vendor came back after somebody said that it had moved", async () => {
    world = await openWorld();
    const old = await establish(world, OTUS);
    await pull(world, old.id);
    world.clock.pass(2 * HOUR_MS);
    const next = done(await open(world.writer, OTUS));
    done(await attest(world, OTUS, next.id));
    world.clock.set(shift(world.clock.now(), -HOUR_MS));
    await pull(world, old.id);
    world.clock.pass(3 * HOUR_MS);
    done(await probe(world, OTUS, next.id));
    const outcome = done(await world.writer.closeCutover(await at(world.writer, OTUS)));
    expect(outcome).toMatchObject({
      kind: "waiting",
      judgement: { missing: expect.arrayContaining([{ kind: "attested", who: "person", contradicted: true }]) },
    });
  });

  it("lets every use move the last one on, also one that is dated before it", async () => {
    world = await openWorld();
    const { id } = await establish(world, OTUS);
    const last = async () => {
      const live = await world.campus.connection(id);
      return live?.use.kind === "observed" ? live.use.last : undefined;
    };
    const use = async () =>
      await world.campus.recordTraffic({
        connection: id,
        at: world.clock.now(),
        by: "consumer",
        what: "token",
        ok: true,
      });
    await use();
    const before = (await last()) ?? "";
    world.clock.set(shift(world.clock.now(), -HOUR_MS));
    await use();
    expect(((await last()) ?? "") > before).toBe(true);
  });
});
