// Tells where the processor time of a run goes, from the profiles that Node writes of all its threads.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a function belongs to; of nested ones the innermost counts. */
const KINDS = {
  "reading files": ["readSource", "readAtMost", "walk", "hashOf"],
  "parsing YAML": ["parseFast", "readExact"],
  "checking and merging": ["gistOf", "checkShape", "draftOf", "mergeDistrict", "desire", "troublesAcross", "told"],
  "reading the store": ["readSome", "executeQuery", "journalHeads", "openReader"],
  "deciding and digests": ["standingOf", "wishOf", "sha256", "planDistricts", "digestPlan", "settleFleet"],
  cache: ["openCache", "write", "remember"],
  printing: ["showPlan", "describePlan"],
};
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind])));

/** Seconds of processor time for each kind, over all threads, largest first; `starting and the rest` is what no kind claims. */
export function sharesIn(folder) {
  const seconds = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))) {
    add(JSON.parse(readFileSync(join(folder, file), "utf8")), seconds);
  }
  return [...seconds].sort(([, a], [, b]) => b - a);
}

function add({ nodes, samples, timeDeltas }, seconds) {
  const own = new Map();
  samples.forEach((id, at) => own.set(id, (own.get(id) ?? 0) + timeDeltas[at] / 1e6));
  const known = new Map(nodes.map((node) => [node.id, node]));
  const open = [[nodes[0], "starting and the rest"]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, above] = next;
    const { functionName } = node.callFrame;
    const kind = functionName === "(garbage collector)" ? "collecting garbage" : (KIND_OF.get(functionName) ?? above);
    if (functionName !== "(idle)") seconds.set(kind, (seconds.get(kind) ?? 0) + (own.get(node.id) ?? 0));
    for (const id of node.children ?? []) open.push([known.get(id), kind]);
  }
}
