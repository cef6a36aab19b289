import type { JournalEntry } from "../../model/journal.ts";
import type { Instant } from "../../model/time.ts";
import type { Drift, DriftDifference } from "./drift.ts";

/** What the journal knows of how a connection came to differ from what was last applied, and no more than that. */
export interface Trail {
  /** Who made the last apply, where the journal has it. */
  readonly appliedBy?: string;
  /** Entries since then that could have made the difference, oldest first. Empty: nobody in this journal did. */
  readonly entries: readonly JournalEntry[];
  /** When it must have happened. */
  readonly between: Between;
}

/** After the last moment of which something says that it was still otherwise, and before the one at which it was seen. */
export interface Between {
  readonly after?: Instant;
  /** What says so. */
  readonly known?: "applied" | "probed";
  readonly before: Instant;
  /** `store`: the store itself says when; `look`: it is the moment of this look. */
  readonly seen: "store" | "look";
}

/** Entries that set what was last applied at an address. */
const APPLYING: ReadonlySet<string> = new Set(["update", "adopt", "close", "disable"]);

/** The trail of one drift. `journal`: the entries of its district, oldest first. */
export function trailOf(drift: Drift, journal: readonly JournalEntry[], now: Instant): Trail {
  const { applied, address, connection } = drift;
  const isAbout = (entry: JournalEntry): boolean => entry.connection === connection;
  const last = journal.findLast(
    (entry) =>
      entry.at === applied?.at &&
      APPLYING.has(entry.what) &&
      (entry.address === address || entry.connection === applied.connection),
  );
  // Clocks of two machines may differ, the order of the journal does not.
  const isSince = (entry: JournalEntry): boolean =>
    last === undefined ? applied === undefined || entry.at >= applied.at : entry.sequence > last.sequence;
  const since = journal.filter((entry) => isAbout(entry) && isSince(entry));
  const entries = since.filter((entry) => drift.differences.some((difference) => couldMake(entry, difference)));
  return {
    ...(last === undefined ? {} : { appliedBy: last.by }),
    entries,
    between: { ...lastOtherwise(drift, since), ...firstSeen(drift, now) },
  };
}

/** A disabled connection gives no tokens: a probe that got one saw it active. Of what may be edited a probe says nothing. */
function lastOtherwise({ applied, differences }: Drift, since: readonly JournalEntry[]): Partial<Between> {
  const isDisabled = differences.some(({ what, after }) => after === "disabled" && what !== "previous");
  const isAlone = differences.length === 1;
  const probe = isDisabled && isAlone ? since.findLast(sawToken) : undefined;
  if (probe !== undefined) return { after: probe.at, known: "probed" };
  return applied === undefined ? {} : { after: applied.at, known: "applied" };
}

function sawToken({ what, detail }: JournalEntry): boolean {
  const { verdicts } = detail;
  if (what !== "findings" || typeof verdicts !== "object" || verdicts === null) return false;
  return "token" in verdicts && verdicts.token === "confirmed";
}

function firstSeen({ at, differences }: Drift, now: Instant): Pick<Between, "before" | "seen"> {
  const isStatusAlone = differences.every(({ what }) => what === "status");
  return at !== undefined && isStatusAlone ? { before: at, seen: "store" } : { before: now, seen: "look" };
}

/** Whether an operation of the journal can lead to this difference. */
function couldMake({ what, detail }: JournalEntry, difference: DriftDifference): boolean {
  const change = what === "outside" ? detail["change"] : what;
  switch (difference.what) {
    case "schools":
    case "share":
      return change === "edit" || change === "update" || isReport(detail);
    case "status":
      return difference.after === "disabled" ? isDisabling(change) || isReport(detail) : isEnabling(change, detail);
    case "candidate":
      return isDisabling(change) || isReport(detail);
    case "previous":
      return isEnabling(change, detail);
    case "version":
    case "kind":
    case "rotate":
      return change === "adopt" || isReport(detail);
    case "connection":
      return false;
  }
}

function isDisabling(change: unknown): boolean {
  return change === "disable" || change === "abandon";
}

function isEnabling(change: unknown, detail: JournalEntry["detail"]): boolean {
  return change === "enable" || change === "restore" || isReport(detail);
}

/** Somebody told a registry what the connection is like; what of it was new is not written down. */
function isReport({ change }: JournalEntry["detail"]): boolean {
  return change === "report";
}
