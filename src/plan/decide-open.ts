import { invariant } from "../diagnostics/invariant.ts";
import { isInUse } from "../model/judge.ts";
import { type Cutover, isActive, type LiveConnection, type Slot } from "../model/live.ts";
import { isSameFixed } from "../model/traits.ts";
import { abandon, asEdited, edit, editCandidate, turnRound, wait } from "./actions.ts";
import { decideSettled } from "./decide-settled.ts";
import { type Decision, fine, first, refused } from "./decision.ts";
import * as refuse from "./refusals.ts";
import type { Row } from "./row.ts";

/** The rows of the table in which the document says active and a cut-over is open. */
export function decideOpen(row: Row, cutover: Cutover): Decision {
  const { desired, current, candidate } = row;
  invariant(candidate !== undefined, "an open cut-over leads to a connection");
  if (candidate.id === current?.id) return ofTied(row, cutover, candidate);
  if (current !== undefined && isSameFixed(desired, current)) return ofReverted(row, cutover, current, candidate);
  if (isSameFixed(desired, candidate) && !isWithdrawn(row)) return goingOn(row, cutover, candidate);
  return ofDiffering(row, cutover, candidate);
}

/** The cut-over leads to what the document asks for. */
function goingOn(row: Row, cutover: Cutover, candidate: LiveConnection): Decision {
  if (!isActive(candidate)) return refused(row, refuse.candidateDisabled(row, candidate));
  const edits = editCandidate(row, candidate);
  const seen = edits.length === 0 ? candidate : asEdited(candidate, row);
  const reason = row.from === undefined ? "the first connection is being set up" : "a cut-over is open";
  return fine([...edits, wait(row, cutover, seen, reason)]);
}

/** The document wants the survivor again. */
function ofReverted(row: Row, cutover: Cutover, current: LiveConnection, candidate: LiveConnection): Decision {
  if (!isActive(current)) return refused(row, refuse.disabledOutside(row, current));
  if (isActive(candidate) && isInUse(candidate)) {
    const reason = "the document was reverted, but the vendor already uses the candidate";
    // Edited before it is tied: the evidence that is to come is about the connection as it will stay.
    return fine([...edit(row, current, current), turnRound(row, { cutover, from: candidate, to: current }, reason)]);
  }
  const reason = "the document was reverted; the connection in use stays";
  return fine([abandon(row, candidate, reason), ...edit(row, current, current)]);
}

/** The document wants something else than the candidate. */
function ofDiffering(row: Row, cutover: Cutover, candidate: LiveConnection): Decision {
  if (isActive(candidate) && isInUse(candidate)) {
    if (isWithdrawn(row)) return refused(row, refuse.replacesWithdrawn(row));
    return fine([
      wait(
        row,
        cutover,
        candidate,
        "the vendor already uses the candidate, so this cut-over ends before the next one begins",
      ),
    ]);
  }
  const reason = "the document asks for something else, and nobody uses the candidate";
  return first(abandon(row, candidate, reason), decideSettled(afterAbandoning(row)));
}

/** The cut-over leads to the connection in use: it was turned round, or tied to another address's. */
function ofTied(row: Row, cutover: Cutover, candidate: LiveConnection): Decision {
  const { desired, from } = row;
  if (isWithdrawn(row)) return ofUntied(row, candidate);
  if (isSameFixed(desired, candidate)) return goingOn(row, cutover, candidate);
  const isOwn = row.fromHolder === undefined;
  if (isOwn && from !== undefined && isActive(from) && isSameFixed(desired, from)) {
    return fine([turnRound(row, { cutover, from: candidate, to: from }, "the document was turned round again")]);
  }
  return fine([wait(row, cutover, candidate, "this cut-over ends before the next one begins")]);
}

/** The document no longer says `replaces:`. The cut-over is forgotten; the connection in use and the other one stay. */
function ofUntied(row: Row, candidate: LiveConnection): Decision {
  const untie = abandon(row, candidate, `no longer replaces ${row.fromHolder}; both connections stay`);
  return isSameFixed(row.desired, candidate) ? first(untie, decideSettled(afterAbandoning(row))) : fine([untie]);
}

/** The row as it will be once the candidate is given up. */
function afterAbandoning(row: Row): Row {
  return { ...row, slot: row.slot && emptied(row.slot), candidate: undefined, from: undefined, fromHolder: undefined };
}

function emptied(slot: Slot): Slot {
  const { cutover: _, ...rest } = slot;
  return rest;
}

/** Whether the open cut-over would disable a connection that this line no longer says it replaces. */
function isWithdrawn(row: Row): boolean {
  return row.fromHolder !== undefined && row.fromHolder !== row.desired.replaces;
}
