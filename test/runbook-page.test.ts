import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runbookHtml } from "../src/views/runbook/html.ts";
import { shortDigest, stepsIn } from "../src/views/runbook/model.ts";
import { spansOf } from "../src/views/spans.ts";
import { hasChromium, openChromium } from "./setup/chromium.ts";
import { expectLandmarks, expectNothingSmuggled } from "./setup/page-laws.ts";
import { everyState } from "./views/runbook/books.ts";

const book = everyState();
const steps = stepsIn(book);
const digest = shortDigest(book.digest);
const ticks = steps.flatMap(({ number, clicks }) =>
  clicks.map(({ text }, at) => ({ id: `tick-${number}-${at + 1}`, name: `${number}.${at + 1} ${shown(text)}` })),
);

/** A sentence as it is seen: without the signs that set labels and code apart. */
function shown(sentence: string): string {
  return spansOf(sentence)
    .map(({ text }) => text)
    .join("");
}

/** Text without spaces, line breaks and ligatures, which paper may set as it likes. */
function dense(text: string): string {
  return text.normalize("NFKC").replace(/\s+/gu, "");
}

describe.skipIf(!hasChromium())("the page of a runbook in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-page-"));
  const file = join(folder, "runbook.html");
  let browser: Browser;
  let requests: string[] = [];

  beforeAll(async () => {
    writeFileSync(file, runbookHtml(book));
    browser = await openChromium();
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}, path = file): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    await context.setOffline(true);
    const page = await context.newPage();
    requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  it("is read without a script and without the network, and asks for nothing but itself", async () => {
    const page = await open();
    for (const { number } of steps) {
      expect(await page.getByRole("heading", { name: new RegExp(`^Step ${number}: `) }).count()).toBe(1);
    }
    expect(requests).toEqual([pathToFileURL(file).href]);
  });

  it("forbids what somebody might smuggle in", async () => {
    expect(await (await open()).title()).toBe(`Runbook ${digest}`);
    await expectNothingSmuggled(open, file, folder);
  });

  it("has landmarks, a language, and headings that skip no level", async () => {
    await expectLandmarks(await open());
  });

  it("gives every box a name of its own, and a step that is not allowed none", async () => {
    const page = await open();
    expect(await page.getByRole("checkbox").count()).toBe(ticks.length);
    expect(new Set(ticks.map(({ name }) => name)).size).toBe(ticks.length);
    for (const { id, name } of ticks) {
      const box = page.getByRole("checkbox", { name, exact: true });
      expect(await box.count(), name).toBe(1);
      expect(await box.getAttribute("id")).toBe(id);
    }
    expect(await page.locator(".not-yet input, .refused input, .done input").count()).toBe(0);
    expect(await page.locator(".not-yet").first().innerText()).toContain("Not allowed yet");
    expect(await page.locator(".refused").first().innerText()).toContain("Refused");
  });

  it("is worked through with the keyboard: Tab reaches the boxes in order, and Space ticks them", async () => {
    const page = await open();
    const reached: string[] = [];
    await page.locator("#steps").focus();
    for (const { id } of ticks) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      reached.push((await focused.getAttribute("id")) ?? "");
      await page.keyboard.press("Space");
      expect(await page.locator(`#${id}`).isChecked()).toBe(true);
    }
    expect(reached).toEqual(ticks.map(({ id }) => id));
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  });

  it.each([360, 1280])("is as wide as the window at %d pixels", async (width) => {
    const page = await open({ viewport: { width, height: 900 } });
    const root = page.locator("html");
    expect(await root.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
  });

  it.each([360, 1280])("has nothing that axe objects to at %d pixels", async (width) => {
    const page = await open({ javaScriptEnabled: true, viewport: { width, height: 900 } });
    await page.evaluate(axe.source);
    const violations = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) => violations)',
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  it("shows the boxes and their ticks where a reader has chosen the colours", async () => {
    const page = await open({ forcedColors: "active" });
    expect(await page.evaluate('getComputedStyle(document.getElementById("tick-3-1")).appearance')).toBe("auto");
  });

  describe.each(["A4", "Letter"] as const)("on paper, %s", (format) => {
    const paper = join(folder, `${format}.pdf`);
    const pdftotext = (...options: string[]) =>
      execFileSync("pdftotext", [...options, paper, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
    let sheets: string[] = [];

    beforeAll(async () => {
      const page = await open();
      await page.pdf({ path: paper, format });
      sheets = pdftotext("-layout").split("\f").slice(0, -1);
    });

    it("carries the digest and its number on every page", () => {
      expect(sheets.length).toBeGreaterThan(3);
      for (const [at, sheet] of sheets.entries()) {
        const last = sheet.trimEnd().split("\n").at(-1) ?? "";
        expect(last).toMatch(
          new RegExp(`^ *rosterform runbook, digest ${digest} +Page ${at + 1} of ${sheets.length}$`),
        );
      }
    });

    it("has the whole of every step on one page", () => {
      const pages = pdftotext("-raw").split("\f").map(dense);
      for (const { number, clicks, state } of steps) {
        const sheet = pages.find((page) => page.includes(`Step${number}:`));
        const said = clicks.flatMap(({ text, sees }) => [text, sees]);
        const why = state.kind === "not-yet" || state.kind === "refused" ? [state.why] : [];
        for (const text of [...said, ...why]) expect(sheet, `step ${number}`).toContain(dense(shown(text)));
      }
    });

    it("clips nothing at the edges", () => {
      const found = [
        ...pdftotext("-bbox").matchAll(/<page width="([\d.]+)"|<word xMin="([\d.]+)" .*?xMax="([\d.]+)"/g),
      ];
      const width = Number(found[0]?.[1]);
      const words = found.flatMap(([, , left, right]) => (left === undefined ? [] : [[Number(left), Number(right)]]));
      // 16 mm of margin.
      const margin = (16 / 25.4) * 72 - 0.5;
      expect(words.length).toBeGreaterThan(1000);
      expect(words.filter(([left = 0, right = 0]) => left < margin || right > width - margin)).toEqual([]);
    });
  });
});
