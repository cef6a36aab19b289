import { describe, expect, it } from "vitest";
import type { DesiredDistrict } from "../../../src/model/desired.ts";
import type { LiveConnection, LiveDistrict } from "../../../src/model/live.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS } from "../../../src/model/requirement.ts";
import { DAY_MS, type Day, HOUR_MS, shift } from "../../../src/model/time.ts";
import type { LifeStage } from "../../../src/views/review/life.ts";
import { reviewOf } from "../../../src/views/review/model.ts";
import * as world from "../../plan/world.ts";
import { digestsOf, locate } from "../stories.ts";

const { NOW } = world;

interface Changed {
  readonly old?: Partial<LiveConnection>;
  readonly young?: (one: LiveConnection) => Partial<LiveConnection>;
  readonly district?: Partial<DesiredDistrict>;
  readonly live?: Partial<LiveDistrict>;
}

/** A cut-over that was opened twelve days ago, handed over and probed; the vendor has not moved. Changed in one place. */
function reviewed({ old: was = {}, young: is = () => ({}), district = {}, live: more = {} }: Changed = {}) {
  const wanted = world.line("Otus", { rotate: 1 });
  const old = { ...world.connectionFor(wanted), rotate: 0, use: world.usedBefore(10 * HOUR_MS), ...was };
  const fresh = {
    ...world.connectionFor(wanted, world.idFor(wanted.address, "new")),
    use: world.neverUsed(12 * DAY_MS),
    createdAt: shift(NOW, -12 * DAY_MS),
  };
  const probedOne = { ...fresh, evidence: [world.probed(fresh)] };
  const young = { ...probedOne, ...is(fresh) };
  const requires = { clauses: DEFAULT_CLAUSES, quietMs: DEFAULT_QUIET_MS };
  const openedAt = shift(NOW, -12 * DAY_MS);
  const cutover = { from: old.id, to: young.id, generation: 2, requires, openedAt };
  const { version, kind, schools, share, rotate } = old;
  const applied = { connection: old.id, at: old.createdAt, version, kind, schools, share, rotate };
  const slots = [world.slotFor(wanted.address, { current: old.id, applied, cutover, generation: 2 })];
  const live: LiveDistrict = { ...world.matchingWorld(world.district([])), slots, connections: [old, young], ...more };
  const plan = world.planOf(world.documents(world.district([wanted], district)), [live]);
  return reviewOf({ plan, live: new Map([[live.district, live]]), digests: digestsOf(plan), locate });
}

function stages(changed: Changed = {}): Readonly<Record<string, string>> {
  const all: readonly LifeStage[] = reviewed(changed).districts[0]?.rows[0]?.life?.stages ?? [];
  return Object.fromEntries(all.map(({ kind, state, says }) => [kind, `${state} ${says}`]));
}

describe("the life of an open cut-over", () => {
  it("has the days of what is done, and the first moment of what is to come", () => {
    expect(stages()).toEqual({
      generated: "done 2027-06-05",
      delivered: "done 2027-06-07",
      probed: "done 2027-06-17",
      used: "ahead not seen yet",
      disabled: "held not before 2027-06-18 22:00 UTC",
    });
  });

  it("ends in this run where all is known", () => {
    const moved = stages({
      old: { use: world.usedBefore(3 * DAY_MS) },
      young: () => ({ use: world.usedBefore(HOUR_MS) }),
    });
    expect(moved).toMatchObject({ used: "done 2027-06-17: seen", disabled: "now in this run, if the evidence holds" });
  });

  it("counts the word of a person, until the vendor contradicts it", () => {
    const said = (one: LiveConnection, agoMs: number) => ({
      evidence: [world.probed(one), world.attested(one, agoMs)],
    });
    expect(stages({ young: (one) => said(one, HOUR_MS) })).toMatchObject({ used: "done 2027-06-17: said by a person" });
    expect(stages({ young: (one) => said(one, 20 * HOUR_MS) })).toMatchObject({
      used: "ahead said, and then contradicted",
    });
  });

  it.each([
    ["refuted", HOUR_MS, "refused 2027-06-17: answered no"],
    ["inconclusive", HOUR_MS, "now 2027-06-17: could not be decided"],
    ["confirmed", 30 * HOUR_MS, "now 2027-06-16, too long ago: again"],
  ] as const)("says what a probe came to: %s", (verdict, agoMs, says) => {
    expect(stages({ young: (one) => ({ evidence: [world.probed(one, verdict, agoMs)] }) })).toMatchObject({
      probed: says,
    });
  });

  it("waits for a person where use cannot be seen", () => {
    const use = { kind: "unobservable" } as const;
    expect(stages({ old: { use }, young: () => ({ use }) })).toMatchObject({
      used: "ahead once a named person says so",
    });
  });

  it("is held by a freeze, and by nothing where the old connection is disabled already", () => {
    const freeze = [{ from: "2027-06-10" as Day, to: "2027-06-30" as Day, why: "state testing" }];
    expect(stages({ district: { freeze } })).toMatchObject({ disabled: "held not before 2027-07-01" });
    const status = { kind: "disabled", at: shift(NOW, -DAY_MS), by: "sam", how: "outside" } as const;
    expect(stages({ old: { status } })).toMatchObject({
      used: "ahead not needed any more",
      disabled: "done 2027-06-16",
    });
  });

  it("has its stages in the order of time, also where somebody disabled the old connection first", () => {
    expect(Object.keys(stages())).toEqual(["generated", "delivered", "probed", "used", "disabled"]);
    const status = { kind: "disabled", at: shift(NOW, -DAY_MS), by: "sam", how: "outside" } as const;
    expect(Object.keys(stages({ old: { status } }))).toEqual(["generated", "delivered", "probed", "disabled", "used"]);
    const unproved = { old: { status }, young: () => ({ evidence: [] }) };
    expect(Object.keys(stages(unproved))).toEqual(["generated", "delivered", "disabled", "probed", "used"]);
  });

  it("stands still where the district is only observed", () => {
    const review = reviewed({ district: { mode: "observe" } });
    expect(review.districts[0]?.rows[0]).toMatchObject({ isObserved: true });
    expect(stages({ district: { mode: "observe" } })).toMatchObject({ disabled: "ahead only observed" });
  });
});

describe("a review of a district whose registry people keep", () => {
  it("says who signed, or that nobody did", () => {
    const signed = { kind: "signed", asOf: "2027-06-01" as Day, by: "dana", at: NOW } as const;
    expect(reviewed({ live: { kept: { inventory: signed, asked: [] } } }).districts[0]?.inventory).toMatch(
      /^dana signed on/u,
    );
    const review = reviewed({ live: { kept: { inventory: { kind: "unsigned" }, asked: [] } } });
    expect(review.districts[0]?.inventory).toMatch(/^Nobody signed/u);
  });
});
