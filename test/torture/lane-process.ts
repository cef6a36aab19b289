import { type Lane, runLane } from "./lane.ts";
import type { LaneMessage } from "./lane-messages.ts";

/** A lane in a process of its own, so that a synchronous engine in one does not hold up the other. */
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
