import { isActive, isHandedOver, type LiveConnection } from "../model/live.ts";
import type { AddressPlan } from "../plan/plan.ts";
import { REENABLING_IS_UNKNOWN } from "./runbook/campus-words.ts";

/** How to go back from one stage of a change. */
export interface Undo {
  readonly when: string;
  readonly how: string;
  /** Whether things stand there now. */
  readonly isNow: boolean;
}

/** What is known of the address whose change may be taken back. */
export interface UndoState {
  readonly plan: AddressPlan;
  readonly connections: ReadonlyMap<string, LiveConnection>;
  /** Whether a person has to make the clicks. */
  readonly isByHand: boolean;
}

/** How to go back, from today's stage on; which one that is, is known from what was recorded. */
export function undoOf(state: UndoState): readonly Undo[] {
  const { plan, connections } = state;
  const kinds = new Set(plan.steps.map((step) => step.kind));
  const cutover = plan.slot?.cutover;
  const isMoving = kinds.has("open") || kinds.has("tie") || plan.actions.some((action) => action.kind === "wait");
  if (!isMoving) return [simpleUndo(kinds)];
  const from = cutover?.from ?? plan.actions.flatMap((action) => (action.kind === "switch" ? [action.from.id] : []))[0];
  const old = from === undefined ? undefined : connections.get(from);
  const candidate = cutover === undefined ? undefined : connections.get(cutover.to);
  const stage = cutover === undefined ? 0 : candidate !== undefined && isHandedOver(candidate) ? 2 : 1;
  const stages = stagesOf(state, old !== undefined && isActive(old));
  return stages.map((one, index) => ({ ...one, isNow: index === stage })).slice(stage);
}

function stagesOf({ plan, isByHand }: UndoState, isReplacing: boolean): readonly Omit<Undo, "isNow">[] {
  const abort = `\`rosterform abort '${plan.address}'\``;
  const off = isByHand
    ? "It then asks you to disable the new connection in Campus."
    : "It disables the new connection.";
  const begun = [
    {
      when: "Before anything is generated",
      how: "Do nothing, and take the change out of the document. Nothing has happened yet.",
    },
    { when: "Generated, but the vendor does not have the values", how: `${abort}. ${off} Nobody notices.` },
  ];
  if (!isReplacing) {
    return [
      ...begun,
      {
        when: "The vendor has the values",
        how: `Tell the vendor first; what it built on them stops. Then ${abort}. ${off}`,
      },
      {
        when: "Closed: the connection is the current one",
        how: "Say `state: disabled` in the document and plan again.",
      },
    ];
  }
  return [
    ...begun,
    {
      when: "The vendor has the values, and the old connection is still active",
      how: isByHand
        ? "First the vendor puts its old values back and says so; otherwise it would be cut off. Then put the document back as it was: the next `rosterform do` asks what the vendor said, and only then to disable the new connection in Campus."
        : `First the vendor puts its old values back and says so; otherwise it would be cut off. Then ${abort}. ${off}`,
    },
    {
      when: "Closed: the old connection is disabled",
      how: isByHand
        ? `There is no way straight back. ${REENABLING_IS_UNKNOWN} Put the document back as it was: the next plan generates another connection, and the vendor moves once more.`
        : `\`rosterform rollback '${plan.address}'\`, while the store still can. It enables the old connection again next to the new one; then put the document back as it was.`,
    },
  ];
}

function simpleUndo(kinds: ReadonlySet<string>): Undo {
  const when = "At any time";
  if (kinds.has("disable") || kinds.has("abandon")) {
    return {
      when: "After it is disabled",
      how: `There is no way straight back. ${REENABLING_IS_UNKNOWN} To connect the vendor again, say \`state: active\`: a new connection is generated.`,
      isNow: false,
    };
  }
  return {
    when,
    how: "Put the document back as it was and plan again: the change is made the other way round.",
    isNow: true,
  };
}
