import type { KeptStoreSettings, NotifySettings, Settings, StoreSettings, VaultSettings } from "./config/settings.ts";
import { OutsideError } from "./diagnostics/outside-error.ts";
import type { Clock } from "./model/time.ts";
import type { Notifier } from "./notify/notifier.ts";
import type { Ports } from "./reconcile.ts";
import type { Environment } from "./sinks/reference.ts";
import type { Sink } from "./sinks/sink.ts";
import type { AttemptReader, CampusSide, TrafficReader } from "./stores/campus-side.ts";
import type { FilePlace } from "./stores/by-hand.ts";
import type { Hands } from "./stores/hands.ts";
import type { PostgresPlace } from "./stores/postgres.ts";
import type { Registry } from "./stores/registry.ts";
import type { Rekeyed } from "./stores/rekey.ts";
import type { StoreReader, StoreWriter } from "./stores/store.ts";
import type { Upkeep } from "./stores/upkeep.ts";

/**
 * The only file that knows concrete stores, sinks and probes. Settings come in, ports go out; each driver is loaded when
 * it is asked for.
 */

/** Opens the live store for reading. Needs no key and cannot write. */
export async function openReader(
  settings: StoreSettings,
  around: { readonly clock: Clock },
): Promise<StoreReader & TrafficReader & AttemptReader> {
  if (settings.kind === "http") {
    const { openHttpReader, readHttpPlace } = await import("./stores/http.ts");
    return openHttpReader(readHttpPlace(settings));
  }
  if (settings.kind === "by-hand") {
    const { openByHandReader } = await import("./stores/by-hand.ts");
    return openByHandReader({ ...placeOf(settings), ...around });
  }
  if ("url" in settings) {
    const { openPostgresReader } = await import("./stores/postgres.ts");
    return openPostgresReader({ url: settings.url, schema: settings.schema });
  }
  const { openSqliteReader } = await import("./stores/sqlite.ts");
  return openSqliteReader({ path: settings.path, clock: around.clock });
}

/** What a store is opened for writing with. `hands` are asked where people keep it; by default nobody is there. */
export interface AroundWriter {
  readonly clock: Clock;
  readonly by: string;
  readonly hands?: Hands;
  /** How long to wait for others who write, in milliseconds; 0: not at all. Left out, ten seconds. */
  readonly lockMs?: number;
}

/** A store that the live system itself keeps. */
export type CampusSettings = KeptStoreSettings & { readonly kind: Exclude<KeptStoreSettings["kind"], "by-hand"> };

/** Opens the live store for writing in somebody's name; a live system's own with the side on which a campus stands. */
export async function openWriter(settings: CampusSettings, around: AroundWriter): Promise<StoreWriter & CampusSide>;
export async function openWriter(settings: StoreSettings, around: AroundWriter): Promise<StoreWriter>;
export async function openWriter(settings: StoreSettings, around: AroundWriter): Promise<StoreWriter> {
  if (settings.kind === "by-hand") return openRegistry(settings, around);
  if (settings.kind === "http") {
    // In whose name it is written is the token's matter, and not ours.
    const { openHttpWriter, readHttpPlace } = await import("./stores/http.ts");
    const { lockMs } = around;
    const patience = lockMs === undefined ? {} : { patience: { totalMs: lockMs } };
    return openHttpWriter({ ...readHttpPlace(settings), ...patience });
  }
  const { clock, by } = around;
  if ("url" in settings) {
    const { openPostgresWriter } = await import("./stores/postgres.ts");
    return openPostgresWriter({ ...placeOf(settings, around), keyFile: settings.keyFile, clock, by });
  }
  const { openSqliteWriter } = await import("./stores/sqlite.ts");
  return openSqliteWriter({ ...placeOf(settings, around), keyFile: settings.keyFile, clock, by });
}

