import type { Address } from "../../src/model/address.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import type { StoreWriter } from "../../src/stores/store.ts";
import type { Acknowledged, Line } from "./lines.ts";

/** The journal's word for each write. */
const WORDS: Readonly<Record<string, string>> = {
  open: "open",
  tie: "tie",
  restore: "restore",
  beginDelivery: "begin-delivery",
  recordDelivery: "deliver",
  recordFindings: "findings",
  recordStatement: "attestation",
  update: "update",
  adopt: "adopt",
  rename: "rename",
  release: "release",
  closeCutover: "close",
  abandon: "abandon",
  disable: "disable",
};

interface Shelf {
  readonly store: StoreWriter;
  readonly sink: Sink;
}

/** The same store and sink, which say every write once they were told that it is done. */
export function listening({ store, sink }: Shelf, say: (line: Line) => void): Shelf {
  return {
    store: new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== "function") return method;
        const what = WORDS[String(name)];
        if (what === undefined) return method.bind(target);
        return async (command: Command) => {
          const written: unknown = await method.call(target, command);
          const line = acknowledgementOf(what, command, written);
          if (line !== undefined) say(line);
          return written;
        };
      },
    }),
    sink: {
      keeps: sink.keeps,
      target: (address) => sink.target(address),
      deliver: async (handover) => {
        await sink.deliver(handover);
        say({ kind: "delivered", address: handover.address, clientId: handover.connection.clientId });
      },
    },
  };
}

interface Command {
  readonly address: Address;
  readonly revision: number;
  readonly to?: unknown;
}

function acknowledgementOf(what: string, command: Command, written: unknown): Acknowledged | undefined {
  if (!isDone(written)) return undefined;
  const id = connectionIn(written.value);
  return {
    kind: "acknowledged",
    what,
    // A line about a rename stands at the new name.
    address: what === "rename" ? (command.to as Address) : command.address,
    from: command.revision,
    revision: written.revision,
    ...(id === undefined ? {} : { connection: id }),
  };
}

function isDone(written: unknown): written is { readonly revision: number; readonly value: unknown } {
  return typeof written === "object" && written !== null && "kind" in written && written.kind === "done";
}

/** The connection that a write answered with, or that it says it closed over, gave up or disabled. */
function connectionIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const key of ["id", "current", "connection"]) {
    const found: unknown = Reflect.get(value, key);
    if (typeof found === "string") return found;
  }
  return undefined;
}
