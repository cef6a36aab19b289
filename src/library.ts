import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { ApplyEvent, ApplyReport } from "./apply/event.ts";
import { loadProject, openLocator } from "./config/load-project.ts";
import type { Settings } from "./config/settings.ts";
import type { Diagnostic, Locate } from "./diagnostics/diagnostic.ts";
import { Bug } from "./diagnostics/invariant.ts";
import { OutsideError } from "./diagnostics/outside-error.ts";
import { createStore as createEmptyStore, openPorts, openReader, type Terminal } from "./drivers.ts";
import type { Desired } from "./model/desired.ts";
import { type Clock, instantOf } from "./model/time.ts";
import { type Digests, digestPlan } from "./plan/digest.ts";
import { hasSteps } from "./plan/doable.ts";
import type { Plan, Selection } from "./plan/plan.ts";
import { type Reconciled, reconcile, type Request } from "./reconcile.ts";

/** What the documents of a project say, all of it checked and merged. */
export interface Documents {
  /** The file the project begins with, absolute. */
  readonly file: string;
  /** Absolute; files in places are relative to it. */
  readonly folder: string;
  /** Which connections should be, for each district. */
  readonly desired: Desired;
  /** Where the live store is, where credentials go, how to probe. */
  readonly settings: Settings;
  /** Makes what finds the line and column of a place, for messages. Reads the documents once more, so make it when it is needed. */
  readonly openLocator: () => Promise<Locate>;
}

/** What reading documents came to. */
export type LoadedDesired =
  | { readonly kind: "loaded"; readonly documents: Documents; readonly warnings: readonly Diagnostic[] }
  /** All errors and warnings of all files, each with its position, sorted as a person reads them. */
  | { readonly kind: "broken"; readonly diagnostics: readonly Diagnostic[] };

