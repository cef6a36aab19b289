import { apply } from "./apply/apply.ts";
import type { ApplyEvent, ApplyReport } from "./apply/event.ts";
import type { Ladder } from "./confirm/ladder.ts";
import type { DistrictId } from "./model/address.ts";
import type { Identity } from "./model/evidence.ts";
import type { Desired } from "./model/desired.ts";
import type { LiveDistrict } from "./model/live.ts";
import type { Clock } from "./model/time.ts";
import { finishing } from "./plan/finish.ts";
import { planDistricts } from "./plan/make-plan.ts";
import type { Plan, Selection } from "./plan/plan.ts";
import { withinScope } from "./plan/selection.ts";
import type { Settled } from "./plan/settled.ts";
import type { Sink } from "./sinks/sink.ts";
import type { StoreReader, StoreWriter } from "./stores/store.ts";

/** What applying needs. Opened only after somebody said yes, so that a plan provably writes nothing. */
export interface Ports {
  readonly store: StoreWriter;
  readonly sink: Sink;
  readonly ladder: Ladder;
}

/** A person's, a file's or a pipeline's answer to a plan. Districts that moved since they were reviewed are left out. */
export type Approval = { readonly kind: "no" } | { readonly kind: "yes"; readonly without?: ReadonlySet<DistrictId> };

export interface Request {
  /** What the documents say; config made it. */
  readonly desired: Desired;
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly approve: (plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>) => Promise<Approval>;
  readonly openPorts: () => Promise<Ports>;
  /** In whose name the writes are journaled. */
  readonly by: string;
  /** Who runs this, as far as the place knows. */
  readonly identity?: Identity;
  readonly selection?: Selection;
  /** Districts beside those of `desired` in which nothing is to be done. */
  readonly settled?: readonly Settled[];
  readonly force?: boolean;
  /** Goes on with open cut-overs and does nothing else. */
  readonly finish?: boolean;
  readonly parallelism?: number;
  readonly onEvent?: (event: ApplyEvent) => void;
  readonly signal?: AbortSignal;
}

export interface Reconciled {
  readonly plan: Plan;
  /** Absent when nobody approved. */
  readonly report?: ApplyReport;
}

/**
 * YAML in, plan, confirm, apply, credentials out - and a working connection is never disabled before its replacement is
 * proven.
 *
 * The documents come in as `desired`. They are compared with what the store says (`read`), which gives a plan of
 * generate, switch and disable (`planDistricts`). Once somebody approved it, every address is walked step by step
 * (`apply`): open the new connection, deliver its credentials to the sink, confirm that it works, and ask the store to
 * close the cut-over, which it does only on evidence. What still waits is picked up by the next run, the same way.
 */
export async function reconcile(request: Request): Promise<Reconciled> {
  const { desired, reader, clock, by, signal } = request;
  const { selection } = request;
  const live = await readLive(reader, withinScope(desired, selection), signal);
  const whole = planDistricts({
    desired,
    live,
    now: clock.now(),
    force: request.force === true,
    ...(selection === undefined ? {} : { selection }),
    ...(request.settled === undefined ? {} : { settled: request.settled }),
  });
  const plan = request.finish === true ? finishing(whole) : whole;
  const approval = await request.approve(plan, live);
  if (approval.kind === "no") return { plan };
  const ports = await request.openPorts();
  try {
    const report = await apply({
      plan: without(plan, approval.without),
      ports: { ...ports, clock, by, ...(request.identity === undefined ? {} : { identity: request.identity }) },
      live,
      ...(request.parallelism === undefined ? {} : { parallelism: request.parallelism }),
      ...(request.onEvent === undefined ? {} : { onEvent: request.onEvent }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { plan, report };
  } finally {
    await ports.store.close();
  }
}

/** Reads the live side of every district that the documents name. */
export async function readLive(
  reader: StoreReader,
  desired: Desired,
  signal?: AbortSignal,
): Promise<ReadonlyMap<DistrictId, LiveDistrict>> {
  const live = new Map<DistrictId, LiveDistrict>();
  const names = desired.districts.map((one) => one.district);
  for await (const district of reader.read(names, signal)) live.set(district.district, district);
  return live;
}

function without(plan: Plan, left: ReadonlySet<DistrictId> | undefined): Plan {
  if (left === undefined || left.size === 0) return plan;
  return { ...plan, districts: plan.districts.filter((one) => !left.has(one.district)) };
}
