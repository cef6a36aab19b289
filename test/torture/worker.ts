import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Task } from "./applier.ts";
import type { Ending, Line } from "./lines.ts";

/** How a process came out of its task. */
export type Outcome =
  | Ending
  /** We killed it. */
  | { readonly kind: "killed" }
  /** It did not come to an end. */
  | { readonly kind: "never" }
  /** It ended by itself, which it never should. */
  | { readonly kind: "died"; readonly why: string };

/** A process that applies, seen from outside. */
export interface Worker {
  /** Gives it a task; resolves with how it came out. */
  work(task: Task): Promise<Outcome>;
  /** What it said about its present task. */
  readonly lines: readonly Line[];
  readonly isWorking: boolean;
  /** Resolves once it has said so many lines about its task, or is done with it. */
  said(count: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** Processes that apply, started before they are needed: starting one takes longer than many a round. */
export interface Workers {
  take(): Promise<Worker>;
  /** Gives back one that can take another task; one that was killed is replaced. */
  give(worker: Worker): void;
  end(): void;
}

export function openWorkers(script: string, spare: number): Workers {
  const idle: Promise<Started>[] = [];
  const all = new Set<ChildProcess>();
  const start = () => {
    const started = startWorker(script, all);
    // Whoever takes it is told; until then nobody listens.
    started.catch(() => {});
    idle.push(started);
  };
  for (let count = 0; count < spare; count += 1) start();
  return {
    take: async () => {
      const next = idle.shift() ?? startWorker(script, all);
      return await next;
    },
    give: (worker) => {
      if (isStarted(worker) && worker.isAlive) idle.push(Promise.resolve(worker));
      else start();
    },
    end: () => {
      for (const child of all) child.kill("SIGKILL");
    },
  };
}

interface Started extends Worker {
  readonly isAlive: boolean;
}

function isStarted(worker: Worker): worker is Started {
  return "isAlive" in worker;
}

async function startWorker(script: string, all: Set<ChildProcess>): Promise<Started> {
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "pipe"] });
  all.add(child);
  const state = {
    lines: [] as Line[],
    isWorking: false,
    isAlive: true,
    isKilled: false,
    waiting: [] as (() => void)[],
  };
  const heard = () => {
    for (const wake of state.waiting.splice(0)) wake();
  };
  let finish: (outcome: Outcome) => void = () => {};
  let complaint = "";
  // A process that is killed while we speak closes the pipe under our hands.
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = lineFrom(text);
      if (line === undefined) return;
      if (line.kind === "ready") return resolve();
      state.lines.push(line);
      if (line.kind === "ended") finish(line);
      heard();
    });
    child.once("close", (code, signal) => {
      all.delete(child);
      state.isAlive = false;
      const why = `it ended with ${String(code ?? signal)} ${complaint}`;
      reject(new Error(why));
      finish(state.isKilled ? { kind: "killed" } : { kind: "died", why });
      heard();
    });
  });
  await ready;
  return {
    get lines() {
      return state.lines;
    },
    get isWorking() {
      return state.isWorking;
    },
    get isAlive() {
      return state.isAlive && !state.isKilled;
    },
    work: async (task) => {
      state.lines = [];
      state.isWorking = true;
      const outcome = new Promise<Outcome>((resolve) => {
        finish = (how) => {
          state.isWorking = false;
          resolve(how);
        };
      });
      child.stdin.write(`${JSON.stringify(task)}\n`);
      return await outcome;
    },
    said: async (count) => {
      while (state.lines.length < count && state.isWorking) {
        await new Promise<void>((resolve) => state.waiting.push(resolve));
      }
    },
    signal: (name) => {
      if (name === "SIGKILL") state.isKilled = true;
      child.kill(name);
    },
  };
}

/** The last line of a process that was killed may be cut off. */
function lineFrom(text: string): Line | undefined {
  try {
    const line: Line = JSON.parse(text);
    return line;
  } catch {
    return undefined;
  }
}
