import { describe, expect, it } from "vitest";
import type { Attested, RecordedEvidence, Rung, Verdict, Waived } from "../../src/model/evidence.ts";
import { isInUse, judge, latestProbe, presentEvidence, probeVerdict } from "../../src/model/judge.ts";
import type { LiveConnection } from "../../src/model/live.ts";
import { type Clause, DEFAULT_CLAUSES } from "../../src/model/requirement.ts";
import { DAY_MS, HOUR_MS, shift } from "../../src/model/time.ts";
import type { Use } from "../../src/model/use.ts";
import { attested, connection, neverUsed, NOW, probed, usedBefore } from "../plan/world.ts";

const QUIET_MS = 2 * DAY_MS;
const disabled = { kind: "disabled", at: NOW, by: "kim", how: "outside" } as const;
const candidate = connection("new", { use: neverUsed() });

const withEvidence = (base: LiveConnection, ...evidence: readonly RecordedEvidence[]): LiveConnection => ({
  ...base,
  evidence,
});

function waived(rung: Rung): Waived {
  return { ...attested(candidate), kind: "waived", rung };
}

function climbed(verdicts: Readonly<Partial<Record<Rung, Verdict>>>): RecordedEvidence {
  const findings = Object.entries(verdicts).map(([rung, verdict]) => ({
    rung: rung as Rung,
    verdict,
    code: verdict,
    says: "seen",
  }));
  return { ...probed(candidate), findings };
}

function judged(
  to: LiveConnection,
  from?: LiveConnection,
  clauses: readonly Clause[] = DEFAULT_CLAUSES,
): ReturnType<typeof judge> {
  const source = from === undefined ? {} : { from };
  return judge({ requires: { clauses, quietMs: QUIET_MS }, candidate: to, ...source, now: NOW });
}

describe("a statement", () => {
  const old = (last: number) => connection("old", { use: usedBefore(last) });
  const said = (more: Partial<Attested>): LiveConnection =>
    withEvidence(candidate, probed(candidate), { ...attested(candidate), ...more });

  it("is contradicted by use that came after it, whatever a clock said meanwhile", () => {
    const at = shift(NOW, -HOUR_MS);
    const seen = shift(NOW, -3 * HOUR_MS);
    expect(judged(said({ at, oldSeen: seen }), old(3 * HOUR_MS)).met).toBe(true);
    // The clock was set back: by its hands this use came before the statement, and the store knew of none so late.
    expect(judged(said({ at, oldSeen: seen }), old(2 * HOUR_MS)).missing).toContainEqual({
      kind: "attested",
      who: "person",
      contradicted: true,
    });
    expect(judged(said({ at, oldSeen: "never" }), old(2 * HOUR_MS)).met).toBe(false);
    expect(judged(said({ at, oldSeen: "never" }), connection("old", { use: neverUsed() })).met).toBe(true);
    // One from before stores kept what they knew then.
    expect(judged(said({ at }), old(2 * HOUR_MS)).met).toBe(true);
  });
});

describe("good syncs in a row", () => {
  const old = connection("old", { use: usedBefore(3 * DAY_MS) });
  const missing = (to: LiveConnection, syncs: number) =>
    judge({ requires: { clauses: ["probed", "used"], quietMs: QUIET_MS, syncs }, candidate: to, from: old, now: NOW })
      .missing;
  const run = { good: 1, from: NOW, to: NOW, pulled: [], failing: [] } as const;

  it("are counted where the policy asks for them, instead of one pull of everything", () => {
    const used = { ...withEvidence(candidate, probed(candidate)), use: { ...usedBefore(0), syncs: run } as Use };
    expect(missing(used, 1)).toEqual([]);
    expect(missing(used, 3)).toEqual([{ kind: "pull", who: "vendor", syncs: { seen: 1, asked: 3 } }]);
  });

  it("are none where nobody can see use", () => {
    const blind = { ...withEvidence(candidate, probed(candidate)), use: { kind: "unobservable" } as const };
    expect(missing(blind, 2)).toEqual([{ kind: "pull", who: "vendor", syncs: { seen: 0, asked: 2 } }]);
  });
});

