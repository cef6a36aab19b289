// Makes repositories of any size, and a live store that matches them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadProject } from "../../dist/config/load-project.js";
import { createStore, openPorts, openReader } from "../../dist/drivers.js";
import { instantOf } from "../../dist/model/time.js";
import { reconcile } from "../../dist/reconcile.js";

const clock = { now: () => instantOf(Date.now()) };

/**
 * Writes a project of so many districts with so many connections each, on SQLite unless another store is named. `prefix` tells
 * fleets apart that share a store.
 */
export function writeFleet(
  folder,
  districts,
  connections,
  { store = "{ kind: sqlite, path: ./campus.db }", prefix = "district" } = {},
) {
  mkdirSync(join(folder, "districts"), { recursive: true });
  writeFileSync(
    join(folder, "rosterform.yaml"),
    `districts: districts/*.yaml\nstore: ${store}\ndeliver: { kind: file, folder: ./credentials }\n`,
  );
  for (let district = 1; district <= districts; district += 1) {
    const id = `${prefix}-${String(district).padStart(4, "0")}`;
    const vendors = Array.from({ length: connections }, (_, index) => vendorLine(index));
    const text = `district: ${id}\nsite: { host: cloud.example.org, app: ${id} }\nvendors:\n${vendors.join("")}`;
    writeFileSync(join(folder, "districts", `${id}.yaml`), text);
  }
}

function vendorLine(index) {
  const name = `Vendor ${String(index + 1).padStart(2, "0")}`;
  return index % 3 === 0
    ? `  ${name}: { version: 1.2, kind: other, schools: [Lincoln, North High], contact: help@vendor-${index}.example }\n`
    : `  ${name}: { version: ${index % 2 === 0 ? "1.1" : "1.2"}, kind: supported, share: [demographics] }\n`;
}

/** Reads the project of a folder. */
export async function load(folder) {
  const loaded = await loadProject({ path: folder, env: process.env });
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.diagnostics.slice(0, 3)));
  return loaded.project;
}

/** Makes the store of a folder, empty. */
export async function makeStore(folder) {
  const project = await load(folder);
  await createStore(project.settings.store, { clock });
  return project;
}

/** Applies everything; the probes are answered at once, so that only our own work and the store's is measured. */
export async function applyAll(project, parallelism = 10) {
  const reader = await openReader(project.settings.store, { clock });
  const ladder = {
    climb: async () => [{ rung: "token", verdict: "confirmed", code: "ok", says: "answered by the bench" }],
  };
  const sink = { target: (address) => `bench:${address}`, deliver: async () => {} };
  const { report } = await reconcile({
    desired: project.desired,
    reader,
    clock,
    by: "bench",
    approve: async () => ({ kind: "yes" }),
    openPorts: async () => ({
      ...(await openPorts(project.settings, { clock, by: "bench", terminal: { write: () => {}, isTerminal: false } })),
      ladder,
      sink,
    }),
    parallelism,
  }).finally(() => reader.close());
  return report.counts;
}
