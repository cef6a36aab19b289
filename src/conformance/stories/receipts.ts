import type { LiveConnection } from "../../model/live.ts";
import { HOUR_MS } from "../../model/time.ts";
import { at, attest, connectionOf, done, listOf, open, probe } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { moment, otus, type World } from "../world.ts";

const TARGET = "file:a";

/** That delivered values arrived, and who said so. */
export const RECEIPTS: readonly Area[] = [
  area("a receipt", [
    promise("is kept with the delivery, and still there in the next run", ["clock"], async (world) => {
      const live = await delivered(world);
      await world.clock.pass(HOUR_MS);
      const received = done(await receive(world, live, "robin at Otus"));
      expect(received.delivery).toEqual({ ...live.delivery, received: { by: "robin at Otus", at: moment(world) } });
      const again = { ...world, writer: (await world.reopen()).writer };
      expect(await connectionOf(again, live.id)).toEqual(received);
      const journal = await listOf(again.writer.journal({ address: otus(world) }));
      expect(journal.at(-1)).toMatchObject({ what: "receipt", by: world.me, detail: { from: "robin at Otus" } });
    }),

    promise("voids no evidence and is none of use", [], async (world) => {
      const live = await delivered(world);
      done(await probe(world, otus(world), live.id));
      done(await attest(world, otus(world), live.id));
      const before = await connectionOf(world, live.id);
      const after = done(await receive(world, live, "robin"));
      expect(after).toEqual({ ...before, delivery: after.delivery });
    }),

    promise("that was said stays the first one", ["clock"], async (world) => {
      const live = await delivered(world);
      const first = done(await receive(world, live, "robin"));
      await world.clock.pass(HOUR_MS);
      expect(done(await receive(world, live, "lee"))).toEqual(first);
    }),

    promise("is refused before the delivery is done", [], async (world) => {
      const live = done(await open(world.writer, otus(world)));
      expect((await receive(world, live, "robin")).kind).toBe("refused");
      done(
        await world.writer.beginDelivery({
          ...(await at(world.writer, otus(world))),
          connection: live.id,
          target: TARGET,
        }),
      );
      expect((await receive(world, live, "robin")).kind).toBe("refused");
    }),

    promise("ends with a delivery to another place", [], async (world) => {
      const live = await delivered(world);
      done(await receive(world, live, "robin"));
      const begun = done(
        await world.writer.beginDelivery({
          ...(await at(world.writer, otus(world))),
          connection: live.id,
          target: "file:b",
        }),
      );
      expect(begun.delivery).toMatchObject({ state: "begun", target: "file:b", at: moment(world) });
      expect(begun.delivery).not.toHaveProperty("received");
      expect(await connectionOf(world, live.id)).toEqual(begun);
    }),
  ]),
];

async function receive(world: World, { id }: LiveConnection, from: string) {
  return await world.writer.recordReceipt({ ...(await at(world.writer, otus(world))), connection: id, from });
}

/** A candidate whose values were handed over. */
async function delivered({ writer, ...world }: World): Promise<LiveConnection> {
  const { id } = done(await open(writer, otus(world)));
  done(await writer.beginDelivery({ ...(await at(writer, otus(world))), connection: id, target: TARGET }));
  return done(await writer.recordDelivery({ ...(await at(writer, otus(world))), connection: id, target: TARGET }));
}
