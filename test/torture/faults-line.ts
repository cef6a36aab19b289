import { moment, type Scene, whileWorking } from "./scene.ts";

/** What happens on the line to the server. */

export async function slow(scene: Scene): Promise<void> {
  const { house, dice } = scene;
  await moment(scene);
  scene.struck();
  house.proxy?.strike({ kind: "delay", ms: 1 + dice.below(20) });
  await whileWorking(scene, 100 + dice.below(500));
  house.proxy?.set({ kind: "pass" });
}

/** Cuts the lines that are open, each after a few bytes, and for a while also those that come. */
export async function cut(scene: Scene): Promise<void> {
  const { house, dice } = scene;
  await moment(scene);
  scene.struck();
  house.proxy?.strike({ kind: "cut", after: dice.below(700), of: dice.pick(["requests", "answers"]) });
  await whileWorking(scene, dice.below(300));
  house.proxy?.set({ kind: "pass" });
}

/** Swallows everything for a while; then the line is found to be dead. */
export async function dead(scene: Scene): Promise<void> {
  const { house, dice } = scene;
  await moment(scene);
  scene.struck();
  house.proxy?.strike({ kind: "blackhole" });
  // In a few rounds for as long as a process may wait for one answer.
  await whileWorking(scene, dice.chance(5) ? 9_000 : 100 + dice.below(1_400));
  house.proxy?.set({ kind: "pass" });
  house.proxy?.cutAll();
}

/** Lets some commit through and its answer not. */
export async function loseAcknowledgement(scene: Scene): Promise<void> {
  const { house, dice, lines } = scene;
  let left = 1 + dice.below(Math.max(1, lines));
  const isTheOne = (request: Buffer): boolean => {
    if (!request.includes("commit\0")) return false;
    left -= 1;
    if (left === 0) scene.struck();
    return left === 0;
  };
  house.proxy?.strike({ kind: "swallow-answer", to: isTheOne });
  await scene.over;
  house.proxy?.set({ kind: "pass" });
}
