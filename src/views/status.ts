import type { Address, DistrictId } from "../model/address.ts";
import { type ConnectionId, isActive, type LiveConnection, type LiveDistrict, type Slot } from "../model/live.ts";
import type { Instant } from "../model/time.ts";
import type { Awaited } from "../plan/action.ts";
import type { AddressPlan, Plan } from "../plan/plan.ts";
import { type EvidenceWords, evidenceForCutover, evidenceOf } from "./evidence.ts";
import { awaitsOf } from "./waiting.ts";

/** How an address stands, in one word or two. */
export type State =
  | "active"
  /** A first connection that is not proven yet. */
  | "setting up"
  /** A cut-over from another connection is open. */
  | "switching"
  | "disabled"
  /** Somebody disabled the connection in use by hand. */
  | "disabled outside"
  | "none";

/** How one address of the documents stands in the live system. */
export interface StatusRow {
  readonly address: Address;
  readonly state: State;
  readonly current?: LiveConnection;
  readonly candidate?: LiveConnection;
  /** About the candidate where there is one, else about the connection in use. */
  readonly evidence?: EvidenceWords;
  readonly awaits: readonly Awaited[];
  /** Whether use and a statement are two ways to the same end here. */
  readonly isEither: boolean;
  /** Since when it stands so: the cut-over was opened, or the connection generated. */
  readonly since?: Instant;
  /** What the next run would do apart from keeping and waiting. */
  readonly plans: readonly string[];
  readonly hold?: "blocked" | "observe";
}

/** One row for each address of a plan, in its order. */
export function statusRows(plan: Plan, live: ReadonlyMap<DistrictId, LiveDistrict>): readonly StatusRow[] {
  return plan.districts.flatMap((district) => {
    const connections = new Map(live.get(district.district)?.connections.map((one) => [one.id, one]));
    return district.addresses.map((one) => statusRow(one, connections, plan.madeAt));
  });
}

function statusRow(plan: AddressPlan, connections: ReadonlyMap<ConnectionId, LiveConnection>, now: Instant): StatusRow {
  const { slot, address, hold, desired } = plan;
  const find = (id: ConnectionId | undefined): LiveConnection | undefined =>
    id === undefined ? undefined : connections.get(id);
  const current = find(slot?.current);
  const candidate = find(slot?.cutover?.to);
  const evidence = evidenceAt(slot, { current, candidate, from: find(slot?.cutover?.from) }, desired.quietMs, now);
  const since = slot?.cutover?.openedAt ?? current?.createdAt;
  return {
    address,
    state: stateOf(slot, current),
    ...(current === undefined ? {} : { current }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(evidence === undefined ? {} : { evidence }),
    awaits: awaitsOf(plan),
    isEither: slot?.cutover?.requires.clauses.includes("used-or-attested") ?? true,
    ...(since === undefined ? {} : { since }),
    plans: plan.actions.filter(({ kind }) => kind !== "keep" && kind !== "wait").map(({ kind }) => kind),
    ...(hold === undefined ? {} : { hold }),
  };
}

function stateOf(slot: Slot | undefined, current: LiveConnection | undefined): State {
  if (slot?.cutover !== undefined) return slot.cutover.from === undefined ? "setting up" : "switching";
  if (current !== undefined) return isActive(current) ? "active" : "disabled outside";
  return slot?.previous === undefined ? "none" : "disabled";
}

interface Around {
  readonly current: LiveConnection | undefined;
  readonly candidate: LiveConnection | undefined;
  readonly from: LiveConnection | undefined;
}

function evidenceAt(
  slot: Slot | undefined,
  { current, candidate, from }: Around,
  quietMs: number,
  now: Instant,
): EvidenceWords | undefined {
  if (slot?.cutover !== undefined && candidate !== undefined) {
    return evidenceForCutover(candidate, from, slot.cutover.requires, now);
  }
  return current === undefined ? undefined : evidenceOf(current, quietMs, now);
}
