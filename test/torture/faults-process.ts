import { setTimeout as pause } from "node:timers/promises";
import { moment, type Scene } from "./scene.ts";

/** What happens to the processes themselves. */

/** Kills every one of them, one shortly after the other. */
export async function kill(scene: Scene): Promise<void> {
  await moment(scene);
  scene.struck();
  for (const worker of scene.workers) {
    worker.signal("SIGKILL");
    await pause(scene.dice.below(15));
  }
}

/** Nothing strikes: they are in each other's way. */
export async function meet(scene: Scene): Promise<void> {
  await Promise.all(scene.workers.map((worker) => worker.said(1)));
  scene.struck();
}

/** Stops the first one where it stands, with whatever lock it holds, until the other one has lost its patience. */
export async function sleep(scene: Scene): Promise<void> {
  const [first] = scene.workers;
  await moment(scene);
  scene.struck();
  first?.signal("SIGSTOP");
  await pause(100 + scene.dice.below(1300));
  first?.signal("SIGCONT");
}
