import { isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";
import { isSameEditable } from "../model/traits.ts";
import type { Action, Update } from "./action.ts";
import { countActions } from "./counts.ts";
import type { AddressPlan, Plan } from "./plan.ts";

/**
 * What of a plan puts drift back, and nothing else: edits of connections that are in use and were edited outside since they
 * were last applied. Whatever else was planned at an address is held there, the edits with it: no connection is generated,
 * enabled, disabled or taken over from by what is left, whatever the plan was. A held address says what is left to `apply`.
 */
export function onlyHealing(plan: Plan): Plan {
  const districts = plan.districts.map((one) => ({ ...one, addresses: one.addresses.map(healingOf), unmanaged: [] }));
  return { ...plan, districts, counts: countActions(districts.flatMap((one) => one.addresses)) };
}

/**
 * Whether every connection that a slot of the district names is there. Where one is gone nothing of the district can be
 * planned: what became of it has to be found out first.
 */
export function isWhole({ slots, connections }: LiveDistrict): boolean {
  const known = new Set(connections.map(({ id }) => id));
  return slots.every(({ current, previous, cutover }) =>
    [current, previous, cutover?.from, cutover?.to].every((id) => id === undefined || known.has(id)),
  );
}

function healingOf(plan: AddressPlan): AddressPlan {
  const { slot, actions, steps } = plan;
  const moves = actions.filter(isMove);
  const [edit] = moves;
  if (edit?.kind === "update" && moves.length === 1 && slot !== undefined && isPuttingBack(edit, slot)) {
    return { ...plan, actions: [asHealing(edit, slot)], steps: steps.filter(isEditing) };
  }
  const left = moves.length === 0 ? undefined : whatIsLeft(moves);
  return { ...plan, actions: actions.flatMap((action) => held(action, plan, left)).slice(0, 1), steps: [] };
}

/** The connection is the one that was last applied, it works, it is not what was applied, and nothing else is under way. */
function isPuttingBack({ connection }: Update, { applied, current, cutover }: Slot): boolean {
  if (applied === undefined || cutover !== undefined) return false;
  if (applied.connection !== connection.id || current !== connection.id || !isActive(connection)) return false;
  return !isSameEditable(applied, connection);
}

function isEditing({ kind }: AddressPlan["steps"][number]): boolean {
  return kind === "update" || kind === "confirm";
}

function asHealing(edit: Update, { applied }: Slot): Update {
  const isAsApplied = applied !== undefined && isSameEditable(applied, edit.desired);
  const also = isAsApplied ? "" : "; the document changed as well since it was last applied";
  return { ...edit, reason: `changed outside; edited in place, the credentials stay${also}` };
}

function held(action: Action, { address }: AddressPlan, left: string | undefined): Action {
  const connection = connectionOf(action);
  const reason = left ?? action.reason;
  return {
    kind: "keep",
    address,
    ...(connection === undefined ? {} : { connection }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function connectionOf(action: Action): LiveConnection | undefined {
  switch (action.kind) {
    case "keep":
    case "update":
      return action.connection;
    case "switch":
    case "wait":
      return action.from;
    default:
      return undefined;
  }
}

const WORDS: Readonly<Record<Move["kind"], string>> = {
  generate: "generating a connection",
  switch: "a switch",
  update: "what the document edits",
  disable: "what the document disables or gives up",
  adopt: "an adoption",
  rename: "a new name",
  wait: "an open cut-over",
};

type Move = Exclude<Action, { readonly kind: "keep" }>;

function isMove(action: Action): action is Move {
  return action.kind !== "keep";
}

function whatIsLeft(moves: readonly Move[]): string {
  return `left to \`apply\`: ${[...new Set(moves.map(({ kind }) => WORDS[kind]))].join(", ")}`;
}
