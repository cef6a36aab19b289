import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finishing } from "../../src/plan/finish.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { documents, type Worlds, worlds } from "./arbitrary.ts";
import * as world from "./world.ts";

function planOf({ desired, live }: Worlds): Plan {
  return world.planOf(world.documents(desired), [live]);
}

const addressesOf = (plan: Plan) => plan.districts.flatMap((one) => one.addresses);

describe("of any plan, what only finishes", () => {
  it("goes on with cut-overs that the store holds, and walks no step that begins, edits, gives up or disables", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        for (const { slot, steps, actions, hold } of addressesOf(finishing(planOf(one)))) {
          expect(slot?.cutover).toBeDefined();
          if (hold === "blocked") continue;
          expect(actions.map(({ kind }) => kind)).toEqual(["wait"]);
          for (const step of steps) {
            expect(["deliver", "attest", "confirm", "close"]).toContain(step.kind);
            if (step.kind === "close" && step.disables !== undefined) expect(step.disables).toBe(slot?.cutover?.from);
          }
        }
      }),
    );
  });

  it("is taken from the plan as it is, and everything that may go on is in it", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        const plan = planOf(one);
        const kept = addressesOf(finishing(plan));
        const all = new Map(addressesOf(plan).map((address) => [address.address, address]));
        for (const address of kept) expect(address).toBe(all.get(address.address));
        const waiting = [...all.values()].filter(({ actions }) => actions.length === 1 && actions[0]?.kind === "wait");
        expect(kept).toEqual(expect.arrayContaining(waiting));
      }),
    );
  });

  it("counts nothing but waiting, names what it leaves to a review, and is the same when taken twice", () => {
    fc.assert(
      fc.property(worlds, (one) => {
        const plan = planOf(one);
        const taken = finishing(plan);
        expect(taken.counts).toMatchObject({ generate: 0, switch: 0, change: 0, disable: 0 });
        const isSaid = taken.diagnostics.some(({ code }) => code === "plan/left-to-review");
        const kept = new Set(addressesOf(taken));
        const isLeft = addressesOf(plan).some(
          (address) => !kept.has(address) && address.actions.some(({ kind }) => kind !== "keep" && kind !== "wait"),
        );
        expect(isSaid).toBe(isLeft);
        expect(addressesOf(finishing(taken))).toEqual(addressesOf(taken));
      }),
    );
  });

  it("is nothing where nothing is open", () => {
    fc.assert(
      fc.property(documents, (desired) => {
        expect(finishing(planOf({ desired, live: world.matchingWorld(desired) })).districts).toEqual([]);
      }),
    );
  });

  it("names ten addresses that it leaves, and counts the others", () => {
    const many = world.district([..."ABCDEFGHIJKLM"].map((vendor) => world.line(vendor)));
    const empty = { ...world.matchingWorld(many), slots: [], connections: [] };
    const [said] = finishing(world.planOf(world.documents(many), [empty])).diagnostics;
    expect(said?.detail).toContain("springfield/J (generate), and 3 more.");
  });
});
