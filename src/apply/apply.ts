import pLimit from "p-limit";
import { invariant } from "../diagnostics/invariant.ts";
import type { DistrictId } from "../model/address.ts";
import type { LiveDistrict } from "../model/live.ts";
import type { AddressPlan, DistrictPlan, Plan } from "../plan/plan.ts";
import { coupled } from "./coupling.ts";
import type { AddressOutcome, ApplyEvent, ApplyReport } from "./event.ts";
import { outcomeWithoutWalk, reportOf } from "./report.ts";
import { BrokenRun } from "./trouble.ts";
import { type Around, walkAddress } from "./walk.ts";
import type { Ports } from "./walking.ts";

/** How many addresses are walked at the same time when nobody says otherwise. */
const DEFAULT_PARALLELISM = 10;

/** A plan, the world it is applied to, and how. */
export interface Applying {
  readonly plan: Plan;
  readonly ports: Ports;
  /** What the plan was made from, where it is still at hand; saves reading it again. */
  readonly live?: ReadonlyMap<DistrictId, LiveDistrict>;
  /** At least 1. */
  readonly parallelism?: number;
  readonly onEvent?: (event: ApplyEvent) => void;
  /** Ends the run cleanly: the step in hand is finished (a climb of the ladder is cut), no further one is started. */
  readonly signal?: AbortSignal;
}

/**
 * Walks a plan against the ports. One failing address never stops the others; resuming is planning again.
 *
 * Always answers with a report. A mistake of ours stops the run after the steps in hand and is thrown as `BrokenRun`,
 * which holds the report so far.
 */
export async function apply(applying: Applying): Promise<ApplyReport> {
  const { plan, ports, live, parallelism = DEFAULT_PARALLELISM, onEvent } = applying;
  invariant(Number.isSafeInteger(parallelism) && parallelism >= 1, "at least one address is walked at a time");
  const run = new Run(applying.signal, onEvent);
  const walked: AddressPlan[] = [];
  const districtOf = new Map<AddressPlan, DistrictPlan>();
  for (const district of plan.districts) {
    for (const one of district.addresses) {
      districtOf.set(one, district);
      const outcome = outcomeWithoutWalk(one, district, plan);
      if (outcome === undefined) walked.push(one);
      else run.finish(outcome);
    }
  }
  const limit = pLimit(parallelism);
  await limit.map(coupled(walked), async (group) => {
    for (const one of group) {
      const district = districtOf.get(one);
      invariant(district !== undefined, "every address plan stands in a district plan");
      run.finish(await walkAddress(one, run.around(district, ports, live?.get(district.district))));
    }
  });
  const report = reportOf(walked, run.outcomes);
  if (run.mistake !== undefined) throw new BrokenRun(run.mistake.error, report);
  return report;
}

/** What the walks of one run share: who listens, what came out, and whether to stop. */
class Run {
  readonly outcomes: AddressOutcome[] = [];
  mistake: { readonly error: unknown } | undefined;
  readonly #onEvent: ((event: ApplyEvent) => void) | undefined;
  readonly #broken = new AbortController();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal | undefined, onEvent: ((event: ApplyEvent) => void) | undefined) {
    this.#onEvent = onEvent;
    this.#signal = signal === undefined ? this.#broken.signal : AbortSignal.any([signal, this.#broken.signal]);
  }

  around(district: DistrictPlan, ports: Ports, live: LiveDistrict | undefined): Around {
    return {
      site: district.site,
      ...(live === undefined ? {} : { live }),
      ports,
      emit: (event) => this.#tell(event),
      signal: this.#signal,
      onMistake: (error) => this.#stop(error),
    };
  }

  finish(outcome: AddressOutcome): void {
    this.outcomes.push(outcome);
    this.#tell({ kind: "address-finished", outcome });
  }

  /** A listener that throws is a mistake of ours as well; it must not cost the step or the report. */
  #tell(event: ApplyEvent): void {
    try {
      this.#onEvent?.(event);
    } catch (error) {
      this.#stop(error);
    }
  }

  #stop(error: unknown): void {
    this.mistake ??= { error };
    this.#broken.abort();
  }
}