describe("a first connection", () => {
  it("needs working credentials only, whatever the requirement says", () => {
    const proven = withEvidence(candidate, probed(candidate));
    expect(judged(proven)).toEqual({ met: true, reached: ["probed"], missing: [] });
    expect(judged(proven, undefined, ["probed", "attested"]).met).toBe(true);
    expect(judged(candidate).missing).toEqual([{ kind: "probed", who: "rosterform", verdict: "never" }]);
  });

  it("that somebody disabled never closes", () => {
    const dead = { ...withEvidence(candidate, probed(candidate)), status: disabled };
    expect(judged(dead)).toEqual({
      met: false,
      reached: ["probed"],
      missing: [{ kind: "candidate-active", who: "district" }],
    });
  });

  it("counts as one where the old connection is disabled already", () => {
    const proven = withEvidence(candidate, probed(candidate));
    expect(judged(proven, connection("old", { status: disabled })).met).toBe(true);
  });
});

describe("a climb of the ladder", () => {
  it("counts for a day", () => {
    expect(judged(withEvidence(candidate, probed(candidate, "confirmed", DAY_MS))).met).toBe(true);
    expect(judged(withEvidence(candidate, probed(candidate, "confirmed", DAY_MS + 1))).missing).toEqual([
      { kind: "probed", who: "rosterform", verdict: "stale" },
    ]);
  });

  it("from the future counts for nothing", () => {
    expect(judged(withEvidence(candidate, probed(candidate, "confirmed", -1))).missing).toEqual([
      { kind: "probed", who: "rosterform", verdict: "stale" },
    ]);
  });

  it("is refuted by one no, and undecided by one silence", () => {
    expect(probeVerdict([climbed({ token: "confirmed", orgs: "refuted", sessions: "inconclusive" })])).toBe("refuted");
    expect(probeVerdict([climbed({ token: "confirmed", sessions: "inconclusive" })])).toBe("inconclusive");
    expect(probeVerdict([climbed({ token: "confirmed" })])).toBe("confirmed");
    expect(probeVerdict([climbed({})])).toBe("inconclusive");
    expect(probeVerdict([waived("token")])).toBeUndefined();
  });

  it.each<Verdict>(["refuted", "inconclusive"])("that is %s closes nothing", (verdict) => {
    expect(judged(withEvidence(candidate, probed(candidate, verdict))).missing).toEqual([
      { kind: "probed", who: "rosterform", verdict },
    ]);
  });

  it("that left one question open is answered by a waiver of that question, and of no other", () => {
    const open = climbed({ token: "confirmed", sessions: "inconclusive" });
    expect(probeVerdict([open, waived("sessions")])).toBe("confirmed");
    expect(probeVerdict([open, waived("orgs")])).toBe("inconclusive");
  });

  it("that was answered with no is not waived", () => {
    expect(probeVerdict([climbed({ orgs: "refuted" }), waived("orgs")])).toBe("refuted");
  });

  it("takes the place of an earlier one, in whatever order they are listed", () => {
    const [old, recent] = [probed(candidate, "confirmed", 2 * HOUR_MS), probed(candidate, "refuted", HOUR_MS)];
    expect(latestProbe([recent, old])).toBe(recent);
    expect(probeVerdict([old, recent])).toBe("refuted");
    expect(latestProbe([])).toBeUndefined();
    const atOnce = probed(candidate, "refuted", 2 * HOUR_MS);
    expect(latestProbe([old, atOnce])).toBe(atOnce);
  });
});

