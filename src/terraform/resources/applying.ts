import { apply } from "../../apply/apply.ts";
import type { AddressOutcome, ApplyReport } from "../../apply/event.ts";
import { BrokenRun } from "../../apply/trouble.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { DesiredConnection, DesiredDistrict } from "../../model/desired.ts";
import type { LiveDistrict } from "../../model/live.ts";
import { isDoable } from "../../plan/doable.ts";
import { noticeOfWaiting } from "../translate/changes.ts";
import { fault } from "../translate/fault.ts";
import { nextPause, parseWait } from "../translate/durations.ts";
import { isSameValue, mapOf, textOf } from "../translate/narrow.ts";
import { noticeOf } from "../translate/notices.ts";
import { foundAt, namesOf, type Standing, standingAt } from "../translate/state.ts";
import type { Notice, Private, Resource } from "../wire/provider.ts";
import { hasUnknown, UNKNOWN, type Attributes } from "../wire/value.ts";
import { planOne, type Planned, wantedBy } from "./planning.ts";
import type { Session } from "./session.ts";

interface Applying {
  readonly prior: Attributes | null;
  readonly planned: Attributes;
  readonly config: Attributes;
  readonly private: Private;
  readonly session: Session;
}

type Answer = Awaited<ReturnType<Resource["apply"]>>;

/** What is wanted at one address, with all that its plans are made from. */
export interface Aim {
  readonly connection: DesiredConnection;
  readonly district: DesiredDistrict;
  readonly session: Session;
}

/**
 * Plans the address again and walks the plan. With an error a new object is kept by the store alone: the next plan takes it
 * up where it stopped, where a tainted one would be replaced.
 */
export async function applyConnection(applying: Applying): Promise<Answer> {
  const { prior, planned, config, session } = applying;
  const kept = applying.private;
  const name = namesIn(config);
  const live = await session.live(name);
  const { connection, district, notices } = wantedBy(config, session, live);
  if (connection === undefined || district === undefined) return { state: prior, private: kept, notices };
  session.want(connection);
  // The plan said that only words change: nothing else is done now, whatever has become possible since.
  if (prior !== null && !hasUnknown(planned)) return { state: planned, private: kept, notices: [] };
  const aim: Aim = { connection, district, session };
  const outcome = await reach(aim, live, waitOf(config));
  const now = await session.fresh(name);
  const standing = standingAt(now, connection.address);
  const told = toldOf(outcome, standing, prior === null);
  if (told.some(({ severity }) => severity === "error")) {
    const words = "did" in outcome && outcome.did.length > 0 ? planned : prior;
    const state = prior === null ? null : { ...words, ...namesOf(connection.address), ...found(standing, session) };
    return { state, private: kept, notices: told };
  }
  const state: Attributes = { ...planned, ...namesOf(connection.address), ...found(standing, session) };
  return { state, private: kept, notices: [...told, ...otherThanPlanned(planned, state, connection.address)] };
}

function namesIn(config: Attributes): DesiredDistrict["district"] {
  const { district } = config;
  invariant(typeof district === "string", "what is applied has a district");
  return district as DesiredDistrict["district"];
}

function found(standing: Standing, { world }: Session): Attributes {
  return foundAt(standing, world.clock.now());
}

/** Walks the plan of one address, and walks again while it waits and may wait. */
async function reach(aim: Aim, live: LiveDistrict, waitMs: number): Promise<AddressOutcome> {
  let outcome = await walk(aim, live);
  const { session } = aim;
  let pauseMs = 1000;
  for (let leftMs = waitMs; outcome.kind === "waiting" && leftMs > 0 && !session.signal.aborted; ) {
    const slept = Math.min(pauseMs, leftMs);
    await pause(slept, session.signal);
    leftMs -= slept;
    pauseMs = nextPause(pauseMs);
    const now = await session.fresh(aim.connection.district);
    const planned = planOne({ ...aim, live: now });
    if (planned.errors.length === 0 && isDoable(planned.address)) outcome = await walkPlanned(planned, aim, now);
  }
  return outcome;
}

/** What another client wrote between reading and writing is read and planned once more, and not overwritten. */
export async function walk(aim: Aim, live: LiveDistrict): Promise<AddressOutcome> {
  const outcome = await walkPlanned(planOne({ ...aim, live }), aim, live);
  if (outcome.kind !== "failed" || outcome.diagnostic.code !== "apply/stale" || aim.session.signal.aborted)
    return outcome;
  const now = await aim.session.fresh(aim.connection.district);
  return walkPlanned(planOne({ ...aim, live: now }), aim, now);
}

/** Walks one plan of one address. */
async function walkPlanned(
  planned: Planned,
  { connection, session }: Aim,
  live: LiveDistrict,
): Promise<AddressOutcome> {
  const { address } = connection;
  const { plan, errors } = planned;
  if (errors.length > 0) return { kind: "blocked", address, diagnostics: errors };
  if (planned.address.steps.length === 0) return { kind: "unchanged", address };
  const ports = await session.ports();
  const report = await reportOf(() =>
    apply({ plan, ports, live: new Map([[live.district, live]]), parallelism: 1, signal: session.signal }),
  );
  const [outcome] = report.outcomes;
  invariant(outcome !== undefined, "a plan of one address has one outcome");
  return outcome;
}

/** A mistake of ours ends as the failure of this address, with what was done before it. */
async function reportOf(run: () => Promise<ApplyReport>): Promise<ApplyReport> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BrokenRun) return error.report;
    throw error;
  }
}

/** Somebody else finished or gave up a cut-over between the plan and now: what the person said yes to is no longer so. */
function otherThanPlanned(planned: Attributes, state: Attributes, address: string): readonly Notice[] {
  const differs = Object.keys(planned).filter(
    (name) => planned[name] !== UNKNOWN && !isSameValue(planned[name], state[name]),
  );
  if (differs.length === 0) return [];
  const detail = `${differs.join(", ")} of ${address} is not as planned, because somebody else worked on it since. What the plan said was done as far as it still could be; plan again to see where things stand.`;
  return [fault("terraform/moved-meanwhile", "The address moved while it was planned", detail)];
}

function waitOf({ confirmation }: Attributes): number {
  return parseWait(textOf(mapOf(confirmation)?.["wait"]) ?? "0s") ?? 0;
}

function toldOf(outcome: AddressOutcome, standing: Standing, isNew: boolean): readonly Notice[] {
  switch (outcome.kind) {
    case "unchanged":
    case "done":
    case "observed":
      return [];
    case "waiting":
      return [noticeOfWaiting(outcome.address, outcome.awaits)];
    case "failed":
      return [noticeOf(outcome.diagnostic), ...(isNew && standing.slot !== undefined ? [staysThere(standing)] : [])];
    case "blocked":
      return outcome.diagnostics.map(noticeOf);
    case "interrupted":
      return [interrupted(outcome.address, standing)];
  }
}

/** A new object is kept in the state where anything was begun, because the next plan goes on from there. */
function interrupted(address: string, { slot }: Standing): Notice {
  return {
    severity: slot === undefined ? "error" : "warning",
    summary: `${address} was interrupted`,
    detail: "The step in hand was finished, and no other one was begun. Apply again to go on where it stopped.",
  };
}

function staysThere({ address, candidate, current }: Standing): Notice {
  const connection = candidate ?? current;
  return {
    severity: "warning",
    summary: `${address} is not in the state yet`,
    detail: `The store keeps what was begun${connection === undefined ? "" : ` (connection ${connection.id})`}. The next apply takes it up where it stopped; nothing is generated a second time.`,
  };
}

/** Waits, but not after the person interrupted Terraform. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
