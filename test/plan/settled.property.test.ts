import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import { type LiveDistrict, outlineOf } from "../../src/model/live.ts";
import { addDays, type Day, dayOf } from "../../src/model/time.ts";
import { digestPlan } from "../../src/plan/digest.ts";
import { isQuiet, standingOf, wishOf } from "../../src/plan/settled.ts";
import { worlds } from "./arbitrary.ts";
import * as world from "./world.ts";

/** Equal digests mean equal text. */
const asIs = (text: string): string => text;
const district = world.SPRINGFIELD;

/** What the quick look says of a district: its digest text where it is settled. */
function quickly(desired: DesiredDistrict, live: LiveDistrict, now = world.NOW): string | undefined {
  const [wish, standing] = [wishOf(desired), standingOf(outlineOf(live))];
  return wish !== undefined && isQuiet(wish.quietUntil, now) && standing?.text === wish.text
    ? standing.canonical
    : undefined;
}

/** That the quick look is right: all is kept without a word, and the digest is the same. */
function expectSettled(desired: DesiredDistrict, live: LiveDistrict, now = world.NOW): void {
  const plan = world.planOf(world.documents(desired), [live], { now });
  const [one] = plan.districts;
  expect(one?.addresses.flatMap((address) => address.actions.map(({ kind, reason }) => [kind, reason]))).toEqual(
    desired.connections.map(() => ["keep", undefined]),
  );
  expect([one?.unmanaged, one?.diagnostics, one?.addresses.flatMap((address) => address.diagnostics)]).toEqual([
    [],
    [],
    [],
  ]);
  expect(one?.addresses.flatMap((address) => [...address.steps, ...(address.hold ?? [])])).toEqual([]);
  expect(digestPlan(plan, asIs).districts[district]).toBe(quickly(desired, live, now));
}

/** A line that may be of any kind, and a world that matches it or was disturbed. */
const lines = fc.constantFrom<readonly (readonly [string, Partial<DesiredConnection>])[]>(
  [["Otus", {}]],
  [
    ["Otus", { version: "1.2", schools: ["Lincoln", "Roosevelt"] }],
    ["Otus Plus", { kind: "other", share: ["demographics"], rotate: 2, protected: true }],
  ],
  [
    ["Otus", { ends: "2027-06-18" as Day }],
    ["Schoology", { ends: "2029-06-18" as Day, expires: "2028-01-01" as Day }],
  ],
  [
    ["Otus", { state: "disabled" }],
    ["Schoology", { adopt: "client-schoology" }],
  ],
  [],
);

const disturbances: readonly ((live: LiveDistrict) => LiveDistrict)[] = [
  (live) => live,
  ({ district: id, revision, slots, connections, observesUse }) => ({
    district: id,
    revision,
    slots,
    connections,
    observesUse,
  }),
  (live) => ({ ...live, site: { ...world.SITE, app: "other" } }),
  (live) => ({ ...live, site: { ...world.SITE, host: "SPRINGFIELD.example.org" } }),
  (live) => ({ ...live, kept: { inventory: { kind: "unsigned" }, asked: [] } }),
  (live) => ({ ...live, slots: live.slots.slice(1) }),
  (live) => ({ ...live, connections: [...live.connections, world.connection("stray", { provenance: "found" })] }),
  (live) => ({ ...live, connections: live.connections.map((one) => ({ ...one, provenance: "found" as const })) }),
  (live) => ({ ...live, connections: live.connections.map((one) => ({ ...one, rotate: one.rotate + 1 })) }),
  (live) => withPrevious(live, -1),
  (live) => withPrevious(live, 1),
];

function withPrevious(live: LiveDistrict, hours: number): LiveDistrict {
  const old = world.connection("old", {
    status: { kind: "disabled", at: world.NOW, by: "rosterform", how: "closed" },
    use: world.usedBefore(-hours * 3_600_000),
  });
  return {
    ...live,
    slots: live.slots.map((slot, index) => (index === 0 ? { ...slot, previous: old.id } : slot)),
    connections: [...live.connections, old],
  };
}

