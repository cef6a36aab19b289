import fc from "fast-check";
import type { DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import type { Cutover, LiveConnection, LiveDistrict, Slot } from "../../src/model/live.ts";
import { acceptanceOf } from "../../src/model/loss.ts";
import { type Clause, CLAUSES } from "../../src/model/requirement.ts";
import { DAY_MS, type Day, HOUR_MS } from "../../src/model/time.ts";
import type { FixedTraits, Traits } from "../../src/model/traits.ts";
import * as world from "./world.ts";

/** A district of documents and any live world that a store could hold for it. */
export interface Worlds {
  readonly desired: DesiredDistrict;
  readonly live: LiveDistrict;
}

const VENDORS = ["Otus", "Schoology", "Bluebird", "Old Quiz", "New Quiz"] as const;

const traits: fc.Arbitrary<Traits & FixedTraits> = fc.record({
  version: fc.constantFrom("1.1" as const, "1.2" as const),
  kind: fc.constantFrom("supported" as const, "other" as const),
  schools: fc.constantFrom("all" as const, ["Lincoln"], ["Lincoln", "Roosevelt"]),
  share: fc.constantFrom([], ["demographics" as const]),
  rotate: fc.nat({ max: 1 }),
});

const clauses: fc.Arbitrary<readonly Clause[]> = fc.subarray([...CLAUSES]);

const accepts = fc.constantFrom(
  [],
  [acceptanceOf({ kind: "cut-off" })],
  [
    acceptanceOf({ kind: "user-ids", from: "1.1", to: "1.2" }),
    acceptanceOf({ kind: "user-ids", from: "1.2", to: "1.1" }),
  ],
);

const freeze = fc.constantFrom([], [{ from: "2027-06-16" as Day, to: "2027-06-19" as Day, why: "testing" }]);

/** What a line says; `state` is set apart, because much depends on it. */
function lineOf(vendor: string, state: DesiredConnection["state"]): fc.Arbitrary<DesiredConnection> {
  return fc
    .record({
      ...{ traits, accepts },
      requires: fc.constantFrom<readonly Clause[]>(["probed", "used-or-attested"], ["probed", "attested"]),
      deliverFrom: fc.constantFrom(undefined, "2027-07-01" as Day),
      isProtected: fc.boolean(),
    })
    .map(({ traits: wanted, deliverFrom, isProtected, ...rest }) =>
      world.line(vendor, {
        ...wanted,
        ...rest,
        state,
        protected: isProtected,
        ...(deliverFrom === undefined ? {} : { deliverFrom }),
      }),
    );
}

/** Lines for some of the vendors; New Quiz may replace Old Quiz, which then says disabled. */
export const documents: fc.Arbitrary<DesiredDistrict> = fc
  .record({
    lines: fc.tuple(
      ...VENDORS.map((vendor) =>
        fc.constantFrom("active", "disabled").chain((state) => lineOf(vendor, state as "active")),
      ),
    ),
    left: fc.subarray([...VENDORS], { minLength: 1 }),
    isReplacing: fc.boolean(),
    freeze,
  })
  .map(({ lines, left, isReplacing, freeze: windows }) => {
    const kept = lines.filter((one) => left.some((vendor) => vendor === one.vendor));
    const connections = isReplacing ? kept.map(asReplacing) : kept;
    return world.district(connections, { freeze: windows, limits: { disable: 1, switch: 1, atLeast: 9 } });
  });

function asReplacing(wanted: DesiredConnection): DesiredConnection {
  if (wanted.vendor === "New Quiz") return { ...wanted, replaces: world.addressFrom("Old Quiz") };
  return wanted.vendor === "Old Quiz" ? { ...wanted, state: "disabled" } : wanted;
}

const being = fc.record({
  traits,
  isActive: fc.boolean(),
  lastHours: fc.constantFrom(undefined, 3, 9 * 24),
  evidence: fc.subarray(["confirmed", "refuted", "stale", "attested"] as const),
  isDelivered: fc.boolean(),
});

function connectionFrom(
  id: string,
  vendor: string,
  of: typeof being extends fc.Arbitrary<infer T> ? T : never,
): LiveConnection {
  const { delivery: _, ...base } = world.connection(id, { ...of.traits, application: vendor });
  const made: LiveConnection = {
    ...base,
    ...(of.isDelivered ? { delivery: { state: "done", target: "file:x", at: base.createdAt } as const } : {}),
    ...(of.isActive ? {} : { status: { kind: "disabled", at: world.NOW, by: "kim", how: "outside" } as const }),
    use: of.lastHours === undefined ? world.neverUsed() : world.usedBefore(of.lastHours * HOUR_MS),
  };
  return {
    ...made,
    evidence: of.evidence.map((kind) =>
      kind === "attested"
        ? world.attested(made)
        : world.probed(made, kind === "refuted" ? "refuted" : "confirmed", kind === "stale" ? 2 * DAY_MS : HOUR_MS),
    ),
  };
}

interface Held {
  readonly slot?: Slot;
  readonly connections: readonly LiveConnection[];
}

/** What the store may hold at one address: nothing, a connection in use, a cut-over open, turned round or given up. */
function heldBy(vendor: string): fc.Arbitrary<Held> {
  return fc
    .record({
      ...{ being, other: being, clauses, aborted: traits },
      form: fc.constantFrom("nothing", "current", "first", "switching", "turned", "aborted", "found"),
    })
    .map(({ being: one, other, clauses: stored, aborted, form }) => {
      const address = world.addressFrom(vendor);
      const id = world.idFor(address);
      const current = connectionFrom(id, vendor, one);
      const candidate = connectionFrom(`${id}-candidate`, vendor, other);
      const cutover = (to: LiveConnection, from?: LiveConnection): Cutover => ({
        ...(from === undefined ? {} : { from: from.id }),
        to: to.id,
        generation: 2,
        requires: { clauses: stored, quietMs: 2 * DAY_MS },
        openedAt: world.NOW,
      });
      const slot = (fields: Partial<Slot>): Slot => world.slotFor(address, { generation: 2, ...fields });
      switch (form) {
        case "current":
          return { slot: slot({ current: current.id }), connections: [current] };
        case "first":
          return { slot: slot({ cutover: cutover(candidate) }), connections: [candidate] };
        case "switching":
          return {
            slot: slot({ current: current.id, cutover: cutover(candidate, current) }),
            connections: [current, candidate],
          };
        case "turned":
          return {
            slot: slot({ current: current.id, cutover: cutover(current, candidate) }),
            connections: [current, candidate],
          };
        case "aborted":
          return {
            slot: slot({ current: current.id, aborted: { ...aborted, at: world.NOW, by: "dana" } }),
            connections: [current],
          };
        case "found":
          return { connections: [{ ...current, provenance: "found" as const }] };
        default:
          return { connections: [] };
      }
    });
}

/** Where New Quiz has a first cut-over open, it may be one that takes over from Old Quiz. */
function tiedTogether(live: LiveDistrict, isTied: boolean): LiveDistrict {
  const old = live.slots.find((slot) => slot.address === world.addressFrom("Old Quiz"));
  if (!isTied || old?.current === undefined || old.cutover !== undefined) return live;
  const { current } = old;
  const slots = live.slots.map((slot) =>
    slot.address === world.addressFrom("New Quiz") && slot.cutover !== undefined && slot.current === undefined
      ? { ...slot, cutover: { ...slot.cutover, from: current } }
      : slot,
  );
  return { ...live, slots };
}

export const worlds: fc.Arbitrary<Worlds> = fc
  .record({
    desired: documents,
    held: fc.tuple(...VENDORS.map(heldBy)),
    isTied: fc.boolean(),
    observesUse: fc.boolean(),
  })
  .map(({ desired, held, isTied, observesUse }) => {
    const live: LiveDistrict = {
      district: world.SPRINGFIELD,
      revision: 3,
      site: world.SITE,
      slots: held.flatMap(({ slot }) => (slot === undefined ? [] : [slot])),
      connections: held.flatMap(({ connections }) => connections),
      observesUse,
    };
    return { desired, live: tiedTogether(live, isTied) };
  });
