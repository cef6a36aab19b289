import type { Address } from "../model/address.ts";
import type { ConnectionId } from "../model/live.ts";
import type { Credentials } from "../model/secret.ts";
import type { OneRosterVersion } from "../model/traits.ts";
import type { Pulled } from "./consumer.ts";
import { type Behaviour, type Happening, LATE_DAYS } from "./script.ts";
import type { Watched } from "./watch.ts";

/** Four values, and which connection they belong to. */
export interface Values {
  readonly connection: ConnectionId;
  readonly version: OneRosterVersion;
  readonly credentials: Credentials;
}

/** A vendor at one address: one system, or two that are moved apart. */
export interface Vendor {
  readonly address: Address;
  readonly systems: readonly Watched[];
  /** The connection that a hand-over brought; nothing is entered yet. */
  receive(values: Values, day: number): void;
  /** Enters what is due. */
  enter(day: number): readonly Happening["what"][];
  /** Syncs every system with what it has. */
  sync(pull: (values: Values) => Promise<Pulled>): Promise<readonly Happening["what"][]>;
  /** The old connection was disabled. */
  hearOfClosing(day: number): void;
  /** Whether every system works with these values, for a person who asks. */
  hasMovedTo(connection: ConnectionId): boolean;
  /** Whether it will still do something other than sync. */
  isDue(): boolean;
}

interface System extends Watched {
  readonly address: Address;
  readonly holds: Set<ConnectionId>;
  configured?: Values;
  /** The version that it speaks, whatever its values are. */
  speaks?: OneRosterVersion;
  /** With which connection the last sync went well. */
  worksWith?: ConnectionId;
  lastTrouble?: string;
}

/** Makes a vendor; `old` are the values it has today, if any. */
export function createVendor(address: Address, behaviour: Behaviour, old: Values | undefined): Vendor {
  const systems = Array.from({ length: behaviour === "half-moved" && old !== undefined ? 2 : 1 }, () =>
    system(address, old),
  );
  let inbox: { readonly values: Values; readonly day: number } | undefined;
  let returnsOn: number | undefined;
  let before = old;
  const [first] = systems;
  return {
    address,
    systems,
    receive: (values, day) => {
      if (systems.every((one) => one.configured?.connection === values.connection)) return;
      inbox = { values, day };
    },
    enter: (day) => {
      if (first === undefined) return [];
      if (returnsOn !== undefined && day >= returnsOn && before !== undefined) {
        returnsOn = undefined;
        enterInto(first, before, "both");
        return [{ kind: "went-back", connection: before.connection }];
      }
      if (inbox === undefined || behaviour === "silent" || day < inbox.day + (behaviour === "late" ? LATE_DAYS : 0))
        return [];
      const { values } = inbox;
      inbox = undefined;
      before = first.configured;
      enterInto(first, values, behaviour === "back-to-old" ? "both" : "only");
      if (behaviour === "wrong-version") first.speaks = values.version === "1.1" ? "1.2" : "1.1";
      return [{ kind: "entered", connection: values.connection }];
    },
    sync: async (pull) => {
      const seen: Happening["what"][] = [];
      for (const one of systems) seen.push(...(await syncOne(one, pull, old?.connection)));
      return seen;
    },
    hearOfClosing: (day) => {
      if (behaviour === "back-to-old" && before !== undefined) returnsOn = day + 1;
    },
    hasMovedTo: (connection) => systems.every((one) => one.worksWith === connection),
    isDue: () => returnsOn !== undefined || (inbox !== undefined && behaviour !== "silent"),
  };
}

function system(address: Address, values: Values | undefined): System {
  return {
    address,
    holds: new Set(values === undefined ? [] : [values.connection]),
    ...(values === undefined ? {} : { configured: values }),
  };
}

/** Who enters new values usually writes over the old ones; some keep a note of both. */
function enterInto(one: System, values: Values, keeps: "only" | "both"): void {
  one.configured = values;
  if (keeps === "only") one.holds.clear();
  one.holds.add(values.connection);
}

async function syncOne(
  one: System,
  pull: (values: Values) => Promise<Pulled>,
  old: ConnectionId | undefined,
): Promise<readonly Happening["what"][]> {
  const { configured } = one;
  if (configured === undefined) return [];
  const which = configured.connection === old ? "old" : "new";
  const pulled = await pull({ ...configured, version: one.speaks ?? configured.version });
  if (pulled.kind === "pulled") {
    const isNews = one.worksWith !== configured.connection;
    one.worksWith = configured.connection;
    delete one.lastTrouble;
    return isNews ? [{ kind: "synced", configured: which }] : [];
  }
  const why = `${pulled.at}: ${pulled.status === undefined ? "no answer" : `HTTP ${pulled.status}`}`;
  // The same trouble night after night is said once.
  if (one.lastTrouble === why) return [];
  one.lastTrouble = why;
  return [{ kind: "sync-failed", why, configured: which }];
}
