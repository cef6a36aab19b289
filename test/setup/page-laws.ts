import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

/** What every page of ours keeps in a browser. */

/** Opens a page in a context of its own. */
export type Open = (options?: BrowserContextOptions, path?: string) => Promise<Page>;

/** A script, a picture and a style that somebody smuggled into the file do nothing, even where scripts may run. */
export async function expectNothingSmuggled(open: Open, file: string, folder: string): Promise<void> {
  const title = await (await open()).title();
  const smuggled = join(folder, "smuggled.html");
  const more =
    '<script>document.title = "smuggled"</script><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" style="width: 99px" onerror="document.title = 1">';
  writeFileSync(smuggled, readFileSync(file, "utf8").replace("</body>", `${more}</body>`));
  const page = await open({ javaScriptEnabled: true }, smuggled);
  expect(title).not.toBe("");
  expect(await page.title()).toBe(title);
  expect(await page.locator("img").evaluate((one) => one.getBoundingClientRect().width)).not.toBe(99);
}

/** Whoever hears a page finds the parts of it: landmarks, its language, and headings that skip no level. */
export async function expectLandmarks(page: Page): Promise<void> {
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  for (const role of ["banner", "navigation", "main", "contentinfo"] as const) {
    expect(await page.getByRole(role).count()).toBe(1);
  }
  const levels = await page
    .locator("h1, h2, h3, h4, h5")
    .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level, at) => at > 0 && level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
}
