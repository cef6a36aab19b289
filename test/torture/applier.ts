import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { ApplyReport } from "../../src/apply/event.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { Desired } from "../../src/model/desired.ts";
import type { Instant } from "../../src/model/time.ts";
import { reconcile } from "../../src/reconcile.ts";
import { openFileSink } from "../apply/file-sink.ts";
import { createScriptedLadder } from "../apply/harness.ts";
import { createTestClock } from "../stores/world.ts";
import { flawedSink, flawedStore, type FlawName } from "./flaws.ts";
import { listening } from "./listening.ts";
import type { Ending, Line, Outcome } from "./lines.ts";
import { openReaderAt, openWriterAt, type Place } from "./place.ts";

/**
 * A process that plans and applies what it is told over its input, as often as it is told, and says every write that was
 * acknowledged the moment it was. Somebody kills it, stops it or takes its store away meanwhile.
 */
export interface Task {
  readonly place: Place;
  readonly folder: string;
  readonly now: Instant;
  readonly desired: Desired;
  readonly by: string;
  readonly parallelism: number;
  readonly flaw?: FlawName;
}

function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function applied(task: Task): Promise<ApplyReport | undefined> {
  const { place, folder, desired, by, parallelism, flaw } = task;
  const clock = createTestClock(task.now);
  const reader = await openReaderAt(place, clock);
  try {
    const { report } = await reconcile({
      desired,
      reader,
      clock,
      by,
      parallelism,
      approve: async () => ({ kind: "yes" }),
      openPorts: async () => {
        const store = flawedStore(await openWriterAt(place, { clock, by }), place, flaw);
        const sink = flawedSink(openFileSink(folder), flaw);
        return { ...listening({ store, sink }, say), ladder: createScriptedLadder() };
      },
    });
    return report;
  } finally {
    await reader.close();
  }
}

function endingOf(report: ApplyReport | undefined): Ending {
  const outcomes = (report?.outcomes ?? []).map((outcome): Outcome => {
    const code = outcome.kind === "failed" ? { code: outcome.diagnostic.code } : {};
    return { address: outcome.address, kind: outcome.kind, ...code };
  });
  return { kind: "ended", outcomes };
}

function failureOf(error: unknown): Ending {
  if (error instanceof OutsideError) return { kind: "ended", outcomes: [], failure: error.code };
  const cause = error instanceof Error && error.cause instanceof Error ? `\n${error.cause.stack}` : "";
  return { kind: "ended", outcomes: [], mistake: `${error instanceof Error ? error.stack : String(error)}${cause}` };
}

say({ kind: "ready" });
for await (const text of createInterface({ input: process.stdin })) {
  const task: Task = JSON.parse(text);
  say({ kind: "begun" });
  say(await applied(task).then(endingOf, failureOf));
}
