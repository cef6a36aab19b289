import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadProject } from "../../../src/config/load-project.ts";
import { createStore, openPorts, openReader } from "../../../src/drivers.ts";
import { reconcile } from "../../../src/reconcile.ts";
import type { World } from "../../../src/cli/world.ts";
import { openStage, type Shown, type Stage } from "../stage.ts";

/** A repository of several districts and its live store, on a stage of its own. */
export interface FleetStage extends Stage {
  /** Applies the documents; probes are answered at once, and credentials go nowhere. */
  applyAll(): Promise<void>;
  /** Runs a command in one of the ways in which a fleet can be read. */
  inWay(way: Way, args: readonly string[]): Promise<Shown>;
}

/** `whole`: everything in memory, as for few districts. The others read a fleet: with a cache or without, in threads or one. */
export type Way = "whole" | "fleet" | "cached" | "workers";

export const PROJECT = [
  "districts: districts/*.yaml",
  "store: { kind: sqlite, path: ./campus.db }",
  "catalogue: vendors.yaml",
  "confirm: { quiet: 2d }",
  "groups:",
  "  wave-1:",
  "    vendors:",
  "      Otus: { version: 1.1, kind: supported }",
  "  wave-2:",
  "    vendors:",
  "      Edlink: { version: 1.2, kind: other, schools: [North] }",
  "",
].join("\n");

export const CATALOGUE = "vendors:\n  Otus: { contact: help@otus.example }\n  Edlink: {}\n  Quiz: {}\n";

/** The file of one district. */
export function districtText(id: string, more: readonly string[] = [], groups = "[wave-1, wave-2]"): string {
  const head = [`district: ${id}`, `site: { host: cloud.example.org, app: ${id} }`, `groups: ${groups}`];
  return [...head, ...(more.length === 0 ? [] : ["vendors:", ...more.map((line) => `  ${line}`)]), ""].join("\n");
}

/** Opens a stage with a project and these districts, and an empty store. `worker` is a worker as plain JavaScript. */
export async function openFleetStage(districts: readonly string[], worker?: URL): Promise<FleetStage> {
  const stage = await openStage();
  await mkdir(join(stage.folder, "districts"));
  await stage.write("rosterform.yaml", PROJECT);
  await stage.write("vendors.yaml", CATALOGUE);
  for (const id of districts) await stage.write(`districts/${id}.yaml`, districtText(id));
  const clock = { now: stage.now };
  const load = async () => {
    const loaded = await loadProject({ path: stage.folder, env: {} });
    if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.diagnostics));
    return loaded.project;
  };
  await createStore((await load()).settings.store, { clock });
  return {
    ...stage,
    applyAll: async () => {
      const { desired, settings } = await load();
      const reader = await openReader(settings.store, { clock });
      const terminal = { write: () => {}, isTerminal: false };
      await reconcile({
        desired,
        reader,
        clock,
        by: "dana",
        approve: async () => ({ kind: "yes" }),
        openPorts: async () => ({
          ...(await openPorts(settings, { clock, by: "dana", terminal })),
          ladder: { climb: async () => [{ rung: "token", verdict: "confirmed", code: "ok", says: "answered" }] },
          sink: { keeps: false, target: (address) => `nowhere:${address}`, deliver: async () => {} },
        }),
      }).finally(() => reader.close());
    },
    inWay: (way, args) => stage.rosterform(args, meansOf(way, stage.folder, worker)),
    close: async () => {
      await rm(join(stage.folder, "cache"), { recursive: true, force: true });
      await stage.close();
    },
  };
}

function meansOf(way: Way, folder: string, worker: URL | undefined): Partial<World> {
  if (way === "whole") return { fleet: { from: Number.POSITIVE_INFINITY } };
  const env = way === "cached" || way === "workers" ? { ROSTERFORM_CACHE: join(folder, "cache") } : {};
  const staff = way === "workers" && worker !== undefined ? { staff: { module: worker, count: 2, least: 1 } } : {};
  return { env, fleet: { from: 1, build: "test", ...staff } };
}
