import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, addressOf } from "../../src/model/address.ts";
import type { DesiredConnection } from "../../src/model/desired.ts";
import { type ConnectionId, isActive } from "../../src/model/live.ts";
import type { AddressOutcome } from "../../src/apply/event.ts";
import type { AddressPlan, Plan } from "../../src/plan/plan.ts";
import { KINDS, VERSIONS } from "../../src/model/traits.ts";
import { openMemoryWorld, SPRINGFIELD, type World } from "../stores/world.ts";
import { documents, line, SCHOOLS, SHARES } from "./documents.ts";
import {
  applyNow,
  createMemorySink,
  createScriptedLadder,
  findings,
  planNow,
  type Stage,
  vendorsWork,
} from "./harness.ts";

/** Histories: one document after another, vendors that move or stay, probes that are answered or not. */

const [A, B] = [addressOf(SPRINGFIELD, "A"), addressOf(SPRINGFIELD, "B")] as const;

const wanted = fc.record({
  kind: fc.constantFrom(...KINDS),
  version: fc.constantFrom(...VERSIONS),
  schools: fc.constantFrom(...SCHOOLS),
  share: fc.constantFrom(...SHARES),
  rotate: fc.nat(1),
  state: fc.constantFrom("active", "active", "active", "disabled"),
} satisfies Record<string, fc.Arbitrary<unknown>>);

const year = fc.record({
  a: wanted,
  b: wanted,
  replaces: fc.boolean(),
  /** Vendors that paste what they are given; the other ones go on with what they have. */
  moved: fc.subarray([A, B]),
  verdict: fc.constantFrom("confirmed", "confirmed", "inconclusive", "refuted"),
} satisfies Record<string, fc.Arbitrary<unknown>>);

type Year = typeof year extends fc.Arbitrary<infer T> ? T : never;

function documentOf({ a, b, replaces }: Year) {
  const takesOver: Partial<DesiredConnection> = replaces ? { replaces: A } : {};
  return documents([line(A, a), line(B, { ...b, ...takesOver })]);
}

async function applyYear({ world, ...rest }: Stage, one: Year) {
  const stage: Stage = { ...rest, world, ladder: createScriptedLadder(() => findings(one.verdict)) };
  const before = await planNow(world, documentOf(one));
  const report = await applyNow(stage, documentOf(one));
  const after = await planNow(world, documentOf(one));
  return { report, before: addressesOf(before.plan), after: addressesOf(after.plan) };
}

function addressesOf(plan: Plan): readonly AddressPlan[] {
  return plan.districts.flatMap((district) => district.addresses);
}

/**
 * An address has one cut-over at a time, and so has a connection: what comes after one that ended in this run is planned
 * in the next, also at the address that takes over from this one.
 */
function leavesSomething(plan: AddressPlan | undefined, outcome: AddressOutcome | undefined, one: Year): boolean {
  const did = outcome !== undefined && "did" in outcome ? outcome.did.map(({ kind }) => kind) : [];
  const { cutover, current } = plan?.slot ?? {};
  if (cutover === undefined) return false;
  // Turned round a second time, back to what no address holds yet: it can be edited once it is the candidate again.
  if (did.includes("tied") && cutover.to === current) return true;
  const isTied = one.replaces || cutover.to === current || (cutover.from !== undefined && cutover.from !== current);
  return did.includes("closed") || (isTied && did.includes("abandoned"));
}

function isAtRest({ hold, actions }: AddressPlan): boolean {
  return hold !== undefined || actions.every(({ kind }) => kind === "keep" || kind === "wait");
}

/** Vendors that moved work with what they were given, the others with what they had, and who is not wanted any more left. */
async function workLikeIn(stage: Stage, one: Year): Promise<void> {
  const isGone = (address: Address) => {
    if ((address === A ? one.a : one.b).state === "disabled") return true;
    return address === A && one.replaces && one.moved.includes(B);
  };
  const stays = [...stage.inUse].filter(([address]) => !one.moved.includes(address));
  const moved = one.moved.map((address) => [address, "follows"] as const);
  const all = [...stays, ...moved].filter(([address]) => !isGone(address));
  await vendorsWork(stage, new Map<Address, "follows" | ConnectionId>(all));
}

async function through(years: readonly Year[], look: (stage: Stage, one: Year) => Promise<void>): Promise<void> {
  const world = await openMemoryWorld();
  const stage: Stage = { world, sink: createMemorySink(), ladder: createScriptedLadder(), inUse: new Map() };
  for (const one of years) {
    await look(stage, one);
    await workLikeIn(stage, one);
  }
}

describe("whatever the documents said before", () => {
  const histories = fc.array(year, { minLength: 1, maxLength: 5 });

  it("planning the outcome of an apply plans only keep and wait", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (years) => {
        await through(years, async (stage, one) => {
          const { report, before, after } = await applyYear(stage, one);
          for (const outcome of report.outcomes) {
            if (outcome.kind === "failed") expect(outcome.diagnostic.code).toBe("apply/probe-refuted");
          }
          const planOf = (address: Address) => before.find((plan) => plan.address === address);
          const followed = report.outcomes.filter((outcome) => leavesSomething(planOf(outcome.address), outcome, one));
          if (followed.length === 0) expect(after.filter((plan) => !isAtRest(plan))).toEqual([]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("applying comes to rest in three runs, and then changes no connection any more", async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (years) => {
        await through(years, async (stage, one) => {
          for (let run = 1; run <= 3; run += 1) await applyYear(stage, one);
          const before = await standing(stage.world);
          const { report, after } = await applyYear(stage, one);
          expect(after.filter((plan) => !isAtRest(plan))).toEqual([]);
          expect(await standing(stage.world)).toEqual(before);
          expect(report.counts).toMatchObject({ generated: 0, switched: 0, changed: 0, disabled: 0 });
        });
      }),
      { numRuns: 100 },
    );
  });
});

/** Which connections there are and which of them work. */
async function standing(world: World): Promise<readonly string[]> {
  const said: string[] = [];
  for await (const { connections } of world.writer.read("all")) {
    said.push(...connections.map((one) => `${one.id} ${isActive(one)}`));
  }
  return said;
}