/** How documents are read. */
export interface LoadOptions {
  /** What relative paths are relative to; the folder of the process when left out. */
  readonly cwd?: string;
  /** Where references such as `env:ROSTERFORM_TOKEN` lead; the environment of the process when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a project file, a district file that stands alone, or a folder with a rosterform.yaml. What is wrong with the documents is
 * the answer, all errors at once, and never thrown.
 *
 * Throws `OutsideError` where ROSTERFORM_STORE names a file and the store of the project is on a server.
 */
export async function loadDesired(path: string, options: LoadOptions = {}): Promise<LoadedDesired> {
  const { cwd = process.cwd(), env = process.env } = options;
  const loaded = await loadProject({ path, cwd: resolve(cwd), env });
  if (loaded.kind === "broken") return loaded;
  const { project, warnings } = loaded;
  const { file, folder, desired, settings } = project;
  return {
    kind: "loaded",
    documents: { file, folder, desired, settings, openLocator: () => openLocator(project) },
    warnings,
  };
}

/** How a plan is made. */
export interface PlanOptions {
  /** A part of everything; the plan says that it is partial. */
  readonly select?: Selection;
  /** Limits become warnings; nothing else changes. */
  readonly force?: boolean;
  /** The present moment; the clock of this machine when left out. */
  readonly clock?: Clock;
  /** Ends the reading of the live store; what is thrown then is its reason. */
  readonly signal?: AbortSignal;
}

/** A plan, with what a person or a program that reviews it needs. Holds no secret. */
export interface Planned {
  readonly plan: Plan;
  /** What a reviewer says yes to: the same documents and the same live store give the same digests. */
  readonly digests: Digests;
  /** Every error and warning of the plan, its districts and addresses. An error keeps what it is about from being walked. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether there is anything to walk. */
  readonly hasSteps: boolean;
}

/**
 * Compares what the documents say with the live store. Reads only: neither the key of the store nor any secret is needed.
 *
 * Throws `OutsideError` where the store cannot be read.
 */
export async function plan(documents: Documents, options: PlanOptions = {}): Promise<Planned> {
  const made = await walk(documents, options, {
    by: "",
    approve: async () => ({ kind: "no" }),
    openPorts: async () => {
      throw new Bug("a plan writes nothing");
    },
  });
  return planned(made.plan);
}

/** How a plan is applied. */
export interface ApplyOptions extends PlanOptions {
  /**
   * Says yes or no to the plan of this moment. Asked once, before anything is written, and not at all where there is nothing to do. To
   * apply what was reviewed before, compare digests: `({ digests }) => digests.whole === reviewed.digests.whole`.
   */
  readonly approve: (planned: Planned) => boolean | Promise<boolean>;
  /** In whose name the writes are journaled. */
  readonly by: string;
  /** Hears what happens, in the order in which it does. It must not throw: that stops the run, which ends with a `BrokenRun`. */
  readonly onEvent?: (event: ApplyEvent) => void;
  /** How many addresses are walked at the same time; 10 when left out. */
  readonly parallelism?: number;
  /** How long to wait for others who write, in milliseconds; 0: not at all. Ten seconds when left out. */
  readonly lockMs?: number;
  /** Where `deliver: { kind: terminal }` shows credentials; without it such a hand-over fails. */
  readonly terminal?: Terminal;
  /** Where references of `deliver` lead; the environment of the process when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What applying came to. */
export type Applied =
  /** Everything that is allowed now was walked; the report says how each address came out. */
  | { readonly kind: "applied"; readonly planned: Planned; readonly report: ApplyReport }
  /** `approve` said no, and nothing was written. */
  | { readonly kind: "not-approved"; readonly planned: Planned }
  /** Nothing can be walked; where errors stand in the way, they are in `planned.diagnostics`. */
  | { readonly kind: "nothing-to-do"; readonly planned: Planned };

/**
 * Plans, asks `approve`, and walks every address: open, deliver, confirm, close. What fails at one address is in the report and stops
 * no other; what waits for a vendor, a person or a date is picked up by the next run. A working connection is disabled only when the
 * store itself judges that its replacement is proven.
 *
 * An aborted `signal` ends the run after the steps in hand; the report tells the rest as interrupted. Nobody is notified: what
 * `notify` in a project file names is told of runs of the command line.
 *
 * Throws `OutsideError` where the store, its key or the sink cannot be opened, with nothing written; and `BrokenRun`, with the report
 * so far, where a listener or rosterform itself makes a mistake.
 */
export async function apply(documents: Documents, options: ApplyOptions): Promise<Applied> {
  const { approve, by, clock = CLOCK, lockMs, env, terminal = NO_TERMINAL } = options;
  let isRefused = false;
  const made = await walk(documents, options, {
    by,
    approve: async (asked) => {
      if (!hasSteps(asked)) return { kind: "no" };
      isRefused = !(await approve(planned(asked)));
      return { kind: isRefused ? "no" : "yes" };
    },
    openPorts: () =>
      openPorts(documents.settings, {
        clock,
        by,
        terminal,
        ...(lockMs === undefined ? {} : { lockMs }),
        ...(env === undefined ? {} : { env }),
      }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
  });
  if (made.report !== undefined) return { kind: "applied", planned: planned(made.plan), report: made.report };
  return { kind: isRefused ? "not-approved" : "nothing-to-do", planned: planned(made.plan) };
}

/**
 * Makes the empty store that the documents name, and its key file, where there are none. Never overwrites.
 *
 * Throws `OutsideError` where that cannot be done, and where the store is a server's own.
 */
export async function createStore(documents: Documents, options: Pick<PlanOptions, "clock"> = {}): Promise<void> {
  await createEmptyStore(documents.settings.store, { clock: options.clock ?? CLOCK });
}

const CLOCK: Clock = { now: () => instantOf(Date.now()) };

/** The library prints nothing by itself, and what must be printed is not lost. */
const NO_TERMINAL: Terminal = {
  isTerminal: false,
  write: () => {
    throw new OutsideError(
      "sinks/not-a-terminal",
      "This way of handing over prints, and nothing was given to print on.",
      {
        fix: "Give `terminal` to `apply`, or name another way under `deliver`.",
      },
    );
  },
};

/** The one road, with the reader of the documents' store. */
async function walk(
  { desired, settings }: Documents,
  { select, force = false, clock = CLOCK, signal }: PlanOptions,
  how: Pick<Request, "approve" | "openPorts" | "by" | "onEvent" | "parallelism">,
): Promise<Reconciled> {
  const reader = await openReader(settings.store, { clock });
  try {
    return await reconcile({
      ...how,
      desired,
      reader,
      clock,
      force,
      ...(select === undefined ? {} : { selection: select }),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await reader.close();
  }
}

function planned(made: Plan): Planned {
  const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
  const diagnostics = [
    ...made.diagnostics,
    ...made.districts.flatMap((one) => [
      ...one.diagnostics,
      ...one.addresses.flatMap((address) => address.diagnostics),
    ]),
  ];
  return { plan: made, digests: digestPlan(made, sha256), diagnostics, hasSteps: hasSteps(made) };
}
