import { readFileSync, readSync, writeSync } from "node:fs";
import type { Address } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { Instant } from "../../src/model/time.ts";
import { openSqliteWriter } from "../../src/stores/sqlite.ts";
import { createTestClock, NAMES, type World } from "../stores/world.ts";
import { openFileSink } from "./file-sink.ts";
import { createScriptedLadder, settle, type Vendors } from "./harness.ts";

/**
 * Applies until nothing changes any more, over a SQLite file and a folder, as a process of its own that somebody kills.
 * After every step it says which one it was and what time it is there, and with `wait` goes on only when told to.
 */
export interface ChildTask {
  readonly path: string;
  readonly keyFile: string;
  readonly folder: string;
  readonly now: Instant;
  readonly desired: Desired;
  readonly vendors: readonly (readonly [Address, Vendors extends ReadonlyMap<Address, infer Takes> ? Takes : never])[];
  readonly isGated: boolean;
}

const task: ChildTask = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const clock = createTestClock(task.now);
const store = await openSqliteWriter({ path: task.path, keyFile: task.keyFile, clock, by: "dana" });
const neverNeeded = () => {
  throw new Error("a child has one writer");
};
const world: World = {
  ...NAMES,
  works: neverNeeded,
  clock,
  writer: store,
  campus: store,
  signedBy: neverNeeded,
  reader: neverNeeded,
  reopen: neverNeeded,
  end: () => store.close(),
};

function tell(what: string): void {
  writeSync(1, `${what} ${clock.now()}\n`);
  if (task.isGated) readSync(0, Buffer.alloc(1));
}

const stage = { world, sink: openFileSink(task.folder), ladder: createScriptedLadder(), inUse: new Map() };
tell("start");
await settle(stage, task.desired, new Map(task.vendors), (event) => {
  if (event.kind === "step-done" || event.kind === "step-waiting") tell(event.step);
});
await store.close();
