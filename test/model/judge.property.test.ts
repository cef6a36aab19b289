import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordedEvidence } from "../../src/model/evidence.ts";
import { type Case, judge } from "../../src/model/judge.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { acceptanceOf, type Loss, parseAcceptance } from "../../src/model/loss.ts";
import { type Clause, CLAUSES, DEFAULT_CLAUSES, isEnoughToSupersede } from "../../src/model/requirement.ts";
import { DAY_MS, describeDuration, HOUR_MS, MINUTE_MS, parseDuration } from "../../src/model/time.ts";
import type { Use } from "../../src/model/use.ts";
import { attested, connection, neverUsed, NOW, probed, usedBefore } from "../plan/world.ts";

const candidate = connection("new");
const hours = fc.integer({ min: -3, max: 80 }).map((count) => count * HOUR_MS);

const use: fc.Arbitrary<Use> = fc.oneof(
  fc.constant<Use>({ kind: "unobservable" }),
  hours.map((ms) => neverUsed(ms)),
  hours.map((ms) => usedBefore(ms)),
);

const evidence: fc.Arbitrary<RecordedEvidence> = fc.oneof(
  fc
    .tuple(fc.constantFrom("confirmed" as const, "refuted" as const, "inconclusive" as const), hours)
    .map(([verdict, ms]) => probed(candidate, verdict, ms)),
  hours.map((ms) => attested(candidate, ms)),
  hours.map((ms) => ({ ...attested(candidate, ms), kind: "waived" as const, rung: "token" as const })),
);

const clauses: fc.Arbitrary<readonly Clause[]> = fc.subarray([...CLAUSES]);

const cases: fc.Arbitrary<Case & { readonly from: LiveConnection }> = fc
  .record({ clauses, to: use, from: use, evidence: fc.array(evidence, { maxLength: 5 }) })
  .map((facts) => ({
    requires: { clauses: facts.clauses, quietMs: 2 * DAY_MS },
    candidate: { ...candidate, use: facts.to, evidence: facts.evidence },
    from: connection("old", { use: facts.from }),
    now: NOW,
  }));

function withMore(facts: Case, more: RecordedEvidence): Case {
  return { ...facts, candidate: { ...facts.candidate, evidence: [...facts.candidate.evidence, more] } };
}

describe("the judge", () => {
  it("does not take back a yes when evidence of the right kind is added", () => {
    const right = fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((count) => probed(candidate, "confirmed", count * HOUR_MS)),
      hours.map((ms) => attested(candidate, ms)),
    );
    fc.assert(
      fc.property(cases, right, (facts, more) => {
        if (judge(facts).met) expect(judge(withMore(facts, more)).met).toBe(true);
      }),
    );
  });

  it("never takes probing alone for a moved consumer", () => {
    fc.assert(
      fc.property(cases, (facts) => {
        const silent = facts.candidate.evidence.filter((item) => item.kind !== "attested");
        const unused = { ...facts.candidate, use: neverUsed(), evidence: silent };
        expect(judge({ ...facts, candidate: unused }).met).toBe(false);
      }),
    );
  });

  it("never takes a moved consumer alone for working credentials", () => {
    fc.assert(
      fc.property(cases, (facts) => {
        const unprobed = facts.candidate.evidence.filter((item) => item.kind !== "probed");
        expect(judge({ ...facts, candidate: { ...facts.candidate, evidence: unprobed } }).met).toBe(false);
      }),
    );
  });

  it("judges a requirement that is weaker than both facts by the default", () => {
    fc.assert(
      fc.property(cases, (facts) => {
        const { clauses: stored, quietMs } = facts.requires;
        const byDefault = judge({ ...facts, requires: { clauses: DEFAULT_CLAUSES, quietMs } });
        if (isEnoughToSupersede(stored)) {
          // Whatever else is asked for, the default is the least.
          if (judge(facts).met) expect(byDefault.met).toBe(true);
        } else expect(judge(facts)).toEqual(byDefault);
      }),
    );
  });

  it("says yes exactly when nothing is missing, and names every missing thing once", () => {
    fc.assert(
      fc.property(cases, (facts) => {
        const { met, missing } = judge(facts);
        expect(met).toBe(missing.length === 0);
        expect(new Set(missing.map((lack) => lack.kind)).size).toBe(missing.length);
      }),
    );
  });

  it("does not depend on the order in which evidence of different moments is listed", () => {
    fc.assert(
      fc.property(
        cases.chain((facts) =>
          fc.record({
            facts: fc.constant(facts),
            shuffled: fc.shuffledSubarray([...facts.candidate.evidence], {
              minLength: facts.candidate.evidence.length,
            }),
          }),
        ),
        ({ facts, shuffled }) => {
          if (new Set(shuffled.map((item) => item.at)).size < shuffled.length) return;
          expect(judge({ ...facts, candidate: { ...facts.candidate, evidence: shuffled } })).toEqual(judge(facts));
        },
      ),
    );
  });
});

describe("words that people write", () => {
  it("accept what the plan printed, whatever schools are called", () => {
    const school = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((name) => !name.includes("->") && /\S/.test(name.replaceAll(",", "")));
    const scope = fc.oneof(fc.constant("all" as const), fc.array(school, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(scope, scope, (from, to) => {
        const loss: Loss = { kind: "schools", from, to };
        expect(parseAcceptance(acceptanceOf(loss))).toBe(acceptanceOf(loss));
      }),
    );
  });

  it("give back the duration that was written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), (minutes) => {
        expect(parseDuration(describeDuration(minutes * MINUTE_MS))).toBe(minutes * MINUTE_MS);
      }),
    );
  });
});
