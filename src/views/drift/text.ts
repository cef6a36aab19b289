import type { JournalEntry } from "../../model/journal.ts";
import { describeDifference } from "../differences.ts";
import { describeDeed } from "../journal.ts";
import { wrap } from "../layout.ts";
import { attribute, type ShortPage } from "../plan-lines.ts";
import { describeMoment, describePlace } from "../words.ts";
import type { Attention, Finding } from "./assess.ts";
import type { DriftDifference } from "./drift.ts";
import type { Trail } from "./trail.ts";

const HEADS: Readonly<Record<Attention, string>> = {
  gone: "is gone",
  disabled: "was disabled outside",
  enabled: "was enabled outside",
  wider: "was changed outside, and its vendor sees more",
  replaced: "is another connection than was applied",
  edited: "was changed outside",
  agrees: "was changed outside, and its document agrees by now",
};

/** How many entries of the journal are shown about one drift; the rest is counted. */
const MOST_ENTRIES = 3;

/** One drift for people: what changed, since when, who could have done it, and what can be done. No line break at the end. */
export function describeFinding(finding: Finding, page: ShortPage): string {
  const { drift, attention, advice, place } = finding;
  const name = drift.clientId === undefined ? drift.connection : page.short(drift.clientId);
  const head = `# ${drift.address} (${name}) ${HEADS[attention]}`;
  const where = place === undefined ? "" : ` (${describePlace(place, page.locate)})`;
  return [
    ...wrap(head, { ...widthOf(page), rest: "#   " }).map(page.style.bold),
    ...drift.differences.flatMap((one) => attribute("~", wordOf(one), describeDifference(one), page)),
    ...(drift.applied === undefined ? [] : attribute("", "applied", describeApplied(finding), page)),
    ...whoLines(finding).flatMap((says, index) => attribute("", index === 0 ? "who" : "", says, page)),
    ...attribute("", "next", `${advice.replace(/\.$/, "")}.${where}`, page),
  ].join("\n");
}

function widthOf({ width }: ShortPage): { readonly width?: number } {
  return width === undefined ? {} : { width };
}

function wordOf({ what }: DriftDifference): string {
  return what === "connection" ? "exists" : what;
}

function describeApplied({ drift, trail }: Finding): string {
  const by = trail.appliedBy === undefined ? "" : ` by ${trail.appliedBy}`;
  return `${drift.applied === undefined ? "" : describeMoment(drift.applied.at)}${by}`;
}

/** Entries of the journal, or that it has none, and what is known all the same. */
function whoLines({ drift, trail }: Finding): readonly string[] {
  const { entries } = trail;
  const shown = entries.slice(-MOST_ENTRIES).map(describeEntry);
  const more = entries.length - shown.length;
  if (entries.length > 0)
    return more === 0 ? shown : [`${more} earlier, see \`rosterform audit '${drift.address}'\``, ...shown];
  const said = drift.by === undefined || drift.by === "unknown" ? "" : `; the store says it was ${drift.by}`;
  return [`nobody in this journal: changed outside of rosterform, ${describeWindow(trail)}${said}`];
}

function describeEntry(entry: JournalEntry): string {
  return `${entry.by}, ${describeMoment(entry.at)}: ${describeDeed(entry)}`;
}

const KNOWN = { applied: "last applied", probed: "last probe that got a token" } as const;
const SEEN = { store: "as the store says", look: "now" } as const;

function describeWindow({ between }: Trail): string {
  const before = `before ${describeMoment(between.before)} (${SEEN[between.seen]})`;
  if (between.after === undefined || between.known === undefined) return before;
  return `after ${describeMoment(between.after)} (${KNOWN[between.known]}) and ${before}`;
}
