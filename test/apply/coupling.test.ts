import { describe, expect, it } from "vitest";
import { coupled } from "../../src/apply/coupling.ts";
import { type Address, addressOf } from "../../src/model/address.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";
import type { ConnectionId, Slot } from "../../src/model/live.ts";
import type { AddressPlan } from "../../src/plan/plan.ts";
import type { Step } from "../../src/plan/step.ts";
import { REQUIRES, SPRINGFIELD, TRAITS } from "../stores/world.ts";
import { line } from "./documents.ts";

const [A, B, C, D] = ["A", "B", "C", "D"].map((name) => addressOf(SPRINGFIELD, name)) as [
  Address,
  Address,
  Address,
  Address,
];
const id = (text: string) => text as ConnectionId;
const NOW = { kind: "now" } as const;

function planAt(
  address: Address,
  more: { desired?: Partial<DesiredConnection>; slot?: Partial<Slot>; steps?: Step[] } = {},
): AddressPlan {
  const slot = more.slot === undefined ? {} : { slot: { address, revision: 1, generation: 1, ...more.slot } };
  return {
    address,
    desired: line(address, more.desired),
    ...slot,
    actions: [],
    steps: more.steps ?? [],
    diagnostics: [],
  };
}

function groups(...plans: readonly AddressPlan[]): readonly string[] {
  return coupled(plans)
    .map((group) => group.map((plan) => plan.desired.vendor).join(" then "))
    .toSorted();
}

describe("addresses", () => {
  it("that have nothing to do with each other are walked at the same time", () => {
    expect(groups(planAt(A, { slot: { current: id("1") } }), planAt(B), planAt(C))).toEqual(["A", "B", "C"]);
  });

  it("that are taken over from go before the one that takes over", () => {
    const open: Step = { kind: "open", generation: 1, make: TRAITS, from: id("2"), requires: REQUIRES, allowed: NOW };
    expect(groups(planAt(A, { desired: { replaces: B } }), planAt(B))).toEqual(["B then A"]);
    expect(groups(planAt(A, { steps: [open] }), planAt(B, { slot: { current: id("2") } }))).toEqual(["B then A"]);
  });

  it("that an open cut-over still ties, though no line says so any more, are walked one after another", () => {
    const cutover = { from: id("2"), to: id("3"), generation: 1, requires: REQUIRES, openedAt: "" as never };
    expect(groups(planAt(A, { slot: { cutover } }), planAt(B, { slot: { current: id("2") } }))).toEqual(["B then A"]);
  });

  it("that free a name go before the one that takes it", () => {
    const rename: Step = { kind: "rename", from: A, allowed: NOW };
    expect(groups(planAt(A), planAt(B, { steps: [rename] }))).toEqual(["B then A"]);
  });

  it.each<[string, Step]>([
    ["tie", { kind: "tie", from: id("9"), to: id("2"), requires: REQUIRES, allowed: NOW }],
    ["close", { kind: "close", disables: id("2"), allowed: NOW }],
    ["confirm", { kind: "confirm", against: id("2"), allowed: NOW }],
    ["update", { kind: "update", connection: id("2"), changes: [], make: TRAITS, allowed: NOW }],
    ["abandon", { kind: "abandon", connection: id("2"), allowed: NOW }],
    ["adopt", { kind: "adopt", connection: { id: id("2") } as never, rotate: 0, allowed: NOW }],
  ])("that name another's connection in a step (%s) wait for each other", (_, step) => {
    const steps: Step[] = [{ kind: "deliver", allowed: NOW }, step];
    expect(groups(planAt(A, { steps }), planAt(B, { slot: { current: id("2") } }))).toEqual(["B then A"]);
  });

  it("form one group when a third one joins two", () => {
    const joins = planAt(D, { desired: { replaces: A }, slot: { current: id("2") } });
    expect(
      groups(planAt(A), planAt(B, { desired: { replaces: C } }), planAt(C, { slot: { previous: id("7") } }), joins),
    ).toEqual(["A then D", "C then B"]);
    const bridge = planAt(D, { desired: { replaces: A }, steps: [{ kind: "close", disables: id("3"), allowed: NOW }] });
    expect(
      groups(planAt(A), planAt(B, { desired: { replaces: C } }), planAt(C, { slot: { current: id("3") } }), bridge),
    ).toEqual(["A then C then B then D"]);
  });

  it("that turn in a circle are walked by address", () => {
    expect(groups(planAt(B, { desired: { replaces: A } }), planAt(A, { desired: { replaces: B } }))).toEqual([
      "A then B",
    ]);
  });
});
