import { describe, expect } from "vitest";
import type { LiveConnection } from "../../../src/model/live.ts";
import {
  at,
  attest,
  connectionOf,
  done,
  establish,
  open,
  OTUS,
  probe,
  pull,
  REQUIRES,
  slotOf,
  type World,
} from "../world.ts";
import { type OpenWorld, story } from "./story.ts";

/** The way back after a cut-over was closed. */
export function restorePromises(openWorld: OpenWorld): void {
  const restore = async ({ writer }: World) =>
    await writer.restore({ ...(await at(writer, OTUS)), requires: REQUIRES });
  const close = async ({ writer }: World) => done(await writer.closeCutover(await at(writer, OTUS)));

  /** The vendor moved, the cut-over closed, the old connection is disabled. */
  async function moved(world: World): Promise<{ readonly old: LiveConnection; readonly next: LiveConnection }> {
    const old = await establish(world, OTUS);
    const next = done(await open(world.writer, OTUS));
    done(await probe(world, OTUS, next.id));
    done(await attest(world, OTUS, next.id));
    expect((await close(world)).kind).toBe("closed");
    return { old, next };
  }

  describe("bringing the previous connection back", () => {
    story(openWorld, "enables it with the secret it had, next to the one in use", async (world) => {
      const { old, next } = await moved(world);
      const before = await world.writer.credentials(old.id);
      const back = done(await restore(world));
      expect(back).toMatchObject({
        id: old.id,
        status: { kind: "active" },
        fingerprint: old.fingerprint,
        evidence: [],
      });
      expect((await world.writer.credentials(old.id)).clientSecret.reveal()).toBe(before.clientSecret.reveal());
      expect(await connectionOf(world, next.id)).toMatchObject({ status: { kind: "active" } });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({
        current: next.id,
        cutover: { from: next.id, to: old.id, requires: REQUIRES },
      });
      expect((await world.campus.authenticate(old.clientId, before.clientSecret))?.isRight).toBe(true);
    });

    story(openWorld, "disables the one in use only on evidence that the consumer went back", async (world) => {
      const { old, next } = await moved(world);
      done(await restore(world));
      done(await probe(world, OTUS, old.id));
      expect((await close(world)).kind).toBe("waiting");
      await pull(world, old.id);
      world.clock.pass(REQUIRES.quietMs);
      done(await probe(world, OTUS, old.id));
      expect(await close(world)).toEqual({ kind: "closed", current: old.id, disabled: next.id });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: old.id, previous: next.id });
    });

    story(openWorld, "can be asked for twice, and is given up like any candidate", async (world) => {
      const { old, next } = await moved(world);
      done(await restore(world));
      const before = await slotOf(world.writer, OTUS);
      done(await restore(world));
      expect(await slotOf(world.writer, OTUS)).toEqual(before);
      const given = done(await world.writer.abandon({ ...(await at(world.writer, OTUS)), hold: false }));
      expect(given).toEqual({ kind: "abandoned", connection: old.id });
      expect(await slotOf(world.writer, OTUS)).toMatchObject({ current: next.id });
    });

    story(openWorld, "is possible after the address itself was disabled", async (world) => {
      const { old, next } = await moved(world);
      const grounds = { kind: "accepted-cut-off" } as const;
      done(await world.writer.disable({ ...(await at(world.writer, OTUS)), connection: next.id, grounds }));
      expect(done(await restore(world)).id).toBe(next.id);
      const slot = await slotOf(world.writer, OTUS);
      expect(slot?.cutover).toMatchObject({ to: next.id });
      expect(slot?.cutover).not.toHaveProperty("from");
      expect(await connectionOf(world, old.id)).toMatchObject({ status: { kind: "disabled" } });
    });

    story(
      openWorld,
      "is refused where there is none, while a cut-over is open, and on an old revision",
      async (world) => {
        const planned = await at(world.writer, OTUS);
        expect((await restore(world)).kind).toBe("refused");
        const { old } = await moved(world);
        expect((await world.writer.restore({ ...planned, requires: REQUIRES })).kind).toBe("stale");
        await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "enable" } });
        expect((await restore(world)).kind).toBe("refused");
        await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
        done(await open(world.writer, OTUS));
        expect((await restore(world)).kind).toBe("refused");
      },
    );
  });
}
