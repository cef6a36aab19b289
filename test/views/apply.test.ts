import { describe, expect, it } from "vitest";
import type { AddressOutcome, ApplyEvent, ApplyReport, Did } from "../../src/apply/event.ts";
import { reportOf } from "../../src/apply/report.ts";
import { problem } from "../../src/diagnostics/diagnostic.ts";
import type { Finding } from "../../src/model/evidence.ts";
import type { Day, Instant } from "../../src/model/time.ts";
import type { Awaited } from "../../src/plan/action.ts";
import {
  diagnosticLineJson,
  eventJson,
  plannedChangesJson,
  planSummaryJson,
  reportJson,
  versionJson,
} from "../../src/views/apply-json.ts";
import { describeEvent, describeReport } from "../../src/views/apply-text.ts";
import { describeFindings, findingsJson } from "../../src/views/findings-text.ts";
import { displayWidth } from "../../src/views/layout.ts";
import { createStyle, PLAIN } from "../../src/views/style.ts";
import * as world from "../plan/world.ts";
import { everything, idOf, locate, NOW } from "./stories.ts";

const address = world.addressFrom("Otus");
const connection = idOf("c-17");
const findings: readonly Finding[] = [
  { rung: "token", verdict: "confirmed", code: "ok", says: "The four values give a token." },
  { rung: "orgs", verdict: "refuted", code: "empty-orgs", says: "The list of orgs is empty: nothing is shared." },
  {
    rung: "sessions",
    verdict: "inconclusive",
    code: "none-today",
    says: "No session covers today, which is usual in summer.",
  },
];
const broken = problem({
  code: "sinks/disk-full",
  summary: "A step could not be done",
  detail: "springfield/Edlink: credentials/edlink.txt cannot be written, the disk is full. Free some space.",
  address: world.addressFrom("Edlink"),
});

const evidence: readonly Awaited[] = [
  { kind: "pull", who: "vendor" },
  { kind: "quiet", who: "vendor", until: "2027-06-19T05:00:00.000Z" as Instant },
  { kind: "attested", who: "person", contradicted: false },
];
const date: Awaited = {
  kind: "date",
  who: "calendar",
  step: "deliver",
  until: "2027-07-01" as Day,
  why: "deliver-from",
};

function said(event: ApplyEvent): string | undefined {
  return describeEvent(event, PLAIN);
}

function did(one: Did, elapsedMs = 1600): string | undefined {
  return said({ kind: "step-done", address, step: "open", elapsedMs, did: one });
}

function waiting(...awaits: readonly Awaited[]): string | undefined {
  return said({ kind: "step-waiting", address, step: "close", awaits });
}

/** A report as `apply` makes it, of addresses that came out in these ways. */
function report(...outcomes: readonly AddressOutcome[]): ApplyReport {
  return reportOf([], outcomes);
}

function printed(one: ApplyReport): string {
  return describeReport(one, { locate, style: PLAIN });
}

const done: AddressOutcome = { kind: "done", address, did: [{ kind: "opened", connection }] };
const waits = (name: string, ...awaits: readonly Awaited[]): AddressOutcome => ({
  kind: "waiting",
  address: world.addressFrom(name),
  did: [],
  awaits,
});
const failed: AddressOutcome = {
  kind: "failed",
  address: world.addressFrom("Edlink"),
  did: [],
  step: "deliver",
  diagnostic: broken,
};
const blocked: AddressOutcome = {
  kind: "blocked",
  address: world.addressFrom("RapidIdentity"),
  diagnostics: [problem({ code: "plan/protected", summary: "Protected", detail: "springfield/RapidIdentity is." })],
};

