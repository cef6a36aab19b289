import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process of its own that writes to a store. */
export interface Child {
  /** What it says next. Waits for it; `undefined` once it has ended. */
  readonly next: () => Promise<string | undefined>;
  /** Lets it open the store. */
  readonly go: () => void;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: () => Promise<void>;
}

/** Where a child writes, and what. Without a write it only opens the store. */
export interface Errand {
  readonly script: string;
  readonly place: string;
  readonly keyFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly write?: readonly [name: string, command: unknown];
}

/** Starts a child and waits until it is about to open the store. */
export async function startChild({ script, place, keyFile, env, write }: Errand): Promise<Child> {
  const more = write === undefined ? [] : [write[0], JSON.stringify(write[1])];
  const run: ChildProcess = spawn(process.execPath, [script, place, keyFile, ...more], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const closed = once(run, "close");
  if (run.stdout === null) throw new Error("a child is heard");
  const lines = createInterface({ input: run.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  };
  if ((await next()) !== "ready") throw new Error("the child did not start");
  return {
    next,
    go: () => void run.stdin?.write("go\n"),
    signal: (name) => void run.kill(name),
    ended: async () => {
      const [code, signal] = await closed;
      if (code !== 0) throw new Error(`the child ended with ${String(code ?? signal)}`);
    },
  };
}
