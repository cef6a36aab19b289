import { isInUse, judge } from "../model/judge.ts";
import type { Cutover, LiveConnection } from "../model/live.ts";
import { FIRST_CLAUSES, requirementOf } from "../model/requirement.ts";
import {
  describeSchools,
  describeShare,
  type FixedTraits,
  isSameEditable,
  isSameScope,
  type Traits,
} from "../model/traits.ts";
import type { Change, Disable, Generate, Keep, Switch, Update, Wait } from "./action.ts";
import { lossesBetween } from "./losses.ts";
import type { Row } from "./row.ts";
import { withStatement } from "./statements.ts";

/** How each kind of action is made from a row of the table; which one is made is decided elsewhere. */

/** Nothing changes; the reason says why where that is not plain. */
export function keep({ desired, current }: Row, reason?: string): Keep {
  return {
    kind: "keep",
    address: desired.address,
    ...(current === undefined ? {} : { connection: current }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The candidate is given up; the store still refuses when somebody uses it. */
export function abandon({ desired }: Row, connection: LiveConnection, reason: string): Disable {
  const { address, quietMs } = desired;
  return { kind: "disable", address, connection, because: "abandoned", loses: [], quietMs, reason };
}

/** A first connection: it replaces nobody, so working credentials suffice. */
export function generate(row: Row): Generate {
  const { desired, slot } = row;
  return {
    kind: "generate",
    address: desired.address,
    desired,
    generation: nextGeneration(row),
    requires: { clauses: FIRST_CLAUSES, quietMs: desired.quietMs },
    reason: slot === undefined ? "no connection yet" : "no connection in use",
  };
}

/** A new connection takes over from the address's own, living or disabled by hand. */
export function takeOver(row: Row, from: LiveConnection): Switch {
  return { ...switchBase(row, from), generation: nextGeneration(row), reason: whatDiffers(row.desired, from) };
}

/** A new connection takes over from the one at the address that `replaces:` names. */
export function takeOverReplaced(row: Row, from: LiveConnection): Switch {
  return { ...switchBase(row, from), generation: nextGeneration(row), reason: `replaces ${row.desired.replaces}` };
}

/** The address's own connection takes over from the one at the address that `replaces:` names. */
export function tie(row: Row, from: LiveConnection, to: LiveConnection): Switch {
  const generation = row.slot?.generation ?? 0;
  return { ...switchBase(row, from), to, generation, reason: `replaces ${row.desired.replaces}` };
}

/** An open cut-over is turned round: what it led to is left again. */
export function turnRound(
  row: Row,
  open: { readonly cutover: Cutover; readonly from: LiveConnection; readonly to: LiveConnection },
  reason: string,
): Switch {
  const { from, to } = open;
  const generation = open.cutover.generation;
  return { ...switchBase(row, from), to, generation, reason };
}

function switchBase({ desired }: Row, from: LiveConnection): Omit<Switch, "generation" | "reason"> {
  return {
    kind: "switch",
    address: desired.address,
    desired,
    from,
    requires: requirementOf(desired),
    loses: lossesBetween(from, desired),
  };
}

function nextGeneration({ slot }: Row): number {
  return (slot?.generation ?? 0) + 1;
}

function whatDiffers(desired: FixedTraits, from: FixedTraits): string {
  const parts: string[] = [];
  if (desired.version !== from.version) parts.push(`${from.version} -> ${desired.version}`);
  if (desired.kind !== from.kind) parts.push(`${from.kind} -> ${desired.kind}`);
  if (desired.rotate !== from.rotate) parts.push(`rotate ${from.rotate} -> ${desired.rotate}`);
  return parts.join(", ");
}

/**
 * The edit that brings schools and shared data in line; nothing when they are. `seen` is what the vendor has today, so
 * that nothing counts as lost that it never had.
 */
export function edit({ desired }: Row, connection: LiveConnection, seen?: Traits): readonly Update[] {
  if (isSameEditable(desired, connection)) return [];
  const { schools, share } = desired;
  const loses = seen === undefined ? [] : lossesBetween(seen, { ...seen, schools, share });
  const reason = "edited in place, the credentials stay";
  const changes = changesBetween(connection, desired);
  return [{ kind: "update", address: desired.address, desired, connection, changes, loses, reason }];
}

/** Until the vendor uses the candidate, what it has today is the connection that is to be taken over from. */
export function editCandidate(row: Row, candidate: LiveConnection): readonly Update[] {
  const isMoved = candidate.id === row.current?.id || isInUse(candidate);
  return edit(row, candidate, isMoved ? candidate : row.from);
}

function changesBetween(
  before: Pick<Traits, "schools" | "share">,
  after: Pick<Traits, "schools" | "share">,
): readonly Change[] {
  const changes: Change[] = [];
  if (!isSameScope(before.schools, after.schools)) {
    changes.push({ what: "schools", before: describeSchools(before.schools), after: describeSchools(after.schools) });
  }
  const [had, has] = [describeShare(before.share), describeShare(after.share)];
  if (had !== has) changes.push({ what: "share", before: had, after: has });
  return changes;
}

/** The open cut-over goes on; what the evidence lacks is awaited, apart from what this run can find out itself. */
export function wait(row: Row, cutover: Cutover, candidate: LiveConnection, reason: string): Wait {
  const { desired, from, now } = row;
  const source = from === undefined ? {} : { from };
  const seen = withStatement(desired, candidate, now);
  const judgement = judge({ requires: cutover.requires, candidate: seen, now, ...source });
  const awaits = judgement.missing.filter((lack) => lack.kind !== "probed");
  return { kind: "wait", address: desired.address, desired, cutover, candidate, ...source, awaits, reason };
}

/** The candidate as it will be after an edit: what was known about it is void. */
export function asEdited(candidate: LiveConnection, { now }: Row): LiveConnection {
  const { use } = candidate;
  const cleared = use.kind === "observed" ? { ...use, pulled: {} } : use;
  return { ...candidate, epoch: candidate.epoch + 1, epochAt: now, evidence: [], use: cleared };
}
