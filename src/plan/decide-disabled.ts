import { isInUse } from "../model/judge.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { isQuiet } from "../model/use.ts";
import type { Action } from "./action.ts";
import { abandon, type Decision, fine, keep, refused } from "./decision.ts";
import * as refuse from "./refusals.ts";
import { acceptsCutOff, type Row } from "./row.ts";

/** The rows of the table in which the document says `state: disabled`. */
export function decideDisabled(row: Row): Decision {
  const { current, candidate } = row;
  if (candidate !== undefined && isActive(candidate) && isInUse(candidate) && candidate.id !== current?.id) {
    return refused(row, refuse.candidateInUse(row, candidate));
  }
  const why = "the document says disabled, and nobody uses the candidate";
  const gone: readonly Action[] = candidate === undefined ? [] : [abandon(row, candidate, why)];
  if (current === undefined || !isActive(current)) {
    return fine(gone.length > 0 ? gone : [keep(row)]);
  }
  if (row.desired.protected) return refused(row, refuse.isProtected(row));
  const successor = row.pendingAt ?? (acceptsCutOff(row.desired) ? undefined : row.replacedBy);
  if (successor !== undefined) {
    return fine([...gone, keep(row, `stays until ${successor} has taken over`)]);
  }
  return disabling(row, current, gone);
}

function disabling(row: Row, current: LiveConnection, gone: readonly Action[]): Decision {
  const { address, quietMs } = row.desired;
  const asked = { kind: "disable", address, connection: current, because: "asked", quietMs } as const;
  if (acceptsCutOff(row.desired)) {
    const reason = "the document says disabled and accepts that the vendor is cut off";
    return fine([...gone, { ...asked, loses: [{ kind: "cut-off" }], reason }]);
  }
  if (isQuiet(current.use, quietMs, row.now)) {
    const reason = "the document says disabled, and nobody has used it for its sync period";
    return fine([...gone, { ...asked, loses: [], reason }]);
  }
  return { actions: gone.length > 0 ? gone : [keep(row)], refusals: [refuse.stillInUse(row, current)] };
}
