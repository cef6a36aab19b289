import { beforeEach, describe, expect, it } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import type { ApplyReport } from "../../src/apply/event.ts";
import type { Ports } from "../../src/apply/walking.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { isActive, type LiveConnection } from "../../src/model/live.ts";
import { connectionOf, done, openMemoryWorld, OTUS, pull, slotOf, type World } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  isStop,
  type MemorySink,
  planNow,
  portsOf,
  settle,
  type Stage,
} from "./harness.ts";
import { wire } from "./plug.ts";

/** What lies in the folder for an address whose candidate is given up. */

let world: World;
let stage: Stage & { readonly sink: MemorySink };
let survivor: LiveConnection;

const V11 = documents([line(OTUS)]);
const V12 = documents([line(OTUS, { version: "1.2" })]);

beforeEach(async () => {
  world = await openMemoryWorld();
  stage = { world, sink: createMemorySink(), ladder: createScriptedLadder(), inUse: new Map() };
  await settle(stage, V11, new Map([[OTUS, "follows"]]));
  survivor = await connectionOf(world, (await slotOf(world.writer, OTUS))?.current ?? never());
});

/** The document asks for 1.2, and the candidate's values lie where the survivor's did. */
async function underway(ports?: Ports): Promise<LiveConnection> {
  await applyNow(stage, V12, ports);
  return await connectionOf(world, (await slotOf(world.writer, OTUS))?.cutover?.to ?? never());
}

/** The stage's sink, changed. */
function withSink(more: Partial<Ports["sink"]>): Ports {
  return { ...portsOf(stage), sink: { ...stage.sink, ...more } };
}

function only(report: ApplyReport) {
  const [outcome, ...others] = report.outcomes;
  expect(others).toEqual([]);
  return outcome;
}

describe("the sheet of an address whose candidate is given up", () => {
  it("holds the survivor's values again, before the candidate stops working, and nothing of it is recorded", async () => {
    const candidate = await underway();
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
    const before = await connectionOf(world, survivor.id);
    const statuses: string[] = [];
    const ports = withSink({
      deliver: async (handover) => {
        statuses.push((await connectionOf(world, candidate.id)).status.kind);
        await stage.sink.deliver(handover);
      },
    });
    expect(only(await applyNow(stage, V11, ports))).toMatchObject({ kind: "done", did: [{ kind: "abandoned" }] });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
    expect(statuses).toEqual(["active"]);
    expect(await connectionOf(world, survivor.id)).toEqual(before);
  });

  it("holds the candidate's values again where the vendor turns out to use it", async () => {
    const candidate = await underway();
    const { plan, live } = await planNow(world, V11);
    await pull(world, candidate.id);
    const before = stage.sink.deliveries.length;
    expect(only(await apply({ plan, live, ports: portsOf(stage) }))).toMatchObject({
      kind: "failed",
      step: "abandon",
      diagnostic: { code: "apply/candidate-in-use" },
    });
    expect(stage.sink.deliveries.slice(before).map((one) => one.connection)).toEqual([survivor.id, candidate.id]);
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
  });

  it("holds what works where somebody disabled the survivor since the plan was made", async () => {
    const candidate = await underway();
    const { plan, live } = await planNow(world, V11);
    await world.campus.changeByHand({ connection: survivor.id, by: "kim", change: { kind: "disable" } });
    expect(only(await apply({ plan, live, ports: portsOf(stage) }))).toMatchObject({
      diagnostic: { code: "apply/stale" },
    });
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
  });

  it("stays the survivor's where somebody disabled the candidate since the plan was made", async () => {
    const candidate = await underway();
    const { plan, live } = await planNow(world, V11);
    await world.campus.changeByHand({ connection: candidate.id, by: "kim", change: { kind: "disable" } });
    expect(only(await apply({ plan, live, ports: portsOf(stage) }))).toMatchObject({
      diagnostic: { code: "apply/stale" },
    });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
  });

  it("stays the survivor's where somebody else gave the candidate up since the plan was made", async () => {
    await underway();
    const { plan, live } = await planNow(world, V11);
    const revision = (await slotOf(world.writer, OTUS))?.revision ?? never();
    done(await world.writer.abandon({ address: OTUS, revision, hold: true }));
    expect(only(await apply({ plan, live, ports: portsOf(stage) }))).toMatchObject({
      diagnostic: { code: "apply/stale" },
    });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
  });

  it("holds values that work after every call at which the run may be stopped", async () => {
    for (let call = 1; call <= 3; call += 1) {
      const candidate = await underway();
      const stopped = applyNow(stage, V11, wire(portsOf(stage), { call, moment: "after", how: "stop" }).ports);
      await expect(stopped).rejects.toSatisfy(isStop);
      const isDisabled = !isActive(await connectionOf(world, candidate.id));
      expect({ call, isDisabled, holds: stage.sink.holds(OTUS) }).toEqual({
        call,
        isDisabled: call === 3,
        holds: call === 1 ? candidate.clientId : survivor.clientId,
      });
      await applyNow(stage, V11);
      expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
    }
  });

  it("cannot be written: then nothing is given up", async () => {
    const candidate = await underway();
    const full = async () => {
      throw new OutsideError("sinks/disk-full", "There is no room.", { retryable: true });
    };
    expect(only(await applyNow(stage, V11, withSink({ deliver: full })))).toMatchObject({
      kind: "failed",
      step: "abandon",
      did: [],
      diagnostic: { code: "sinks/disk-full" },
    });
    expect((await slotOf(world.writer, OTUS))?.cutover?.to).toBe(candidate.id);
    expect(isActive(await connectionOf(world, candidate.id))).toBe(true);
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
  });
});

