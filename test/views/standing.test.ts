import { describe, expect, it } from "vitest";
import type { ConnectionId, LiveDistrict } from "../../src/model/live.ts";
import { DEFAULT_QUIET_MS } from "../../src/model/requirement.ts";
import { HOUR_MS, shift } from "../../src/model/time.ts";
import type { AddressPlan } from "../../src/plan/plan.ts";
import { driftJson } from "../../src/views/drift/json.ts";
import { driftOf } from "../../src/views/drift/drift.ts";
import { describeEvidence, evidenceForCutover, evidenceOf } from "../../src/views/evidence.ts";
import { describeExplanation, explanationJson } from "../../src/views/explain-text.ts";
import { describeStatus, statusJson } from "../../src/views/status-text.ts";
import { statusRows } from "../../src/views/status.ts";
import { PLAIN } from "../../src/views/style.ts";
import * as world from "../plan/world.ts";
import { everything, idOf, liveOf, locate, NOW, versionMove, type World, worldOf } from "./stories.ts";

const SPRINGFIELD = world.SPRINGFIELD;

function addressIn({ plan }: World, name: string): AddressPlan {
  const found = plan.districts.flatMap((one) => one.addresses).find((one) => one.address.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`no address ${name}`);
  return found;
}

function explained(story: World, name: string): string {
  const one = addressIn(story, name);
  return describeExplanation(one, { live: [...story.live.values()][0], now: NOW, locate, style: PLAIN });
}

describe("the status", () => {
  it("shows how every address stands, what is known about it and what it waits for", async () => {
    const { plan, live } = everything();
    const text = describeStatus(statusRows(plan, live), { style: PLAIN, now: NOW });
    await expect(text).toMatchFileSnapshot("golden/status.txt");
  });

  it("says that nothing is there, rather than print an empty table", () => {
    expect(describeStatus([], { style: PLAIN, now: NOW })).toBe("No connections. No document speaks of any.\n");
  });

  it("says of an observed district what is only looked at", () => {
    const { plan, live } = worldOf(
      [world.line("Otus")],
      { slots: [], connections: [] },
      { district: { mode: "observe" } },
    );
    const text = describeStatus(statusRows(plan, live), { style: PLAIN, now: NOW });
    expect(text).toContain("would be planned if it were not only observed: generate");
  });

  it("knows districts that the store has never heard of", () => {
    const { plan } = versionMove();
    const [row] = statusRows(plan, new Map());
    expect(row).toMatchObject({ state: "none", plans: ["switch"] });
  });

  it("gives machines the same rows", () => {
    const { plan, live } = everything();
    const rows = statusJson(statusRows(plan, live));
    const find = (name: string) => rows.find((one) => one.address === `springfield/${name}`);
    expect(find("Schoology")).toMatchObject({
      state: "switching",
      evidence: { probed: "yes", used: "not yet", attested: "not yet" },
      awaits: [{ kind: "pull", who: "vendor" }, { kind: "quiet" }, { kind: "attested" }],
    });
    expect(find("RapidIdentity")).toMatchObject({ state: "disabled-outside", held: "blocked" });
    expect(find("Otus")).toMatchObject({
      state: "none",
      current: null,
      evidence: null,
      since: null,
      planned: ["generate"],
    });
    expect(JSON.stringify(rows)).not.toContain("secret");
  });
});

