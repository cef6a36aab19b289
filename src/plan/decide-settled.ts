import type { Address } from "../model/address.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { isSameFixed } from "../model/traits.ts";
import type { Action } from "./action.ts";
import { edit, generate, keep, takeOver, takeOverReplaced, tie } from "./actions.ts";
import { type Decision, fine, refused } from "./decision.ts";
import * as refuse from "./refusals.ts";
import type { Row } from "./row.ts";

/** The rows of the table in which the document says active and no cut-over is open. */
export function decideSettled(row: Row): Decision {
  if (row.replacedBy !== undefined) return givingWay(row, row.replacedBy);
  return row.current === undefined ? withoutCurrent(row) : withCurrent(row, row.current);
}

/** Another line replaces this one: what is here stays until then, and nothing is made for it any more. */
function givingWay(row: Row, successor: Address): Decision {
  const reason = row.current === undefined ? `gives way to ${successor}` : `stays until ${successor} has taken over`;
  return { actions: [keep(row, reason)], diagnostics: [refuse.replacedButActive(row, successor)] };
}

function withoutCurrent(row: Row): Decision {
  if (isHeld(row)) return held(row);
  if (row.found.length > 0) return refused(row, refuse.foundNotManaged(row));
  if (row.replaced === undefined) return fine([generate(row)]);
  const { replaced, replacedBusyAt } = row;
  return fine([replacedBusyAt === undefined ? takeOverReplaced(row, replaced) : begins(row, replacedBusyAt)]);
}

function withCurrent(row: Row, current: LiveConnection): Decision {
  const { desired, pendingAt, replaced } = row;
  if (!isSameFixed(desired, current)) {
    if (isHeld(row)) return held(row);
    return fine([pendingAt === undefined ? takeOver(row, current) : begins(row, pendingAt)]);
  }
  if (!isActive(current)) return refused(row, refuse.disabledOutside(row, current));
  const edits = edit(row, current, current);
  const rest = replaced === undefined ? keep(row) : alsoReplacing(row, replaced, current);
  return fine(rest.kind === "keep" && edits.length > 0 ? edits : [...edits, rest]);
}

/** The connection that is in use here takes over from another address's as well. */
function alsoReplacing(row: Row, replaced: LiveConnection, current: LiveConnection): Action {
  if (isHeld(row)) return keep(row, HELD);
  const busyAt = row.pendingAt ?? row.replacedBusyAt;
  return busyAt === undefined ? tie(row, replaced, current) : begins(row, busyAt);
}

/** A connection takes part in one cut-over at a time. */
function begins(row: Row, busyAt: Address): Action {
  return keep(row, `begins when the cut-over of ${busyAt} has ended`);
}

const HELD = "this generation was aborted and is held until the document asks for something else; `rotate` tries again";

/** Whether a person gave up what the document still asks for. */
function isHeld({ slot, desired }: Row): boolean {
  return slot?.aborted !== undefined && isSameFixed(slot.aborted, desired);
}

function held(row: Row): Decision {
  return fine([keep(row, HELD)]);
}
