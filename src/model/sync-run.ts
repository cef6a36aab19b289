import { SYNC_PAUSE_MS } from "./sync.ts";
import { DAY_MS, elapsedMs, type Instant } from "./time.ts";
import type { Traffic } from "./traffic.ts";
import { type Pull, PULLS } from "./pull.ts";

/**
 * The consumer's syncs since the connection's present epoch began, folded request by request, so that they are known
 * however much of the usage log was forgotten.
 */
export interface SyncRun {
  /** How many ended well in a row, before the one below. */
  readonly good: number;
  /** The one seen last; it may go on. */
  readonly from: Instant;
  readonly to: Instant;
  /** What it has read, whole or only what changed. */
  readonly pulled: readonly Pull[];
  /** What it was refused the last time it asked. */
  readonly failing: readonly string[];
}

/** Whoever asks all the time never pauses: what goes on for longer than this counts as the next sync. */
const LONGEST_MS = DAY_MS;

/** Without these nobody syncs; what else is refused (demographics that are not shared) spoils no sync. */
const NEEDED: ReadonlySet<string> = new Set([
  "token",
  "orgs",
  "schools",
  "users",
  "students",
  "teachers",
  "enrollments",
]);

/** A grade book's requests neither make a sync nor keep one going. */
const GRADE_BOOK: ReadonlySet<string> = new Set([
  "categories",
  "lineItems",
  "results",
  "scoreScales",
  "assessmentLineItems",
  "assessmentResults",
]);

/** The run after one more request of the consumer; `undefined` while there was none that says anything. */
export function syncRunAfter(run: SyncRun | undefined, line: Traffic): SyncRun | undefined {
  const isRead = line.ok && line.pull !== undefined;
  const isRefusal = !line.ok && NEEDED.has(line.what);
  if (run !== undefined && line.at < run.from) return run;
  const isOver = run === undefined || hasEnded(run, line.at);
  if (!isRead && !isRefusal) return run === undefined || isOver ? run : goingOn(run, line);
  const open = isOver ? { good: goodBefore(run), from: line.at, to: line.at, pulled: [], failing: [] } : run;
  return withLine(open, line);
}

/** How many syncs in a row ended well, the one that may still go on included where it read everything. */
export function goodSyncs(run: SyncRun | undefined): number {
  return run === undefined ? 0 : goodBefore(run);
}

function hasEnded({ from, to }: SyncRun, at: Instant): boolean {
  return elapsedMs(to, at) > SYNC_PAUSE_MS || elapsedMs(from, at) > LONGEST_MS;
}

/** A sync that was refused something begins the row anew; one that read a part and was refused nothing says nothing. */
function goodBefore(run: SyncRun | undefined): number {
  if (run === undefined || run.failing.length > 0) return 0;
  return PULLS.every((pull) => run.pulled.includes(pull)) ? run.good + 1 : run.good;
}

function withLine(run: SyncRun, { at, what, ok, pull }: Traffic): SyncRun {
  const others = run.failing.filter((one) => one !== what);
  return {
    good: run.good,
    from: run.from,
    to: at > run.to ? at : run.to,
    pulled: PULLS.filter((one) => run.pulled.includes(one) || (ok && one === pull)),
    failing: ok ? others : [...others, what].sort(),
  };
}

/** Classes or courses in between keep a sync going. A token reads nothing: it says only that its refusal is over. */
function goingOn(run: SyncRun, line: Traffic): SyncRun {
  if (line.what === "token") return { ...run, failing: run.failing.filter((one) => one !== line.what) };
  return line.ok && !GRADE_BOOK.has(line.what) ? withLine(run, line) : run;
}
