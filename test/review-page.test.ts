import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { reviewHtml } from "../src/views/review/html.ts";
import { inWords } from "../src/views/review/life-picture.ts";
import { reviewOf, reviewOfTroubles } from "../src/views/review/model.ts";
import { hasChromium, openChromium } from "./setup/chromium.ts";
import { expectLandmarks, expectNothingSmuggled } from "./setup/page-laws.ts";
import { digestsOf, everything, locate, versionMove } from "./views/stories.ts";

/** Everything that a plan can say, in two districts. */
function everyRow() {
  const [one, other] = [everything(), versionMove()];
  const plan = { ...one.plan, districts: [...one.plan.districts, ...other.plan.districts] };
  return reviewOf({ plan, live: new Map([...one.live, ...other.live]), digests: digestsOf(plan), locate });
}

const review = everyRow();
const rows = review.districts.flatMap((one) => one.rows);
const drawn = rows.flatMap(({ address, life }) => (life === undefined ? [] : [{ address, life }]));

describe("the page of a review", () => {
  const page = reviewHtml(review);

  it("is the same for the same review", () => {
    expect(reviewHtml(everyRow())).toBe(page);
  });

  it("lets no name become markup", () => {
    const evil = '<img src=x onerror="alert(1)"></svg><script>alert(1)</script>`\u202e';
    const [district] = review.districts;
    if (district === undefined) throw new Error("no district");
    const odd = rows.map((row) => ({
      ...row,
      address: evil as typeof row.address,
      acts: row.acts.map((act) => ({ ...act, reason: evil, facts: [evil], place: evil, becomes: evil })),
      losses: row.losses.map((loss) => ({ ...loss, what: evil, todo: evil, acceptance: evil })),
      awaits: [evil],
      widens: [evil],
      ...(row.life === undefined
        ? {}
        : { life: { ...row.life, stages: row.life.stages.map((one) => ({ ...one, says: evil })) } }),
    }));
    const made = reviewHtml({
      ...review,
      total: evil,
      notes: [evil],
      districts: [{ ...district, rows: odd, inventory: evil }],
    });
    expect(made).not.toMatch(/<img|<script|\u202e/u);
    expect(made.match(/<\/svg>/gu)).toHaveLength(drawn.length);
  });

  it("has no picture where nothing of a cut-over can begin", () => {
    expect(rows.filter(({ rank }) => rank === "blocked").every(({ life }) => life === undefined)).toBe(true);
    expect(drawn.map(({ address }) => address)).toContain("shelbyville/Schoology");
  });

  it("says in words what each picture shows", () => {
    const said = new Map(drawn.map(({ address, life }) => [address as string, inWords(address, life)]));
    expect(said.get("shelbyville/Schoology")).toMatch(
      /^Life of the cut-over at shelbyville\/Schoology, from \w+\.\. to a new connection\. Generated: next, in this run; Delivered: held, not before 2027-07-01; /u,
    );
    expect(said.get("springfield/Otus")).toBe(
      "Life of the cut-over at springfield/Otus, a first connection. Generated: next, in this run; Delivered: next, in this run; Probed: next, in this run.",
    );
    expect(said.get("springfield/Schoology")).toMatch(
      /Generated: done, 2027-06-05; Delivered: done, 2027-06-07; Probed: done, 2027-06-17; Used by the vendor: later, not seen yet; Old one disabled: held, not before 2027-06-18 22:00 UTC\.$/u,
    );
  });
});

