import { setTimeout as pause } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import type { Address } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import type { TestStore } from "../stores/world.ts";
import type { InvariantName } from "./violation.ts";
import type { Place } from "./place.ts";

/** A store or a sink that breaks a promise on purpose, so that the torture is seen to notice. Over SQLite only. */
interface Flaw {
  /** The invariant that has to name it. */
  readonly breaks: InvariantName;
  /** The write it happens at. */
  readonly at: Write;
  /** What is done to the tables behind the store's back once the write was done. */
  readonly sql?: (where: { readonly address: Address; readonly connection: string }) => string;
  /** Whether it is there once the fault is over, too. */
  readonly isLasting?: true;
  /** What is answered instead of doing the write. */
  readonly instead?: (store: TestStore, command: Command) => Promise<unknown>;
}

type Write = "open" | "recordDelivery" | "recordFindings" | "closeCutover" | "update" | "deliver";

interface Command {
  readonly address: Address;
  readonly revision: number;
  readonly connection?: ConnectionId;
  readonly probed?: { readonly about: { readonly connection: ConnectionId } };
}

export type FlawName = keyof typeof FLAWS;

export const FLAWS = {
  "closes before there is evidence": {
    breaks: "address-works",
    at: "recordDelivery",
    sql: ({ address }) => `${disabling} where id in (select cutover_from from slots where address = '${address}')`,
  },
  "takes away what a vendor works with": {
    breaks: "vendor-works",
    at: "closeCutover",
    sql: ({ connection }) => `${disabling} where id = '${connection}' and last_use is not null`,
  },
  "mints twice": {
    breaks: "one-each",
    at: "open",
    sql: ({ connection }) => copying(connection),
  },
  "mints without a line": {
    breaks: "minted-once",
    at: "open",
    sql: ({ connection }) => copying(connection),
  },
  "loses an acknowledged write": {
    breaks: "acknowledged",
    at: "recordFindings",
    instead: async (store, { probed, revision }) => {
      const value = probed === undefined ? undefined : await store.connection(probed.about.connection);
      return { kind: "done", value: { ...value, evidence: [probed] }, revision: revision + 1 };
    },
  },
  "goes back to an older revision": {
    breaks: "never-back",
    at: "recordDelivery",
    sql: ({ address }) =>
      `update districts set revision = revision - 5 where district in (select district from slots where address = '${address}')`,
  },
  "forgets a secret": {
    breaks: "credentials",
    at: "open",
    sql: ({ connection }) => `delete from secrets where connection = '${connection}'`,
  },
  "drops a line of the journal": {
    breaks: "journal",
    at: "recordDelivery",
    sql: ({ address }) => `drop trigger journal_refuses_delete;
      delete from journal where sequence in (select max(sequence) from journal where address = '${address}')`,
  },
  "changes what was asked for": {
    breaks: "same-world",
    at: "open",
    sql: ({ connection }) => `update connections set application = 'Another' where id = '${connection}'`,
  },
  "says that it edited, and did not": {
    breaks: "rest",
    at: "update",
    isLasting: true,
    instead: async (store, { connection, revision }) => {
      const value = connection === undefined ? undefined : await store.connection(connection);
      return { kind: "done", value, revision };
    },
  },
  "makes a mistake": {
    breaks: "no-mistake",
    at: "recordFindings",
    instead: async () => {
      throw new TypeError("the torture made this mistake on purpose");
    },
  },
  "never answers": {
    breaks: "ends",
    at: "recordFindings",
    instead: async () => await pause(3_600_000),
  },
  "cannot be used any more": {
    breaks: "goes-on",
    at: "open",
    sql: () => "drop table if exists traffic",
  },
  "damages its file": {
    breaks: "file",
    at: "open",
    sql: () => "insert or ignore into secrets values ('c-nobody', 'a secret of no connection')",
  },
  "hands out before it opens": { breaks: "sheet", at: "deliver" },
} as const satisfies Readonly<Record<string, Flaw>>;

const disabling = "update connections set disabled_at = created_at, disabled_by = 'nobody', disabled_how = 'closed'";

function copying(connection: string): string {
  return `create temp table twin as select * from connections where id = '${connection}';
    update twin set number = null, address = null, generation = null, id = id || '-twin', client_id = client_id || '-twin';
    insert into connections select * from twin; drop table twin`;
}

/** The flaws that last beyond the fault. */
export function lasting(name: FlawName | undefined): FlawName | undefined {
  if (name === undefined) return undefined;
  const flaw: Flaw = FLAWS[name];
  return flaw.isLasting ? name : undefined;
}

/** The store with its flaw, or as it is. */
export function flawedStore(store: TestStore, place: Place, name: FlawName | undefined): TestStore {
  if (name === undefined || place.kind !== "sqlite") return store;
  const flaw: Flaw = FLAWS[name];
  return new Proxy(store, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key, target);
      if (typeof method !== "function") return method;
      if (key !== flaw.at) return method.bind(target);
      return async (command: Command) => {
        if (flaw.instead !== undefined) return await flaw.instead(target, command);
        const written: { readonly value?: object } = await method.call(target, command);
        const connection: unknown = Reflect.get(written.value ?? {}, key === "closeCutover" ? "current" : "id");
        if (flaw.sql === undefined || typeof connection !== "string") return written;
        await execute(place.path, flaw.sql({ address: command.address, connection }));
        // So that whoever looks on has the time to see it.
        await pause(40);
        return written;
      };
    },
  });
}

/** Behind the store's back, but not while somebody writes: that may be this very process, which must not be held up. */
async function execute(path: string, statements: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const database = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: false });
    try {
      database.exec(`begin immediate; ${statements}; commit`);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
    } finally {
      database.close();
    }
    await pause(10);
  }
}

/** The sink with its flaw, or as it is: what it holds is nobody's. */
export function flawedSink<S extends Sink>(sink: S, name: FlawName | undefined): S {
  const flaw: Flaw | undefined = name === undefined ? undefined : FLAWS[name];
  if (flaw?.at !== "deliver") return sink;
  return {
    ...sink,
    deliver: (handover) =>
      sink.deliver({ ...handover, credentials: { ...handover.credentials, clientId: "client-nobody" } }),
  };
}
