import type { Ladder } from "../confirm/ladder.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { OutsideError } from "../diagnostics/outside-error.ts";
import type { Identity } from "../model/evidence.ts";
import type { ConnectionId, LiveConnection } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { Site } from "../model/site.ts";
import type { Clock } from "../model/time.ts";
import type { Awaited } from "../plan/action.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { Step, StepKind } from "../plan/step.ts";
import type { Sink } from "../sinks/sink.ts";
import type { At, JournalEntry, StoreWriter, Written } from "../stores/store.ts";
import type { Did } from "./event.ts";
import type { Known } from "./known.ts";
import * as trouble from "./trouble.ts";

/** The world a plan is applied to. */
export interface Ports {
  readonly store: StoreWriter;
  readonly sink: Sink;
  readonly ladder: Ladder;
  readonly clock: Clock;
  /** In whose name the probes are run. */
  readonly by: string;
  /** Who runs this, as far as the place knows; kept with statements of documents. */
  readonly identity?: Identity;
}

/** Where the walk over one address stands: every write names the revision that the write before it answered. */
export interface Walk {
  readonly plan: AddressPlan;
  readonly site: Site;
  readonly ports: Ports;
  readonly known: Known;
  /** Cuts a climb of the ladder; never a write. */
  readonly signal: AbortSignal;
  revision: number;
  /** The connection an open cut-over leads to. */
  candidate?: ConnectionId;
  /** The values that this walk handed over, so that they are not asked for again. */
  handedOver?: { readonly connection: ConnectionId; readonly credentials: Credentials };
}

/** What a step came to. After `did` and `pending` the walk goes on; after the others it ends. */
export type StepResult =
  | { readonly kind: "did"; readonly did: Did; readonly awaits?: readonly Awaited[] }
  /** Nothing could be done, and the steps after it can still be tried. */
  | { readonly kind: "pending"; readonly awaits: readonly Awaited[] }
  | { readonly kind: "waiting"; readonly awaits: readonly Awaited[] }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic; readonly did?: Did }
  | { readonly kind: "interrupted" };

/** Does one kind of step. */
export type Doer<Kind extends StepKind> = (step: Extract<Step, { kind: Kind }>, walk: Walk) => Promise<StepResult>;

/** Where and on which revision the next write is made. */
export function at(walk: Walk): At {
  return { address: walk.plan.address, revision: walk.revision };
}

/** The connection that the open cut-over leads to. */
export function candidateOf(walk: Walk): Promise<LiveConnection> {
  invariant(walk.candidate !== undefined, `a step about the candidate of ${walk.plan.address} has none to work on`);
  return walk.known.get(walk.candidate);
}

type Done<T> = Extract<Written<T>, { kind: "done" }>;
type Undone = Exclude<Written<unknown>, { kind: "done" }>;

/** A write was done; the next one names its revision. */
export function did(walk: Walk, written: Done<unknown>, what: Did): Extract<StepResult, { kind: "did" }> {
  walk.revision = written.revision;
  return { kind: "did", did: what };
}

/** A write was done that answered with the connection as it is now. */
export function didTo(
  walk: Walk,
  written: Done<LiveConnection>,
  kind: "opened" | "tied" | "updated" | "adopted" | "attested",
): StepResult {
  walk.known.see(written.value);
  return did(walk, written, { kind, connection: written.value.id });
}

/** The step failed, and the walk ends. */
export function failed(diagnostic: Diagnostic): Extract<StepResult, { kind: "failed" }> {
  return { kind: "failed", diagnostic };
}

/** What a write that was not done means for the step. */
export async function unwritten(walk: Walk, written: Undone): Promise<StepResult> {
  const { address } = walk.plan;
  switch (written.kind) {
    case "asked":
      return { kind: "waiting", awaits: [{ kind: "hands", who: "person", task: written.task }] };
    case "refused":
      return failed(trouble.refused(address, written.why));
    case "stale":
      return failed(trouble.stale(address, written, await lastEntry(walk)));
  }
}

/** Who wrote last. Only to explain; a journal that cannot be read changes nothing about the outcome. */
async function lastEntry(walk: Walk): Promise<JournalEntry | undefined> {
  let last: JournalEntry | undefined;
  try {
    for await (const entry of walk.ports.store.journal({ address: walk.plan.address })) last = entry;
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
  }
  return last;
}
