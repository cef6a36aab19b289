import { fork } from "node:child_process";
import { once } from "node:events";
import type { FaultName } from "./faults.ts";
import type { Lane, LaneResult } from "./lane.ts";
import type { Played } from "./play.ts";

/** What a lane in a process of its own tells. */
export type LaneMessage =
  | { readonly kind: "played"; readonly played: Played }
  | { readonly kind: "over"; readonly untried: readonly FaultName[] };

/** With fewer rounds a second server costs more than it brings. */
const WORTH_TWO = 20;

/**
 * Plays the rounds of a lane in processes whose bundled script this is. Rounds over a server mostly wait for it, so that two
 * halves go side by side, each with a server of its own.
 */
export async function runLaneApart(script: string, lane: Lane): Promise<LaneResult> {
  const { database, rounds, first } = lane;
  if (database !== "postgres" || rounds < WORTH_TWO) return await runInProcess(script, lane);
  const half = Math.ceil(rounds / 2);
  const halves = await Promise.all([
    runInProcess(script, { ...lane, rounds: half }),
    runInProcess(script, { ...lane, first: first + half, rounds: rounds - half }),
  ]);
  const untried = new Set(halves.flatMap((one) => one.untried));
  return { database, played: halves.flatMap(({ played }) => played), untried: [...untried] };
}

async function runInProcess(script: string, { onRound, ...lane }: Lane): Promise<LaneResult> {
  const child = fork(script, { stdio: "inherit" });
  const played: Played[] = [];
  let untried: readonly FaultName[] = [];
  child.on("message", (message: LaneMessage) => {
    if (message.kind === "over") untried = message.untried;
    else {
      played.push(message.played);
      onRound?.(message.played);
    }
  });
  child.send(lane);
  await once(child, "close");
  return { database: lane.database, played, untried };
}