/** Opens a store that people keep, to tell it what they saw. Refuses a live system's own, which sees for itself. */
export async function openRegistry(settings: StoreSettings, around: AroundWriter): Promise<StoreWriter & Registry> {
  if (settings.kind !== "by-hand") {
    throw new OutsideError("stores/not-by-hand", "this store is a live system's own, and not kept by hand", {
      fix: "Only a store with `kind: by-hand` is told what exists; this one knows it by itself.",
    });
  }
  const { openByHandWriter } = await import("./stores/by-hand.ts");
  const { clock, by, hands } = around;
  const asking = hands === undefined ? {} : { hands };
  return openByHandWriter({ ...placeOf(settings, around), keyFile: settings.keyFile, clock, by, ...asking });
}

/** A store that is thrown away with the process, for rehearsals. It sees use where the store that it stands for does. */
export async function createThrowAwayStore(around: {
  readonly clock: Clock;
  readonly by: string;
  readonly observesUse: boolean;
}): Promise<StoreWriter & CampusSide> {
  const { createMemoryStore } = await import("./stores/memory.ts");
  return createMemoryStore(around);
}

/** Makes an empty store and its key file where there are none. Never overwrites. */
export async function createStore(settings: StoreSettings, around: { readonly clock: Clock }): Promise<void> {
  requireKept(settings);
  if (settings.kind === "by-hand") {
    const { createByHandStore } = await import("./stores/by-hand.ts");
    return createByHandStore({ ...placeOf(settings), keyFile: settings.keyFile });
  }
  if ("url" in settings) {
    const { createPostgresStore } = await import("./stores/postgres.ts");
    return createPostgresStore({ url: settings.url, schema: settings.schema, keyFile: settings.keyFile });
  }
  const { createSqliteStore } = await import("./stores/sqlite.ts");
  await createSqliteStore({ path: settings.path, keyFile: settings.keyFile, ...around });
}

/** Opens a store for its upkeep: to move all of it to another one, or to seal it anew. */
export async function openUpkeep(settings: StoreSettings, around: AroundWriter): Promise<Upkeep> {
  requireKept(settings);
  const { clock, by } = around;
  const options = {
    keyFile: settings.keyFile,
    clock,
    by,
    ...(settings.kind === "by-hand" ? { byHand: true as const } : {}),
  };
  if ("url" in settings) {
    const { openPostgresUpkeep } = await import("./stores/postgres.ts");
    return openPostgresUpkeep({ ...placeOf(settings, around), ...options });
  }
  const { openSqliteUpkeep } = await import("./stores/sqlite.ts");
  return openSqliteUpkeep({ ...placeOf(settings, around), ...options });
}

/** Seals every secret of a store under a new key, which takes the place of the old one. */
export async function rekeyStore(settings: StoreSettings, around: AroundWriter): Promise<Rekeyed> {
  requireKept(settings);
  const { rekey } = await import("./stores/rekey.ts");
  return rekey(settings.keyFile, (keyFile) => openUpkeep({ ...settings, keyFile }, around));
}

type Waiting = Pick<AroundWriter, "lockMs">;
type InPostgres = Extract<KeptStoreSettings, { readonly url: unknown }>;
type InFile = Extract<KeptStoreSettings, { readonly path: string }>;

/** Where a store is, and how long its drivers wait for others there. */
function placeOf(settings: InPostgres, waiting?: Waiting): PostgresPlace;
function placeOf(settings: InFile, waiting?: Waiting): FilePlace;
function placeOf(settings: KeptStoreSettings, waiting?: Waiting): PostgresPlace | FilePlace;
function placeOf(settings: KeptStoreSettings, { lockMs }: Waiting = {}): PostgresPlace | FilePlace {
  if ("url" in settings) {
    const { url, schema } = settings;
    return { url, schema, ...(lockMs === undefined ? {} : { patience: { lockMs } }) };
  }
  return { path: settings.path, ...(lockMs === undefined ? {} : { busyTimeoutMs: lockMs }) };
}

/** What is done to a store as a whole is done where its key is. */
export function requireKept(settings: StoreSettings): asserts settings is KeptStoreSettings {
  if (settings.kind !== "http") return;
  throw new OutsideError("stores/on-a-server", `the store at ${settings.address} is a server's, and so is its key`, {
    fix: "Run this on the server, with a project file that names the store itself (`kind: sqlite` or `kind: postgres`).",
  });
}

