import type { Settings, StoreSettings } from "./config/settings.ts";
import type { Clock } from "./model/time.ts";
import type { Ports } from "./reconcile.ts";
import type { Sink } from "./sinks/sink.ts";
import type { CampusSide } from "./stores/campus-side.ts";
import type { StoreReader, StoreWriter } from "./stores/store.ts";

/**
 * The only file that knows concrete stores, sinks and probes. Settings come in, ports go out; each driver is loaded when
 * it is asked for.
 */

/** Opens the live store for reading. Needs no key and cannot write. */
export async function openReader(settings: StoreSettings, around: { readonly clock: Clock }): Promise<StoreReader> {
  const { openSqliteReader } = await import("./stores/sqlite.ts");
  return openSqliteReader({ path: settings.path, clock: around.clock });
}

/** Opens the live store for writing in somebody's name, with the side on which a campus stands. */
export async function openWriter(
  settings: StoreSettings,
  around: { readonly clock: Clock; readonly by: string },
): Promise<StoreWriter & CampusSide> {
  const { openSqliteWriter } = await import("./stores/sqlite.ts");
  return openSqliteWriter({ path: settings.path, keyFile: settings.keyFile, ...around });
}

/** Makes an empty store and its key file where there are none. Never overwrites. */
export async function createStore(settings: StoreSettings, around: { readonly clock: Clock }): Promise<void> {
  const { createSqliteStore } = await import("./stores/sqlite.ts");
  await createSqliteStore({ path: settings.path, keyFile: settings.keyFile, ...around });
}

/** What applying needs, opened. `show` is where a terminal sink prints. */
export async function openPorts(
  settings: Settings,
  around: { readonly clock: Clock; readonly by: string; readonly terminal: Terminal },
): Promise<Ports> {
  const store = await openWriter(settings.store, around);
  const sink = await createSink(settings, around.terminal);
  const { createHttpLadder } = await import("./confirm/http-ladder.ts");
  return { store, sink, ladder: createHttpLadder(settings.probe) };
}

/** Where a terminal sink writes, and whether somebody is there to see it. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

async function createSink({ deliver }: Settings, terminal: Terminal): Promise<Sink> {
  switch (deliver.kind) {
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
      return createTerminalSink(terminal);
    }
  }
}
