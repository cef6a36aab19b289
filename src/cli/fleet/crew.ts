import { Worker } from "node:worker_threads";
import type { DistrictFile } from "../../config/read-project.ts";
import type { DistrictId } from "../../model/address.ts";
import type { Staff } from "./means.ts";
import { createHand, type Gisted, type Hand, type Stood, type Whereabouts } from "./tasks.ts";

/** What is asked of a worker. */
export type Task =
  | { readonly kind: "gists"; readonly files: readonly DistrictFile[] }
  | { readonly kind: "standings"; readonly districts: readonly DistrictId[] };

export type Answer =
  | { readonly kind: "gists"; readonly made: readonly Gisted[] }
  | { readonly kind: "standings"; readonly made: readonly Stood[] }
  | { readonly kind: "failed" };

/** So many files or districts go to a worker at once: enough that asking costs nothing, few enough that all end together. */
const FILES_AT_ONCE = 100;
const DISTRICTS_AT_ONCE = 100;
/** Below this, starting a worker takes longer than doing the work. */
const WORTH_A_WORKER = 300;
/** A worker holds a few districts at a time; a larger young generation keeps them from being moved about. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64 };

/** Hands that share the work; without a staff this thread does all of it. */
export function hireCrew(at: Whereabouts, staff: Staff | undefined): Hand {
  const own = createHand(at);
  if (staff === undefined) return own;
  let workers: readonly Worker[] | undefined;
  const hire = (): readonly Worker[] => {
    const data = { workerData: { file: at.file, cwd: at.cwd, env: {} } satisfies Whereabouts };
    return Array.from({ length: staff.count }, () => new Worker(staff.module, { ...data, resourceLimits: LIMITS }));
  };
  const share = async <T, A>(items: readonly T[], size: number, task: (some: readonly T[]) => Work<T, A>) => {
    if (items.length < WORTH_A_WORKER) return await task(items).here();
    workers ??= hire();
    const parts = Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
      task(items.slice(n * size, (n + 1) * size)),
    );
    const made: (readonly A[])[] = [];
    let next = 0;
    await Promise.all(
      workers.map(async (worker) => {
        for (let n = next++; n < parts.length; n = next++) {
          const part = parts[n];
          if (part !== undefined) made[n] = part.from(await ask(worker, part.task)) ?? (await part.here());
        }
      }),
    );
    return made.flat();
  };
  return {
    gists: (files) =>
      share(files, FILES_AT_ONCE, (some) => ({
        task: { kind: "gists", files: some },
        from: (answer) => (answer.kind === "gists" ? answer.made : undefined),
        here: () => own.gists(some),
      })),
    standings: (districts) =>
      share(districts, DISTRICTS_AT_ONCE, (some) => ({
        task: { kind: "standings", districts: some },
        from: (answer) => (answer.kind === "standings" ? answer.made : undefined),
        here: () => own.standings(some),
      })),
    close: async () => {
      await Promise.all((workers ?? []).map((worker) => worker.terminate()));
      await own.close();
    },
  };
}

/** A part of the work: what a worker is asked, what its answer comes to, and how it is done here where no worker can. */
interface Work<T, A> {
  readonly task: Task;
  readonly from: (answer: Answer) => readonly A[] | undefined;
  readonly here: () => Promise<readonly A[]>;
  readonly items?: readonly T[];
}

/** A worker that ends in the middle, for want of memory or at all, has failed like one that says so. */
function ask(worker: Worker, task: Task): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      worker.off("message", settle);
      worker.off("error", fail);
      worker.off("exit", fail);
      resolve(answer);
    };
    const fail = (): void => settle({ kind: "failed" });
    worker.on("message", settle);
    worker.on("error", fail);
    worker.on("exit", fail);
    worker.postMessage(task);
  });
}