describe.skipIf(!hasChromium())("the page of a review in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "rosterform-review-"));
  const file = join(folder, "review.html");
  let browser: Browser;
  let requests: string[] = [];

  beforeAll(async () => {
    writeFileSync(file, reviewHtml(review));
    browser = await openChromium();
  }, 60_000);
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
    for (const { address } of rows)
      expect(await page.getByRole("heading", { name: address, exact: true }).count()).toBe(1);
    expect(requests).toEqual([pathToFileURL(file).href]);
  });

  it("forbids what somebody might smuggle in", async () => {
    expect(await (await open()).title()).toMatch(/^Plan: 4 errors/u);
    await expectNothingSmuggled(open, file, folder);
  });

  it("has landmarks, a language, and headings that skip no level", async () => {
    await expectLandmarks(await open());
  });

  it("shows a picture of each cut-over, with a name that says all of it", async () => {
    const page = await open();
    expect(await page.getByRole("img").count()).toBe(drawn.length);
    for (const { address, life } of drawn) {
      const picture = page.getByRole("img", { name: inWords(address, life), exact: true });
      expect(await picture.count(), address).toBe(1);
      expect(await picture.locator(".stage").count()).toBe(life.stages.length);
    }
  });

  it.each([400, 1280])("clips no word of a picture at %d pixels, and none is set too small to read", async (width) => {
    const page = await open({ viewport: { width, height: 900 } });
    const boxes = await page.locator("svg").evaluateAll((all) =>
      all.map((svg) => {
        const frame = svg.getBoundingClientRect();
        const words = [...svg.querySelectorAll("text")].map((one) => one.getBoundingClientRect());
        return {
          out: words.filter(
            (one) => one.right > frame.right + 0.5 || one.bottom > frame.bottom + 0.5 || one.left < frame.left - 0.5,
          ).length,
          smallest: Math.min(...words.map((one) => one.height)),
        };
      }),
    );
    expect(boxes.map(({ out }) => out)).toEqual(boxes.map(() => 0));
    expect(Math.min(...boxes.map(({ smallest }) => smallest))).toBeGreaterThan(11);
  });

  it.each([360, 400, 1280])("is as wide as the window at %d pixels", async (width) => {
    const page = await open({ viewport: { width, height: 900 } });
    const root = page.locator("html");
    expect(await root.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
  });

  it.each([
    [400, "light"],
    [1280, "light"],
    [1280, "dark"],
  ] as const)("has nothing that axe objects to at %d pixels, %s", { timeout: 60_000 }, async (width, colorScheme) => {
    const page = await open({ javaScriptEnabled: true, viewport: { width, height: 900 }, colorScheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) => violations)',
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  it("is dark where a reader wants it dark, words of pictures too, and white on paper all the same", async () => {
    const page = await open({ colorScheme: "dark" });
    const paper = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const ink = (): Promise<string> => page.evaluate('getComputedStyle(document.querySelector(".stage-name")).fill');
    expect(await paper()).toBe("rgb(21, 27, 34)");
    expect(await ink()).toBe("rgb(228, 233, 239)");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await paper()).toBe("rgb(255, 255, 255)");
    expect(await ink()).toBe("rgb(28, 39, 51)");
  });

  it("prints with every address whole and nothing lost at the edges", async () => {
    const paper = join(folder, "review.pdf");
    await (await open()).pdf({ path: paper, format: "A4" });
    const text = execFileSync("pdftotext", ["-raw", paper, "-"], { encoding: "utf8" });
    const dense = (said: string): string => said.normalize("NFKC").replace(/\s+/gu, "");
    for (const { address } of rows) expect(dense(text)).toContain(dense(address));
    expect(dense(text)).toContain(review.digest);
    expect(text).toMatch(/Page 1 of \d+/u);
  });

  it("shows only what is wrong where there is no plan", async () => {
    const broken = join(folder, "broken.html");
    const [one] = everything().plan.districts.flatMap(({ addresses }) =>
      addresses.flatMap(({ diagnostics }) => diagnostics),
    );
    if (one === undefined) throw new Error("no diagnostic");
    const made = reviewOfTroubles("Plan", "No plan was made.", { diagnostics: [one], locate, now: review.madeAt });
    writeFileSync(broken, reviewHtml(made));
    const page = await open({}, broken);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Plan: 1 error");
    expect(await page.getByRole("main").innerText()).toContain("No plan was made.");
    expect(await page.locator("body").innerText()).not.toMatch(/digest/iu);
  });
});
