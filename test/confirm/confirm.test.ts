import { describe, expect, it } from "vitest";
import { attest, attestLine, takeFindings, waive } from "../../src/confirm/confirm.ts";
import type { Ladder, Question } from "../../src/confirm/ladder.ts";
import type { AttestLine } from "../../src/model/desired.ts";
import type { Finding } from "../../src/model/evidence.ts";
import { probeVerdict } from "../../src/model/judge.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Day, Instant } from "../../src/model/time.ts";
import { climb, connectionWith, listOf, NOW, openSite, questionOf } from "./site.ts";

const CREDENTIALS = {
  clientId: "c",
  clientSecret: new Secret("s"),
  tokenUrl: "https://t.example",
  baseUrl: "https://b.example",
};
const ABOUT = { connection: "c-new", fingerprint: "0123456789abcdef", epoch: 2 };
const SAYING = { by: "Dana", at: NOW, reason: "Vendor answered in ticket 12" };

function ladderThat(findings: readonly Finding[], asked: Question[] = [], signals: unknown[] = []): Ladder {
  return {
    climb: async (question, signal) => {
      asked.push(question);
      signals.push(signal);
      return findings;
    },
  };
}

describe("taking findings", () => {
  it("binds what the ladder saw to the connection, its secret, its epoch, the moment and the person", async () => {
    const findings: readonly Finding[] = [{ rung: "token", verdict: "confirmed", code: "ok", says: "." }];
    const asked: Question[] = [];
    const signals: unknown[] = [];
    const signal = new AbortController().signal;
    const connection = connectionWith();
    const old = { connection: connectionWith(), credentials: CREDENTIALS };
    const ladder = ladderThat(findings, asked, signals);
    const clock = { now: () => NOW };
    const probed = await takeFindings({ ladder, connection, credentials: CREDENTIALS, old, by: "Dana", clock, signal });
    expect(probed).toEqual({ kind: "probed", about: ABOUT, at: NOW, by: "Dana", findings });
    expect(asked).toEqual([{ connection, credentials: CREDENTIALS, now: NOW, old }]);
    expect(signals).toEqual([signal]);
  });

  it("asks without an old connection where there is none", async () => {
    const asked: Question[] = [];
    const connection = connectionWith();
    await takeFindings({
      ladder: ladderThat([], asked),
      connection,
      credentials: CREDENTIALS,
      by: "Dana",
      clock: { now: () => NOW },
    });
    expect(asked).toEqual([{ connection, credentials: CREDENTIALS, now: NOW }]);
  });
});

describe("a statement", () => {
  it("speaks of this connection, secret and epoch only", () => {
    expect(attest({ connection: connectionWith(), ...SAYING })).toEqual({ kind: "attested", about: ABOUT, ...SAYING });
  });
});

describe("an attest line", () => {
  const line = (changes: Partial<AttestLine> = {}): AttestLine => ({
    connection: ABOUT.connection,
    fingerprint: ABOUT.fingerprint,
    by: "Dana",
    at: "2026-10-03" as Day,
    reason: "said so",
    ...changes,
  });
  // The present epoch of the connection began on 2026-10-02 at noon; now is 2026-10-05, 8:00.
  const said = (changes: Partial<AttestLine> = {}, now: string = NOW) =>
    attestLine(line(changes), connectionWith(), { now: now as Instant });

  it("counts from the end of its day", () => {
    expect(said()).toEqual({
      kind: "attested",
      about: ABOUT,
      by: "Dana",
      at: "2026-10-03T23:59:59.999Z",
      reason: "said so",
    });
  });

  it("keeps where it can be looked up, and who put it into force", () => {
    const identity = { kind: "ci", name: "dana", where: "https://ci.example.org/1" } as const;
    const evidence = "https://tickets.example.org/4711";
    const made = attestLine(line({ evidence }), connectionWith(), { now: NOW, identity });
    expect(made).toMatchObject({ by: "Dana", evidence, identity });
  });

  it("counts from now while its day lasts", () => {
    expect(said({ at: "2026-10-05" as Day })?.at).toBe(NOW);
  });

  it("counts on the day on which the epoch began, because it may have been said after that", () => {
    expect(said({ at: "2026-10-02" as Day })?.at).toBe("2026-10-02T23:59:59.999Z");
  });

  it.each<[string, Partial<AttestLine>, string?]>([
    ["another connection", { connection: "c-old" }],
    ["another secret", { fingerprint: "ffffffffffffffff" }],
    ["a day before the present epoch", { at: "2026-10-01" as Day }],
    ["a day that has not come", { at: "2026-10-06" as Day }],
    ["the epoch's own day, before the epoch began", { at: "2026-10-02" as Day }, "2026-10-02T11:59:59.999Z"],
  ])("says nothing about %s", (_name, changes, now) => {
    expect(said(changes, now)).toBeUndefined();
  });
});

describe("a waiver", () => {
  const having = (...findings: readonly Finding[]) =>
    connectionWith({
      evidence: [
        {
          kind: "probed",
          about: attest({ connection: connectionWith(), ...SAYING }).about,
          at: NOW,
          by: "x",
          findings,
        },
      ],
    });
  const open: Finding = { rung: "sessions", verdict: "inconclusive", code: "no-current-session", says: "No session." };

  it("answers a question that the calendar left open", () => {
    expect(waive({ connection: having(open), rung: "sessions", ...SAYING })).toEqual({
      kind: "waived",
      about: ABOUT,
      rung: "sessions",
      ...SAYING,
    });
  });

  it.each<[string, Finding]>([
    ["a no", { ...open, verdict: "refuted" }],
    ["a yes", { ...open, verdict: "confirmed" }],
    ["a silence", { ...open, code: "unreachable" }],
    ["a question that was not reached", { ...open, code: "not-reached" }],
  ])("does not answer %s", (_name, finding) => {
    expect(waive({ connection: having(finding), rung: "sessions", ...SAYING })).toMatchObject({
      code: "confirm/not-waivable",
      severity: "error",
    });
  });

  it("does not answer what was not asked", () => {
    for (const connection of [connectionWith(), having()]) {
      expect(waive({ connection, rung: "sessions", ...SAYING })).toMatchObject({
        code: "confirm/never-asked",
        severity: "error",
      });
    }
  });

  it("makes a whole climb in summer count, and a later one that stopped half-way not", async () => {
    const empty = { academicSessions: listOf("academicSessions", []) };
    const summer = await climb(questionOf(await openSite(empty)));
    const cut = await climb(questionOf(await openSite({ academicSessions: { status: 500 } })));
    const waived = waive({ connection: having(...summer.findings), rung: "sessions", ...SAYING });
    if (!("kind" in waived)) throw new Error(waived.detail);
    const verdictAfter = (findings: readonly Finding[]) => probeVerdict([waived, ...having(...findings).evidence]);
    expect(verdictAfter(summer.findings)).toBe("confirmed");
    expect(verdictAfter(cut.findings)).toBe("inconclusive");
  });
});
