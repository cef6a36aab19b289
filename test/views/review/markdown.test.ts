import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plain } from "../../../src/views/layout.ts";
import { reviewMarkdown } from "../../../src/views/review/markdown.ts";
import { code, inline } from "../../../src/views/review/markdown-text.ts";
import { reviewOf } from "../../../src/views/review/model.ts";
import type { Review, ReviewDistrict, ReviewRow } from "../../../src/views/review/review.ts";
import { render } from "../../setup/rendered.ts";
import { digestsOf, everything, locate, versionMove, type World } from "../stories.ts";

const NAME = { name: "rosterform.yaml" };

const reviewOfWorld = ({ plan, live }: World): Review => reviewOf({ plan, live, digests: digestsOf(plan), locate });
const review = reviewOfWorld(everything());
const [springfield] = review.districts;
const rows = springfield?.rows ?? [];

/** Everything that Markdown, HTML, tables and code hosts give a meaning to. */
const HOSTILE = [
  "|",
  "||",
  "\\|",
  "\\",
  "`",
  "``",
  "` `",
  "*",
  "**",
  "_",
  "~~",
  "<b>",
  "</td></tr></table>",
  "<!--",
  "-->",
  "--!>",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "&lt;",
  "&#124;",
  "&amp;",
  "[a](javascript:alert(1))",
  "![a](https://example.org/x.png)",
  "[^1]",
  "[ref]: https://example.org",
  "@octocat",
  "#12",
  "!12",
  "GH-12",
  ":tada:",
  "$x$",
  "https://example.org",
  "www.example.org",
  "dana@example.org",
  "\n",
  "\r\n",
  "\n\n# heading\n",
  "\n| a | b |\n",
  "\n---\n",
  "\n```\n",
  "\n/close\n",
  "\u202e",
  "\u0000",
  "\ud800",
  "\ue000",
  "\u200b",
  " ",
  "-",
  "+",
  "1.",
  ">",
  "=",
  "Otus",
  "->",
  '"',
]; // prettier-ignore

const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join(""));

/** Text as a page can show it: on one line, nothing that steers, white space run together as browsers do. */
function shown(text: string): string {
  const seen = plain(text.replace(/\s*[\n\r]\s*/gu, " ")).replace(/\p{Cs}/gu, "\ufffd");
  return squeezed(seen.replaceAll("\ue000", "\ufffd").replaceAll("\u200b", ""));
}

function squeezed(text: string): string {
  return text.replaceAll("\ufffd", "").replaceAll("\ue000", "").replace(/\s+/gu, " ").trim();
}

