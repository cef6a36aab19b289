import { fork } from "node:child_process";
import { once } from "node:events";
import type { FaultName } from "./faults.ts";
import type { Lane, LaneResult } from "./lane.ts";
import type { Played } from "./play.ts";

/** What a lane in a process of its own tells. */
export type LaneMessage =
  | { readonly kind: "played"; readonly played: Played }
  | { readonly kind: "over"; readonly untried: readonly FaultName[] };

/** Plays the rounds of a lane in a process of its own, whose bundled script this is. */
export async function runLaneApart(script: string, { onRound, ...lane }: Lane): Promise<LaneResult> {
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
