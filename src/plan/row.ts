import type { Address } from "../model/address.ts";
import type { DesiredConnection } from "../model/desired.ts";
import { isActive, type LiveConnection, type Slot } from "../model/live.ts";
import type { Instant } from "../model/time.ts";
import { connectionAt, type Index, slotFor } from "./index-district.ts";

/** Everything the decision about one address looks at: one row of the table in docs/life-of-a-change.md. */
export interface Row {
  readonly desired: DesiredConnection;
  readonly slot: Slot | undefined;
  /** The connection in use at this address. */
  readonly current: LiveConnection | undefined;
  /** The connection that the open cut-over leads to; may be `current` itself when two were tied. */
  readonly candidate: LiveConnection | undefined;
  /** The connection that closing the open cut-over disables. */
  readonly from: LiveConnection | undefined;
  /** The address whose current connection `from` is, where that is another one than this. */
  readonly fromHolder: Address | undefined;
  /** The old address of the slot when this one was renamed and has none of its own yet. */
  readonly renamedFrom: Address | undefined;
  /** Active connections in this vendor's tile that nobody manages and no line adopts. */
  readonly found: readonly LiveConnection[];
  /** The connection that `adopt:` names, whatever its state. */
  readonly adoptee: LiveConnection | undefined;
  /** The address that holds it, where it is another one than this. */
  readonly adopteeHolder: Address | undefined;
  /** The active connection of the address that `replaces:` names. */
  readonly replaced: LiveConnection | undefined;
  /** Another address whose cut-over has to end before `replaced` can be taken over from here. */
  readonly replacedBusyAt: Address | undefined;
  /** The address that replaces this one and has not taken over yet. */
  readonly replacedBy: Address | undefined;
  /** Another address whose open cut-over is going to disable `current`. */
  readonly pendingAt: Address | undefined;
  /** Connections that a line protects, and the address of that line. */
  readonly protectedAt: Index["protectedAt"];
  readonly observesUse: boolean;
  readonly now: Instant;
}

/** Collects what the decision about `desired` looks at. */
export function rowOf(desired: DesiredConnection, index: Index, now: Instant): Row {
  const { address } = desired;
  const other = (holder: Address | undefined): Address | undefined => (holder === address ? undefined : holder);
  const slot = slotFor(index, address);
  const current = connectionAt(index, slot?.current);
  const from = connectionAt(index, slot?.cutover?.from);
  const adoptee = desired.adopt === undefined ? undefined : index.byClientId.get(desired.adopt);
  const replaced = replacedBy(desired, index);
  // Of several lines that replace the same address, the first takes over.
  const firstReplacer = desired.replaces && index.replacers.get(desired.replaces);
  return {
    desired,
    slot,
    current,
    candidate: connectionAt(index, slot?.cutover?.to),
    from,
    fromHolder: from && other(index.holders.get(from.id)),
    renamedFrom: slot === undefined ? undefined : other(slot.address),
    found: index.found.get(desired.vendor.toLowerCase()) ?? [],
    adoptee,
    adopteeHolder: adoptee && other(index.holders.get(adoptee.id) ?? index.busy.get(adoptee.id)),
    replaced,
    replacedBusyAt: replaced && other(index.busy.get(replaced.id) ?? firstReplacer),
    replacedBy: other(index.replacers.get(address)),
    pendingAt: current && other(index.pending.get(current.id)),
    protectedAt: index.protectedAt,
    observesUse: index.observesUse,
    now,
  };
}

/** What `replaces:` points at, unless its own line already accepts that it is cut off before anybody takes over. */
function replacedBy(desired: DesiredConnection, index: Index): LiveConnection | undefined {
  if (desired.replaces === undefined) return undefined;
  const line = index.desired.get(desired.replaces);
  const current = connectionAt(index, slotFor(index, desired.replaces)?.current);
  if (current === undefined || !isActive(current)) return undefined;
  return line !== undefined && acceptsCutOff(line) ? undefined : current;
}

/** Whether a line says both "disabled" and "even if the vendor still uses it". */
export function acceptsCutOff(desired: DesiredConnection): boolean {
  return desired.state === "disabled" && desired.accepts.some((item) => item === "cut-off");
}