describe("a review as Markdown", () => {
  const text = reviewMarkdown(review, NAME);
  const page = render(text);

  it("begins with a hidden marker by which its comment is found again", () => {
    expect(text.split("\n")[0]).toBe("<!-- rosterform-plan: rosterform.yaml -->");
    expect(page.text).not.toContain("rosterform-plan");
    expect(reviewMarkdown(review, { name: "a/b --> <b>.yaml" }).split("\n")[0]).toBe(
      "<!-- rosterform-plan: a/b-b-.yaml -->",
    );
  });

  it("has one table a district with a row for every address of which something is said", () => {
    expect(page.tables).toHaveLength(review.districts.length);
    expect(page.tables[0]?.headings).toEqual(["", "Connection", "What happens", "Lost, widened, waited for"]);
    expect(page.tables[0]?.rows.map((row) => row[1])).toEqual(rows.map((row) => row.address));
    expect(page.tables[0]?.rows.every((row) => row.length === 4)).toBe(true);
  });

  it("shows what is blocked first, then losses, then what waits", () => {
    const ranks = rows.map((row) => row.rank);
    expect([...new Set(ranks)]).toEqual(["blocked", "loses", "waiting", "changes", "stays"]);
    expect(ranks).toEqual(ranks.toSorted((a, b) => order(a) - order(b)));
    function order(rank: string): number {
      return ["blocked", "loses", "waiting", "changes", "stays"].indexOf(rank);
    }
  });

  it("says in the cells what the plan says", () => {
    const cells = new Map(page.tables[0]?.rows.map((row) => [row[1], row]));
    expect(cells.get("springfield/Bluebird Reading")).toEqual([
      "~",
      "springfield/Bluebird Reading",
      "will be changed in place (edited in place, the credentials stay; springfield.yaml:6)\nschools all -> Lincoln, North High; 6398.. keeps its credentials",
      "LOSES schools: the vendor sees only Lincoln, North High, not all any more (accepted by the document)",
    ]);
    expect(cells.get("springfield/Eduready360")?.[3]).toContain(
      'NOT accepted; that would be accept: ["grade-book supported->other"]',
    );
    expect(cells.get("springfield/Learning Ally")?.slice(2)).toEqual([
      "is blocked (springfield.yaml:6)",
      "BLOCKED A connection that may be in use would be disabled (plan/still-in-use)",
    ]);
    expect(cells.get("springfield/Schoology")?.[3]).toContain("waits for the vendor: a full pull");
    expect(cells.get('springfield/Comet Math["north"]')?.[0]).toBe("+/-");
  });

  it("ends with errors, totals and digests", () => {
    const at = (what: string): number => page.text.indexOf(what);
    expect(at("4 errors\n")).toBeGreaterThan(at("springfield/Paper Trail"));
    expect(at("Plan: 1 to generate, 2 to switch")).toBeGreaterThan(at("plan/disabled-outside) in"));
    expect(at(`Digest: ${review.digest}`)).toBeGreaterThan(at("Plan: 1 to generate, 2 to switch"));
    expect(page.text).toContain(`Digest: ${springfield?.digest}`);
    expect(page.text).not.toContain("To apply exactly this");
  });

  it("says how exactly this is applied where nothing is in the way", () => {
    const moved = reviewOfWorld(versionMove());
    expect(render(reviewMarkdown(moved, NAME)).text).toContain(
      `To apply exactly this: rosterform apply --digest ${moved.digest}`,
    );
  });

  it("is made of headings, tables, lists and code, and of nothing else", () => {
    const known = "h2 h3 p strong em code br table thead tbody tr th td ul li".split(" ");
    expect(page.elements.map(({ tagName }) => tagName).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("is the same for the same plan", () => {
    expect(reviewMarkdown(reviewOfWorld(everything()), NAME)).toBe(text);
  });
});

describe("words from anywhere", () => {
  const inTable = (cell: string) => render(`| a | b |\n| :-- | :-- |\n| ${cell} | last |`);

  it("stay one cell with nothing but these words in it, as code", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const page = inTable(code(text));
        expect(page.tables).toHaveLength(1);
        expect(page.tables[0]?.rows).toHaveLength(1);
        const [cell = "", last] = page.tables[0]?.rows[0] ?? [];
        expect(last).toBe("last");
        expect(squeezed(cell)).toBe(shown(text));
        const names = page.elements.map(({ tagName }) => tagName);
        expect(names.filter((name) => !"table thead tbody tr th td code".split(" ").includes(name))).toEqual([]);
        expect(names.filter((name) => name === "code").length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 600 },
    );
  });

  it("stay one cell with nothing but these words in it, as words", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const page = inTable(inline(text));
        const [cell = "", last] = page.tables[0]?.rows[0] ?? [];
        expect(page.tables[0]?.rows).toHaveLength(1);
        expect(last).toBe("last");
        // Backticks set words as code, and are not shown.
        expect(squeezed(cell).replaceAll("`", "").replace(/\s/gu, "")).toBe(
          shown(text).replaceAll("`", "").replace(/\s/gu, ""),
        );
        const names = page.elements.map(({ tagName }) => tagName);
        expect(names.filter((name) => !"table thead tbody tr th td code".split(" ").includes(name))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it("mention nobody and link to nothing on a code host", () => {
    const { html } = inTable(
      inline("@octocat #12 !3 GH-4 :tada: https://example.org www.example.org dana@example.org"),
    );
    expect(html).toContain(
      '<td align="left">@\u200boctocat #\u200b12 !\u200b3 GH-\u200b4 :\u200btada: https:\u200b//example.org www\u200b.example.org dana@\u200bexample.org</td>',
    );
    expect(inTable(inline("at 05:00:00 in a.yaml:5:7")).html).not.toContain("\u200b");
    // An address of mail to GFM, though to nobody else.
    expect(inTable(inline("+@.A")).html).not.toContain("<a ");
  });

  it("break no review, wherever they stand in it", () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 6, maxLength: 6 }),
        ([a = "", b = "", c = "", d = "", e = "", f = ""]) => {
          const [row] = rows;
          if (row === undefined) throw new Error("no row");
          const odd: ReviewRow = {
            ...row,
            address: `springfield/${a}` as ReviewRow["address"],
            acts: row.acts.map((act) => ({ ...act, reason: b, facts: [c], place: d })),
            losses: row.losses.map((loss) => ({ ...loss, what: e, acceptance: f })),
            widens: [a],
            awaits: [b],
          };
          const troubles = review.troubles.map((one) => ({ ...one, summary: c, detail: d, place: e }));
          const made = reviewMarkdown(
            withDistricts([{ ...reviewDistrict(), rows: [odd, odd], inventory: f }], { troubles }),
            { name: a },
          );
          const page = render(made);
          expect(page.tables).toHaveLength(1);
          expect(page.tables[0]?.rows.map((cells) => cells.length)).toEqual([4, 4]);
          const names = page.elements.map(({ tagName }) => tagName);
          const known = "h2 h3 p strong em code br table thead tbody tr th td ul li".split(" ");
          expect(names.filter((name) => !known.includes(name))).toEqual([]);
          expect(names.filter((name) => name === "li")).toHaveLength(troubles.length);
          expect(page.text).toContain(`Digest: ${review.digest}`);
        },
      ),
      { numRuns: 150 },
    );
  });
});

