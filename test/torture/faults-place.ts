import { setTimeout as pause } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { APPLIER } from "./postgres-theatre.ts";
import { moment, type Scene, whileWorking } from "./scene.ts";

/** What happens to the place where the store is. */

/** Leaves no room, or a few pages, so that it runs out in the middle of something. */
export async function fillDisk(scene: Scene): Promise<void> {
  const { theatre, dice, over } = scene;
  await moment(scene);
  scene.struck();
  theatre.disk?.fill(dice.below(4));
  await over;
  theatre.disk?.empty();
}

/** Holds the write lock of the file, in some rounds for longer than anybody waits. */
export async function lockFile(scene: Scene): Promise<void> {
  const { house, dice } = scene;
  if (house.place.kind !== "sqlite") return;
  await moment(scene);
  const database = new DatabaseSync(house.place.path, { timeout: 2_000 });
  database.exec("begin immediate");
  scene.struck();
  await whileWorking(scene, dice.below(900));
  database.exec("rollback");
  database.close();
}

export async function restart(scene: Scene): Promise<void> {
  await moment(scene);
  scene.struck();
  await scene.theatre.server?.stop();
  await startAgain(scene);
}

export async function crash(scene: Scene): Promise<void> {
  await moment(scene);
  scene.struck();
  await scene.theatre.server?.crash();
  await startAgain(scene);
}

async function startAgain({ theatre, dice }: Scene): Promise<void> {
  await pause(dice.below(80));
  await theatre.server?.start();
}

export async function endSessions(scene: Scene): Promise<void> {
  const { theatre } = scene;
  await moment(scene);
  scene.struck();
  await theatre.server?.run(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${APPLIER}'`);
}
