import { invariant } from "../diagnostics/invariant.ts";
import { isInUse, judge } from "../model/judge.ts";
import { type Cutover, isActive, type LiveConnection } from "../model/live.ts";
import type { Loss } from "../model/loss.ts";
import { FIRST_CLAUSES, type Requirement } from "../model/requirement.ts";
import { describeSchools, describeShare, isSameEditable, isSameFixed, type Traits } from "../model/traits.ts";
import type { Action, Awaited, Change, Switch } from "./action.ts";
import { abandon, type Decision, fine, keep, refused } from "./decision.ts";
import { decideDisabled } from "./decide-disabled.ts";
import { lossesBetween } from "./losses.ts";
import * as refuse from "./refusals.ts";
import type { Row } from "./row.ts";

/**
 * The table of decisions, one row in, its actions out. docs/life-of-a-change.md shows it as a table; every line of it
 * is a scenario in test/plan/scenarios.
 */
export function decide(row: Row): Decision {
  if (row.renamedFrom !== undefined) return renamed(row, row.renamedFrom);
  if (row.desired.state === "disabled") return decideDisabled(row);
  if (row.current === undefined && row.candidate === undefined && row.desired.adopt !== undefined) return adopted(row);
  const decision = row.slot?.cutover === undefined ? withoutCutover(row) : withCutover(row, row.slot.cutover);
  return {
    actions: decision.actions,
    refusals: [...decision.refusals, ...refuse.whatNobodyAccepted(row, decision.actions)],
  };
}

/** Nothing is minted for a new name: the slot moves, and the rest is decided as if it had always been here. */
function renamed(row: Row, from: NonNullable<Row["renamedFrom"]>): Decision {
  const { renamedFrom: _, ...moved } = row;
  const rest = decide(moved);
  const { desired } = row;
  const action: Action = { kind: "rename", address: desired.address, from, desired, reason: `renamed from ${from}` };
  return { actions: [action, ...withoutKeep(rest.actions)], refusals: rest.refusals };
}

/** The line `adopt:` makes a found connection the current one; what still differs is decided after that. */
function adopted(row: Row): Decision {
  const { desired, adoptee } = row;
  const refusal = refuse.adoption(row);
  if (refusal !== undefined) return refused(row, refusal);
  invariant(adoptee !== undefined, "an adoption that is not refused has found its connection");
  const current: LiveConnection = { ...adoptee, rotate: desired.rotate, provenance: "adopted" };
  const rest = decide({ ...row, current, found: [] });
  const reason = `adopts Client ID ${adoptee.clientId}, not proven by us`;
  const action: Action = { kind: "adopt", address: desired.address, desired, connection: adoptee, reason };
  return { actions: [action, ...withoutKeep(rest.actions)], refusals: rest.refusals };
}

function withoutCutover(row: Row): Decision {
  const { desired, current, slot } = row;
  if (current === undefined) {
    if (slot?.aborted !== undefined && isSameFixed(slot.aborted, desired)) return held(row);
    if (row.found.length > 0) return refused(row, refuse.foundNotManaged(row));
    return fine([row.replaced === undefined ? generate(row) : takeOver(row, row.replaced)]);
  }
  if (!isSameFixed(desired, current)) {
    if (slot?.aborted !== undefined && isSameFixed(slot.aborted, desired)) return held(row);
    return fine([takeOver(row, current)]);
  }
  if (!isActive(current)) return refused(row, refuse.disabledOutside(row, current));
  const tie = row.replaced === undefined ? [] : [tieTo(row, row.replaced, current)];
  const edit = edited(row, current);
  return fine(tie.length + edit.length === 0 ? [keep(row)] : [...edit, ...tie]);
}

function withCutover(row: Row, cutover: Cutover): Decision {
  const { desired, current, candidate } = row;
  invariant(candidate !== undefined, "an open cut-over leads to a connection of its district");
  if (current !== undefined && current.id !== candidate.id && isSameFixed(desired, current)) {
    return reverted(row, cutover, current, candidate);
  }
  if (isSameFixed(desired, candidate) && !isWithdrawn(row)) {
    if (!isActive(candidate)) return refused(row, refuse.candidateDisabled(row, candidate));
    const edit = edited(row, candidate);
    const seen = edit.length === 0 ? candidate : asEdited(candidate);
    return fine([...edit, waiting(row, cutover, seen, wayOn(row))]);
  }
  return superseded(row, cutover, candidate);
}

/** The document wants the survivor again. */
function reverted(row: Row, cutover: Cutover, current: LiveConnection, candidate: LiveConnection): Decision {
  if (!isActive(current)) return refused(row, refuse.disabledOutside(row, current));
  if (isActive(candidate) && isInUse(candidate)) {
    const back = switchTo(row, candidate, "the document was reverted, but the vendor already uses the candidate");
    return fine([{ ...back, generation: cutover.generation, to: current, loses: lossesBetween(candidate, current) }]);
  }
  const reason = "the document was reverted; the connection in use stays";
  return fine([abandon(row, candidate, reason), ...edited(row, current)]);
}

