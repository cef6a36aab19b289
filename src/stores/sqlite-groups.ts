import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kysely, Transaction } from "kysely";
import type { Exclusively } from "./sql/setting.ts";
import type { Tables } from "./sql/tables.ts";

/** So that whoever wants to read, and other processes that want to write, never wait for long. */
const MOST_TOGETHER = 32;

/** A write that waits for its turn. Whoever asked for it hears nothing before it is on the disk. */
interface Waiting {
  /** It concerns all of the store, or does much: it gets a transaction of its own. */
  readonly isAlone: boolean;
  /** Runs it; what it gives is to be called once it is kept. */
  readonly work: (tx: Transaction<Tables>) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

/**
 * Writes that wait at the same time share a transaction, and with it one flush to the disk, which takes longer than all the
 * rest of a write. They run in the order in which they came, each on what those before it left, and all are answered after
 * the commit, so that what was acknowledged is on the disk as ever.
 *
 * Where one of them throws, nothing of the group is kept and each is run again in a transaction of its own: what goes wrong in
 * one write never touches another. A group that could not begin, or whose commit failed, fails as a whole.
 */
export function createGroups(db: Kysely<Tables>): Exclusively {
  const waiting: Waiting[] = [];
  let isRunning = false;
  const runAll = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      // Whatever arrives at the same time is heard first, and becomes one group.
      await nextTurn();
      await runGroup(db, takeGroup(waiting));
    }
    isRunning = false;
  };
  return (district, _doing, work) =>
    new Promise((resolve, reject) => {
      waiting.push({
        isAlone: district === "all",
        work: async (tx) => {
          const value = await work(tx);
          return () => resolve(value);
        },
        fail: reject,
      });
      if (!isRunning) void runAll();
    });
}

function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const alone = waiting.findIndex(({ isAlone }) => isAlone);
  return waiting.splice(0, alone < 0 ? MOST_TOGETHER : Math.min(Math.max(1, alone), MOST_TOGETHER));
}

async function runGroup(db: Kysely<Tables>, group: readonly Waiting[]): Promise<void> {
  const answers: (() => void)[] = [];
  let hasBegun = false;
  try {
    await db.transaction().execute(async (tx) => {
      hasBegun = true;
      for (const { work } of group) answers.push(await work(tx));
    });
  } catch (error) {
    const hasThrown = hasBegun && answers.length < group.length;
    if (hasThrown && group.length > 1) for (const one of group) await runGroup(db, [one]);
    else for (const { fail } of group) fail(error);
    return;
  }
  for (const answer of answers) answer();
}
