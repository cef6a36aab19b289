import { describe, expect } from "vitest";
import { DAY_MS } from "../../../src/model/time.ts";
import { at, done, establish, open, OTUS, probe, pull, REQUIRES, slotOf } from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** Requirements that ask for more than one pull of everything. */
export function syncPromises(openWorld: OpenWorld): void {
  describe("a cut-over that asks for good syncs in a row", () => {
    story(openWorld, "waits for all of them, and begins anew after one that was refused", async (world) => {
      const old = await establish(world, OTUS);
      await pull(world, old.id);
      const requires = { ...REQUIRES, clauses: ["probed", "used"], syncs: 2 } as const;
      const next = done(await open(world.writer, OTUS, { requires }));
      expect((await slotOf(world.writer, OTUS))?.cutover?.requires).toEqual(requires);
      const night = async (isRefused: boolean) => {
        world.clock.pass(DAY_MS);
        const line = { connection: next.id, at: world.clock.now(), by: "consumer" } as const;
        if (isRefused) await world.campus.recordTraffic({ ...line, what: "users", ok: false, status: 403 });
        else await pull(world, next.id);
        done(await probe(world, OTUS, next.id));
        return done(await world.writer.closeCutover(await at(world.writer, OTUS)));
      };
      const waiting = (seen: number) => ({
        kind: "waiting",
        judgement: { missing: [{ kind: "pull", who: "vendor", syncs: { seen, asked: 2 } }] },
      });
      expect(await night(false)).toMatchObject({ kind: "waiting" });
      expect(await night(true)).toMatchObject(waiting(0));
      expect(await night(false)).toMatchObject(waiting(1));
      expect(await night(false)).toMatchObject({ kind: "closed", current: next.id, disabled: old.id });
    });
  });
}