/** The document wants something else than the candidate. */
function superseded(row: Row, cutover: Cutover, candidate: LiveConnection): Decision {
  const { desired, current, from } = row;
  if (current?.id === candidate.id && from !== undefined && isActive(from) && isSameFixed(desired, from)) {
    const again = switchTo(row, current, "the document was turned round again");
    return fine([{ ...again, generation: cutover.generation, to: from, loses: lossesBetween(current, from) }]);
  }
  if (isActive(candidate) && isInUse(candidate) && candidate.id !== current?.id) {
    if (isWithdrawn(row)) return refused(row, refuse.replacesWithdrawn(row));
    const reason = "the vendor already uses the candidate, so this cut-over ends before the next one begins";
    return fine([waiting(row, cutover, candidate, reason)]);
  }
  if (candidate.id === current?.id && !isWithdrawn(row)) return fine([waiting(row, cutover, candidate, wayOn(row))]);
  const gone = abandon(row, candidate, "the document asks for something else, and nobody uses the candidate");
  const next = withoutCutover(afterAbandoning(row));
  return { actions: [gone, ...withoutKeep(next.actions)], refusals: next.refusals };
}

/** The row as it will be once the candidate is given up. */
function afterAbandoning(row: Row): Row {
  const { candidate: _, from: __, fromHolder: ___, slot, ...rest } = row;
  if (slot === undefined) return rest;
  const { cutover: ____, aborted: _____, ...kept } = slot;
  return { ...rest, slot: kept };
}

/** Whether the open cut-over would disable a connection that this line no longer says it replaces. */
function isWithdrawn(row: Row): boolean {
  return row.fromHolder !== undefined && row.fromHolder !== row.desired.replaces;
}

function held(row: Row): Decision {
  const reason = "this generation was aborted and is held until the document asks for something else";
  return fine([keep(row, reason)]);
}

function withoutKeep(actions: readonly Action[]): readonly Action[] {
  return actions.filter((action) => action.kind !== "keep");
}

function generate(row: Row): Action {
  const { desired } = row;
  const requires: Requirement = { clauses: FIRST_CLAUSES, quietMs: desired.quietMs };
  const reason = row.slot === undefined ? "no connection yet" : "no connection in use";
  return { kind: "generate", address: desired.address, desired, generation: nextGeneration(row), requires, reason };
}

/** A new connection takes over from a living or hand-disabled one, of this address or the replaced one. */
function takeOver(row: Row, from: LiveConnection): Switch {
  return switchTo(
    row,
    from,
    row.current === undefined ? `replaces ${row.desired.replaces}` : whatDiffers(row.desired, from),
  );
}

/** The address's own connection takes over from another address's. */
function tieTo(row: Row, from: LiveConnection, to: LiveConnection): Switch {
  const tied = switchTo(row, from, `replaces ${row.desired.replaces}`);
  return { ...tied, to, generation: row.slot?.generation ?? 0 };
}

function switchTo(row: Row, from: LiveConnection, reason: string): Switch {
  const { desired } = row;
  return {
    kind: "switch",
    address: desired.address,
    desired,
    generation: nextGeneration(row),
    from,
    requires: { clauses: desired.requires, quietMs: desired.quietMs },
    loses: lossesBetween(from, desired),
    reason,
  };
}

function nextGeneration(row: Row): number {
  return (row.slot?.generation ?? 0) + 1;
}

function whatDiffers(desired: Traits & { readonly rotate: number }, from: LiveConnection): string {
  const parts: string[] = [];
  if (desired.version !== from.version) parts.push(`${from.version} -> ${desired.version}`);
  if (desired.kind !== from.kind) parts.push(`${from.kind} -> ${desired.kind}`);
  if (desired.rotate !== from.rotate) parts.push(`rotate ${from.rotate} -> ${desired.rotate}`);
  return parts.join(", ");
}

/** The edit that brings schools and shared data in line; nothing when they are. */
function edited(row: Row, connection: LiveConnection): readonly Action[] {
  const { desired } = row;
  if (isSameEditable(desired, connection)) return [];
  const changes: Change[] = [
    { what: "schools", before: describeSchools(connection.schools), after: describeSchools(desired.schools) },
    { what: "share", before: describeShare(connection.share), after: describeShare(desired.share) },
  ];
  const loses: readonly Loss[] = lossesBetween(connection, {
    ...connection,
    schools: desired.schools,
    share: desired.share,
  });
  return [
    {
      kind: "update",
      address: desired.address,
      desired,
      connection,
      changes: changes.filter((change) => change.before !== change.after),
      loses,
      reason: "edited in place, the credentials stay",
    },
  ];
}

function wayOn(row: Row): string {
  return row.from === undefined ? "the first connection is being set up" : "a cut-over is open";
}

/** What the evidence lacks, apart from what this run can find out itself. */
function waiting(row: Row, cutover: Cutover, candidate: LiveConnection, reason: string): Action {
  const { desired, from, now } = row;
  const facts = { requires: cutover.requires, candidate, now, ...(from === undefined ? {} : { from }) };
  const awaits: readonly Awaited[] = judge(facts).missing.filter((lack) => lack.kind !== "probed");
  const rest = from === undefined ? {} : { from };
  return { kind: "wait", address: desired.address, desired, cutover, candidate, ...rest, awaits, reason };
}

/** The candidate as it will be after an edit: what was known about it is void. */
function asEdited(candidate: LiveConnection): LiveConnection {
  const { use } = candidate;
  return { ...candidate, evidence: [], use: use.kind === "observed" ? { ...use, pulled: {} } : use };
}