describe("a cut-over from a working connection", () => {
  const proof = probed(candidate);
  const moved: LiveConnection = { ...withEvidence(candidate, proof), use: usedBefore(HOUR_MS) };
  const quiet = connection("old", { use: usedBefore(3 * DAY_MS) });
  const busy = connection("old", { use: usedBefore(HOUR_MS) });

  it("is not met by probing alone", () => {
    expect(judged(withEvidence(candidate, proof), quiet)).toEqual({
      met: false,
      reached: ["probed"],
      missing: [
        { kind: "pull", who: "vendor" },
        { kind: "attested", who: "person", contradicted: false },
      ],
    });
  });

  it("is met when the vendor pulls with the new one and the old one is quiet", () => {
    expect(judged(moved, quiet)).toEqual({ met: true, reached: ["probed", "used-or-attested"], missing: [] });
  });

  it("is not met while the old one is still used, and says until when quiet takes", () => {
    expect(judged(moved, busy).missing).toEqual([
      { kind: "quiet", who: "vendor", until: shift(NOW, QUIET_MS - HOUR_MS) },
      { kind: "attested", who: "person", contradicted: false },
    ]);
  });

  it("counts quiet from the day the watching began, where that was later than the last use", () => {
    const use = { kind: "observed", since: shift(NOW, -HOUR_MS), last: shift(NOW, -9 * DAY_MS), pulled: {} } as const;
    expect(judged(moved, connection("old", { use })).missing[0]).toEqual({
      kind: "quiet",
      who: "vendor",
      until: shift(NOW, QUIET_MS - HOUR_MS),
    });
  });

  it("is met by a person's statement while the old one stays unused after it", () => {
    const said = withEvidence(candidate, proof, attested(candidate, 2 * HOUR_MS));
    const before = connection("old", { use: usedBefore(3 * HOUR_MS) });
    expect(judged(said, before).met).toBe(true);
    expect(judged(said, connection("old", { use: usedBefore(2 * HOUR_MS) })).met).toBe(true);
    expect(judged(said, busy).missing.at(-1)).toEqual({ kind: "attested", who: "person", contradicted: true });
  });

  it("is met by the later of two statements, though the earlier one was recorded last", () => {
    const [late, early] = [attested(candidate, HOUR_MS), attested(candidate, 5 * HOUR_MS)];
    const used = connection("old", { use: usedBefore(2 * HOUR_MS) });
    expect(judged(withEvidence(candidate, proof, late, early), used).met).toBe(true);
  });

  it("needs the person where the requirement names one, though the vendor was seen", () => {
    expect(judged(moved, quiet, ["probed", "attested"]).missing).toEqual([
      { kind: "attested", who: "person", contradicted: false },
    ]);
  });

  it("needs the vendor where the requirement names it, though a person spoke", () => {
    const said = withEvidence(candidate, proof, attested(candidate));
    expect(judged(said, quiet, ["probed", "used"]).missing).toEqual([{ kind: "pull", who: "vendor" }]);
  });

  it("names each missing thing once, though two clauses ask for it", () => {
    const kinds = judged(candidate, busy, ["probed", "used", "attested", "used-or-attested"]).missing.map(
      (lack) => lack.kind,
    );
    expect(kinds).toEqual(["probed", "pull", "quiet", "attested"]);
  });

  it.each<{ readonly clauses: readonly Clause[] }>([
    { clauses: [] },
    { clauses: ["probed"] },
    { clauses: ["attested"] },
    { clauses: ["used"] },
  ])("treats $clauses as the default, because less than both facts is not enough", ({ clauses }) => {
    expect(judged(withEvidence(candidate, proof), quiet, clauses).met).toBe(false);
    expect(judged(withEvidence(candidate, attested(candidate)), quiet, clauses).met).toBe(false);
    expect(judged(moved, quiet, clauses)).toEqual(judged(moved, quiet, DEFAULT_CLAUSES));
  });

  it("waits for a person only, where nobody can see use", () => {
    const unseen = { use: { kind: "unobservable" } } as const;
    const [from, to] = [connection("old", unseen), { ...withEvidence(candidate, proof), ...unseen }];
    expect(judged(to, from).missing).toEqual([{ kind: "attested", who: "person", contradicted: false }]);
    expect(judged(withEvidence(to, proof, attested(to)), from).met).toBe(true);
    expect(judged(to, from, ["probed", "used"]).missing).toEqual([
      { kind: "pull", who: "vendor" },
      { kind: "quiet", who: "vendor" },
    ]);
  });
});

describe("evidence", () => {
  it("counts only for the connection, the secret and the epoch it is about", () => {
    const proof = probed(candidate);
    const about = (change: Partial<typeof proof.about>) => ({ ...proof, about: { ...proof.about, ...change } });
    const wrong = [
      about({ epoch: candidate.epoch + 1 }),
      about({ fingerprint: "another" }),
      about({ connection: connection("other").id }),
    ];
    expect(presentEvidence(withEvidence(candidate, ...wrong, proof))).toEqual([proof]);
    expect(judged(withEvidence(candidate, ...wrong)).missing).toEqual([
      { kind: "probed", who: "rosterform", verdict: "never" },
    ]);
  });
});

describe("a connection in use", () => {
  it("was seen, or a person says so", () => {
    expect(isInUse(connection("a", { use: usedBefore(HOUR_MS) }))).toBe(true);
    expect(isInUse(withEvidence(candidate, attested(candidate)))).toBe(true);
    expect(isInUse(withEvidence(candidate, probed(candidate)))).toBe(false);
  });

  it("may be any that was handed over where nobody can see use", () => {
    const { delivery: _, ...fresh } = connection("a", { use: { kind: "unobservable" } });
    expect(isInUse(fresh)).toBe(false);
    expect(isInUse({ ...fresh, delivery: { state: "begun", target: "file:a", at: NOW } })).toBe(true);
  });
});
