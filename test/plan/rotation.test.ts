import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, type Day, shift } from "../../src/model/time.ts";
import { planRotation, type Rotation, type RotationInput } from "../../src/plan/rotation.ts";
import * as world from "./world.ts";

const YEAR_MS = 365 * DAY_MS;

/** The live side of a district in which every secret is so many days old, or as many as said for it. */
function aged(desired: DesiredDistrict, days: number | readonly number[]): LiveDistrict {
  const live = world.matchingWorld(desired);
  const ageOf = (index: number): number => (typeof days === "number" ? days : (days[index] ?? 0));
  const connections = live.connections.map((one, index) => ({
    ...one,
    createdAt: shift(world.NOW, -ageOf(index) * DAY_MS),
  }));
  return { ...live, connections };
}

function rotationOf(
  districts: readonly DesiredDistrict[],
  live: readonly LiveDistrict[],
  more: Partial<RotationInput> = {},
): Rotation {
  const desired = world.documents(...districts);
  return planRotation({ desired, live, olderThanMs: YEAR_MS, now: world.NOW, isChosen: () => true, ...more });
}

const told = ({ waves }: Rotation) =>
  waves.map(({ from, turns }) => [from, ...turns.map((one) => one.desired.address)]);

describe("a rotation", () => {
  it("takes the oldest secret first, and leaves the young ones", () => {
    const desired = world.district([world.line("Otus"), world.line("Bluebird"), world.line("Quiz")]);
    const rotation = rotationOf([desired], [aged(desired, [400, 500, 365])]);
    expect(told(rotation)).toEqual([["2027-06-17", "springfield/Bluebird", "springfield/Otus"]]);
    expect(rotation.left).toEqual([]);
  });

  it("never asks one vendor of a district for two connections at once", () => {
    const lines = ["north", "south", "west"].map((name) => world.line(`Edlink["${name}"]`));
    const desired = world.district([...lines, world.line("Otus")]);
    const rotation = rotationOf([desired], [aged(desired, [900, 800, 700, 600])]);
    expect(told(rotation)).toEqual([
      ["2027-06-17", 'springfield/Edlink["north"]', "springfield/Otus"],
      ["2027-06-19", 'springfield/Edlink["south"]'],
      ["2027-06-21", 'springfield/Edlink["west"]'],
    ]);
  });

  it("stays within the limits of a district and of all", () => {
    const names = ["A", "B", "C", "D"];
    const limits = { disable: 1, switch: 0.5, atLeast: 1 };
    const desired = world.district(
      names.map((name) => world.line(name)),
      { limits },
    );
    const live = aged(desired, [404, 403, 402, 401]);
    expect(told(rotationOf([desired], [live])).map(([, ...turns]) => turns.length)).toEqual([2, 2]);
    const one = { ...world.documents(desired), limits: { disable: 1, switch: 0, atLeast: 1 } };
    expect(told(rotationOf([], [live], { desired: one })).map(([, ...turns]) => turns.length)).toEqual([1, 1, 1, 1]);
    const none = { ...one, limits: { disable: 1, switch: 0, atLeast: 0 } };
    const stopped = rotationOf([], [live], { desired: none });
    expect(stopped.waves).toEqual([]);
    expect(stopped.left.map(({ why }) => why)).toEqual(names.map(() => expect.stringContaining("limits")));
  });

  it("begins nothing in a freeze, nor before the credentials may be handed over", () => {
    const freeze = [{ from: "2027-06-10" as Day, to: "2027-06-20" as Day, why: "testing" }];
    const lines = [world.line("Otus"), world.line("Bluebird", { deliverFrom: "2027-06-24" as Day })];
    const desired = world.district(lines, { freeze });
    expect(told(rotationOf([desired], [aged(desired, 400)]))).toEqual([
      ["2027-06-21", "springfield/Otus"],
      ["2027-06-25", "springfield/Bluebird"],
    ]);
    const endless = world.district(lines, { freeze: [{ ...freeze[0], to: "2099-12-31" } as (typeof freeze)[0]] });
    expect(rotationOf([endless], [aged(endless, 400)]).left).toHaveLength(2);
  });

  const cases: readonly (readonly [string, Partial<DesiredConnection>, Partial<DesiredDistrict>])[] = [
    ["protected: true", { protected: true }, {}],
    ["state: disabled", { state: "disabled" }, {}],
    ["asks for another connection already", { rotate: 1 }, {}],
    ["mode: observe", {}, { mode: "observe" }],
  ];
  it.each(cases)("says why not, where it leads nowhere: %s", (why, fields, more) => {
    const live = aged(world.district([world.line("Otus")]), 400);
    const desired = world.district([world.line("Otus", fields)], more);
    const rotation = rotationOf([desired], [live]);
    expect(rotation.waves).toEqual([]);
    expect(rotation.left).toMatchObject([{ address: "springfield/Otus", why: expect.stringContaining(why) }]);
  });

  it("leaves a connection that another line replaces", () => {
    const live = aged(world.district([world.line("Old Quiz")]), 400);
    const successor = world.line("New Quiz", { replaces: world.addressFrom("Old Quiz") });
    const desired = world.district([world.line("Old Quiz"), successor]);
    const { left, waves } = rotationOf([desired], [live]);
    expect(waves).toEqual([]);
    expect(left.map(({ why }) => why)).toEqual(["springfield/New Quiz replaces it"]);
  });

  it("waits for a cut-over that is open there or takes over from there, and for documents that speak of it", () => {
    const desired = world.district([world.line("Otus"), world.line("Bluebird")]);
    const live = aged(desired, 400);
    const [otus, bluebird] = live.slots;
    const candidate = { ...world.connection("candidate"), createdAt: world.NOW };
    const cutover = { to: candidate.id, generation: 2, requires: { clauses: [], quietMs: 0 }, openedAt: world.NOW };
    if (otus?.current === undefined || bluebird === undefined) throw new Error("both are there");
    const busy = {
      ...live,
      slots: [otus, { ...bluebird, cutover: { ...cutover, from: otus.current } }],
      connections: [...live.connections, candidate],
    };
    const { left, waves } = rotationOf([desired], [busy]);
    expect(left.map(({ why }) => why)).toEqual([
      "a cut-over of springfield/Bluebird is open since 2027-06-17; it ends first",
    ]);
    expect(waves.map(({ turns }) => turns.length)).toEqual([1]);
    const silent = rotationOf([world.district([])], [live]);
    expect(silent.left.map(({ why }) => why)).toEqual(Array(2).fill("no document speaks of this address"));
  });

  it("places every old secret exactly once, whatever the limits and freezes are", () => {
    const story = fc.record({
      ages: fc.array(fc.integer({ min: 300, max: 900 }), { minLength: 1, maxLength: 12 }),
      atLeast: fc.nat(3),
      share: fc.constantFrom(0, 0.2, 0.5, 1),
      frozen: fc.nat(40),
    });
    fc.assert(
      fc.property(story, ({ ages, atLeast, share, frozen }) => {
        const names = ages.map((_, index) => `${index % 3 === 0 ? "Edlink" : `V${index}`}["n${index}"]`);
        const limits = { disable: 1, switch: share, atLeast };
        const freeze = [
          { from: "2027-06-18" as Day, to: shift(world.NOW, frozen * DAY_MS).slice(0, 10) as Day, why: "x" },
        ];
        const lines = names.map((name) => world.line(name));
        const desired = world.district(lines, { limits, freeze });
        const { waves, left } = rotationOf([desired], [aged(desired, ages)]);
        const placed = [...waves.flatMap(({ turns }) => turns), ...left].map(({ connection }) => connection.id);
        const old = ages.flatMap((age, index) =>
          age > 365 ? [world.idFor(world.addressFrom(names[index] ?? ""))] : [],
        );
        expect(placed.toSorted()).toEqual(old.toSorted());
        const most = Math.max(atLeast, Math.floor(share * ages.length + 1e-9));
        for (const { from, turns } of waves) {
          expect(turns.length).toBeLessThanOrEqual(most);
          expect(turns.filter((one) => one.desired.vendor === "Edlink").length).toBeLessThanOrEqual(1);
          expect(freeze.some((one) => one.from <= from && from <= one.to)).toBe(false);
        }
      }),
    );
  });
});
