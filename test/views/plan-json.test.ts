import { describe, expect, it } from "vitest";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { reviewedOf, whatMoved } from "../../src/plan/saved.ts";
import { planFileText, readPlanFile } from "../../src/views/plan-file.ts";
import { planJson } from "../../src/views/plan-json.ts";
import * as world from "../plan/world.ts";
import { digestsOf, everything, locate, sha256, versionMove, worldOf } from "./stories.ts";

function json(plan: Plan) {
  return planJson(plan, { locate, rosterformVersion: "0.1.0", digests: digestsOf(plan) });
}

function file(plan: Plan): string {
  const options = { locate, rosterformVersion: "0.1.0", digests: digestsOf(plan) };
  return planFileText(plan, { ...options, reviewed: reviewedOf(plan, sha256), hash: sha256 });
}

/** The codes of what is wrong with a plan file; none when it can be read. */
function codes(text: string): readonly string[] {
  const read = readPlanFile(text, sha256, "plan.json");
  return Array.isArray(read) ? read.map((one) => one.code) : [];
}

describe("a plan in JSON", () => {
  it("shows a move in Terraform's words with ours beside them", async () => {
    await expect(`${JSON.stringify(json(versionMove().plan), null, 2)}\n`).toMatchFileSnapshot(
      "golden/plan-version-move.json",
    );
  });

  it("uses only the words for changes that existing tools know", () => {
    const { resource_changes: changes } = json(everything().plan);
    const words = new Set(changes.flatMap((one) => one.change.actions));
    expect([...words].sort()).toEqual(["create", "delete", "no-op", "update"]);
    expect(new Set(changes.map((one) => one.change.intent))).toEqual(
      new Set(["generate", "switch", "update", "disable", "adopt", "rename", "wait", "keep"]),
    );
  });

  it("marks a candidate that is given up as one that does not stand at the address", () => {
    const changes = json(everything().plan).resource_changes;
    const given = changes.filter((one) => one.deposed !== undefined);
    expect(given.map(({ address, change }) => [address, change.actions])).toEqual([
      ["springfield/Microsoft School Data Sync", ["delete"]],
    ]);
  });

  it("names the vendor and the name part of an address, and where a renamed one stood before", () => {
    const changes = json(everything().plan).resource_changes;
    expect(changes.find((one) => one.index === "north")).toMatchObject({ name: "Comet Math", district: "springfield" });
    expect(changes.find((one) => one.change.intent === "rename")?.previous_address).toBe("springfield/Canvas");
  });

  it("shows what is unknown and what is sensitive, and no secret", () => {
    const [change] = json(versionMove().plan).resource_changes;
    expect(change?.change.after_unknown).toMatchObject({ client_id: true, client_secret: true });
    expect(change?.change.before_sensitive).toEqual({ client_secret: true });
    expect(change?.change.after_sensitive).toEqual({ client_secret: true });
    expect(JSON.stringify(json(everything().plan))).not.toMatch(/"client_secret": ?"/);
  });

  it("could not show a secret that somebody put where a view looks", () => {
    const found = { ...world.connection("found", { provenance: "found" }), clientSecret: new Secret("canary-4711") };
    const { plan } = worldOf([world.line("Edlink")], { slots: [], connections: [found] });
    expect(JSON.stringify(json(plan)) + file(plan)).not.toContain("canary");
  });

  it("is complete and not applyable where nothing is to be done", () => {
    const wanted = world.district([world.line("Otus")]);
    const plan = world.planOf(world.documents(wanted), [world.matchingWorld(wanted)]);
    expect(json(plan)).toMatchObject({ complete: true, applyable: false, errored: false, partial: false });
  });

  it("is not complete while a cut-over waits, and errored where something is wrong", () => {
    expect(json(versionMove().plan)).toMatchObject({ complete: false, applyable: true, errored: false });
    expect(json(everything().plan)).toMatchObject({ complete: false, applyable: true, errored: true });
    expect(json(everything({ selection: { targets: [world.addressFrom("Otus")] } }).plan).partial).toBe(true);
  });

  it("says what a cut-over waits for first, and for what altogether", () => {
    const deferred = json(versionMove().plan).deferred_changes;
    expect(deferred).toEqual([
      {
        reason: "date",
        says: "a date, then evidence",
        awaits: [{ kind: "date", who: "calendar", says: "2027-07-01 to deliver (deliver-from)", until: "2027-07-01" }],
        resource_change: {
          address: "shelbyville/Schoology",
          change: { actions: ["create", "delete"], intent: "switch" },
        },
      },
    ]);
  });

  it("is the same bytes for the same plan", () => {
    expect(JSON.stringify(json(everything().plan))).toBe(JSON.stringify(json(everything().plan)));
  });
});

describe("a plan file", () => {
  const { plan } = versionMove();

  it("is read back to what was reviewed, so that what moved since can be named", () => {
    const read = readPlanFile(file(plan), sha256);
    if (Array.isArray(read) || !("digests" in read)) throw new Error("the file is right");
    expect(whatMoved(read, plan, sha256)).toEqual([]);
    const [moved] = whatMoved(read, versionMove({ accepts: [] }).plan, sha256);
    expect(moved?.what).toEqual(["shelbyville/Schoology: reviewed as switch, now switch (blocked)"]);
  });

  it("may be indented in another way or have its members in another order", () => {
    const value: Record<string, unknown> = JSON.parse(file(plan));
    expect(codes(JSON.stringify(value))).toEqual([]);
    expect(codes(JSON.stringify(Object.fromEntries(Object.entries(value).toReversed())))).toEqual([]);
  });

  it("is refused when anything in it was edited, also what only people read", () => {
    expect(codes(file(plan).replace('"version": "1.1"', '"version": "1.2"'))).toEqual(["views/plan-file-edited"]);
    expect(codes(file(plan).replace('"switch": 1', '"switch": 0'))).toEqual(["views/plan-file-edited"]);
    expect(codes(file(plan).replace(/"seal": "./, '"seal": "x'))).toEqual(["views/plan-file-edited"]);
  });

  it("is refused when it is cut off, empty or no JSON", () => {
    for (const text of ["", file(plan).slice(0, -40), "Plan: 1 to generate"]) {
      expect(codes(text)).toEqual(["views/plan-file-unreadable"]);
    }
  });

  it("is refused when it is other JSON: a list, Terraform's state, the view of a plan, a file without its seal", () => {
    const { seal: _, ...unsealed }: Record<string, unknown> = JSON.parse(file(plan));
    const others = [null, [], "1.0", 7, {}, { format_version: 1 }, { version: 4, resources: [] }, json(plan), unsealed];
    const wrong = { ...unsealed, seal: "0", reviewed: { digests: { whole: "a", districts: { a: 1 } }, addresses: {} } };
    for (const value of [...others, wrong]) {
      expect(codes(JSON.stringify(value))).toEqual(["views/not-a-plan-file"]);
    }
  });

  it("is refused when its format is of a newer major version, and read when it is of a newer minor one", () => {
    const value: Record<string, unknown> = JSON.parse(file(plan));
    expect(codes(JSON.stringify({ ...value, format_version: "2.0" }))).toEqual(["views/plan-file-too-new"]);
    expect(codes(JSON.stringify({ ...value, format_version: "1.9" }))).toEqual(["views/plan-file-edited"]);
  });

  it("is spoken of by its name, with what to do", () => {
    const read = readPlanFile("{", sha256, "plan.json");
    if (!Array.isArray(read)) throw new Error("the file is wrong");
    expect(hasErrors(read)).toBe(true);
    expect(read[0].detail).toMatch(/^plan\.json cannot be read as JSON.*rosterform plan --out FILE/);
  });
});