/** What applying needs, opened. `show` is where a terminal sink prints. */
export async function openPorts(
  settings: Settings,
  around: AroundWriter & { readonly terminal: Terminal; readonly env?: Environment },
): Promise<Ports> {
  // First what may be missing and leaves nothing open: a run that could not hand over generates nothing.
  const sink = await createSink(settings, around);
  return { sink, ...(await openProof(settings, around)) };
}

/** What confirming needs, opened: nothing is handed over, so what only a sink needs may be missing. */
export async function openProof(settings: Settings, around: AroundWriter): Promise<Omit<Ports, "sink">> {
  const store = await openWriter(settings.store, around);
  const { createHttpLadder } = await import("./confirm/http-ladder.ts");
  return { store, ladder: createHttpLadder(settings.probe) };
}

/** Where a terminal sink writes, and whether somebody is there to see it. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Shows a text to somebody who is there, once, and leaves nothing of it. Absent: nobody is. */
  readonly reveal?: (text: string) => Promise<void>;
}

/** What a sink may need besides its settings. `env` is where references lead; by default the process's own. */
interface AroundSink {
  readonly terminal: Terminal;
  readonly env?: Environment;
}

async function createSink({ deliver }: Settings, { terminal, env = process.env }: AroundSink): Promise<Sink> {
  switch (deliver.kind) {
    case "held": {
      const { createHeldSink } = await import("./sinks/held.ts");
      return createHeldSink();
    }
    case "file": {
      const { createFileSink } = await import("./sinks/file.ts");
      return createFileSink(deliver);
    }
    case "age": {
      const { createAgeSink } = await import("./sinks/age.ts");
      return createAgeSink(deliver);
    }
    case "terminal": {
      const { createTerminalSink } = await import("./sinks/terminal.ts");
      return createTerminalSink({ ...terminal, write: terminal.reveal ?? terminal.write });
    }
    case "packet": {
      const { createPacketSink } = await import("./sinks/packet.ts");
      const { reveal } = terminal;
      return createPacketSink({ ...deliver, ...(reveal === undefined ? {} : { tell: reveal }) });
    }
    case "variables": {
      const { createVariablesSink } = await import("./sinks/variables.ts");
      return createVariablesSink({ ...deliver, env, write: terminal.write });
    }
    case "kubernetes": {
      const { createKubernetesSink } = await import("./sinks/kubernetes.ts");
      return createKubernetesSink(deliver);
    }
    case "vault":
      return openVault(deliver, env);
    case "command": {
      const { createCommandSink } = await import("./sinks/command.ts");
      return createCommandSink(deliver);
    }
  }
}

async function openVault({ token, ca, ...place }: VaultSettings, env: Environment): Promise<Sink> {
  const { createVaultSink } = await import("./sinks/vault.ts");
  const { readReference } = await import("./sinks/reference.ts");
  const authority = ca === undefined ? {} : { ca: await readReference(ca, "the certificate authority of Vault", env) };
  return createVaultSink({
    ...place,
    token: await readReference(token, "the token for Vault", env),
    ...authority,
  });
}

/**
 * Who is told about a run after it has ended. Everything that the settings refer to is read now, so that what is missing is known
 * before a run begins: throws `notify/bad-reference`, and what `createWebhook` throws. Opens no connection.
 */
export async function openNotifier(
  { url, secret, ca, timeoutMs }: NotifySettings,
  { clock, env }: { readonly clock: Clock; readonly env: Environment },
): Promise<Notifier> {
  const { createWebhook } = await import("./notify/webhook.ts");
  const { readReference } = await import("./sinks/reference.ts");
  const under = { key: "notify", code: "notify/bad-reference" };
  const authority =
    ca === undefined ? {} : { ca: await readReference(ca, "the certificate authority of the receiver", env, under) };
  return createWebhook({
    url: await readReference(url, "the address for notifications", env, under),
    secret: await readReference(secret, "the key that notifications are signed with", env, under),
    ...authority,
    timeoutMs,
    clock,
  });
}
