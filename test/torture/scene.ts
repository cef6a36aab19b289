import { setTimeout as pause } from "node:timers/promises";
import type { Dice } from "./dice.ts";
import type { House, Theatre } from "./theatre.ts";
import type { Worker } from "./worker.ts";

/** What a fault may reach for. */
export interface Scene {
  readonly theatre: Theatre;
  readonly house: House;
  readonly workers: readonly Worker[];
  readonly dice: Dice;
  /** How many lines a process says that is not disturbed, and how long the last ones took. */
  readonly lines: number;
  readonly usualMs: number;
  /** Resolves when the last of the processes has come out of its task. */
  readonly over: Promise<unknown>;
  /** Notes that the fault strikes now, and whether anybody is at work. */
  struck(): void;
}

/**
 * A moment of the dice while processes apply: after some line that they say, to the very one or a little later, or at some time
 * since they began.
 */
export async function moment(scene: Scene): Promise<void> {
  const { workers, dice, lines, usualMs } = scene;
  if (dice.chance(20)) return await whileWorking(scene, dice.below(Math.max(1, usualMs)));
  const line = 1 + dice.below(Math.max(1, lines));
  const said = () => workers.reduce((sum, worker) => sum + worker.lines.length, 0);
  while (said() < line && workers.some(({ isWorking }) => isWorking)) await pause(1);
  if (dice.chance(60)) await pause(dice.below(10) / 2);
}

/** Waits so long, but no longer than the processes work. */
export async function whileWorking({ over }: Scene, ms: number): Promise<void> {
  const ending = new AbortController();
  await Promise.race([over, pause(ms, undefined, { signal: ending.signal }).catch(() => {})]);
  ending.abort();
}
