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
const WORTH_A_WORKER = 300;
/** A worker holds a few districts at a time; a larger young generation keeps them from being moved about. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64 };

/** Hands that share the work; without a staff this thread does all of it. */
export function hireCrew(at: Whereabouts, staff: Staff | undefined): Hand {
  const own = createHand(at);
  if (staff === undefined) return own;
  let workers: readonly Employed[] | undefined;
  const share = async <T, A>(items: readonly T[], size: number, task: (some: readonly T[]) => Work<A>) => {
    if (items.length < (staff.least ?? WORTH_A_WORKER)) return await task(items).here();
    workers ??= Array.from({ length: staff.count }, () => employ(staff, at));
    const parts = Array.from({ length: Math.ceil(items.length / size) }, (_, n) =>
      task(items.slice(n * size, (n + 1) * size)),
    );
    const made: (readonly A[])[] = [];
    let next = 0;
    await Promise.all(
      workers.map(async (worker) => {
        for (let n = next++; n < parts.length; n = next++) {
          const part = parts[n];
          if (part !== undefined) made[n] = part.from(await worker.ask(part.task)) ?? (await part.here());
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
      await Promise.all((workers ?? []).map((worker) => worker.dismiss()));
      await own.close();
    },
  };
}

/** A part of the work: what a worker is asked, what its answer comes to, and how it is done here where no worker can. */
interface Work<A> {
  readonly task: Task;
  readonly from: (answer: Answer) => readonly A[] | undefined;
  readonly here: () => Promise<readonly A[]>;
}

/** A worker; whoever asks one that ended, for want of memory or at all, hears at once that it failed. */
interface Employed {
  readonly ask: (task: Task) => Promise<Answer>;
  readonly dismiss: () => Promise<unknown>;
}

/** Starts a worker that does one task at a time. */
function employ({ module }: Staff, at: Whereabouts): Employed {
  // A worker finds the environment by itself; secrets in it are not sent about.
  const workerData: Whereabouts = { file: at.file, cwd: at.cwd, env: {} };
  const worker = new Worker(module, { workerData, resourceLimits: LIMITS });
  const failed: Answer = { kind: "failed" };
  let isGone = false;
  let answered: ((answer: Answer) => void) | undefined;
  const end = (): void => {
    isGone = true;
    answered?.(failed);
  };
  worker.on("message", (answer: Answer) => answered?.(answer));
  worker.on("error", end);
  worker.on("exit", end);
  return {
    ask: (task) =>
      new Promise((resolve) => {
        if (isGone) {
          resolve(failed);
          return;
        }
        answered = resolve;
        worker.postMessage(task);
      }),
    dismiss: () => worker.terminate(),
  };
}
