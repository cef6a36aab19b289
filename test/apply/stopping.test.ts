import { beforeEach, describe, expect, it } from "vitest";
import { type Applying, apply } from "../../src/apply/apply.ts";
import type { ApplyEvent } from "../../src/apply/event.ts";
import { BrokenRun } from "../../src/apply/trouble.ts";
import { Bug } from "../../src/diagnostics/invariant.ts";
import type { Ladder } from "../../src/confirm/ladder.ts";
import { CANVAS, openMemoryWorld, OTUS, slotOf, type World } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  findings,
  type MemorySink,
  planNow,
  portsOf,
  type Stage,
} from "./harness.ts";

let world: World;
let stage: Stage & { readonly sink: MemorySink };

beforeEach(async () => {
  world = await openMemoryWorld();
  stage = { world, sink: createMemorySink(), ladder: createScriptedLadder(), inUse: new Map() };
});

const BOTH = documents([line(OTUS), line(CANVAS)]);

async function run(more: Partial<Applying> = {}) {
  const { plan, live } = await planNow(world, BOTH);
  return await apply({ plan, live, ports: portsOf(stage), parallelism: 1, ...more });
}

describe("an interrupt", () => {
  it("before the first step leaves everything as it is", async () => {
    const events: ApplyEvent[] = [];
    const report = await run({ signal: AbortSignal.abort(), onEvent: (event) => events.push(event) });
    expect(report.outcomes).toEqual([
      { kind: "interrupted", address: CANVAS, did: [] },
      { kind: "interrupted", address: OTUS, did: [] },
    ]);
    expect(report.counts).toMatchObject({ interrupted: 2, generated: 0 });
    expect(events.map((event) => event.kind)).toEqual(["address-finished", "address-finished"]);
    expect(await slotOf(world.writer, OTUS)).toBeUndefined();
  });

  it("lets the hand-over in hand finish, starts nothing more, and the next run goes on", async () => {
    const stop = new AbortController();
    const { sink } = stage;
    const ports = {
      ...portsOf(stage),
      sink: {
        ...sink,
        deliver: async (handover: Parameters<typeof sink.deliver>[0]) => {
          stop.abort();
          await sink.deliver(handover);
        },
      },
    };
    const report = await run({ ports, signal: stop.signal });
    expect(report.outcomes).toMatchObject([
      { kind: "interrupted", address: CANVAS, did: [{ kind: "opened" }, { kind: "delivered" }] },
      { kind: "interrupted", address: OTUS, did: [] },
    ]);
    expect(report.counts).toMatchObject({ generated: 1, interrupted: 2 });
    const again = await applyNow(stage, BOTH);
    expect(again.counts).toMatchObject({ generated: 1, interrupted: 0, failed: 0, waiting: 0 });
    expect(sink.deliveries).toHaveLength(2);
  });

  it.each([
    ["throws the signal's reason", (signal: AbortSignal): never => signal.throwIfAborted() as never],
    [
      "throws an abort of its own",
      (): never => {
        throw new DOMException("cut", "AbortError");
      },
    ],
    ["answers with what it had", () => findings("inconclusive")],
  ])("cuts a climb of the ladder, which is then no finding: the ladder %s", async (_, ending) => {
    const stop = new AbortController();
    const ladder: Ladder = {
      climb: async (__, signal) => {
        if (signal === undefined) throw new Error("a climb can be cut");
        stop.abort();
        return ending(signal);
      },
    };
    const report = await run({ ports: { ...portsOf(stage), ladder }, signal: stop.signal });
    expect(report.outcomes[0]).toMatchObject({ kind: "interrupted", did: [{ kind: "opened" }, { kind: "delivered" }] });
    for await (const { connections } of world.writer.read("all")) expect(connections[0]?.evidence).toEqual([]);
  });

  it("does not excuse a mistake that happens at the same time", async () => {
    const stop = new AbortController();
    const ladder: Ladder = {
      climb: async () => {
        stop.abort();
        throw new TypeError("undefined is not a rung");
      },
    };
    await expect(run({ ports: { ...portsOf(stage), ladder }, signal: stop.signal })).rejects.toBeInstanceOf(Bug);
  });
});

describe("a mistake of ours", () => {
  it("stops the run and is thrown with the report of what was done before", async () => {
    const mistake = new TypeError("undefined is not a rung, and here is a secret");
    const ladder: Ladder = {
      climb: async () => {
        throw mistake;
      },
    };
    const error: unknown = await run({ ports: { ...portsOf(stage), ladder } }).catch((thrown: unknown) => thrown);
    if (!(error instanceof BrokenRun)) throw new Error("expected a broken run", { cause: error });
    expect(error).toBeInstanceOf(Bug);
    expect(error.cause).toBe(mistake);
    expect(error.report.outcomes).toMatchObject([
      {
        kind: "failed",
        address: CANVAS,
        step: "confirm",
        did: [{ kind: "opened" }, { kind: "delivered" }],
        diagnostic: { code: "apply/bug", detail: expect.stringContaining("TypeError") },
      },
      { kind: "interrupted", address: OTUS, did: [] },
    ]);
    expect(JSON.stringify(error.report)).not.toContain("secret");
    expect(error.report.counts).toMatchObject({ generated: 1, failed: 1, interrupted: 1 });
  });

  it("in a listener costs neither the step in hand nor the report", async () => {
    const onEvent = (event: ApplyEvent) => {
      if (event.kind === "step-done") throw new Error("the view broke");
    };
    const error: unknown = await run({ onEvent }).catch((thrown: unknown) => thrown);
    if (!(error instanceof BrokenRun)) throw new Error("expected a broken run", { cause: error });
    expect(error.message).toBe("the view broke");
    expect(error.report.outcomes).toMatchObject([
      { kind: "interrupted", did: [{ kind: "opened" }] },
      { kind: "interrupted", did: [] },
    ]);
  });

  it("is told even when what was thrown is no error", async () => {
    const ladder: Ladder = {
      climb: async () => {
        const thrown: unknown = "a string";
        throw thrown;
      },
    };
    await expect(run({ ports: { ...portsOf(stage), ladder } })).rejects.toThrow(
      "something was thrown that is no error",
    );
  });

  it("is a parallelism below one", async () => {
    await expect(run({ parallelism: 0 })).rejects.toBeInstanceOf(Bug);
  });
});
