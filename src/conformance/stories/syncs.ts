import { DAY_MS } from "../../model/time.ts";
import { at, done, establish, open, probe, pull, slotOf } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { otus, REQUIRES } from "../world.ts";

/** Requirements that ask for more than one pull of everything. */
export const SYNCS: readonly Area[] = [
  area("a cut-over that asks for good syncs in a row", [
    promise("waits for all of them, and begins anew after one that was refused", ["use", "clock"], async (world) => {
      const old = await establish(world, otus(world));
      await pull(world, old.id);
      const requires = { ...REQUIRES, clauses: ["probed", "used"], syncs: 2 } as const;
      const next = done(await open(world.writer, otus(world), { requires }));
      expect((await slotOf(world.writer, otus(world)))?.cutover?.requires).toMatchObject(requires);
      const night = async (isRefused: boolean) => {
        await world.clock.pass(DAY_MS);
        const line = { connection: next.id, at: world.clock.now(), by: "consumer" } as const;
        if (isRefused) await world.campus.recordTraffic({ ...line, what: "users", ok: false, status: 403 });
        else await pull(world, next.id);
        done(await probe(world, otus(world), next.id));
        return done(await world.writer.closeCutover(await at(world.writer, otus(world))));
      };
      const waiting = (seen: number) => ({
        kind: "waiting",
        judgement: { missing: [{ kind: "pull", who: "vendor", syncs: { seen, asked: 2 } }] },
      });
      expect(await night(false)).toMatchObject({ kind: "waiting" });
      expect(await night(true)).toMatchObject(waiting(0));
      expect(await night(false)).toMatchObject(waiting(1));
      expect(await night(false)).toMatchObject({ kind: "closed", current: next.id, disabled: old.id });
    }),
  ]),
];
