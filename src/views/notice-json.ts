import type { AddressOutcome, ApplyReport, Did } from "../apply/event.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Address } from "../model/address.ts";
import type { Identity } from "../model/evidence.ts";
import type { Instant } from "../model/time.ts";
import type { Awaited } from "../plan/action.ts";
import type { Digests } from "../plan/digest.ts";
import { describeAwaited } from "./words.ts";

/** A run that has ended, and what is said about it beside its report. */
export interface EndedRun {
  readonly id: string;
  readonly at: Instant;
  readonly rosterform: string;
  readonly command: NoticeJson["command"];
  /** A name for people to tell projects apart. */
  readonly project: string;
  readonly by: string;
  readonly identity?: Identity;
  /** Whether the exit code said that something went wrong. */
  readonly isFailed: boolean;
  /** Absent where nothing was walked. */
  readonly report?: ApplyReport;
  readonly digests?: Digests;
  /** The code of what kept the whole run, or a part of it, from being walked. */
  readonly failure?: string;
}

/** What the receiver gets: `type` and `timestamp` as Standard Webhooks recommends, the rest beside them. */
export interface NoticeJson {
  readonly format_version: "1.0";
  readonly id: string;
  /** `run.` and the outcome. */
  readonly type: `run.${NoticeJson["outcome"]}`;
  readonly timestamp: Instant;
  readonly rosterform: string;
  readonly command: "apply" | "heal" | "do" | "abort" | "rollback";
  readonly project: string;
  readonly by: string;
  readonly identity?: Identity;
  /** `incomplete`: something failed, was blocked or interrupted. `waiting`: the rest was done. `complete`: all of it. */
  readonly outcome: "complete" | "incomplete" | "waiting";
  readonly failure?: { readonly code: string };
  readonly counts: ApplyReport["counts"];
  /** Of the plan that was applied: of the whole, and of the districts whose addresses are listed. */
  readonly digests?: Digests;
  /** What went wrong first, then what waits, then what was done; addresses of which nothing is to be told are left out. */
  readonly addresses: readonly AddressNotice[];
  /** How many more there would be, in a message that would be too long with them. */
  readonly addresses_left_out: number;
}

/** How one address came out. */
export interface AddressNotice {
  readonly address: Address;
  readonly outcome: AddressOutcome["kind"];
  readonly did: readonly Readonly<Record<string, unknown>>[];
  readonly awaits?: readonly Readonly<Record<string, unknown>>[];
  /** Codes and summaries only: details name Client IDs, places and hosts, and stand in the output of the run. */
  readonly problems?: readonly { readonly code: string; readonly summary: string; readonly step?: string }[];
}

/** The longest body, in bytes: much larger ones are refused by many receivers. */
export const LONGEST_NOTICE = 256 * 1024;

/** No address takes less of a message, in bytes. */
const SHORTEST_ADDRESS = 40;

const NOTHING: ApplyReport = {
  outcomes: [],
  counts: {
    generated: 0,
    switched: 0,
    changed: 0,
    disabled: 0,
    waiting: 0,
    failed: 0,
    blocked: 0,
    interrupted: 0,
  },
};

const ORDER: readonly AddressOutcome["kind"][] = ["failed", "blocked", "interrupted", "waiting", "done"];

/** The body of a notification: JSON on one line, at most `longest` bytes. No field of it can hold a secret. */
export function noticeText(run: EndedRun, longest: number = LONGEST_NOTICE): string {
  const { report = NOTHING } = run;
  const told = ORDER.flatMap((kind) => report.outcomes.filter((one) => one.kind === kind));
  const size = (count: number): string => JSON.stringify(noticeOf(run, told.slice(0, count), told.length - count));
  // The length grows with every address, so the last one that fits is found by halving.
  let [fits, tooMany] = [0, Math.min(told.length, Math.ceil(longest / SHORTEST_ADDRESS)) + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (new TextEncoder().encode(size(middle)).length <= longest) fits = middle;
    else tooMany = middle;
  }
  return size(fits);
}

function noticeOf(run: EndedRun, told: readonly AddressOutcome[], leftOut: number): NoticeJson {
  const { report = NOTHING, digests } = run;
  const outcome = outcomeOf(run, report);
  const districts = new Set(told.map(({ address }) => address.slice(0, address.indexOf("/"))));
  const listed = Object.entries(digests?.districts ?? {}).filter(([district]) => districts.has(district));
  return {
    format_version: "1.0",
    id: run.id,
    type: `run.${outcome}`,
    timestamp: run.at,
    rosterform: run.rosterform,
    command: run.command,
    project: run.project,
    by: run.by,
    ...(run.identity === undefined ? {} : { identity: run.identity }),
    outcome,
    ...(run.failure === undefined ? {} : { failure: { code: run.failure } }),
    counts: report.counts,
    ...(digests === undefined ? {} : { digests: { whole: digests.whole, districts: Object.fromEntries(listed) } }),
    addresses: told.map(addressNotice),
    addresses_left_out: leftOut,
  };
}

function outcomeOf({ isFailed }: EndedRun, { counts }: ApplyReport): NoticeJson["outcome"] {
  if (isFailed || counts.failed + counts.blocked + counts.interrupted > 0) return "incomplete";
  return counts.waiting > 0 ? "waiting" : "complete";
}

function addressNotice(outcome: AddressOutcome): AddressNotice {
  const { address, kind } = outcome;
  const did = "did" in outcome ? outcome.did.map(didNotice) : [];
  const awaits = kind === "waiting" ? { awaits: outcome.awaits.map(awaitedNotice) } : {};
  const failed = kind === "failed" ? { problems: [{ ...problemNotice(outcome.diagnostic), step: outcome.step }] } : {};
  const blocked = kind === "blocked" ? { problems: outcome.diagnostics.map(problemNotice) } : {};
  return { address, outcome: kind, did, ...awaits, ...failed, ...blocked };
}

/** Where credentials were put, and what a probe says in words, is not for everybody who may read messages. */
function didNotice(did: Did): Readonly<Record<string, unknown>> {
  switch (did.kind) {
    case "delivered":
      return { kind: did.kind, connection: did.connection, again: did.again };
    case "probed": {
      const findings = did.findings.map(({ rung, verdict, code }) => ({ rung, verdict, code }));
      return { kind: did.kind, connection: did.connection, verdict: did.verdict, findings };
    }
    default:
      return { ...did };
  }
}

/** What a person is asked to click names Client IDs; that somebody is asked is enough here. */
function awaitedNotice(awaited: Awaited): Readonly<Record<string, unknown>> {
  const { kind, who } = awaited;
  const says = kind === "hands" ? "somebody to click in Campus" : describeAwaited(awaited);
  return { kind, who, says, ...("until" in awaited ? { until: awaited.until } : {}) };
}

function problemNotice({ code, summary }: Diagnostic): { readonly code: string; readonly summary: string } {
  return { code, summary };
}