describe("an event", () => {
  it("says what begins, in Terraform's way, and nothing of steps that are over at once", () => {
    expect(said({ kind: "step-started", address, step: "open" })).toBe("springfield/Otus: Generating...");
    expect(said({ kind: "step-started", address, step: "confirm" })).toBe("springfield/Otus: Probing...");
    expect(said({ kind: "step-started", address, step: "close" })).toBeUndefined();
    expect(said({ kind: "address-started", address, steps: ["open"] })).toBeUndefined();
  });

  it("says what was done, how long it took and to which connection", () => {
    expect(did({ kind: "opened", connection })).toBe("springfield/Otus: Generation complete after 2s [id=c-17]");
    expect(did({ kind: "closed", current: connection, disabled: idOf("c-3") }, 0)).toBe(
      "springfield/Otus: Cut-over closed after 0s [id=c-17, disabled=c-3]",
    );
    expect(did({ kind: "closed", current: connection }, -5)).toBe(
      "springfield/Otus: Cut-over closed after 0s [id=c-17]",
    );
    expect(did({ kind: "renamed", from: world.addressFrom("Old") })).toContain("Renamed from springfield/Old after 2s");
    for (const kind of ["tied", "updated", "adopted", "attested", "abandoned", "disabled"] as const) {
      expect(did({ kind, connection })).toMatch(/^springfield\/Otus: [A-Z].* after 2s \[id=c-17\]$/);
    }
  });

  it("says where credentials went, and that they are not handed over twice", () => {
    const delivered = { kind: "delivered", connection, target: "file:credentials/otus.txt" } as const;
    expect(did({ ...delivered, again: false })).toBe(
      "springfield/Otus: Delivered to file:credentials/otus.txt after 2s [id=c-17]",
    );
    expect(did({ ...delivered, again: true })).toBe(
      "springfield/Otus: Delivered already, to file:credentials/otus.txt [id=c-17]",
    );
  });

  it("says what the probes saw, rung by rung", () => {
    expect(did({ kind: "probed", connection, verdict: "refuted", findings })).toBe(
      "springfield/Otus: Probing refuted after 2s (token yes, orgs no, sessions cannot tell) [id=c-17]",
    );
  });

  it("says what is waited for: evidence with what is there, or what stands before it", () => {
    expect(waiting({ kind: "pull", who: "vendor" })).toBe(
      "springfield/Otus: Waiting for evidence (probed: yes, used: not yet)",
    );
    expect(waiting({ kind: "probed", who: "rosterform", verdict: "inconclusive" }, ...evidence)).toBe(
      "springfield/Otus: Waiting for evidence (probed: inconclusive, used: not yet, attested: not yet)",
    );
    expect(waiting({ kind: "probed", who: "rosterform", verdict: "never" })).toContain("(probed: not yet)");
    expect(waiting({ kind: "probed", who: "rosterform", verdict: "stale" })).toContain("(probed: too long ago)");
    expect(waiting({ kind: "candidate-active", who: "district" })).toContain("(candidate: disabled, probed: yes)");
    expect(waiting(date, ...evidence)).toBe("springfield/Otus: Waiting until 2027-07-01 to deliver (deliver-from)");
    expect(waiting({ kind: "hands", who: "person", task: "generate it in Campus" })).toBe(
      "springfield/Otus: Waiting for a person: generate it in Campus",
    );
    expect(waiting({ kind: "delivery", who: "rosterform" })).toContain("the hand-over of the four values");
    expect(waiting({ kind: "address", who: "rosterform", address: world.addressFrom("Edlink") })).toContain(
      "springfield/Edlink to end its own cut-over first",
    );
  });

  it("says which step failed, and that a run was interrupted", () => {
    expect(said({ kind: "step-failed", address, step: "deliver", diagnostic: broken })).toBe(
      "springfield/Otus: Delivery failed: A step could not be done (sinks/disk-full)",
    );
    const interrupted = { kind: "interrupted", address, did: [] } as const;
    expect(said({ kind: "address-finished", outcome: interrupted })).toBe("springfield/Otus: Interrupted");
    expect(said({ kind: "address-finished", outcome: done })).toBeUndefined();
  });
});

