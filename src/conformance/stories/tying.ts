import type { LiveConnection } from "../../model/live.ts";
import { HOUR_MS } from "../../model/time.ts";
import { inNewEpochOf } from "../../model/use.ts";
import { close, switching, switchingInUse } from "./switching.ts";
import { at, attest, connectionOf, done, establish, open, probe, pull, slotOf } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { canvas, moment, otus, REQUIRES, type World } from "../world.ts";

/** Cut-overs between connections that exist already. */
export const TYING: readonly Area[] = [
  area("turning back to the survivor", [
    promise("opens a cut-over from the candidate, which needs evidence of its own", ["use", "clock"], async (world) => {
      const { old, next } = await switchingInUse(world);
      done(await attest(world, otus(world), old.id));
      await pull(world, next.id);
      const { use } = await connectionOf(world, old.id);
      await world.clock.pass(HOUR_MS);
      const tied = done(await tie(world, next, old));
      expect(tied).toMatchObject({ id: old.id, evidence: [] });
      expect(tied.use).toEqual(inNewEpochOf(use));
      expect(await slotOf(world.writer, otus(world))).toMatchObject({
        current: old.id,
        generation: 2,
        cutover: { from: next.id, to: old.id, openedAt: moment(world) },
      });
      done(await probe(world, otus(world), old.id));
      expect((await close(world)).kind).toBe("waiting");
      await pull(world, old.id);
      await world.clock.pass(REQUIRES.quietMs);
      done(await probe(world, otus(world), old.id));
      expect(await close(world)).toMatchObject({ kind: "closed", current: old.id, disabled: next.id });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: old.id, previous: next.id });
    }),

    promise("can be asked for twice, and be turned round again", [], async (world) => {
      const { old, next } = await switching(world);
      done(await tie(world, next, old));
      const before = await slotOf(world.writer, otus(world));
      done(await tie(world, next, old));
      expect(await slotOf(world.writer, otus(world))).toEqual(before);
      done(await tie(world, old, next));
      expect((await slotOf(world.writer, otus(world)))?.cutover).toMatchObject({ from: old.id, to: next.id });
    }),

    promise("when given up only forgets the cut-over and disables nothing", [], async (world) => {
      const { old, next } = await switching(world);
      done(await tie(world, next, old));
      expect(done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }))).toMatchObject(
        {
          kind: "abandoned",
          connection: old.id,
        },
      );
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: old.id });
      expect(await slotOf(world.writer, otus(world))).not.toHaveProperty("cutover");
      expect(await connectionOf(world, old.id)).toMatchObject({ status: { kind: "active" } });
      // No address holds the former candidate any more, so it shows as found rather than being lost.
      expect(await connectionOf(world, next.id)).toMatchObject({ status: { kind: "active" }, provenance: "found" });
    }),

    promise("is refused when the survivor is disabled", ["hands"], async (world) => {
      const { old, next } = await switching(world);
      await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
      expect((await tie(world, next, old)).kind).toBe("refused");
    }),
  ]),

  area("tying two addresses", [
    promise("lets the own current connection take over from the other's", [], async (world) => {
      const own = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      done(await tie(world, other, own));
      expect((await close(world)).kind).toBe("waiting");
      done(await probe(world, otus(world), own.id));
      done(await attest(world, otus(world), own.id));
      expect(await close(world)).toMatchObject({ kind: "closed", current: own.id, disabled: other.id });
      expect(await slotOf(world.writer, canvas(world))).not.toHaveProperty("current");
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: own.id, previous: other.id });
    }),

    promise("when given up disables neither", [], async (world) => {
      const own = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      done(await tie(world, other, own));
      done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: true }));
      for (const { id } of [own, other]) {
        expect(await connectionOf(world, id)).toMatchObject({ status: { kind: "active" }, provenance: "generated" });
      }
      expect(await slotOf(world.writer, canvas(world))).toMatchObject({ current: other.id });
    }),

    promise("is not turned round: the other's connection would have two holders", [], async (world) => {
      const own = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      done(await tie(world, other, own));
      expect((await tie(world, own, other)).kind).toBe("refused");
    }),

    promise("is refused for connections that do not stand like that", [], async (world) => {
      const own = await establish(world, otus(world));
      const other = await establish(world, canvas(world));
      const candidate = done(await open(world.writer, canvas(world)));
      expect((await tie(world, own, own)).kind).toBe("refused");
      expect((await tie(world, own, other)).kind).toBe("refused");
      expect((await tie(world, candidate, own)).kind).toBe("refused");
      // The other one is leaving already, for its own successor.
      expect((await tie(world, other, own)).kind).toBe("refused");
      expect((await tie(world, { ...other, id: "c-none" as never }, own)).kind).toBe("refused");
      expect((await tie(world, other, { ...own, id: "c-none" as never })).kind).toBe("refused");
    }),

    promise("is refused at an address without connection, and on an old revision", [], async (world) => {
      const other = await establish(world, canvas(world));
      expect((await tie(world, other, other)).kind).toBe("refused");
      expect(
        (
          await world.writer.tie({
            address: otus(world),
            revision: 3,
            from: other.id,
            to: other.id,
            requires: REQUIRES,
          })
        ).kind,
      ).toBe("stale");
    }),
  ]),
];

async function tie(world: World, from: LiveConnection, to: LiveConnection) {
  const planned = await at(world.writer, otus(world));
  return await world.writer.tie({ ...planned, from: from.id, to: to.id, requires: REQUIRES });
}
