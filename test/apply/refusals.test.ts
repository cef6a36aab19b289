import { beforeEach, describe, expect, it } from "vitest";
import { apply } from "../../src/apply/apply.ts";
import type { ApplyReport } from "../../src/apply/event.ts";
import type { Ports } from "../../src/apply/walking.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import type { ConnectionId } from "../../src/model/live.ts";
import type { Day } from "../../src/model/time.ts";
import type { StoreWriter } from "../../src/stores/store.ts";
import { connectionOf, openMemoryWorld, OTUS, pull, slotOf, type World } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  type MemorySink,
  planNow,
  portsOf,
  settle,
  type Stage,
  vendorsWork,
} from "./harness.ts";

interface Scene extends Stage {
  readonly sink: MemorySink;
}

let world: World;
let stage: Scene;

beforeEach(async () => {
  world = await openMemoryWorld();
  stage = { world, sink: createMemorySink(), ladder: createScriptedLadder(), inUse: new Map() };
});

const V12 = documents([line(OTUS, { version: "1.2" })]);

async function established(): Promise<void> {
  await settle(stage, documents([line(OTUS)]), new Map([[OTUS, "follows"]]));
}

function withStore(more: Partial<StoreWriter>): Ports {
  return { ...portsOf(stage), store: { ...world.writer, ...more } };
}

/** A sink that never gets to write. */
function fullDisk(): Ports {
  const deliver: Ports["sink"]["deliver"] = async () => {
    throw new OutsideError("sinks/disk-full", "There is no room.", { retryable: true });
  };
  return { ...portsOf(stage), sink: { ...stage.sink, deliver } };
}

function only(report: ApplyReport) {
  const [outcome, ...others] = report.outcomes;
  expect(others).toEqual([]);
  return outcome;
}

