import { describe, expect, it } from "vitest";
import { Bug } from "../../src/diagnostics/invariant.ts";
import { DAY_MS, type Day } from "../../src/model/time.ts";
import type { Action } from "../../src/plan/action.ts";
import { calendarAt } from "../../src/plan/holds.ts";
import { lossesBetween } from "../../src/plan/losses.ts";
import { orderSteps } from "../../src/plan/order.ts";
import * as world from "./world.ts";

const desired = world.line("Otus", { rotate: 1 });
const { address } = desired;
const old = world.connection("old");
const requires = { clauses: ["probed", "used-or-attested"], quietMs: 2 * DAY_MS } as const;
const calendar = calendarAt(world.NOW, []);

const switching: Action = {
  kind: "switch",
  address,
  desired,
  generation: 2,
  from: old,
  requires,
  loses: [],
  reason: "rotate 0 -> 1",
};

function disabling(because: "asked" | "abandoned"): Action {
  return { kind: "disable", address, connection: old, because, loses: [], quietMs: 0, reason: "by mistake" };
}

describe("the steps of a switch", () => {
  it("are open, deliver, confirm, close, in this order", () => {
    expect(orderSteps([switching], calendar, world.NOW).map((step) => step.kind)).toEqual([
      "open",
      "deliver",
      "confirm",
      "close",
    ]);
  });

  it.each(["asked", "abandoned"] as const)("hold no other one that disables the old connection (%s)", (because) => {
    expect(() => orderSteps([switching, disabling(because)], calendar, world.NOW)).toThrow(Bug);
  });

  it("hold none while the cut-over waits, either", () => {
    const candidate = world.connection("new");
    const cutover = { from: old.id, to: candidate.id, generation: 2, requires, openedAt: world.NOW };
    const waiting: Action = {
      kind: "wait",
      address,
      desired,
      cutover,
      candidate,
      from: old,
      awaits: [],
      reason: "open",
    };
    expect(() => orderSteps([waiting, disabling("asked")], calendar, world.NOW)).toThrow(Bug);
    expect(() => orderSteps([disabling("asked")], calendar, world.NOW)).not.toThrow();
  });
});

describe("freeze windows", () => {
  it("that overlap, adjoin or contain one another hold until the last of them ends", () => {
    const window = (from: string, to: string) => ({ from: from as Day, to: to as Day, why: from });
    const windows = [
      window("2027-06-20", "2027-06-22"),
      window("2027-06-10", "2027-06-18"),
      window("2027-06-19", "2027-06-19"),
      window("2027-06-15", "2027-06-17"),
      window("2027-06-24", "2027-06-30"),
    ];
    const close = orderSteps([switching], calendarAt(world.NOW, windows), world.NOW).at(-1);
    expect(close?.allowed).toEqual({ kind: "not-before", day: "2027-06-23", why: "freeze: 2027-06-10" });
  });
});

describe("losses", () => {
  const before = { version: "1.1", kind: "supported", schools: ["A", "B"], share: ["demographics"] } as const;

  it("are none where nothing gets less", () => {
    expect(lossesBetween(before, before)).toEqual([]);
    expect(lossesBetween({ ...before, kind: "other" }, before)).toEqual([]);
    expect(lossesBetween(before, { ...before, schools: "all" })).toEqual([]);
    expect(lossesBetween(before, { ...before, schools: ["C", "B", "A"] })).toEqual([]);
    expect(lossesBetween({ ...before, share: [] }, before)).toEqual([]);
  });

  it("are user ids in both directions between versions", () => {
    expect(lossesBetween(before, { ...before, version: "1.2" })).toEqual([
      { kind: "user-ids", from: "1.1", to: "1.2" },
    ]);
    expect(lossesBetween({ ...before, version: "1.2" }, before)).toEqual([
      { kind: "user-ids", from: "1.2", to: "1.1" },
    ]);
  });

  it("are schools as soon as one is missing, even if another one is new", () => {
    expect(lossesBetween(before, { ...before, schools: ["A", "C"] })).toMatchObject([{ kind: "schools" }]);
    expect(lossesBetween({ ...before, schools: "all" }, before)).toMatchObject([{ kind: "schools" }]);
  });
});
