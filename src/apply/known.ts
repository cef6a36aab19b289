import { OutsideError } from "../diagnostics/outside-error.ts";
import type { ConnectionId, LiveConnection, LiveDistrict } from "../model/live.ts";
import type { AddressPlan } from "../plan/plan.ts";
import type { StoreReader } from "../stores/store.ts";

/** The connections of one address as they were last seen: in the plan, in what was read for it, in answers to writes. */
export interface Known {
  /** The connection as last seen; the store is read only when nobody has seen it yet. */
  get(id: ConnectionId): Promise<LiveConnection>;
  /** Takes note of what a write answered. */
  see(connection: LiveConnection): void;
}

/** What is known about an address's connections before its first step. */
export function createKnown(plan: AddressPlan, live: LiveDistrict | undefined, store: StoreReader): Known {
  const seen = new Map<ConnectionId, LiveConnection>();
  const seeAll = (connections: Iterable<LiveConnection>): void => {
    for (const connection of connections) if (!seen.has(connection.id)) seen.set(connection.id, connection);
  };
  seeAll(connectionsIn(plan));
  return {
    see: (connection) => void seen.set(connection.id, connection),
    async get(id) {
      if (!seen.has(id) && live !== undefined) seeAll(live.connections);
      if (!seen.has(id)) {
        for await (const district of store.read([plan.desired.district])) seeAll(district.connections);
      }
      const connection = seen.get(id);
      if (connection !== undefined) return connection;
      throw new OutsideError("apply/connection-gone", `The store no longer knows connection ${id}.`, {
        fix: "Plan again to see where the address stands now.",
      });
    },
  };
}

function connectionsIn(plan: AddressPlan): readonly LiveConnection[] {
  return plan.actions.flatMap((action) => {
    switch (action.kind) {
      case "switch":
        return [action.from, ...(action.to === undefined ? [] : [action.to])];
      case "wait":
        return [action.candidate, ...(action.from === undefined ? [] : [action.from])];
      case "update":
      case "disable":
        return [action.connection];
      // What is adopted is not the same any more once it is; the answer to that write is.
      case "adopt":
      case "generate":
      case "rename":
      case "keep":
        return [];
    }
  });
}
