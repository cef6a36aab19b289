import { describeMoment, listOf, plural } from "../words.ts";
import { fit, type Piece } from "./fit.ts";
import { code, harmless, inline } from "./markdown-text.ts";
import type { Act, Review, ReviewDistrict, ReviewRow } from "./review.ts";
import { troublesMarkdown } from "./troubles-markdown.ts";
import { firstLooks, LEGEND, leftOutOf, titleOf } from "./verdict.ts";

/** GitHub takes 65,536 characters in a comment, GitLab a million. */
const LONGEST = 60_000;

/** Of all that room, what errors and warnings may take. */
const FOR_TROUBLES = 20_000;

/** What one fact in a cell may take. */
const LONGEST_SAID = 600;

export interface MarkdownOptions {
  /** Tells one comment from another where one pull request has several plans; the name of the project file. */
  readonly name: string;
  readonly longest?: number;
}

/**
 * A review as Markdown for a comment: one table a district, what needs a decision first, errors and totals last. Begins with a
 * hidden marker by which the comment of the last run is found again. What does not fit is cut from the middle, and said.
 */
export function reviewMarkdown(review: Review, { name, longest = LONGEST }: MarkdownOptions): string {
  const head = [markerOf(name), `## ${titleOf(review)}`, ...introduction(review)];
  const foot = footOf(review);
  const room = longest - lengthOf([...head, ...foot]) - 2;
  const troubles = troublesMarkdown(review.troubles, Math.min(FOR_TROUBLES, room));
  const middle = fit(review.districts.map(piecesOf), room - lengthOf(troubles), describeGap);
  return `${[...head, ...middle, ...troubles, ...foot].join("\n\n")}\n`;
}

/** The first line: `<!-- rosterform-plan: rosterform.yaml -->`. Not seen; who keeps one comment up to date looks for it. */
function markerOf(name: string): string {
  return `<!-- rosterform-plan: ${harmless(name)} -->`;
}

/** What the paragraphs take, with the empty lines between them. */
function lengthOf(paragraphs: readonly string[]): number {
  return paragraphs.reduce((sum, one) => sum + one.length + 2, 0);
}

function introduction(review: Review): readonly string[] {
  const looks = firstLooks(review);
  const isUsed = review.districts.some(({ rows }) => rows.length > 0);
  return [
    ...(looks.length === 0 ? [] : [`**Look at first:** ${listOf(looks)}.`]),
    ...(isUsed ? [LEGEND.map(([symbol, means]) => `${code(symbol)} ${means}`).join(", ")] : []),
  ];
}

function footOf(review: Review): readonly string[] {
  const { total, notes, digest, madeAt, districts, settled } = review;
  const apply = isAppliedAsItIs(review)
    ? [`To apply exactly this: ${code(`rosterform apply --digest ${digest}`)}`]
    : [];
  const same = districts.filter(({ rows }) => rows.length === 0).length + settled;
  const others =
    same === 0 || same === districts.length + settled ? [] : [`${plural(same, "more district")} without changes.`];
  return [
    ...others,
    `**${inline(total)}**${notes.map((note) => `<br>${inline(note)}`).join("")}`,
    [
      ...(digest === "" ? [] : [`Digest: ${code(digest)}`]),
      ...apply,
      `Made on ${describeMoment(madeAt)}. No secret stands here.`,
    ].join("<br>"),
  ];
}

/** Whether the command without other options plans the same: of a part, or beyond a limit, it would plan something else. */
function isAppliedAsItIs({ isErrored, digest, partial, troubles }: Review): boolean {
  return !isErrored && digest !== "" && !partial && troubles.every(({ code: one }) => one !== "plan/limit-exceeded");
}

/** A district in pieces of which some may be left out. */
function piecesOf(district: ReviewDistrict): readonly Piece<ReviewRow>[] {
  const head = [`### ${inline(district.district)}`, "", `Digest: ${code(district.digest)}`, "", HEADING].join("\n");
  const { rows } = district;
  if (rows.length === 0) return [];
  return rows.map((row) => ({ of: row, head, text: rowText(row), rank: row.rank, foot: footnote(district) }));
}

const HEADING = "| | Connection | What happens | Lost, widened, waited for |\n| :-: | :-- | :-- | :-- |";

function rowText(row: ReviewRow): string {
  const symbol = row.rank === "blocked" ? "x" : row.acts.map((act) => act.symbol).find((one) => one !== "");
  const happens = row.acts.length === 0 ? [`**is blocked** (${code(row.place)})`] : row.acts.map(actText);
  const cells = [symbol === undefined ? "" : code(symbol), code(row.address), happens.join("<br>"), matters(row)];
  return `| ${cells.join(" | ")} |`;
}

function actText({ becomes, reason, facts, place }: Act): string {
  const why = [...(reason === undefined ? [] : [inline(reason)]), code(place)].join("; ");
  const said = facts.map((fact) => inline(brief(fact))).join("; ");
  return `**${inline(becomes)}** (${why})${said === "" ? "" : `<br>${said}`}`;
}

function matters({ losses, widens, awaits, blockedBy, isObserved }: ReviewRow): string {
  const lines = [
    ...blockedBy.map((why) => `**BLOCKED** ${inline(why)}`),
    ...losses.map(({ what, accepted, acceptance }) => {
      const said = accepted
        ? "accepted by the document"
        : `**NOT accepted**; that would be ${code(brief(`accept: ["${acceptance}"]`))}`;
      return `**LOSES** ${inline(brief(what))} (${said})`;
    }),
    ...widens.map((one) => `**WIDENS** ${inline(brief(one))}`),
    ...awaits.map(inline),
    ...(isObserved ? ["**OBSERVED** only: nothing is applied"] : []),
  ];
  return lines.join("<br>");
}

/** A row must stay one that can be kept: a list of a hundred schools stands whole in the text of the plan. */
function brief(text: string): string {
  return text.length <= LONGEST_SAID ? text : `${text.slice(0, LONGEST_SAID)}...`;
}

function footnote({ unchanged, unmanaged, inventory }: ReviewDistrict): string {
  return [
    ...(unchanged === 0 ? [] : [`${plural(unchanged, "more address", "more addresses")} without changes.`]),
    ...(unmanaged === 0 ? [] : [`${plural(unmanaged, "active connection")} that no document speaks of, left alone.`]),
    ...(inventory === undefined ? [] : [`Registry: ${inline(inventory)}`]),
  ].join(" ");
}

function describeGap(rows: readonly ReviewRow[]): string {
  return `_${inline(leftOutOf(rows))}_`;
}