describe("evidence in words", () => {
  const old = world.connection("old");
  const candidate = world.connection("new", { use: world.neverUsed() });
  const requires = { clauses: ["probed", "used-or-attested"], quietMs: DEFAULT_QUIET_MS } as const;
  const words = (fields: object, from = old) =>
    describeEvidence(evidenceForCutover({ ...candidate, ...fields }, from, requires, NOW));

  it("tells yes, no, not yet, inconclusive and too old apart", () => {
    expect(words({})).toBe("probed not yet, used not yet, attested not yet");
    expect(words({ evidence: [world.probed(candidate)] })).toContain("probed yes");
    expect(words({ evidence: [world.probed(candidate, "refuted")] })).toContain("probed no");
    expect(words({ evidence: [world.probed(candidate, "inconclusive")] })).toContain("probed inconclusive");
    expect(words({ evidence: [world.probed(candidate, "confirmed", 30 * HOUR_MS)] })).toContain("probed too old");
  });

  it("tells a statement from one that the vendor contradicted by using the old connection", () => {
    expect(words({ evidence: [world.attested(candidate)] })).toContain("attested yes");
    expect(words({ evidence: [world.attested(candidate, 5 * HOUR_MS)] })).toContain("attested contradicted");
  });

  it("counts use only where the old connection is quiet, and says where it cannot be seen", () => {
    const used = { use: world.usedBefore(HOUR_MS) };
    expect(words(used)).toContain("used not yet");
    expect(words(used, { ...old, use: world.usedBefore(3 * 24 * HOUR_MS) })).toContain("used yes");
    const blind = { ...old, use: { kind: "unobservable" } } as const;
    expect(words(used, blind)).toContain("used cannot be seen");
    expect(describeEvidence(evidenceOf(blind, 0, NOW))).toContain("used cannot be seen");
  });

  it("speaks of a connection that replaces nobody, too", () => {
    expect(describeEvidence(evidenceOf(old, 0, NOW))).toBe("probed not yet, used yes, attested not yet");
    const told = { ...candidate, evidence: [world.attested(candidate)] };
    expect(describeEvidence(evidenceForCutover(told, undefined, requires, NOW))).toContain("attested yes");
  });
});

describe("an explanation", () => {
  it("says why a cut-over waits, what is known and who can end it", async () => {
    await expect(explained(everything(), "Schoology")).toMatchFileSnapshot("golden/explain-waiting.txt");
  });

  it("says what a move waits for that has not begun", async () => {
    await expect(explained(versionMove(), "Schoology")).toMatchFileSnapshot("golden/explain-version-move.txt");
  });

  it("says what is in the way of a blocked address", () => {
    const text = explained(everything(), "RapidIdentity");
    expect(text).toContain("Nothing is done while an error stands:");
    expect(text).toContain("Error: The connection in use was disabled by someone outside");
    expect(text).toContain("disabled (outside) by sam@springfield.example.org");
  });

  it("says that an error above the address is in the way", () => {
    const lines = ["Otus", "Edlink", "Canvas", "Schoology"].map((name) => world.line(name, { state: "disabled" }));
    const live = world.matchingWorld(world.district(lines.map((one) => ({ ...one, state: "active" }))));
    const connections = live.connections.map((one) => ({ ...one, use: world.neverUsed() }));
    const story = worldOf(lines, { ...live, connections });
    expect(explained(story, "Otus").replaceAll(/\s+/g, " ")).toContain("an error about the district or the whole plan");
    expect(explained(story, "Otus").replaceAll(/\s+/g, " ")).toContain("nobody has used it for 2d (no use seen since");
  });

  it("says what allows giving up a candidate, a cut-off, a first connection and one held by an abort", () => {
    expect(explained(everything(), "Microsoft School Data Sync")).toContain("- nobody uses the candidate");
    expect(explained(everything(), "Manage1to1")).toMatch(/nobody\s+can be cut off/);
    expect(explained(everything(), "Instructure Data Sync")).toContain("by dana at");
    const wanted = world.line("Otus", { state: "disabled", accepts: ["cut-off" as never] });
    const story = worldOf([wanted], world.matchingWorld(world.district([{ ...wanted, state: "active" }])));
    expect(explained(story, "Otus")).toContain("- the document accepts that the vendor is cut off");
  });

  it("says which freeze window holds a step", () => {
    const wanted = world.line("Otus", { state: "disabled" });
    const live = world.matchingWorld(world.district([{ ...wanted, state: "active" }]));
    const connections = live.connections.map((one) => ({ ...one, use: world.neverUsed() }));
    const freeze = [{ from: "2027-06-10", to: "2027-06-20", why: "state testing" }] as never;
    const text = explained(worldOf([wanted], { ...live, connections }, { district: { freeze } }), "Otus");
    expect(text.replaceAll(/\s+/g, " ")).toContain("it is 2027-06-21 or later, or the freeze window is moved");
  });

  it("says that there is nothing to do, and that a district is only observed", () => {
    expect(explained(everything(), "Google Classroom")).toContain("No steps: nothing has to be done here.");
    const story = worldOf([world.line("Otus")], { slots: [], connections: [] }, { district: { mode: "observe" } });
    expect(explained(story, "Otus")).toContain("None of this is done: the district says mode: observe.");
  });

  it("gives machines the facts, the steps and what each needs", () => {
    const story = everything();
    const json = explanationJson(addressIn(story, "Schoology"), {
      live: story.live.get(SPRINGFIELD),
      now: NOW,
      locate,
    });
    expect(json.facts["evidence"]).toBe("probed yes, used not yet, attested not yet");
    expect(json.steps).toMatchObject([{ number: 1, step: "close", allowed: false }]);
    expect(json.steps[0]?.needs.at(-1)).toContain("rosterform confirm 'springfield/Schoology' --attest");
    const held = explanationJson(addressIn(story, "RapidIdentity"), { live: undefined, now: NOW, locate });
    expect(held).toMatchObject({ held: "blocked", diagnostics: [{ code: "plan/disabled-outside" }] });
  });
});