function reviewDistrict(): ReviewDistrict {
  if (springfield === undefined) throw new Error("no district");
  return springfield;
}

function withDistricts(districts: readonly ReviewDistrict[], more: Partial<Review> = {}): Review {
  return { ...review, districts, ...more };
}

describe("a long review", () => {
  /** So many districts, each with these rows. */
  const many = (count: number, of: readonly ReviewRow[] = rows): readonly ReviewDistrict[] =>
    Array.from({ length: count }, (_, at) => ({
      ...reviewDistrict(),
      district: `district-${at}` as ReviewDistrict["district"],
      rows: of.map((row) => ({
        ...row,
        address: row.address.replace("springfield", `district-${at}`) as ReviewRow["address"],
      })),
    }));

  it.each([5, 20, 60, 400, 3_000])(
    "of %d districts takes at most 60,000 characters and says what was left out",
    (count) => {
      const text = reviewMarkdown(withDistricts(many(count)), NAME);
      expect(text.length).toBeLessThanOrEqual(60_000);
      const page = render(text);
      const kept = page.tables.flatMap((table) => table.rows).length;
      const said = [...page.text.matchAll(/\.\.\. (\d+) address(?:es)? left out here/gu)].map(([, number]) =>
        Number(number),
      );
      expect(kept + said.reduce((sum, one) => sum + one, 0)).toBe(count * rows.length);
      expect(page.text).toContain(`Digest: ${review.digest}`);
      expect(page.text).toContain("Plan: 1 to generate, 2 to switch");
      expect(page.text).toContain("plan/still-in-use");
      if (count > 5) expect(text.length).toBeGreaterThan(40_000);
    },
  );

  it("keeps what needs a decision, and of the rest the beginning and the end", () => {
    const text = reviewMarkdown(withDistricts(many(20)), NAME);
    const kept = render(text).tables.flatMap((table) => table.rows);
    for (const at of [0, 7, 19]) {
      expect(kept.map((row) => row[1])).toContain(`district-${at}/Eduready360`);
    }
    const plainRows = rows.filter(({ rank }) => rank === "changes");
    const names = render(reviewMarkdown(withDistricts(many(150, plainRows)), NAME)).tables.flatMap((table) =>
      table.rows.map((row) => row[1] ?? ""),
    );
    expect(names.some((name) => name.startsWith("district-0/"))).toBe(true);
    expect(names.some((name) => name.startsWith("district-149/"))).toBe(true);
    expect(names.some((name) => name.startsWith("district-75/"))).toBe(false);
  });

  it("keeps a row that speaks of a thousand schools, in short", () => {
    const schools = Array.from({ length: 1_000 }, (_, at) => `School ${at}`).join(", ");
    const long = rows
      .filter(({ rank }) => rank === "loses")
      .map((row) => ({
        ...row,
        acts: row.acts.map((act) => ({ ...act, facts: [`schools drops ${schools}`] })),
        losses: row.losses.map((loss) => ({ ...loss, what: schools, acceptance: schools, accepted: false })),
      }));
    const [table] = render(reviewMarkdown(withDistricts(many(1, long)), NAME)).tables;
    expect(table?.rows).toHaveLength(1);
    expect(table?.rows[0]?.[2]).toContain("School 0, School 1");
    expect(table?.rows[0]?.[3]?.length).toBeLessThan(2_000);
  });

  it("with a thousand errors keeps the first and the last, and counts the rest", () => {
    const [one] = review.troubles;
    if (one === undefined) throw new Error("no trouble");
    const troubles = Array.from({ length: 1_000 }, (_, at) => ({ ...one, detail: `trouble ${at}. ${"x".repeat(at)}` }));
    const text = reviewMarkdown({ ...review, troubles }, NAME);
    expect(text.length).toBeLessThanOrEqual(60_000);
    const said = render(text).text;
    expect(said).toContain("1000 errors");
    expect(said).toContain("trouble 0.");
    expect(said).toContain("trouble 999.");
    expect(said).toMatch(/\.\.\. \d+ more left out here/u);
  });

  it.each([4_000, 8_000, 20_000])("takes no more than %d characters where that is asked for", (longest) => {
    expect(reviewMarkdown(withDistricts(many(30)), { ...NAME, longest }).length).toBeLessThanOrEqual(longest);
  });
});
