import { describe, expect, it } from "vitest";
import type { DesiredDistrict } from "../../src/model/desired.ts";
import type { JournalEntry } from "../../src/model/journal.ts";
import type { LiveDistrict } from "../../src/model/live.ts";
import { DAY_MS, HOUR_MS, shift } from "../../src/model/time.ts";
import { planRotation } from "../../src/plan/rotation.ts";
import { heldConnections, staleIn } from "../../src/plan/stale.ts";
import { assess, sortFindings } from "../../src/views/drift/assess.ts";
import { driftOf } from "../../src/views/drift/drift.ts";
import { describeDrift, type DriftReport, driftReportJson } from "../../src/views/drift/report.ts";
import { rotateEditOf } from "../../src/views/drift/rotation.ts";
import { trailOf } from "../../src/views/drift/trail.ts";
import { PLAIN } from "../../src/views/style.ts";
import * as world from "../plan/world.ts";
import { idOf, locate, NOW } from "./stories.ts";

const GROUP = { file: "rosterform.yaml", document: 0, path: ["groups", "all", "vendors", "Clever"] };
const lines = [
  world.line("Otus", { schools: ["Adams", "Baker"] }),
  world.line("Bluebird", { kind: "other" }),
  world.line("Clever", { place: GROUP, places: { rotate: { ...GROUP, path: [...GROUP.path, "rotate"] } } }),
  world.line('Edlink["north"]'),
];
const desired = world.district(lines);

function written(sequence: number, fields: Partial<JournalEntry>): JournalEntry {
  const base = { sequence, at: NOW, by: "kim", what: "outside", district: world.SPRINGFIELD };
  return { ...base, connection: idOf("otus"), detail: { change: "edit" }, ...fields };
}

/** Otus was edited five times, Bluebird is gone, Clever is old, Edlink was not used for long, and nobody wrote Quiz down. */
function disturbed(): LiveDistrict {
  const live = world.matchingWorld(desired);
  const connections = live.connections
    .filter(({ application }) => application !== "Bluebird")
    .map((one) => ({
      ...one,
      ...(one.application === "Otus" ? { schools: "all" as const } : {}),
      ...(one.application === "Edlink" ? { use: world.usedBefore(60 * DAY_MS) } : {}),
      ...(one.application === "Clever" ? { createdAt: shift(NOW, -400 * DAY_MS) } : {}),
    }));
  const quiz = { ...world.connection("quiz", { application: "Quiz", provenance: "found" }), use: world.neverUsed() };
  return { ...live, connections: [...connections, quiz] };
}

function reportOf(live: LiveDistrict, wanted: DesiredDistrict): DriftReport {
  const applied = written(1, { at: shift(NOW, -10 * DAY_MS), by: "dana", what: "close", detail: {} });
  const hands = [5, 4, 3, 2, 1].map((ago, index) => written(2 + index, { at: shift(NOW, -ago * HOUR_MS) }));
  const findings = driftOf(live).map((drift) => {
    const line = wanted.connections.find(({ address }) => address === drift.address);
    return assess(drift, { trail: trailOf(drift, [applied, ...hands], NOW), ...(line === undefined ? {} : { line }) });
  });
  const input = { desired: world.documents(wanted), live: [live], now: NOW, isChosen: () => true };
  const olderThanMs = 365 * DAY_MS;
  return {
    findings: sortFindings(findings),
    unmanaged: heldConnections(live)
      .filter(({ address }) => address === undefined)
      .map((one) => ({ ...one, observesUse: true })),
    staleness: { ...staleIn([live], 30 * DAY_MS, NOW), quietMs: 30 * DAY_MS },
    rotation: { ...planRotation({ ...input, olderThanMs }), olderThanMs },
  };
}

describe("a report of drift", () => {
  it("tells people the most urgent first, who could have done it, and the counts last", async () => {
    const text = describeDrift(reportOf(disturbed(), desired), { style: PLAIN, locate, now: NOW });
    await expect(text).toMatchFileSnapshot("golden/drift.txt");
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("tells machines the same", async () => {
    const report = driftReportJson(reportOf(disturbed(), desired), locate, NOW);
    await expect(`${JSON.stringify(report, undefined, 2)}\n`).toMatchFileSnapshot("golden/drift.json");
  });

  it("is short where nothing drifted", () => {
    const text = describeDrift({ findings: [], unmanaged: [] }, { style: PLAIN, locate, now: NOW });
    expect(text).toBe("No drift. The live system is as it was last applied.\n");
  });
});

describe("the edit that rotates", () => {
  const place = { ...desired.place, path: ["vendors", "Edlink", "connections", "north"] };
  const editOf = (more: Partial<(typeof lines)[0]>) => {
    const line = world.line('Edlink["north"]', { place, ...more });
    return rotateEditOf({ district: desired, desired: line, connection: world.connectionFor(line) });
  };

  it("changes the number where the connection has one of its own", () => {
    const rotate = { ...place, path: [...place.path, "rotate"] };
    expect(editOf({ rotate: 2, places: { rotate } })).toEqual({ kind: "change", place: rotate, from: 2, to: 3 });
  });

  it("adds one to the connection where it stands above several, which would all be rotated at once", () => {
    const shared = { ...place, path: ["vendors", "Edlink", "rotate"] };
    expect(editOf({ places: { rotate: shared } })).toEqual({ kind: "add", place, from: 0, to: 1 });
  });

  it("never changes what a group says, because others take it over", () => {
    expect(editOf({ place: GROUP })).toEqual({ kind: "override", place: desired.place, from: 0, to: 1 });
  });
});