describe("nothing is handed over again", () => {
  async function expectNothingAgain(ports: Ports): Promise<void> {
    const before = stage.sink.deliveries.length;
    expect(only(await applyNow(stage, V11, ports))).toMatchObject({ kind: "done", did: [{ kind: "abandoned" }] });
    expect(stage.sink.deliveries.slice(before)).toEqual([]);
  }

  it("by a sink that keeps nothing, such as a terminal", async () => {
    const terminal = withSink({ keeps: false });
    await underway(terminal);
    await expectNothingAgain(terminal);
  });

  it("where somebody disabled the survivor: only the next candidate's values come", async () => {
    await underway();
    await world.campus.changeByHand({ connection: survivor.id, by: "kim", change: { kind: "disable" } });
    const before = stage.sink.deliveries.length;
    const report = await applyNow(stage, documents([line(OTUS, { version: "1.2", rotate: 1 })]));
    expect(only(report)).toMatchObject({
      did: [{ kind: "abandoned" }, { kind: "opened" }, { kind: "delivered" }, {}, {}],
    });
    expect(stage.sink.deliveries.slice(before)).toHaveLength(1);
  });

  it("where the candidate never came to this place", async () => {
    await underway(withSink({ target: () => "memory:elsewhere" }));
    await expectNothingAgain(portsOf(stage));
  });

  it("where the survivor never was at this place", async () => {
    const elsewhere = withSink({ target: () => "memory:elsewhere" });
    await underway(elsewhere);
    await expectNothingAgain(elsewhere);
  });
});

function never(): never {
  throw new Error("the test expected something to be there");
}

describe("the sheet of an address whose vendor is to come back", () => {
  /** The vendor works with the candidate, and the document says 1.1 again. */
  async function turned(ports?: Ports): Promise<readonly [LiveConnection, ApplyReport]> {
    const candidate = await underway();
    await pull(world, candidate.id);
    return [candidate, await applyNow(stage, V11, ports)];
  }

  it("holds the survivor's values before the cut-over is turned round, and when it is closed", async () => {
    const [candidate, report] = await turned();
    expect(only(report)).toMatchObject({ kind: "waiting", did: [{ kind: "tied" }, { kind: "probed" }] });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
    await settle(stage, V11, new Map([[OTUS, "follows"]]));
    expect(isActive(await connectionOf(world, candidate.id))).toBe(false);
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
  });

  it("holds the candidate's values again where the document changes its mind once more", async () => {
    const [candidate] = await turned();
    await applyNow(stage, V12);
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
  });

  it("holds what the vendor works with where the world moved since the plan was made", async () => {
    const candidate = await underway();
    await pull(world, candidate.id);
    const { plan, live } = await planNow(world, V11);
    await world.campus.changeByHand({ connection: survivor.id, by: "kim", change: { kind: "disable" } });
    expect(only(await apply({ plan, live, ports: portsOf(stage) }))).toMatchObject({
      diagnostic: { code: "apply/stale" },
    });
    expect(stage.sink.holds(OTUS)).toBe(candidate.clientId);
  });
});

describe("the sheet of an address where two runs meet", () => {
  const OTHER = documents([line(OTUS, { version: "1.2", kind: "supported" })]);
  const candidateNow = async () =>
    await connectionOf(world, (await slotOf(world.writer, OTUS))?.cutover?.to ?? never());

  /** Ports whose sink lets another run go by before it writes the first time. */
  function overtaken(other: () => Promise<unknown>): Ports {
    let isFirst = true;
    return withSink({
      deliver: async (handover) => {
        if (isFirst) {
          isFirst = false;
          await other();
        }
        await stage.sink.deliver(handover);
      },
    });
  }

  it("holds the candidate's values that the other one opened while this one put the survivor's back", async () => {
    await underway();
    const ports = overtaken(() => applyNow(stage, OTHER));
    expect(only(await applyNow(stage, OTHER, ports))).toMatchObject({ diagnostic: { code: "apply/stale" } });
    expect(stage.sink.holds(OTUS)).toBe((await candidateNow()).clientId);
  });

  it("holds them also where this one never hears what became of its write", async () => {
    await underway();
    const lost = async () => {
      throw new OutsideError("stores/connection-lost", "The line is cut.", { retryable: true });
    };
    const { store, ...rest } = overtaken(() => applyNow(stage, OTHER));
    const cut = new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (name === "abandon") return lost;
        return typeof method === "function" ? method.bind(target) : method;
      },
    });
    expect(only(await applyNow(stage, OTHER, { ...rest, store: cut }))).toMatchObject({
      diagnostic: { code: "stores/connection-lost" },
    });
    expect(stage.sink.holds(OTUS)).toBe((await candidateNow()).clientId);
  });

  it("stays the survivor's where a write fails and nothing moved, because another run may be about to make it", async () => {
    await underway();
    const { ports } = wire(portsOf(stage), { call: 3, moment: "before", how: "fail" });
    expect(only(await applyNow(stage, OTHER, ports))).toMatchObject({ step: "abandon", did: [] });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
  });

  it("holds the survivor's values where the other one gave up what this one was handing over", async () => {
    const ports = overtaken(() => applyNow(stage, V11));
    expect(only(await applyNow(stage, V12, ports))).toMatchObject({ step: "deliver", kind: "failed" });
    expect(stage.sink.holds(OTUS)).toBe(survivor.clientId);
  });
});
