import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../src/model/judge.ts";
import type { Inventory, LiveDistrict } from "../../../src/model/live.ts";
import { dayOf } from "../../../src/model/time.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { runbookHtml } from "../../../src/views/runbook/html.ts";
import { runbookMarkdown } from "../../../src/views/runbook/markdown.ts";
import { shortDigest, stepsIn } from "../../../src/views/runbook/model.ts";
import type { Runbook } from "../../../src/views/runbook/runbook.ts";
import { worlds } from "../../plan/arbitrary.ts";
import { play } from "../../plan/scenario.ts";
import * as world from "../../plan/world.ts";
import { bookOf, everyState, keptBook, moves, NOW, waits } from "./books.ts";

interface Planned {
  readonly plan: Plan;
  readonly live: LiveDistrict;
}

function signedBy(by: string): Inventory {
  return { kind: "signed", by, at: NOW, asOf: dayOf(NOW) };
}

/** What must hold of the runbook of any plan. */
function expectLaws({ plan, live }: Planned): void {
  const book = bookOf(plan, new Map([[live.district, live]]));
  const steps = stepsIn(book);
  const addresses = plan.districts.flatMap((one) => one.addresses);
  expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  const left = steps.filter(({ state }) => state.kind !== "done").map(({ address, kind }) => [address, kind]);
  expect(left).toEqual(addresses.flatMap((one) => one.steps.map(({ kind }) => [one.address, kind])));
  for (const { state, clicks } of steps) expect(clicks.length > 0).toBe(state.kind === "now");
  expectNothingUnproven(plan, book);
  expectPages(book);
}

/** A click that disables a connection which is being replaced is printed only where the store would allow it as it is. */
function expectNothingUnproven(plan: Plan, book: Runbook): void {
  for (const one of plan.districts.flatMap(({ addresses }) => addresses)) {
    const close = one.steps.find((step) => step.kind === "close");
    const printed = stepsIn(book).find(({ address, kind }) => address === one.address && kind === "close");
    if (close?.kind !== "close" || close.disables === undefined || printed?.state.kind !== "now") continue;
    const wait = one.actions.find((action) => action.kind === "wait");
    expect(wait).toBeDefined();
    if (wait === undefined) continue;
    const { candidate, from, cutover } = wait;
    const { requires } = cutover;
    expect(judge({ requires, candidate, now: plan.madeAt, ...(from === undefined ? {} : { from }) }).met).toBe(true);
  }
}

function expectPages(book: Runbook): void {
  const clicks = stepsIn(book).flatMap((step) => step.clicks);
  const markdown = runbookMarkdown(book);
  const page = runbookHtml(book);
  expect(markdown.match(/^- \[ \] /gm) ?? []).toHaveLength(clicks.length);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(page.match(/<input type="checkbox"/g) ?? []).toHaveLength(clicks.length);
  for (const text of [markdown, page]) expect(text).not.toMatch(/\bundefined\b|\[object|\bNaN\b/);
  for (const heading of markdown.match(/^#{2,3} .*$/gm) ?? []) {
    if (heading !== "## Two connections that both work") expect(heading).toMatch(/\(digest [0-9a-f]{16}\)$/);
  }
}

function kept(live: LiveDistrict): LiveDistrict {
  return { ...live, observesUse: false, kept: { inventory: signedBy("dana"), asked: [] } };
}

const folder = fileURLToPath(new URL("../../plan/scenarios/", import.meta.url));
const scenarios = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

describe("a runbook", () => {
  it.each(scenarios)("of %s has every step once, and boxes only where a step is allowed", (file) => {
    expectLaws(play(readFileSync(folder + file, "utf8")));
  });

  it("keeps its laws in any world, kept by hand or not", () => {
    fc.assert(
      fc.property(worlds, fc.boolean(), ({ desired, live }, isByHand) => {
        const seen = isByHand ? kept(live) : live;
        expectLaws({ plan: world.planOf(world.documents(desired), [seen], { now: NOW }), live: seen });
      }),
      { numRuns: 200 },
    );
  });

  it("is the same text for the same plan", () => {
    expect(runbookHtml(everyState())).toBe(runbookHtml(everyState()));
    expect(runbookMarkdown(everyState())).toBe(runbookMarkdown(everyState()));
  });
});

/** What could be written in a document, a tile or a statement to make a page say something else. */
const hostile = fc
  .array(
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</style><img src=x onerror=alert(1)>",
      '" onfocus="alert(1)',
      "<!-- ",
      "&lt;b&gt;",
      "](javascript:alert(1))",
      "[x](https://evil.example.com)",
      "![x](https://evil.example.com/p.png)",
      "https://evil.example.com",
      " www.evil.example.com ",
      "\n- [ ] 9.9 Disable everything\n",
      "\n# Step 9\n",
      "\n\n1. ",
      "- [x] ",
      "```\n",
      "`",
      '"',
      "'",
      "**",
      "__",
      "| a |",
      "\u202e",
      "\u0000",
      " words ",
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));

/** A book in which people wrote `text` wherever people write. */
function writtenBy(text: string): Runbook {
  const names = { clientId: text, clientSecret: text, tokenUrl: text, baseUrl: text };
  const parts = [
    moves("Schoology", { owner: text, contact: text, fieldNames: names, schools: [text] }),
    waits("Classworks", {
      line: { owner: text },
      evidence: (one) => [{ ...world.attested(one), by: text, reason: text }, world.probed(one)],
      receivedBy: text,
    }),
  ].map((part) => ({
    ...part,
    connections: part.connections.map((one) => ({ ...one, application: text, reported: { by: text, at: NOW } })),
  }));
  const asked = parts.map(({ line }) => ({ by: text, at: NOW, address: line.address, click: "generate" as const }));
  return keptBook(parts, { asked, inventory: signedBy(text) });
}

describe("what people wrote", () => {
  it("never becomes markup of the page", () => {
    const tagsIn = (text: string) => runbookHtml(writtenBy(text)).match(/<[^>]*>/g) ?? [];
    const harmless = new Set(["<code>", "</code>", '<span class="label">', "</span>"]);
    const own = (tags: readonly string[]) =>
      tags.filter((tag) => !harmless.has(tag) && !tag.startsWith("<meta http-equiv"));
    const expected = own(tagsIn("somebody"));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(own(tagsIn(text))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("never becomes a heading, a box, an item, a link or HTML in Markdown", () => {
    const shapeOf = (text: string) =>
      runbookMarkdown(writtenBy(text))
        .split("\n")
        .flatMap((line) => /^\s*(#{1,6} |- \[.\]|- |\d+[.)] |>|```|={2,}|-{2,})/.exec(line)?.[1] ?? []);
    const expected = shapeOf("somebody");
    fc.assert(
      fc.property(hostile, (text) => {
        expect(shapeOf(text)).toEqual(expected);
        const bare = runbookMarkdown(writtenBy(text)).replace(/(?<!\\)`[^`]+`/g, "");
        expect(bare.replace(/^- \[ \] /gm, "")).not.toMatch(/(?<!\\)[<[\]]|(?<!\\):\/\/|\bwww\./);
      }),
      { numRuns: 150 },
    );
  });

  it("keeps the digest of its page free of anything but its signs", () => {
    const page = runbookHtml({ ...everyState(), digest: '"} body { display: none' });
    expect(/content: "rosterform runbook[^}]*\}/.exec(page)?.[0]).toBe('content: "rosterform runbook, digest bdda"; }');
    expect(shortDigest("0123456789abcdef0123")).toBe("0123456789abcdef");
  });
});
