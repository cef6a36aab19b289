import { describe, expect } from "vitest";
import type { LiveConnection } from "../../../src/model/live.ts";
import { HOUR_MS } from "../../../src/model/time.ts";
import { at, attest, connectionOf, done, listOf, open, OTUS, probe, type World } from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

const TARGET = "file:a";

/** That delivered values arrived, and who said so. */
export function receiptPromises(openWorld: OpenWorld): void {
  const receive = async ({ writer }: World, { id }: LiveConnection, from: string) =>
    await writer.recordReceipt({ ...(await at(writer, OTUS)), connection: id, from });

  const delivered = async (world: World): Promise<LiveConnection> => {
    const { id } = done(await open(world.writer, OTUS));
    done(await world.writer.beginDelivery({ ...(await at(world.writer, OTUS)), connection: id, target: TARGET }));
    return done(
      await world.writer.recordDelivery({ ...(await at(world.writer, OTUS)), connection: id, target: TARGET }),
    );
  };

  describe("a receipt", () => {
    story(openWorld, "is kept with the delivery, and still there in the next run", async (world) => {
      const live = await delivered(world);
      world.clock.pass(HOUR_MS);
      const received = done(await receive(world, live, "robin at Otus"));
      expect(received.delivery).toEqual({
        ...live.delivery,
        received: { by: "robin at Otus", at: world.clock.now() },
      });
      const again = await world.reopen();
      expect(await connectionOf(again, live.id)).toEqual(received);
      const journal = await listOf(again.writer.journal({ address: OTUS }));
      expect(journal.at(-1)).toMatchObject({ what: "receipt", by: "dana", detail: { from: "robin at Otus" } });
    });

    story(openWorld, "voids no evidence and is none of use", async (world) => {
      const live = await delivered(world);
      done(await probe(world, OTUS, live.id));
      done(await attest(world, OTUS, live.id));
      const before = await connectionOf(world, live.id);
      const after = done(await receive(world, live, "robin"));
      expect(after).toEqual({ ...before, delivery: after.delivery });
    });

    story(openWorld, "that was said stays the first one", async (world) => {
      const live = await delivered(world);
      const first = done(await receive(world, live, "robin"));
      world.clock.pass(HOUR_MS);
      expect(done(await receive(world, live, "lee"))).toEqual(first);
    });

    story(openWorld, "is refused before the delivery is done", async (world) => {
      const live = done(await open(world.writer, OTUS));
      expect((await receive(world, live, "robin")).kind).toBe("refused");
      done(
        await world.writer.beginDelivery({ ...(await at(world.writer, OTUS)), connection: live.id, target: TARGET }),
      );
      expect((await receive(world, live, "robin")).kind).toBe("refused");
    });

    story(openWorld, "ends with a delivery to another place", async (world) => {
      const live = await delivered(world);
      done(await receive(world, live, "robin"));
      const begun = done(
        await world.writer.beginDelivery({ ...(await at(world.writer, OTUS)), connection: live.id, target: "file:b" }),
      );
      expect(begun.delivery).toEqual({ state: "begun", target: "file:b", at: world.clock.now() });
      expect(await connectionOf(world, live.id)).toEqual(begun);
    });
  });
}