describe("drift", () => {
  const wanted = world.line("Otus", { schools: ["Adams", "Baker"] });
  const matching = world.matchingWorld(world.district([wanted]));
  const [slot] = matching.slots;
  const [live] = matching.connections;
  if (slot === undefined || live === undefined) throw new Error("a matching world has both");
  const at = (...connections: LiveDistrict["connections"]): LiveDistrict => liveOf(SPRINGFIELD, [slot], connections);
  const by = { by: "sam", at: NOW } as const;

  it("is none where the live side is as it was applied, and where nothing was applied", () => {
    expect(driftOf(matching)).toEqual([]);
    expect(driftOf(liveOf(SPRINGFIELD, [world.slotFor(wanted.address)], [live]))).toEqual([]);
  });

  it("is an edit by hand, and who disabled a connection by hand", () => {
    const edited = { ...live, schools: ["Adams", "Clay"], share: ["demographics"] } as const;
    const disabled = { ...edited, status: { kind: "disabled", how: "outside", ...by } } as const;
    expect(driftJson(driftOf(at(disabled)))).toEqual([
      {
        address: wanted.address,
        connection: live.id,
        client_id: live.clientId,
        change: {
          actions: ["update"],
          before: { status: "active", schools: "Adams, Baker", share: "rostering" },
          after: { status: "disabled", schools: "Adams, Clay", share: "rostering, demographics" },
        },
        by: "sam",
        at: NOW,
      },
    ]);
  });

  it("is a connection that is gone", () => {
    const drifts = driftOf(at());
    expect(drifts).toMatchObject([{ differences: [{ what: "connection", before: "there", after: "gone" }] }]);
    expect(driftJson(drifts)[0]).not.toHaveProperty("client_id");
  });

  it("is a connection that we disabled and somebody enabled again", () => {
    const { current: _, ...left } = slot;
    const drifts = driftOf(liveOf(SPRINGFIELD, [{ ...left, previous: live.id }], [live]));
    expect(drifts).toMatchObject([{ differences: [{ what: "status", before: "disabled", after: "active" }] }]);
  });

  it("is a superseded connection that gives tokens again", () => {
    const old = { ...live, id: idOf("old") };
    const drifts = driftOf(liveOf(SPRINGFIELD, [{ ...slot, previous: old.id }], [live, old]));
    expect(drifts).toMatchObject([{ connection: "old", differences: [{ what: "previous", after: "active" }] }]);
  });

  it("is not what we did ourselves: a disabled previous connection, a survivor, a candidate", () => {
    const status = { kind: "disabled", how: "closed", at: shift(NOW, 0), by: "rosterform" } as const;
    const old = { ...live, id: "old" as ConnectionId, status };
    expect(driftOf(liveOf(SPRINGFIELD, [{ ...slot, previous: old.id }], [live, old]))).toEqual([]);
    const requires = { clauses: ["probed"], quietMs: 0 } as const;
    const cutover = { from: live.id, to: old.id, generation: 2, requires, openedAt: NOW };
    const turned = { ...slot, previous: old.id, cutover };
    expect(driftOf(liveOf(SPRINGFIELD, [turned], [live, { ...old, status: { kind: "active" } }]))).toEqual([]);
  });
});
