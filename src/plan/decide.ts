import { invariant } from "../diagnostics/invariant.ts";
import type { Address } from "../model/address.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { decideDisabled } from "./decide-disabled.ts";
import { decideOpen } from "./decide-open.ts";
import { decideSettled } from "./decide-settled.ts";
import { type Decision, first, refused } from "./decision.ts";
import * as refuse from "./refusals.ts";
import type { Row } from "./row.ts";
import { warnOfStatement } from "./statements.ts";

/**
 * The table of decisions, one row in, its actions out. docs/life-of-a-change.md shows it as a table; every line of it
 * is a scenario in test/plan/scenarios.
 */
export function decide(row: Row): Decision {
  if (row.renamedFrom !== undefined) return renamed(row, row.renamedFrom);
  if (row.desired.adopt !== undefined && isAdoptionOpen(row)) return adopted(row);
  if (row.desired.state === "disabled") return decideDisabled(row);
  const cutover = row.slot?.cutover;
  const { actions, diagnostics } = cutover === undefined ? decideSettled(row) : decideOpen(row, cutover);
  return {
    actions,
    diagnostics: [...diagnostics, ...refuse.whatNobodyAllowed(row, actions), ...warnOfStatement(row, actions)],
  };
}

/** Nothing is minted for a new name: the slot moves, and the rest is decided as if it had always been here. */
function renamed(row: Row, from: Address): Decision {
  const { desired } = row;
  const reason = `renamed from ${from}`;
  const rest = decide({ ...row, renamedFrom: undefined });
  return first({ kind: "rename", address: desired.address, from, desired, reason }, rest);
}

/**
 * Whether `adopt:` still has something to say. Once it was followed it stays in the document without meaning: the
 * connection may have been replaced or disabled since. On a disabled line it only says what is to be disabled.
 */
function isAdoptionOpen({ desired, slot, current, adoptee }: Row): boolean {
  const isFree = adoptee?.provenance === "found" && isActive(adoptee);
  const isNew = current === undefined && slot?.applied === undefined;
  return isFree || (desired.state === "active" && isNew);
}

/** The line `adopt:` makes a found connection the current one; what still differs is decided after that. */
function adopted(row: Row): Decision {
  const { desired, adoptee } = row;
  const refusal = refuse.adoption(row);
  if (refusal !== undefined) return refused(row, refusal);
  invariant(adoptee !== undefined, "an adoption that is not refused has found its connection");
  const current: LiveConnection = { ...adoptee, rotate: desired.rotate, provenance: "adopted" };
  const reason = `adopts Client ID ${adoptee.clientId}, not proven by us`;
  const rest = decide({ ...row, current, adoptee: current });
  return first({ kind: "adopt", address: desired.address, desired, connection: adoptee, reason }, rest);
}
