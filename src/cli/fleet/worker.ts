import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../diagnostics/invariant.ts";
import type { Answer, Task } from "./crew.ts";
import { createHand, type Whereabouts } from "./tasks.ts";

/** The other side of `hireCrew`: does one task after the other and sends back what little comes of it. */
invariant(parentPort !== null, "this file is started as a worker");
const port = parentPort;
const at = workerData as Whereabouts;
const hand = createHand({ ...at, env: process.env });

port.on("message", (task: Task) => {
  void answer(task).then((told) => port.postMessage(told));
});

async function answer(task: Task): Promise<Answer> {
  try {
    if (task.kind === "gists") return { kind: "gists", made: await hand.gists(task.files) };
    return { kind: "standings", made: await hand.standings(task.districts) };
  } catch {
    // What went wrong is found again, and told, by the thread that asked.
    return { kind: "failed" };
  }
}
