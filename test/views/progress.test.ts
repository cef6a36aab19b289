import { describe, expect, it } from "vitest";
import type { AddressOutcome, ApplyEvent } from "../../src/apply/event.ts";
import { problem } from "../../src/diagnostics/diagnostic.ts";
import type { Address } from "../../src/model/address.ts";
import { outcomeTable } from "../../src/views/outcome-table.ts";
import { describeTally, tallied, tallyOf } from "../../src/views/progress.ts";

const address = "springfield/Otus" as Address;
const diagnostic = problem({ code: "apply/refuted", summary: "No", detail: "No." });
const outcomes = {
  done: { kind: "done", address, did: [] },
  failed: { kind: "failed", address, did: [], step: "confirm", diagnostic },
  waiting: { kind: "waiting", address, did: [], awaits: [{ kind: "pull", who: "vendor" }] },
  unchanged: { kind: "unchanged", address },
} as const satisfies Readonly<Record<string, AddressOutcome | object>>;

const finished = (outcome: unknown): ApplyEvent => ({ kind: "address-finished", outcome: outcome as AddressOutcome });

describe("the progress of a run", () => {
  it("counts what finished, failed and waits, and leaves out what is not walked", () => {
    const events = [outcomes.done, outcomes.failed, outcomes.waiting, outcomes.unchanged].map(finished);
    const tally = events.reduce(tallied, tallyOf(100));
    expect(tally).toEqual({ total: 100, finished: 3, failed: 1, waiting: 1 });
    expect(tallied(tally, { kind: "step-started", address, step: "open" })).toBe(tally);
  });

  it.each([
    [0, 0, 5000, "0 of 100 addresses"],
    [10, 0, 5000, "10 of 100 addresses; 2 a second, about 45 seconds left"],
    [1, 1, 10_000, "1 of 100 addresses, 1 failed; 6 a minute, about 17 minutes left"],
    [1, 0, 400_000, "1 of 100 addresses; 0 a minute, about 11 hours left"],
    [100, 0, 5000, "100 of 100 addresses; 20 a second"],
    [10, 0, 10, "10 of 100 addresses"],
  ])("says %i finished, %i failed after %i ms: %s", (done, failed, ms, says) => {
    expect(describeTally({ total: 100, finished: done, failed, waiting: 0 }, ms)).toBe(says);
  });
});

describe("the table at the end of a run", () => {
  const report = (many: number) => ({
    outcomes: [
      ...Array.from({ length: many }, (_, n) => ({ ...outcomes.waiting, address: `d${n}/Otus` as Address })),
      outcomes.failed,
      { kind: "blocked", address, diagnostics: [diagnostic, diagnostic] } as const,
    ] as readonly AddressOutcome[],
    counts: {
      generated: 0,
      switched: 0,
      changed: 0,
      disabled: 0,
      waiting: many,
      failed: 1,
      blocked: 1,
      interrupted: 0,
    },
  });

  it("lists what failed, then what is blocked, then what waits", () => {
    expect(outcomeTable(report(8), 100).map((line) => line.replaceAll(/ {2,}/gu, " | ").slice(0, 60))).toEqual([
      "ADDRESS | STATE | WHY",
      "springfield/Otus | failed | apply/refuted",
      "springfield/Otus | blocked | apply/refuted",
      ...Array.from({ length: 8 }, (_, n) => `d${n}/Otus | waiting | Waiting for evidence (probed: yes, used:`),
    ]);
  });

  it("is not there for a few, and ends after a hundred", () => {
    expect(outcomeTable(report(3), 100)).toEqual([]);
    const lines = outcomeTable(report(150), 100);
    expect(lines.at(-1)).toBe("... and 52 more addresses".replace("more addresses", "addresses more"));
  });
});
