import { afterEach, beforeEach, expect, it } from "vitest";
import { credentialsIfKnown, giveUp } from "../../src/apply/sheet.ts";
import { isActive } from "../../src/model/live.ts";
import { type ByHandWorld, found, openByHandWorld } from "../stores/by-hand-world.ts";
import { at, connectionOf, done, open, OTUS, SITE } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import { applyNow, createMemorySink, createScriptedLadder, type Stage } from "./harness.ts";

let world: ByHandWorld;
beforeEach(async () => {
  world = await openByHandWorld();
});
afterEach(() => world.end());

/** An address whose current connection was adopted without its secret. */
async function adopted() {
  const { clientSecret: _, ...bare } = found();
  const live = await world.registry.reportFound(bare);
  done(await world.writer.adopt({ ...(await at(world.writer, OTUS)), site: SITE, connection: live.id, rotate: 0 }));
  return live;
}

it("a candidate is tried without a comparison where the old connection's secret is not known", async () => {
  await adopted();
  await world.registry.signInventory({
    district: line(OTUS).district,
    site: SITE,
    by: "kim",
    asOf: "2027-06-01" as never,
  });
  const ladder = createScriptedLadder();
  const stage: Stage = { world, sink: createMemorySink(), ladder, inUse: new Map() };
  const report = await applyNow(stage, documents([line(OTUS, { version: "1.2" })]));
  expect(report.outcomes.map(({ kind }) => kind)).toEqual(["waiting"]);
  expect(ladder.asked).toHaveLength(1);
  expect(ladder.asked[0]).not.toHaveProperty("old");
});

it("a candidate is given up where the survivor's secret is not known", async () => {
  const survivor = await adopted();
  const { id } = done(await open(world.writer, OTUS));
  const [candidate, sink] = [await connectionOf(world, id), createMemorySink()];
  const delivery = { state: "done", target: sink.target(OTUS), at: world.clock.now() } as const;
  const giving = {
    ...(await at(world.writer, OTUS)),
    hold: false,
    desired: line(OTUS),
    candidate: { ...candidate, delivery },
    survivor: { ...survivor, delivery },
  };
  expect(done(await giveUp(giving, { store: world.writer, sink }))).toEqual({ kind: "abandoned", connection: id });
  expect(sink.deliveries).toEqual([]);
  expect(isActive(await connectionOf(world, survivor.id))).toBe(true);
});

it("any other trouble with a secret stays trouble", async () => {
  await expect(credentialsIfKnown(world.writer, "c-none" as never)).rejects.toMatchObject({
    code: "stores/no-such-connection",
  });
});