describe("a store that moved or will not", () => {
  it("fails as stale, says who wrote last and writes nothing", async () => {
    await established();
    const { plan } = await planNow(world, documents([line(OTUS, { schools: ["Lincoln"] })]));
    const current = (await slotOf(world.writer, OTUS))?.current ?? never();
    await world.campus.changeByHand({ connection: current, by: "kim", change: { kind: "disable" } });
    const outcome = only(await apply({ plan, ports: portsOf(stage) }));
    expect(outcome).toMatchObject({ kind: "failed", step: "update", did: [], diagnostic: { code: "apply/stale" } });
    expect(JSON.stringify(outcome)).toMatch(/last entry in the journal is \\"outside\\" by kim/);
  });

  it("is stale all the same where the journal cannot be read", async () => {
    await established();
    const { plan } = await planNow(world, documents([line(OTUS, { schools: ["Lincoln"] })]));
    const current = (await slotOf(world.writer, OTUS))?.current ?? never();
    await world.campus.changeByHand({ connection: current, by: "kim", change: { kind: "disable" } });
    const ports = withStore({
      journal: () => {
        throw new OutsideError("stores/locked", "It is locked.");
      },
    });
    expect(only(await apply({ plan, ports }))).toMatchObject({ diagnostic: { code: "apply/stale" } });
  });

  it("does not hand over to a second place what was begun at a first", async () => {
    await applyNow(stage, documents([line(OTUS)]), fullDisk());
    const elsewhere = createMemorySink("memory:elsewhere");
    expect(only(await applyNow({ ...stage, sink: elsewhere }, documents([line(OTUS)])))).toMatchObject({
      kind: "failed",
      step: "deliver",
      diagnostic: { code: "apply/refused", detail: expect.stringContaining("was begun and not finished") },
    });
    expect(elsewhere.deliveries).toEqual([]);
  });

  it("does not hand over again what was handed over, wherever the sink points now", async () => {
    await established();
    await applyNow(stage, V12);
    const { plan } = await planNow(world, V12);
    const elsewhere = createMemorySink("memory:elsewhere");
    const again = plan.districts.map((district) => ({
      ...district,
      addresses: district.addresses.map((one) => ({
        ...one,
        steps: [{ kind: "deliver", allowed: { kind: "now" } } as const, ...one.steps],
      })),
    }));
    const report = await apply({ plan: { ...plan, districts: again }, ports: portsOf({ ...stage, sink: elsewhere }) });
    expect(only(report)).toMatchObject({
      did: [{ kind: "delivered", again: true, target: "memory:handed-over/springfield/Otus" }],
    });
    expect(elsewhere.deliveries).toEqual([]);
  });

  it("fails where the vendor is seen on a connection that was about to be disabled", async () => {
    await established();
    await vendorsWork(stage, new Map());
    const { plan } = await planNow(world, documents([line(OTUS, { state: "disabled" })]));
    const current = (await slotOf(world.writer, OTUS))?.current ?? never();
    await pull(world, current);
    expect(only(await apply({ plan, ports: portsOf(stage) }))).toMatchObject({
      kind: "failed",
      step: "disable",
      diagnostic: { code: "apply/still-in-use" },
    });
    expect((await connectionOf(world, current)).status.kind).toBe("active");
  });

  it("fails where the vendor is seen on a candidate that was about to be given up", async () => {
    await established();
    await applyNow(stage, V12);
    const { plan } = await planNow(world, documents([line(OTUS)]));
    const candidate = (await slotOf(world.writer, OTUS))?.cutover?.to ?? never();
    await pull(world, candidate);
    expect(only(await apply({ plan, ports: portsOf(stage) }))).toMatchObject({
      kind: "failed",
      step: "abandon",
      diagnostic: { code: "apply/candidate-in-use" },
    });
    expect((await connectionOf(world, candidate)).status.kind).toBe("active");
  });

  it("counts a candidate that was given up as disabled", async () => {
    await established();
    await applyNow(stage, V12);
    const report = await applyNow(stage, documents([line(OTUS)]));
    expect(only(report)).toMatchObject({ kind: "done", did: [{ kind: "abandoned" }] });
    expect(report.counts).toMatchObject({ disabled: 1, switched: 0 });
  });

  it("waits for hands where a person has to do it", async () => {
    const task = "Generate a connection for Otus and write down its four values.";
    const ports = withStore({ open: async () => ({ kind: "asked", task }) });
    const report = await applyNow(stage, documents([line(OTUS)]), ports);
    expect(only(report)).toMatchObject({ kind: "waiting", did: [], awaits: [{ kind: "hands", who: "person", task }] });
    expect(report.counts).toMatchObject({ waiting: 1, failed: 0, generated: 0 });
  });

  it("goes on to wait for a statement where the document's line is about something else by now", async () => {
    await established();
    await applyNow(stage, V12);
    const { plan } = await planNow(world, V12);
    const line = {
      connection: "c-other",
      fingerprint: "0",
      by: "kim",
      at: "2027-06-01" as Day,
      reason: "They told me.",
    };
    const districts = plan.districts.map((district) => ({
      ...district,
      addresses: district.addresses.map((one) => ({
        ...one,
        steps: [{ kind: "attest", line, allowed: { kind: "now" } } as const],
      })),
    }));
    expect(only(await apply({ plan: { ...plan, districts }, ports: portsOf(stage) }))).toEqual({
      kind: "waiting",
      address: OTUS,
      did: [],
      awaits: [{ kind: "attested", who: "person", contradicted: false }],
    });
  });

  it("fails where the store no longer knows a connection that the plan speaks of", async () => {
    await established();
    const { plan } = await planNow(world, documents([line(OTUS, { schools: ["Lincoln"] })]));
    const gone = { kind: "confirm", connection: "c-gone" as ConnectionId, allowed: { kind: "now" } } as const;
    const districts = plan.districts.map((district) => ({
      ...district,
      addresses: district.addresses.map((one) => ({ ...one, actions: [], steps: [gone] })),
    }));
    expect(only(await apply({ plan: { ...plan, districts }, ports: portsOf(stage) }))).toMatchObject({
      kind: "failed",
      diagnostic: { code: "apply/connection-gone" },
    });
  });

  it("reads a connection that neither the plan nor its reader brought along", async () => {
    await established();
    await applyNow(stage, V12);
    const { plan } = await planNow(world, V12);
    const districts = plan.districts.map((district) => ({
      ...district,
      addresses: district.addresses.map((one) => ({
        ...one,
        actions: [],
        steps: one.steps.length > 0 ? [{ kind: "confirm", allowed: { kind: "now" } } as const] : [],
      })),
    }));
    const outcome = only(await apply({ plan: { ...plan, districts }, ports: portsOf(stage) }));
    expect(outcome).toMatchObject({ kind: "waiting", did: [{ kind: "probed", verdict: "confirmed" }], awaits: [] });
  });
});

function never(): never {
  throw new Error("the test expected something to be there");
}
