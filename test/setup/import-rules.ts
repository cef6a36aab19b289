import { roomOf, type Import, type Source } from "./source.ts";

/** What a room may import besides itself. */
export interface Allowed {
  /** Rooms, and files at the top of `src/`. */
  readonly rooms: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[];
  /** Single files (or folders ending in `/`) of rooms that are otherwise closed. */
  readonly files?: readonly string[];
  /** From outside `src/`: anything, packages but nothing of Node's, or nothing at all. Default: anything. */
  readonly outside?: "anything" | "packages" | "nothing";
}

/** The port files: all that is seen of the two shelves, except by drivers.ts, which names what stands on them. */
const STORE_PORTS = [
  "stores/store.ts",
  "stores/check-journal.ts",
  "stores/upkeep.ts",
  "stores/fingerprint.ts",
  "stores/campus-side.ts",
  "stores/hands.ts",
  "stores/registry.ts",
];
const SINK_PORT = "sinks/sink.ts";
const NOTIFY_PORT = "notify/notifier.ts";

const STAGES = ["config", "plan", "confirm", "apply"];
const INSIDE = ["model", "diagnostics", ...STAGES, "views"];
const TOP = ["reconcile.ts", "drivers.ts", "index.ts", "identity.ts", "version.ts"];

/**
 * Who may import whom: the table of the house. The linter keeps most of it while typing (.oxlintrc.json, one entry a
 * room); this one is exact, sees `import()` too, and is what counts. Change both together.
 */
export const TABLE: Readonly<Record<string, Allowed>> = {
  model: { rooms: [], outside: "nothing" },
  diagnostics: { rooms: ["model"] },
  config: { rooms: ["model", "diagnostics"] },
  plan: { rooms: ["model", "diagnostics"], outside: "packages" },
  confirm: { rooms: ["model", "diagnostics"] },
  sinks: { rooms: ["model", "diagnostics"] },
  notify: { rooms: ["model", "diagnostics", "version.ts"] },
  stores: { rooms: ["model", "diagnostics"] },
  views: { rooms: ["model", "diagnostics"], types: ["plan", "confirm", "apply", "rehearsal", "conformance"] },
  conformance: {
    rooms: ["model", "diagnostics", "version.ts"],
    files: ["stores/store.ts", "stores/campus-side.ts", "stores/http.ts", "stores/http/", "config/generated/"],
  },
  apply: { rooms: ["model", "diagnostics", "plan", "confirm"], files: ["stores/store.ts", SINK_PORT] },
  "reconcile.ts": { rooms: ["model", "diagnostics", ...STAGES], files: ["stores/store.ts", SINK_PORT] },
  rehearsal: {
    rooms: ["model", "diagnostics", "plan", "confirm", "apply", "reconcile.ts"],
    files: [...STORE_PORTS, SINK_PORT],
  },
  "drivers.ts": {
    rooms: ["model", "diagnostics", "config", "plan", "confirm", "stores", "sinks", "notify"],
    types: ["reconcile.ts"],
  },
  "library.ts": { rooms: ["model", "diagnostics", ...STAGES, "reconcile.ts", "drivers.ts"] },
  "index.ts": { rooms: [...INSIDE, "library.ts", "drivers.ts", "version.ts"] },
  "version.ts": { rooms: [], outside: "nothing" },
  "identity.ts": { rooms: ["model"], outside: "nothing" },
  cli: { rooms: [...INSIDE, ...TOP, "rehearsal", "conformance"], files: [...STORE_PORTS, SINK_PORT, NOTIFY_PORT] },
  server: { rooms: [...INSIDE, ...TOP, "rehearsal"], files: [...STORE_PORTS, SINK_PORT] },
  terraform: {
    rooms: ["model", "diagnostics", "config", "plan", "apply", "drivers.ts", "identity.ts", "version.ts"],
    // It tells what is waited for in the same words as every view.
    files: ["stores/store.ts", "views/words.ts"],
  },
  // What is said in TypeScript obeys the rules of the YAML: the checks of values, and nothing that reads or runs.
  constructs: { rooms: ["model"], files: ["config/generated/", "config/check-values.ts"] },
};

/** The commands that start the reference campus: the one way from a door to another, and only by `import()`. */
const STARTS_SERVER = /^cli\/commands\/(serve|simulate|quickstart(-[a-z0-9-]+)?)\.ts$/;

/** What an import breaks, or nothing. */
export function breach(source: Source, found: Import): string | undefined {
  const room = roomOf(source.path);
  const allowed = TABLE[room];
  if (allowed === undefined) return `${room} is not a room of the house; test/setup/import-rules.ts names them`;
  if (found.leaves) return `${found.specifier} leaves src/ (schemas as text: config/generated/schemas.ts)`;
  if (found.target === undefined) return outsideBreach(room, allowed, found.specifier);
  if (isAllowed(room, allowed, found)) return undefined;
  if (STARTS_SERVER.test(source.path) && found.target === "server/index.ts") {
    return found.kind === "dynamic" ? undefined : `${room} starts the server by import(), never statically`;
  }
  return `${room} may not import ${found.target}; it may import ${sayAllowed(allowed)}`;
}

function isAllowed(room: string, allowed: Allowed, found: Import): boolean {
  const target = found.target ?? "";
  const there = roomOf(target);
  if (there === room || allowed.rooms.includes(there)) return true;
  if (allowed.types?.includes(there) === true && found.kind === "type") return true;
  return (allowed.files ?? []).some((file) => (file.endsWith("/") ? target.startsWith(file) : target === file));
}

function outsideBreach(room: string, { outside = "anything" }: Allowed, specifier: string): string | undefined {
  if (outside === "anything") return undefined;
  if (outside === "packages" && !specifier.startsWith("node:")) return undefined;
  return `${room} may not import ${specifier}: it stays free of ${outside === "packages" ? "node: modules" : "everything"}`;
}

function sayAllowed({ rooms, types = [], files = [] }: Allowed): string {
  const said = [...rooms, ...types.map((room) => `types of ${room}`), ...files];
  return said.length === 0 ? "nothing" : said.join(", ");
}

/** Cycles among the files, types and `import()` included; each once, as the list of its files. */
export function findCycles(sources: readonly Source[]): readonly (readonly string[])[] {
  const edges = new Map(sources.map((source) => [source.path, source.imports.flatMap(({ target }) => target ?? [])]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) cycles.push([...trail.slice(seenAt), path]);
    if (seenAt >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}
