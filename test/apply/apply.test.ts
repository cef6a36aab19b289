import { beforeEach, describe, expect, it } from "vitest";
import type { ApplyEvent, ApplyReport } from "../../src/apply/event.ts";
import type { Ports } from "../../src/apply/walking.ts";
import { apply } from "../../src/apply/apply.ts";
import { OutsideError } from "../../src/diagnostics/outside-error.ts";
import { type Address, addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { DAY_MS, type Day } from "../../src/model/time.ts";
import { CANVAS, connectionOf, openMemoryWorld, OTUS, SITE, slotOf, SPRINGFIELD, type World } from "../stores/world.ts";
import { documents, line } from "./documents.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  findings,
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

const FOLLOWS = new Map([[OTUS, "follows"]] as const);
const V12 = documents([line(OTUS, { version: "1.2" })]);

/** A sink that fails for one address. */
function failingFor(address: Address): Ports {
  const { sink } = stage;
  const deliver: Ports["sink"]["deliver"] = async (handover) => {
    if (handover.address !== address) return await sink.deliver(handover);
    throw new OutsideError("sinks/disk-full", "There is no room.", { retryable: true, fix: "Make room." });
  };
  return { ...portsOf(stage), sink: { ...sink, deliver } };
}

function only(report: ApplyReport) {
  const [outcome, ...others] = report.outcomes;
  expect(others).toEqual([]);
  return outcome;
}

async function established(): Promise<void> {
  await settle(stage, documents([line(OTUS)]), FOLLOWS);
}

describe("applying a new connection", () => {
  it("opens, hands over, proves and closes it in one run", async () => {
    const report = await applyNow(stage, documents([line(OTUS)]));
    const id = (await slotOf(world.writer, OTUS))?.current;
    expect(only(report)).toMatchObject({
      kind: "done",
      did: [
        { kind: "opened", connection: id },
        { kind: "delivered", target: "memory:handed-over/springfield/Otus", again: false },
        { kind: "probed", verdict: "confirmed" },
        { kind: "closed", current: id },
      ],
    });
    const nothing = { switched: 0, changed: 0, disabled: 0, waiting: 0, failed: 0, blocked: 0, interrupted: 0 };
    expect(report.counts).toEqual({ generated: 1, ...nothing });
    expect(stage.sink.deliveries).toHaveLength(1);
  });

  it("tells what happens while it happens, with the time each step took", async () => {
    const events: ApplyEvent[] = [];
    const { plan } = await planNow(world, documents([line(OTUS)]));
    const sink: Ports["sink"] = {
      ...stage.sink,
      deliver: async (handover) => {
        world.clock.pass(1500);
        await stage.sink.deliver(handover);
      },
    };
    await apply({ plan, ports: { ...portsOf(stage), sink }, onEvent: (event) => events.push(event) });
    const told = events.map((event) => ("step" in event ? `${event.kind} ${event.step}` : event.kind));
    expect(told).toEqual([
      "address-started",
      ...["open", "deliver", "confirm", "close"].flatMap((step) => [`step-started ${step}`, `step-done ${step}`]),
      "address-finished",
    ]);
    expect(events.flatMap((event) => (event.kind === "step-done" ? [event.elapsedMs] : []))).toEqual([0, 1500, 0, 0]);
    const { clientSecret } = await world.writer.credentials(stage.sink.deliveries[0]?.connection ?? never());
    expect(JSON.stringify(events)).not.toContain(clientSecret.reveal());
  });

  it("changes nothing and asks nobody where the world matches", async () => {
    await established();
    const untouchable = new Proxy(world.writer, {
      get: (_, name) => {
        throw new Error(`nobody should ask for ${String(name)}`);
      },
    });
    const report = await applyNow(stage, documents([line(OTUS)]), { ...portsOf(stage), store: untouchable });
    expect(only(report)).toEqual({ kind: "unchanged", address: OTUS });
  });
});

describe("applying a switch", () => {
  beforeEach(established);

  it("waits for the vendor with the old connection untouched, then closes", async () => {
    const before = await slotOf(world.writer, OTUS);
    const first = await applyNow(stage, V12);
    expect(only(first)).toMatchObject({
      kind: "waiting",
      awaits: [
        { kind: "pull", who: "vendor" },
        { kind: "quiet", who: "vendor" },
        { kind: "attested", who: "person" },
      ],
    });
    expect(first.counts).toMatchObject({ generated: 0, switched: 1, waiting: 1, failed: 0 });
    expect((await slotOf(world.writer, OTUS))?.current).toBe(before?.current);

    await vendorsWork(stage, FOLLOWS);
    const second = await applyNow(stage, V12);
    expect(only(second)).toMatchObject({
      kind: "done",
      did: [{ kind: "probed" }, { kind: "closed", disabled: before?.current }],
    });
    expect(second.counts).toMatchObject({ switched: 1, disabled: 0, waiting: 0 });
  });

  it("compares the new connection with the one in use", async () => {
    const ladder = createScriptedLadder();
    const old = (await slotOf(world.writer, OTUS))?.current;
    await applyNow({ ...stage, ladder }, V12);
    expect(ladder.asked.map((question) => question.old?.connection.id)).toEqual([old]);
  });

  it("compares with nothing where somebody disabled the old one by hand", async () => {
    const old = (await slotOf(world.writer, OTUS))?.current ?? never();
    await world.campus.changeByHand({ connection: old, by: "kim", change: { kind: "disable" } });
    const ladder = createScriptedLadder();
    const report = await applyNow({ ...stage, ladder }, documents([line(OTUS, { rotate: 1 })]));
    expect(ladder.asked.map((question) => question.old)).toEqual([undefined]);
    expect(only(report)).toMatchObject({ kind: "done" });
  });

  it("records the document's statement about the candidate", async () => {
    await applyNow(stage, V12);
    const candidate = await connectionOf(world, (await slotOf(world.writer, OTUS))?.cutover?.to ?? never());
    world.clock.pass(2 * DAY_MS);
    const attest = {
      connection: candidate.id,
      fingerprint: candidate.fingerprint,
      by: "kim",
      at: "2027-06-08" as Day,
      reason: "They told me.",
    };
    const lines = (more: object) => documents([line(OTUS, { version: "1.2", attest: { ...attest, ...more } })]);
    const report = await applyNow(stage, lines({ at: world.clock.now().slice(0, 10) }));
    expect(only(report)).toMatchObject({
      kind: "done",
      did: [{ kind: "attested" }, { kind: "probed" }, { kind: "closed" }],
    });
  });

  it("waits for a date with nothing handed over, and still says so in the report", async () => {
    const report = await applyNow(stage, documents([line(OTUS, { version: "1.2", deliverFrom: "2028-01-01" as Day })]));
    expect(only(report)).toMatchObject({
      kind: "waiting",
      did: [{ kind: "opened" }],
      awaits: [{ kind: "date", who: "calendar", step: "deliver", until: "2028-01-01", why: "deliver-from" }],
    });
    expect(stage.sink.deliveries).toHaveLength(1);
  });

  it("keeps saying what a probe left open when a freeze holds the closing", async () => {
    const ladder = createScriptedLadder(() => findings("inconclusive"));
    const freeze = [{ from: "2027-01-01" as Day, to: "2027-12-31" as Day, why: "state testing" }];
    const frozen = documents([line(OTUS, { rotate: 1 })], { freeze });
    expect(only(await applyNow({ ...stage, ladder }, frozen))).toMatchObject({
      kind: "waiting",
      awaits: [
        { kind: "date", step: "close", until: "2028-01-01", why: "freeze: state testing" },
        { kind: "probed", verdict: "inconclusive" },
      ],
    });
  });

  it("fails where a probe is refuted, lists what was found and leaves the old connection alone", async () => {
    const ladder = createScriptedLadder(() => [
      ...findings("confirmed").slice(0, 1),
      { rung: "orgs", verdict: "refuted", code: "empty-orgs", says: "The list of organisations is empty." },
    ]);
    const old = (await slotOf(world.writer, OTUS))?.current;
    const report = await applyNow({ ...stage, ladder }, V12);
    const outcome = only(report);
    expect(outcome).toMatchObject({
      kind: "failed",
      step: "confirm",
      did: [{ kind: "opened" }, { kind: "delivered" }, { kind: "probed", verdict: "refuted" }],
      diagnostic: { code: "apply/probe-refuted", severity: "error", address: OTUS },
    });
    expect(JSON.stringify(outcome)).toContain("orgs (empty-orgs): The list of organisations is empty.");
    expect(report.counts).toMatchObject({ failed: 1, waiting: 0 });
    expect((await slotOf(world.writer, OTUS))?.current).toBe(old);
  });

  it.each(["deadline", "unknown-host", "bad-certificate", "unreachable"])(
    "fails where the site could not be asked (%s), which is neither a no nor a wait for anybody",
    async (code) => {
      const ladder = createScriptedLadder(() => [
        { rung: "token", verdict: "inconclusive", code, says: "The site did not answer." },
      ]);
      const report = await applyNow({ ...stage, ladder }, V12);
      expect(only(report)).toMatchObject({
        kind: "failed",
        step: "confirm",
        did: [{ kind: "opened" }, { kind: "delivered" }, { kind: "probed", verdict: "inconclusive" }],
        diagnostic: { code: "apply/unreachable", severity: "error", address: OTUS },
      });
    },
  );

  it("waits where a probe is inconclusive", async () => {
    const ladder = createScriptedLadder(() => findings("inconclusive"));
    const outcome = only(await applyNow({ ...stage, ladder }, V12));
    expect(outcome).toMatchObject({ kind: "waiting" });
    expect(outcome).toHaveProperty("awaits.0", { kind: "probed", who: "rosterform", verdict: "inconclusive" });
  });
});

describe("applying a change in place", () => {
  beforeEach(established);
  const narrowed = documents([line(OTUS, { schools: ["Lincoln"] })]);

  it("looks at the connection again and is done", async () => {
    const report = await applyNow(stage, narrowed);
    expect(only(report)).toMatchObject({
      kind: "done",
      did: [{ kind: "updated" }, { kind: "probed", verdict: "confirmed" }],
    });
    expect(report.counts).toMatchObject({ changed: 1, switched: 0 });
  });

  it("fails where the connection in use does not work any more", async () => {
    const ladder = createScriptedLadder(() => findings("refuted"));
    expect(only(await applyNow({ ...stage, ladder }, narrowed))).toMatchObject({
      kind: "failed",
      did: [{ kind: "updated" }, { kind: "probed" }],
      diagnostic: { code: "apply/probe-refuted" },
    });
  });

  it("is done, with the verdict in what it did, where the look was inconclusive: nothing waits for it", async () => {
    const ladder = createScriptedLadder(() => findings("inconclusive"));
    expect(only(await applyNow({ ...stage, ladder }, narrowed))).toMatchObject({
      kind: "done",
      did: [{ kind: "updated" }, { kind: "probed", verdict: "inconclusive" }],
    });
  });
});

describe("several addresses", () => {
  const SHELBY = addressOf("shelbyville" as DistrictId, "Otus");
  const three: Desired = documents([line(OTUS), line(CANVAS), line(SHELBY)]);

  it("go on when one of them fails, which the next run makes good", async () => {
    const report = await applyNow(stage, three, failingFor(CANVAS));
    expect(report.outcomes.map((outcome) => [outcome.address, outcome.kind])).toEqual([
      [SHELBY, "done"],
      [CANVAS, "failed"],
      [OTUS, "done"],
    ]);
    expect(report.outcomes[1]).toMatchObject({
      step: "deliver",
      diagnostic: {
        code: "sinks/disk-full",
        detail: expect.stringMatching(/There is no room\. Make room\. Trying again later may help/),
      },
    });
    expect(report.counts).toMatchObject({ generated: 3, failed: 1, waiting: 0 });
    const again = await applyNow(stage, three);
    expect(again.counts).toMatchObject({ generated: 0, failed: 0 });
    expect(stage.sink.deliveries).toHaveLength(3);
  });

  it("are walked at the same time, but never more than allowed", async () => {
    const lines = Array.from({ length: 7 }, (_, index) => line(addressOf(SPRINGFIELD, `Vendor ${index}`)));
    const { plan } = await planNow(world, documents(lines));
    let [now, most] = [0, 0];
    const deliver: Ports["sink"]["deliver"] = async () => {
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      now -= 1;
    };
    const ports = { ...portsOf(stage), sink: { ...stage.sink, deliver } };
    const report = await apply({ plan, ports, parallelism: 3 });
    expect(report.counts.generated).toBe(7);
    expect(most).toBe(3);
  });

  it("are not walked where a limit or an error holds them, or the district is only looked at", async () => {
    const held = documents([line(OTUS), line(SHELBY)]);
    const { plan } = await planNow(world, held);
    const [shelby, spring] = plan.districts;
    const above = { code: "plan/over-limit", severity: "error", summary: "Too much at once", detail: "." } as const;
    const blocked = spring?.addresses.map((one) => ({ ...one, hold: "blocked" as const })) ?? [];
    const observed = shelby?.addresses.map((one) => ({ ...one, hold: "observe" as const })) ?? [];
    const report = await apply({
      plan: {
        ...plan,
        diagnostics: [above],
        districts: [
          { ...(shelby ?? never()), addresses: observed },
          { ...(spring ?? never()), addresses: blocked },
        ],
      },
      ports: portsOf(stage),
    });
    expect(report.outcomes).toEqual([
      { kind: "observed", address: SHELBY },
      { kind: "blocked", address: OTUS, diagnostics: [above] },
    ]);
    expect(report.counts).toMatchObject({ blocked: 1, generated: 0 });
  });

  it("say their own errors where they have some", async () => {
    await world.campus.createByHand({
      district: SPRINGFIELD,
      site: SITE,
      application: "Otus",
      make: { kind: "other", version: "1.1", schools: "all", share: [] },
      by: "kim",
    });
    const outcome = only(await applyNow(stage, documents([line(OTUS)])));
    expect(outcome).toMatchObject({ kind: "blocked", diagnostics: [{ severity: "error", address: OTUS }] });
  });
});

function never(): never {
  throw new Error("the test expected something to be there");
}
