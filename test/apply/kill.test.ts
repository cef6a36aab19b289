import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Instant } from "../../src/model/time.ts";
import { type Bundle, bundleForChild } from "../setup/bundle.ts";
import { openSqliteWorld, type SqliteWorld } from "../stores/world.ts";
import type { ChildTask } from "./apply-child.ts";
import { openFileSink } from "./file-sink.ts";
import { createScriptedLadder, settle, type Stage, worldAsText } from "./harness.ts";
import { type Final, SCENARIOS, type Scenario } from "./scenarios.ts";
import { nobodyCutOff, ownersOf } from "./watch.ts";

/** A real process over a real SQLite file and real folders, killed with SIGKILL: plan again, apply again, same world. */

const RANDOM_KILLS = 8;
const seed = Number(process.env["ROSTERFORM_SEED"] ?? Date.now() % 100_000);

let child: Bundle;
beforeAll(async () => {
  child = await bundleForChild(new URL("./apply-child.ts", import.meta.url));
});
afterAll(() => child.remove());

interface Theatre extends Stage {
  readonly world: SqliteWorld;
  readonly folder: string;
  readonly final: Final;
}

async function open(scenario: Scenario): Promise<Theatre> {
  const world = await openSqliteWorld();
  const folder = join(world.folder, "credentials");
  const stage = { world, sink: openFileSink(folder), ladder: createScriptedLadder(), inUse: new Map() };
  return { ...stage, folder, final: await scenario.prepare(stage) };
}

interface Run {
  /** Steps that the child said it had done. */
  readonly steps: readonly string[];
  readonly now: Instant;
}

/** Lets a child apply; `onLine` sees how many lines it said and may kill it. A gated child does nothing before it is let. */
async function runChild(
  theatre: Theatre,
  isGated: boolean,
  onLine: (lines: number, kill: () => void) => void,
): Promise<Run> {
  const { world, folder, final } = theatre;
  const { path, keyFile } = world;
  await world.writer.close();
  const task: ChildTask = {
    ...{ path, keyFile, folder, isGated },
    now: world.clock.now(),
    desired: final.desired,
    vendors: [...final.vendors],
  };
  const file = join(world.folder, "task.json");
  writeFileSync(file, JSON.stringify(task));
  const run = spawn(process.execPath, [child.path, file], { stdio: ["pipe", "pipe", "inherit"] });
  // A child that is killed while we answer closes the pipe under our hands.
  run.stdin.on("error", () => {});
  let said = "";
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    const before = said.split("\n").length;
    said += text;
    for (let lines = before; lines < said.split("\n").length; lines += 1) {
      onLine(lines, () => void run.kill("SIGKILL"));
      if (!run.killed) run.stdin.write("g");
    }
  });
  const [code, signal] = await once(run, "close");
  expect(signal === "SIGKILL" || code === 0).toBe(true);
  const lines = said
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
  return { steps: lines.map(([step = ""]) => step), now: (lines.at(-1)?.[1] ?? world.clock.now()) as Instant };
}

/** The next run, in this process: what a person does after a crash. */
async function goOn(theatre: Theatre, now: Instant): Promise<string> {
  const { final } = theatre;
  const world = await theatre.world.reopen();
  world.clock.set(now);
  const stage: Stage = { ...theatre, world };
  await settle(stage, final.desired, final.vendors);
  expect(filesBelow(theatre.folder).filter((name) => String(name).endsWith(".tmp"))).toEqual([]);
  return await worldAsText(stage, final.desired);
}

async function whole(scenario: Scenario): Promise<string> {
  const theatre = await open(scenario);
  const { final } = theatre;
  await settle(theatre, final.desired, final.vendors);
  const text = await worldAsText(theatre, final.desired);
  await theatre.world.end();
  return text;
}

/** Kills at some line and goes on; gives what came of it, and which steps the child had done. */
async function killed(scenario: Scenario, isGated: boolean, onLine: Parameters<typeof runChild>[2]) {
  const theatre = await open(scenario);
  try {
    const owners = await ownersOf(theatre, theatre.final);
    const run = await runChild(theatre, isGated, onLine);
    const world = await theatre.world.reopen();
    await nobodyCutOff({ ...theatre, world, inUse: new Map() }, owners);
    return { steps: run.steps, text: await goOn({ ...theatre, world }, run.now) };
  } finally {
    await theatre.world.end();
  }
}

/** All files of credentials; none where nothing was handed over. */
function filesBelow(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
}

/** The step that ends the walk where it is not `close`: the child was killed after it, too. */
const LAST_STEP: Readonly<Record<string, string>> = {
  update: "confirm",
  disable: "disable",
  adopt: "adopt",
  "give up before the vendor moved": "abandon",
};

describe("a process that is killed", () => {
  it.each(SCENARIOS)(
    "after any step leaves a world that the next run finishes: $name",
    { timeout: 120_000 },
    async (scenario) => {
      const expected = await whole(scenario);
      const done: string[] = [];
      for (let line = 1; line < 30; line += 1) {
        const { steps, text } = await killed(scenario, true, (lines, kill) => {
          if (lines === line) kill();
        });
        expect({ after: steps.at(-1), line, text }).toEqual({ after: steps.at(-1), line, text: expected });
        if (steps.length < line) break;
        done.push(steps.at(-1) ?? "");
      }
      expect(done).toContain(LAST_STEP[scenario.name] ?? "close");
    },
  );

  it(`at any moment leaves such a world, too (ROSTERFORM_SEED=${seed})`, { timeout: 120_000 }, async () => {
    const scenario = SCENARIOS.find(({ name }) => name === "switch");
    if (scenario === undefined) throw new Error("there is a switch among the scenarios");
    const expected = await whole(scenario);
    const below = numbersFrom(seed);
    for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
      const afterMs = below(60);
      const { text } = await killed(scenario, false, (lines, pull) => {
        if (lines === 1) setTimeout(pull, afterMs);
      });
      expect({ kill, afterMs, text }).toEqual({ kill, afterMs, text: expected });
    }
  });
});

/** Whole numbers that depend on the seed alone (mulberry32). */
function numbersFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
