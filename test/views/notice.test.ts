import { describe, expect, it } from "vitest";
import type { AddressOutcome } from "../../src/apply/event.ts";
import { joinReports, reportOf } from "../../src/apply/report.ts";
import { problem } from "../../src/diagnostics/diagnostic.ts";
import { addressOf, type DistrictId } from "../../src/model/address.ts";
import type { ConnectionId } from "../../src/model/connection-id.ts";
import { type EndedRun, LONGEST_NOTICE, type NoticeJson, noticeText } from "../../src/views/notice-json.ts";
import { endedRun } from "./ended-run.ts";

const DISTRICT = "springfield" as DistrictId;
const at = (vendor: string) => addressOf(DISTRICT, vendor);
const connection = "c-17" as ConnectionId;

const told = (ended: EndedRun, longest?: number): NoticeJson => JSON.parse(noticeText(ended, longest)) as NoticeJson;

const failed = (vendor: string): AddressOutcome => ({
  kind: "failed",
  address: at(vendor),
  did: [{ kind: "opened", connection }],
  step: "deliver",
  diagnostic: problem({ code: "sinks/x", summary: "It could not be done", detail: "Client ID 3f9a2c71-0b7e" }),
});

describe("the body of a notification", () => {
  it("tells what went wrong first, and nothing of what stays", () => {
    const notice = told(
      endedRun([
        { kind: "unchanged", address: at("A") },
        { kind: "done", address: at("B"), did: [{ kind: "disabled", connection }] },
        { kind: "waiting", address: at("C"), did: [], awaits: [{ kind: "delivery", who: "rosterform" }] },
        { kind: "observed", address: at("D") },
        failed("E"),
      ]),
    );
    expect(notice.addresses.map(({ address, outcome }) => [address, outcome])).toEqual([
      ["springfield/E", "failed"],
      ["springfield/C", "waiting"],
      ["springfield/B", "done"],
    ]);
    expect([notice.type, notice.outcome, notice.counts.failed]).toEqual(["run.incomplete", "incomplete", 1]);
  });

  it("holds no details, no words of probes, no places of credentials and no tasks, which name more than everybody may know", () => {
    const finding = { rung: "token", verdict: "refuted", code: "invalid-client", says: "Client ID 3f9a2c71" } as const;
    const text = noticeText(
      endedRun([
        failed("A"),
        {
          kind: "waiting",
          address: at("B"),
          did: [
            { kind: "delivered", connection, target: "vault:v.example.org/secret/x", again: false },
            { kind: "probed", connection, verdict: "refuted", findings: [finding] },
          ],
          awaits: [{ kind: "hands", who: "person", task: "Disable 3f9a2c71-0b7e in Campus" }],
        },
      ]),
    );
    expect(text).not.toMatch(/3f9a|vault/);
    expect(text).toContain("invalid-client");
    expect(text).toContain("somebody to click in Campus");
  });

  it("has the digests of the districts it lists, and of no others", () => {
    const digests = { whole: "w", districts: { springfield: "s", shelbyville: "y" } };
    expect(told(endedRun([failed("A")], { digests })).digests).toEqual({ whole: "w", districts: { springfield: "s" } });
  });

  it("leaves addresses out where it would grow too long, the last ones first, and says how many", () => {
    const many = Array.from({ length: 4000 }, (_, n) => failed(`Zoë ${String(n).padStart(4, "0")}`));
    const text = noticeText(endedRun(many));
    const notice = JSON.parse(text) as NoticeJson;
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThanOrEqual(LONGEST_NOTICE);
    // One more would not have fitted.
    expect(bytes).toBeGreaterThan(LONGEST_NOTICE - 400);
    expect(notice.addresses[0]?.address).toBe("springfield/Zoë 0000");
    expect(notice.addresses.length + notice.addresses_left_out).toBe(4000);
    expect(notice.counts.failed).toBe(4000);
    expect(told(endedRun([failed("A")]), 10)).toMatchObject({ addresses: [], addresses_left_out: 1 });
  });

  it("says that nothing was walked, and why", () => {
    const { report: _, ...bare } = endedRun([]);
    expect(told({ ...bare, isFailed: true, failure: "stores/locked" })).toMatchObject({
      outcome: "incomplete",
      failure: { code: "stores/locked" },
      counts: { generated: 0 },
      addresses: [],
    });
  });
});

describe("reports of one run", () => {
  it("become one: what was done adds up, how it ended is what came last", () => {
    const waiting: AddressOutcome = {
      kind: "waiting",
      address: at("A"),
      did: [{ kind: "opened", connection }],
      awaits: [],
    };
    const done: AddressOutcome = { kind: "done", address: at("A"), did: [{ kind: "closed", current: connection }] };
    const { outcomes, counts } = joinReports([
      reportOf([], [failed("B")]),
      reportOf([], [waiting]),
      reportOf([], [done]),
    ]);
    expect(outcomes.map(({ address, kind }) => [address, kind])).toEqual([
      ["springfield/A", "done"],
      ["springfield/B", "failed"],
    ]);
    expect(outcomes[0]).toMatchObject({ did: [{ kind: "opened" }, { kind: "closed" }] });
    expect(counts).toMatchObject({ generated: 2, waiting: 0, failed: 1 });
  });
});
