import type { LiveConnection } from "../../model/live.ts";
import { at, attest, connectionOf, done, establish, open, probe, pull, slotOf } from "../acts.ts";
import { expect } from "../expect.ts";
import { area, promise, type Area } from "../promise.ts";
import { otus, REQUIRES, type World } from "../world.ts";

/** The way back after a cut-over was closed. */
export const RESTORING: readonly Area[] = [
  area("bringing the previous connection back", [
    promise("enables it with the secret it had, next to the one in use", ["enables"], async (world) => {
      const { old, next } = await moved(world);
      const before = await world.writer.credentials(old.id);
      const back = done(await restore(world));
      expect(back).toMatchObject({
        id: old.id,
        status: { kind: "active" },
        fingerprint: old.fingerprint,
        evidence: [],
      });
      const after = await world.writer.credentials(old.id);
      expect(after.clientSecret.reveal() === before.clientSecret.reveal(), "that it is the same secret").toBe(true);
      expect(await connectionOf(world, next.id)).toMatchObject({ status: { kind: "active" } });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({
        current: next.id,
        cutover: { from: next.id, to: old.id, requires: REQUIRES },
      });
      expect(await world.works(before), "that the credentials work").toBe(true);
    }),

    promise(
      "disables the one in use only on evidence that the consumer went back",
      ["use", "clock", "enables"],
      async (world) => {
        const { old, next } = await moved(world);
        done(await restore(world));
        done(await probe(world, otus(world), old.id));
        expect((await close(world)).kind).toBe("waiting");
        await pull(world, old.id);
        await world.clock.pass(REQUIRES.quietMs);
        done(await probe(world, otus(world), old.id));
        expect(await close(world)).toMatchObject({ kind: "closed", current: old.id, disabled: next.id });
        expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: old.id, previous: next.id });
      },
    ),

    promise("can be asked for twice, and is given up like any candidate", ["enables"], async (world) => {
      const { old, next } = await moved(world);
      done(await restore(world));
      const before = await slotOf(world.writer, otus(world));
      done(await restore(world));
      expect(await slotOf(world.writer, otus(world))).toEqual(before);
      const given = done(await world.writer.abandon({ ...(await at(world.writer, otus(world))), hold: false }));
      expect(given).toMatchObject({ kind: "abandoned", connection: old.id });
      expect(await slotOf(world.writer, otus(world))).toMatchObject({ current: next.id });
    }),

    promise("is possible after the address itself was disabled", ["enables"], async (world) => {
      const { old, next } = await moved(world);
      const grounds = { kind: "accepted-cut-off" } as const;
      done(await world.writer.disable({ ...(await at(world.writer, otus(world))), connection: next.id, grounds }));
      expect(done(await restore(world)).id).toBe(next.id);
      const slot = await slotOf(world.writer, otus(world));
      expect(slot?.cutover).toMatchObject({ to: next.id });
      expect(slot?.cutover).not.toHaveProperty("from");
      expect(await connectionOf(world, old.id)).toMatchObject({ status: { kind: "disabled" } });
    }),

    promise(
      "is refused where there is none, while a cut-over is open, and on an old revision",
      ["hands", "enables"],
      async (world) => {
        const planned = await at(world.writer, otus(world));
        expect((await restore(world)).kind).toBe("refused");
        const { old } = await moved(world);
        expect((await world.writer.restore({ ...planned, requires: REQUIRES })).kind).toBe("stale");
        await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "enable" } });
        expect((await restore(world)).kind).toBe("refused");
        await world.campus.changeByHand({ connection: old.id, by: "lee", change: { kind: "disable" } });
        done(await open(world.writer, otus(world)));
        expect((await restore(world)).kind).toBe("refused");
      },
    ),
  ]),
];

async function restore(world: World) {
  return await world.writer.restore({ ...(await at(world.writer, otus(world))), requires: REQUIRES });
}

async function close(world: World) {
  return done(await world.writer.closeCutover(await at(world.writer, otus(world))));
}

/** The vendor moved, the cut-over closed, the old connection is disabled. */
async function moved(world: World): Promise<{ readonly old: LiveConnection; readonly next: LiveConnection }> {
  const old = await establish(world, otus(world));
  const next = done(await open(world.writer, otus(world)));
  done(await probe(world, otus(world), next.id));
  done(await attest(world, otus(world), next.id));
  expect((await close(world)).kind, "what closing came to").toBe("closed");
  return { old, next };
}
