import { type Lane, runLane } from "./lane.ts";
import type { LaneMessage } from "./run-lane-apart.ts";

/** A lane in a process of its own, so that a synchronous engine in one does not hold up the other. */
// Nobody hears it any more; what it started ends with it.
process.once("disconnect", () => process.exit());
// Ended from outside, it takes its server and its small disk along.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.once("message", (lane: Omit<Lane, "onRound">) => {
  const tell = (message: LaneMessage) => void process.send?.(message);
  runLane({ ...lane, onRound: (played) => tell({ kind: "played", played }) }).then(
    ({ untried }) => {
      tell({ kind: "over", untried });
      process.disconnect();
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
