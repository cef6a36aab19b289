import { join } from "node:path";
import type { Address } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { Instant } from "../../src/model/time.ts";
import type { TestStore } from "../stores/world.ts";
import type { Task } from "./applier.ts";
import { FAULTS, type FaultKind } from "./faults.ts";
import { raiseHand } from "./hand.ts";
import type { Acknowledged } from "./lines.ts";
import type { Play } from "./play.ts";
import type { Scene } from "./scene.ts";
import { ofDistricts } from "./story.ts";
import type { House } from "./theatre.ts";
import { type Violation, violation } from "./violation.ts";
import type { Touch } from "./watched.ts";
import type { Outcome, Worker } from "./worker.ts";

/** How many rounds in a hundred a person clicks meanwhile. */
const HANDS_PERCENT = 15;

export interface Working {
  readonly house: House;
  readonly play: Play;
  readonly store: TestStore;
  readonly desired: Desired;
  readonly now: Instant;
  /** Told before a person's hand does anything. */
  readonly onHand: (touch: Touch) => void;
}

export interface Worked {
  readonly outcomes: readonly Outcome[];
  readonly acknowledged: readonly Acknowledged[];
  readonly touched: readonly Address[];
  readonly isHit: boolean;
  readonly failures: number;
  readonly ms: number;
  readonly violations: readonly Violation[];
}

/** Lets processes apply while the fault strikes, and waits until all of it is over. */
export async function work(working: Working): Promise<Worked> {
  const { play, store } = working;
  const { dice, workers, story } = play;
  const tasks = tasksOf(working);
  const crew = await Promise.all(tasks.map(() => workers.take()));
  const begun = performance.now();
  const outcomes = Promise.all(crew.map((worker, index) => ended(worker, tasks[index], play.patienceMs)));
  let isHit = false;
  const scene: Scene = {
    ...{ theatre: play.theatre, house: working.house, workers: crew, dice: dice.fork("fault") },
    ...{ lines: play.calm.lines, usualMs: play.usualMs, over: outcomes },
    struck: () => {
      isHit = crew.some(({ isWorking }) => isWorking);
    },
  };
  const hands = dice.fork("hands");
  const part = hands.chance(HANDS_PERCENT) ? hands.pick(story.parts) : undefined;
  const fault: FaultKind = FAULTS[play.fault];
  const [touched] = await Promise.all([
    part === undefined ? [] : raiseHand({ ...scene, dice: hands }, store, part, working.onHand),
    fault.strike(scene),
  ]);
  const all = await outcomes;
  const ms = performance.now() - begun;
  const acknowledged = crew.flatMap(({ lines }) => lines.filter((line) => line.kind === "acknowledged"));
  for (const worker of crew) workers.give(worker);
  return {
    ...{ outcomes: all, acknowledged, touched, isHit, ms },
    failures: all.reduce((sum, outcome) => sum + failuresIn(outcome), 0),
    violations: all.flatMap(faultsOf),
  };
}

/** Who applies what: one all of it, two all of it, or two the districts in turn. */
function tasksOf({ house, play, desired, now }: Working): readonly Task[] {
  const { dice, flaw } = play;
  const { appliers }: FaultKind = FAULTS[play.fault];
  const throws = dice.fork("tasks");
  const isTwo = appliers.startsWith("two") || (appliers === "one or two" && throws.chance(40));
  const districts = desired.districts.map(({ district }) => district);
  return ["robin", "kim"].slice(0, isTwo ? 2 : 1).map((by, index) => ({
    ...{ place: house.way, folder: join(house.folder, "credentials"), now, by },
    desired:
      appliers === "two apart"
        ? ofDistricts(
            desired,
            districts.filter((_, at) => at % 2 === index),
          )
        : desired,
    parallelism: throws.pick([1, 2, 10]),
    ...(flaw === undefined ? {} : { flaw }),
  }));
}

/** How a task came out; a process that does not come to an end is killed. */
async function ended(worker: Worker, task: Task | undefined, patienceMs: number): Promise<Outcome> {
  if (task === undefined) throw new Error("every process has a task");
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      worker.signal("SIGKILL");
      resolve({ kind: "never" });
    }, patienceMs);
  });
  const outcome = await Promise.race([worker.work(task), never]);
  clearTimeout(timer);
  return outcome;
}

function failuresIn(outcome: Outcome): number {
  if (outcome.kind !== "ended") return 0;
  const failed = outcome.outcomes.filter(({ kind }) => kind === "failed").length;
  return failed + (outcome.failure === undefined ? 0 : 1);
}

/** Whatever is done to it: a process ends, and tells what is wrong as something outside. */
function faultsOf(outcome: Outcome): readonly Violation[] {
  switch (outcome.kind) {
    case "killed":
      return [];
    case "never":
      return [violation("ends", "an apply did not come to an end")];
    case "died":
      return [violation("no-mistake", outcome.why)];
    case "ended": {
      const bugs = outcome.outcomes.filter(({ code }) => code === "apply/bug");
      return [
        ...bugs.map(({ address }) => violation("no-mistake", `a step at ${address} ended with a mistake of ours`)),
        ...(outcome.mistake === undefined ? [] : [violation("no-mistake", outcome.mistake)]),
      ];
    }
  }
}
