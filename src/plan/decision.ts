import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Action, Disable, Keep } from "./action.ts";
import type { Row } from "./row.ts";

/** What is decided about one address: actions in the order in which they happen, and what blocks them. */
export interface Decision {
  readonly actions: readonly Action[];
  readonly refusals: readonly Diagnostic[];
}

/** Nothing changes; the reason says why where that is not plain. */
export function keep(row: Row, reason?: string): Keep {
  const { desired, current } = row;
  return {
    kind: "keep",
    address: desired.address,
    ...(current === undefined ? {} : { connection: current }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The candidate is given up; the store still refuses when somebody uses it. */
export function abandon(row: Row, connection: LiveConnection, reason: string): Disable {
  const { address, quietMs } = row.desired;
  return { kind: "disable", address, connection, because: "abandoned", loses: [], quietMs, reason };
}

/** Nothing changes because something is in the way. */
export function refused(row: Row, refusal: Diagnostic): Decision {
  return { actions: [keep(row)], refusals: [refusal] };
}

/** Nothing is in the way. */
export function fine(actions: readonly Action[]): Decision {
  return { actions, refusals: [] };
}