describe("a district that the quick look calls settled", () => {
  it("is one that planning keeps without a word, with the same digest", () => {
    let settled = 0;
    fc.assert(
      fc.property(lines, fc.constantFrom(...disturbances), fc.boolean(), (wanted, disturb, isObserved) => {
        const desired = world.district(
          wanted.map(([name, fields]) => world.line(name, fields)),
          isObserved && wanted.length === 1 ? { mode: "observe" } : {},
        );
        const live = disturb(world.matchingWorld(desired));
        if (quickly(desired, live) === undefined) return;
        settled += 1;
        expectSettled(desired, live);
      }),
      { numRuns: 400 },
    );
    expect(settled).toBeGreaterThan(20);
  });

  it("is one that planning keeps in any world that a store can hold", () => {
    fc.assert(
      fc.property(worlds, ({ desired, live }) => {
        if (quickly(desired, live) !== undefined) expectSettled(desired, live);
      }),
      { numRuns: 2000 },
    );
  });

  it("is one that planning keeps on any day around the end of a contract", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 70 }), (days) => {
        const desired = world.district([world.line("Otus", { ends: addDays(dayOf(world.NOW), days) })]);
        const live = world.matchingWorld(desired);
        if (quickly(desired, live) !== undefined) expectSettled(desired, live);
        expect(quickly(desired, live) === undefined).toBe(days <= 61);
      }),
    );
  });

  it("is decided by more than what is written where a former connection could still be asked with", () => {
    const desired = world.district([world.line("Otus"), world.line("Schoology")]);
    const live = world.matchingWorld(desired);
    expect(standingOf(outlineOf(live))).toMatchObject({ isWritten: true, managed: 2 });
    expect(standingOf(outlineOf(withPrevious(live, -1)))).toMatchObject({ isWritten: false, managed: 2 });
    expect(standingOf(outlineOf(withPrevious(live, 1)))).toBeUndefined();
  });
});

describe("settled districts in a plan", () => {
  const plain = world.district([world.line("Otus")]);
  const matching = world.matchingWorld(plain);
  const settled = [{ district, digest: quickly(plain, matching) ?? "", managed: 1 }];

  it("are in its digest as if they had been planned", () => {
    const whole = world.planOf(world.documents(plain), [matching]);
    const folded = world.planOf(world.documents(), [], { settled });
    expect(digestPlan(folded, asIs)).toEqual(digestPlan(whole, asIs));
    expect(folded.districts).toEqual([]);
  });

  it("count for the limits over everything", () => {
    const other = world.district(
      ["a", "b", "c", "d"].map((name) =>
        world.line(`Vendor ${name}`, { district: "shelbyville" as typeof district, state: "disabled" }),
      ),
      { district: "shelbyville" as typeof district, limits: { disable: 1, switch: 1, atLeast: 9 } },
    );
    const live = world.matchingWorld({
      ...other,
      connections: other.connections.map((one) => ({ ...one, state: "active" })),
    });
    const unused = { ...live, connections: live.connections.map((one) => ({ ...one, use: world.neverUsed() })) };
    const documents = { ...world.documents(other), limits: { disable: 0.1, switch: 1, atLeast: 3 } };
    expect(world.planOf(documents, [unused]).diagnostics.map(({ code }) => code)).toEqual(["plan/limit-exceeded"]);
    const many = [{ district, digest: "", managed: 96 }];
    expect(world.planOf(documents, [unused], { settled: many }).diagnostics).toEqual([]);
  });
});

describe("a scope", () => {
  it("leaves nothing else in the plan, and an empty one leaves nothing at all", () => {
    const desired = world.documents(world.district([world.line("Otus")]));
    const live = [world.matchingWorld(world.district([world.line("Otus")]))];
    expect(world.planOf(desired, live, { selection: { scope: [district] } })).toMatchObject({
      partial: true,
      districts: [{ district }],
    });
    expect(world.planOf(desired, [], { selection: { scope: [] } })).toMatchObject({ partial: true, districts: [] });
  });
});
