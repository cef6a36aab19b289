import { isInUse } from "../model/judge.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { isQuiet } from "../model/use.ts";
import type { Action, Disable } from "./action.ts";
import { abandon, keep } from "./actions.ts";
import { type Decision, fine, refused } from "./decision.ts";
import * as refuse from "./refusals.ts";
import { acceptsCutOff, type Row } from "./row.ts";

/** The rows of the table in which the document says `state: disabled`. */
export function decideDisabled(row: Row): Decision {
  const { current, desired } = row;
  const used = usedBesideCurrent(row);
  if (used !== undefined) return refused(row, refuse.candidateInUse(row, used));
  const gone = givenUp(row);
  if (current === undefined || !isActive(current)) {
    const diagnostics = row.found.length > 0 ? [refuse.foundNotDisabled(row)] : [];
    return { actions: gone.length > 0 ? gone : [keep(row)], diagnostics };
  }
  if (desired.protected) return refused(row, refuse.isProtected(row, desired.address));
  const stays = whyItStays(row);
  if (stays !== undefined) return fine([...gone, keep(row, stays)]);
  const asked = disable(row, current);
  return asked === undefined ? refused(row, refuse.stillInUse(row, current)) : fine([...gone, asked]);
}

/** Another address takes over from this one, or has to end its cut-over first; an accepted cut-off waits for no successor. */
function whyItStays({ desired, pendingAt, replacedBy }: Row): string | undefined {
  if (replacedBy !== undefined && !(acceptsCutOff(desired) && pendingAt === undefined)) {
    return `stays until ${replacedBy} has taken over`;
  }
  return pendingAt === undefined ? undefined : `stays while the cut-over of ${pendingAt} is open`;
}

/** Of an open cut-over the side that is not the connection in use here, where giving the cut-over up would cut it off. */
function usedBesideCurrent({ current, candidate, from, fromHolder }: Row): LiveConnection | undefined {
  const isTied = candidate !== undefined && candidate.id === current?.id;
  const other = isTied && fromHolder === undefined ? from : isTied ? undefined : candidate;
  return other !== undefined && isActive(other) && isInUse(other) ? other : undefined;
}

function givenUp(row: Row): readonly Action[] {
  const { candidate, current } = row;
  if (candidate === undefined) return [];
  const reason =
    candidate.id === current?.id
      ? "the document says disabled, so the cut-over ends without a successor"
      : "the document says disabled, and nobody uses the candidate";
  return [abandon(row, candidate, reason)];
}

function disable(row: Row, connection: LiveConnection): Disable | undefined {
  const { address, quietMs } = row.desired;
  const asked = { kind: "disable", address, connection, because: "asked", quietMs } as const;
  if (acceptsCutOff(row.desired)) {
    const reason = "the document says disabled and accepts that the vendor is cut off";
    return { ...asked, loses: [{ kind: "cut-off" }], reason };
  }
  if (!isQuiet(connection.use, quietMs, row.now)) return undefined;
  return { ...asked, loses: [], reason: "the document says disabled, and nobody has used it for its sync period" };
}
