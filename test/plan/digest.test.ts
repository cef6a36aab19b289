import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DesiredConnection } from "../../src/model/desired.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, type Day, HOUR_MS, shift } from "../../src/model/time.ts";
import { canonical, digestPlan } from "../../src/plan/digest.ts";
import type { PlanInput } from "../../src/plan/plan.ts";
import * as world from "./world.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const CANDIDATE = "otus-candidate";

/** A district whose Otus waits for its vendor and whose Schoology is to be switched. */
function waiting(): { readonly lines: readonly DesiredConnection[]; readonly live: LiveDistrict } {
  const lines = [world.line("Otus", { rotate: 1 }), world.line("Schoology", { rotate: 1 }), world.line("Edlink")];
  const settled = world.matchingWorld(world.district(lines.map((one) => ({ ...one, rotate: 0 }))));
  const candidate = world.connection(CANDIDATE, { rotate: 1, use: world.neverUsed() });
  const [otus, ...others] = settled.slots;
  if (otus?.current === undefined) throw new Error("Otus has a connection");
  const requires = { clauses: ["probed", "used-or-attested"], quietMs: 2 * DAY_MS } as const;
  const cutover = { from: otus.current, to: candidate.id, generation: 2, requires, openedAt: world.NOW };
  return {
    lines,
    live: {
      ...settled,
      slots: [{ ...otus, generation: 2, cutover }, ...others],
      connections: [...settled.connections, candidate],
    },
  };
}

function digestOf(
  { lines, live }: ReturnType<typeof waiting>,
  more: Partial<PlanInput> = {},
  fields: Parameters<typeof world.district>[1] = {},
): string {
  return digestPlan(world.planOf(world.documents(world.district(lines, fields)), [live], more), hash).whole;
}

describe("the digest of a plan", () => {
  const reviewed = digestOf(waiting());

  it("is the same for the same input", () => {
    expect(digestOf(waiting())).toBe(reviewed);
  });

  it("does not change with a vendor's nightly sync, with revisions or with the hour", () => {
    const { lines, live } = waiting();
    const connections = live.connections.map((one) => ({ ...one, use: world.usedBefore(10 * 60 * 1000) }));
    expect(digestOf({ lines, live: { ...live, connections } })).toBe(reviewed);
    const slots = live.slots.map((slot) => ({ ...slot, revision: slot.revision + 5 }));
    expect(digestOf({ lines, live: { ...live, slots, revision: live.revision + 5 } })).toBe(reviewed);
    expect(digestOf(waiting(), { now: shift(world.NOW, 9 * HOUR_MS) })).toBe(reviewed);
  });

  it("does not change with more evidence than was reviewed", () => {
    const { lines, live } = waiting();
    const connections = live.connections.map((one) =>
      one.id === CANDIDATE ? { ...one, evidence: [world.probed(one), world.attested(one)] } : one,
    );
    expect(digestOf({ lines, live: { ...live, connections } })).toBe(reviewed);
  });

  it("does not change with owners, contacts, labels or warnings", () => {
    const { lines, live } = waiting();
    const told = { owner: "dana", contact: "help", labels: { wave: "1" }, ends: "2027-06-20" as Day, withinMs: 1 };
    expect(digestOf({ lines: lines.map((one) => ({ ...one, ...told })), live })).toBe(reviewed);
  });

  it.each<readonly [string, Partial<DesiredConnection>]>([
    ["another requirement", { requires: ["probed", "attested"] }],
    ["another day of delivery", { deliverFrom: "2027-07-01" as Day }],
    ["another version", { version: "1.2" }],
    ["other schools", { schools: ["Lincoln"] }],
    ["a refusal", { protected: true }],
  ])("changes with %s of a switch", (_, change) => {
    const { lines, live } = waiting();
    const changed = lines.map((one) => (one.vendor === "Schoology" ? { ...one, ...change } : one));
    expect(digestOf({ lines: changed, live })).not.toBe(reviewed);
  });

  it("changes with the requirement stored for an open cut-over", () => {
    const { lines, live } = waiting();
    const slots = live.slots.map((slot) =>
      slot.cutover === undefined
        ? slot
        : { ...slot, cutover: { ...slot.cutover, requires: { clauses: [], quietMs: 1 } } },
    );
    expect(digestOf({ lines, live: { ...live, slots } })).not.toBe(reviewed);
  });

  it("changes with the sync period for which a disable waited", () => {
    const disabling = (quietMs: number): string => {
      const wanted = world.line("Old Quiz Tool", { state: "disabled", quietMs });
      const live = world.matchingWorld(world.district([{ ...wanted, state: "active" }]));
      const connections = live.connections.map((one) => ({ ...one, use: world.usedBefore(9 * DAY_MS) }));
      return digestOf({ lines: [wanted], live: { ...live, connections } });
    };
    expect(disabling(2 * DAY_MS)).not.toBe(disabling(DAY_MS));
  });

  it("changes with what exactly is generated, edited, adopted or renamed", () => {
    const none = { ...waiting().live, slots: [], connections: [] };
    const found = ["f1", "f2"].map((id) => world.connection(id, { provenance: "found" }));
    const digests = (live: LiveDistrict, ...lines: readonly DesiredConnection[]) =>
      lines.map((one) => digestOf({ lines: [one], live }));
    const pairs = [
      digests(none, world.line("Otus"), world.line("Otus", { version: "1.2" })),
      digests(
        world.matchingWorld(world.district([world.line("Otus")])),
        world.line("Otus", { share: ["demographics"] }),
        world.line("Otus", { share: ["demographics"], schools: ["Lincoln"] }),
      ),
      digests(
        { ...none, connections: found },
        world.line("Otus", { adopt: "client-f1" }),
        world.line("Otus", { adopt: "client-f2" }),
      ),
      digests(
        world.matchingWorld(world.district([world.line("A"), world.line("B")])),
        world.line("Otus", { was: world.addressFrom("A") }),
        world.line("Otus", { was: world.addressFrom("B") }),
      ),
    ];
    for (const [before, after] of pairs) expect(before).not.toBe(after);
  });

  it("changes when a freeze begins, not when one is announced", () => {
    const window = (from: Day, to: Day) => ({ freeze: [{ from, to, why: "testing" }] });
    expect(digestOf(waiting(), {}, window("2027-06-17" as Day, "2027-06-18" as Day))).not.toBe(reviewed);
    expect(digestOf(waiting(), {}, window("2027-06-18" as Day, "2027-06-18" as Day))).toBe(reviewed);
  });

  it("changes when a district is observed, and when the plan is only a part", () => {
    expect(digestOf(waiting(), {}, { mode: "observe" })).not.toBe(reviewed);
    expect(digestOf(waiting(), { selection: { districts: [world.SPRINGFIELD] } })).not.toBe(reviewed);
  });
});

describe("canonical text", () => {
  it("is what JSON makes of the same value with its keys in order", () => {
    const value = { a: undefined, b: [undefined, 1, "x"], c: { d: true, e: null } };
    expect(canonical(value)).toBe(JSON.stringify(value));
    expect(canonical({ a: undefined })).toBe("{}");
  });

  it("sorts keys at every depth and leaves lists as they are", () => {
    expect(canonical({ b: [{ d: 1, c: null }, 2], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1},2]}');
  });
});
