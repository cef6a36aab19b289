import type { LiveConnection } from "../../model/live.ts";
import type { CloseOutcome } from "../../stores/store.ts";
import { at, done, establish, open, pull } from "../acts.ts";
import { otus, type World } from "../world.ts";
/** Closes the cut-over that is open at the address. */
export async function close(world: World): Promise<CloseOutcome> {
  return done(await world.writer.closeCutover(await at(world.writer, otus(world))));
}

/** A current connection, and a candidate for the same address. */
export async function switching(
  world: World,
): Promise<{ readonly old: LiveConnection; readonly next: LiveConnection }> {
  const old = await establish(world, otus(world));
  return { old, next: done(await open(world.writer, otus(world))) };
}

/** The same, and the consumer works with the current one. */
export async function switchingInUse(world: World): ReturnType<typeof switching> {
  const old = await establish(world, otus(world));
  await pull(world, old.id);
  return { old, next: done(await open(world.writer, otus(world))) };
}