describe("a report", () => {
  it("ends with the counts", () => {
    expect(printed(report(done))).toBe(
      "Apply complete! Connections: 1 generated, 0 switched, 0 changed, 0 disabled.\n",
    );
  });

  it("says what waits for whom, which is no failure", async () => {
    const one = report(done, waits("Edlink", ...evidence), waits("Schoology", date));
    await expect(printed(one)).toMatchFileSnapshot("golden/report-waiting.txt");
  });

  it("says in one clause what all cut-overs wait for", () => {
    expect(printed(report(waits("Edlink", ...evidence)))).toMatch(/\n1 cut-over waiting for evidence\.\n$/);
    expect(printed(report(waits("A", ...evidence), waits("B", ...evidence)))).toMatch(
      /\n2 cut-overs waiting for evidence\.\n$/,
    );
    expect(printed(report(waits("Edlink")))).toMatch(/\n1 cut-over waiting for the next run\.\n$/);
  });

  it("says what failed, was blocked or interrupted, with the same counts", async () => {
    const interrupted: AddressOutcome = { kind: "interrupted", address: world.addressFrom("Schoology"), did: [] };
    await expect(printed(report(done, failed, blocked, interrupted))).toMatchFileSnapshot("golden/report-failed.txt");
  });

  it("says a thing once that blocks many addresses", () => {
    const limit = problem({ code: "plan/limit-exceeded", summary: "Too much", detail: "springfield: 9 to disable." });
    const stopped = ["A", "B"].map(
      (name): AddressOutcome => ({
        kind: "blocked",
        address: world.addressFrom(name),
        diagnostics: [limit],
      }),
    );
    expect(printed(report(...stopped)).match(/Too much/g)).toHaveLength(1);
  });

  it("fits 80 columns in colour, too", () => {
    const text = describeReport(report(done, failed, blocked, waits("Schoology", ...evidence)), {
      locate,
      style: createStyle(true),
    });
    expect(text.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
  });
});

describe("the stream for machines", () => {
  const options = { now: NOW, locate };

  it("has Terraform's head on every line, with the moment it was handed", () => {
    const events: readonly ApplyEvent[] = [
      { kind: "address-started", address, steps: ["open"] },
      { kind: "step-started", address, step: "close" },
      { kind: "step-done", address, step: "open", elapsedMs: 1600, did: { kind: "opened", connection } },
      { kind: "step-waiting", address, step: "close", awaits: evidence },
      { kind: "step-failed", address, step: "deliver", diagnostic: broken },
      { kind: "address-finished", outcome: waits("Otus", ...evidence) },
      { kind: "address-finished", outcome: done },
    ];
    const lines = [
      versionJson("0.1.0", options),
      ...plannedChangesJson(everything().plan, options),
      planSummaryJson(everything().plan, options),
      diagnosticLineJson(broken, options),
      ...events.map((event) => eventJson(event, options)),
      reportJson(report(done, failed), options),
    ];
    for (const line of lines) {
      expect(line).toMatchObject({ "@module": "rosterform.ui", "@timestamp": NOW });
      expect(line["@message"]).toMatch(/\S/);
      expect(JSON.stringify(line)).not.toContain("\n");
    }
    expect(new Set(lines.map((line) => line.type))).toEqual(
      new Set([
        "version",
        "planned_change",
        "change_summary",
        "diagnostic",
        "apply_start",
        "apply_progress",
        "apply_complete",
        "apply_errored",
      ]),
    );
  });

  it("carries what was done, what is awaited and what failed as values", () => {
    const done = eventJson(
      { kind: "step-done", address, step: "open", elapsedMs: 1600, did: { kind: "opened", connection } },
      options,
    );
    expect(done["hook"]).toMatchObject({
      resource: { addr: address },
      action: "open",
      elapsed_seconds: 1.6,
      did: { connection },
    });
    const waiting = eventJson({ kind: "step-waiting", address, step: "close", awaits: evidence }, options);
    expect(waiting["hook"]).toMatchObject({
      state: "waiting",
      awaits: [{ kind: "pull" }, { kind: "quiet", until: "2027-06-19T05:00:00.000Z" }, { kind: "attested" }],
    });
    const wrong = eventJson({ kind: "step-failed", address, step: "deliver", diagnostic: broken }, options);
    expect(wrong).toMatchObject({ "@level": "error", hook: { diagnostic: { code: "sinks/disk-full" } } });
  });

  it("ends with the counts and how every address came out that did not stay", () => {
    const unchanged: AddressOutcome = { kind: "unchanged", address: world.addressFrom("Kept") };
    const line = reportJson(report(done, failed, blocked, waits("Schoology", date), unchanged), options);
    expect(line).toMatchObject({
      "@level": "error",
      type: "change_summary",
      changes: { operation: "apply", add: 1, change: 0, remove: 0 },
      connections: { generated: 1, failed: 1, blocked: 1, waiting: 1 },
    });
    expect(line["outcomes"]).toMatchObject([
      { address: "springfield/Edlink", outcome: "failed", step: "deliver" },
      { address: "springfield/Otus", outcome: "done", did: [{ kind: "opened" }] },
      { address: "springfield/RapidIdentity", outcome: "blocked", diagnostics: [{ code: "plan/protected" }] },
      { address: "springfield/Schoology", outcome: "waiting", awaits: [{ kind: "date" }] },
    ]);
  });
});

describe("findings", () => {
  const probed = { ...world.probed(world.connection("otus")), findings };

  it("stand rung by rung with a sign, the word and a sentence", () => {
    expect(describeFindings(address, probed, { style: PLAIN })).toBe(
      [
        "# springfield/Otus: refuted",
        "  ✓ token    confirmed    The four values give a token.",
        "  ✗ orgs     refuted      The list of orgs is empty: nothing is shared.",
        "                          (empty-orgs)",
        "  ? sessions inconclusive No session covers today, which is usual in summer.",
        "                          (none-today)",
        "",
      ].join("\n"),
    );
  });

  it("say the verdict of the whole climb for machines; no finding at all is no yes", () => {
    expect(findingsJson(address, probed)).toMatchObject({ type: "findings", address, verdict: "refuted", findings });
    expect(findingsJson(address, { ...probed, findings: [] })).toMatchObject({ verdict: "inconclusive" });
    expect(describeFindings(address, { ...probed, findings: [] }, { style: PLAIN })).toContain("inconclusive");
  });
});
