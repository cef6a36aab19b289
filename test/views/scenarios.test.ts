import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { reviewedOf } from "../../src/plan/saved.ts";
import { plannedChangesJson } from "../../src/views/apply-json.ts";
import { describeExplanation, explanationJson } from "../../src/views/explain-text.ts";
import { displayWidth } from "../../src/views/layout.ts";
import { planFileText, readPlanFile } from "../../src/views/plan-file.ts";
import { planJson } from "../../src/views/plan-json.ts";
import { describePlan } from "../../src/views/plan-text.ts";
import { describeStatus } from "../../src/views/status-text.ts";
import { reviewHtml } from "../../src/views/review/html.ts";
import { reviewMarkdown } from "../../src/views/review/markdown.ts";
import { reviewOf } from "../../src/views/review/model.ts";
import { statusRows } from "../../src/views/status.ts";
import { PLAIN } from "../../src/views/style.ts";
import { deferralsOf } from "../../src/views/waiting.ts";
import { play } from "../plan/scenario.ts";
import { render } from "../setup/rendered.ts";
import { digestsOf, locate, sha256 } from "./stories.ts";

const folder = fileURLToPath(new URL("../plan/scenarios/", import.meta.url));
const scenarios = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => ({ file, ...play(readFileSync(folder + file, "utf8")) }));

/** One name may be the beginning of another. */
function speaks(text: string, address: string): boolean {
  return ["will", "would", "is", "can", "stays"].some((word) => text.includes(`# ${address} ${word} `));
}

/** Every row of the table of decisions goes through every view. */
describe.each(scenarios)("views of $file", ({ plan, live }) => {
  const addresses = plan.districts.flatMap((district) => district.addresses);
  const options = { locate, rosterformVersion: "0.1.0", digests: digestsOf(plan) };
  const page = { locate, style: PLAIN, now: plan.madeAt, live };

  it("fit 80 columns", () => {
    const texts = [
      describePlan(plan, { ...page, digests: digestsOf(plan) }),
      describeStatus(statusRows(plan, new Map([[live.district, live]])), page),
      ...addresses.map((one) => describeExplanation(one, page)),
    ];
    expect(texts.flatMap((text) => text.split("\n")).filter((line) => displayWidth(line) > 80)).toEqual([]);
    expect(texts.filter((text) => /\bundefined\b|\[object|\bNaN\b|\n\n\n/.test(text))).toEqual([]);
  });

  it("name every address that changes or waits, and count as the plan counts", () => {
    const text = describePlan(plan, page);
    const { generate, switch: switches, change, disable, waiting } = plan.counts;
    for (const one of addresses) {
      const isSaid = one.actions.some((action) => action.kind !== "keep");
      if (isSaid) expect(text).toContain(`# ${one.address} `);
    }
    expect(deferralsOf(addresses)).toHaveLength(waiting);
    const total = `Plan: ${generate} to generate, ${switches} to switch, ${change} to change, ${disable} to disable.\n`;
    expect(text.includes(total) !== text.includes("No changes.")).toBe(true);
    expect(/cut-overs? will wait/.test(text)).toBe(waiting > 0);
  });

  it("carry the same facts in JSON as in the plan", () => {
    const json = planJson(plan, options);
    expect(json.summary).toEqual(plan.counts);
    expect(json.resource_changes).toHaveLength(addresses.flatMap((one) => one.actions).length);
    expect(json.deferred_changes).toHaveLength(plan.counts.waiting);
    expect(json.complete && plan.counts.waiting + plan.counts.blocked > 0).toBe(false);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    const said = plannedChangesJson(plan, { now: plan.madeAt });
    expect(said).toHaveLength(json.resource_changes.filter((one) => one.change.intent !== "keep").length);
  });

  it("have a row in the review for every address of which the text speaks, in each of its forms", () => {
    const review = reviewOf({ plan, live: new Map([[live.district, live]]), digests: digestsOf(plan), locate });
    const text = describePlan(plan, page);
    const shown = review.districts.flatMap(({ rows }) => rows);
    expect(shown.map(({ address }) => address).toSorted()).toEqual(
      addresses.map((one) => one.address).filter((one) => speaks(text, one)),
    );
    const markdown = reviewMarkdown(review, { name: "rosterform.yaml" });
    const html = reviewHtml(review);
    for (const form of [markdown, html]) expect(form).not.toMatch(/\bundefined\b|\[object|\bNaN\b/);
    expect(render(markdown).tables.flatMap(({ rows }) => rows.map((row) => row[1]))).toEqual(
      shown.map((one) => one.address),
    );
    const lives = shown.flatMap(({ life }) => life ?? []);
    expect(html.match(/<svg /g) ?? []).toHaveLength(lives.length);
    for (const { old, stages } of lives) expect(stages).toHaveLength(old === undefined ? 3 : 5);
  });

  it("are read back from a plan file as they were reviewed", () => {
    const reviewed = reviewedOf(plan, sha256);
    expect(readPlanFile(planFileText(plan, { ...options, reviewed, hash: sha256 }), sha256)).toEqual(reviewed);
  });

  it("explain as many steps as there are", () => {
    for (const one of addresses) expect(explanationJson(one, page).steps).toHaveLength(one.steps.length);
  });
});
