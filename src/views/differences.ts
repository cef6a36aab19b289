import deepDiff from "deep-diff";
import isEqual from "fast-deep-equal";
import { type DataSet, describeSchools, describeShare, type SchoolScope, type Traits } from "../model/traits.ts";

/** What a connection is, apart from its credentials; the two sides of a difference. */
export interface Being extends Traits {
  readonly rotate: number;
}

/** One thing that differs, in the words of documents. */
export interface Difference {
  readonly what: "version" | "kind" | "rotate" | "schools" | "share";
  readonly before: string;
  readonly after: string;
  /** Members of a set that come and go; absent where one side is "all" schools. */
  readonly members?: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly stay: number;
  };
}

const ORDER: readonly Difference["what"][] = ["version", "kind", "rotate", "schools", "share"];

/**
 * Explains to people how one connection differs from another. What to do about it is decided in `plan/` by comparing the
 * fields themselves, never by this.
 */
export function differencesBetween(before: Being, after: Being): readonly Difference[] {
  const [left, right] = [comparable(before), comparable(after)];
  if (isEqual(left, right)) return [];
  const changed = new Set((deepDiff.diff(left, right) ?? []).map((change) => String(change.path?.[0])));
  return ORDER.filter((what) => changed.has(what)).map((what) => difference(what, before, after));
}

/** A being whose sets are maps: deep-diff compares lists by index, so one school less would look like many changes. */
type Comparable = Omit<Being, "schools" | "share"> & {
  readonly schools: "all" | Readonly<Record<string, true>>;
  readonly share: Readonly<Record<string, true>>;
};

function comparable({ version, kind, rotate, schools, share }: Being): Comparable {
  return { version, kind, rotate, schools: schools === "all" ? schools : asMap(schools), share: asMap(share) };
}

/** The prefix keeps a school called `__proto__` an ordinary key. */
function asMap(members: readonly string[]): Readonly<Record<string, true>> {
  return Object.fromEntries(members.map((member) => [`is ${member}`, true] as const));
}

function difference(what: Difference["what"], before: Being, after: Being): Difference {
  switch (what) {
    case "schools":
      return {
        what,
        before: describeSchools(before.schools),
        after: describeSchools(after.schools),
        ...membersOf(before.schools, after.schools),
      };
    case "share":
      return {
        what,
        before: describeSharing(before.share),
        after: describeSharing(after.share),
        ...membersOf(before.share, after.share),
      };
    default:
      return { what, before: String(before[what]), after: String(after[what]) };
  }
}

function membersOf(before: SchoolScope, after: SchoolScope): Pick<Difference, "members"> {
  if (before === "all" || after === "all") return {};
  return {
    members: {
      added: after.filter((member) => !before.includes(member)),
      removed: before.filter((member) => !after.includes(member)),
      stay: before.filter((member) => after.includes(member)).length,
    },
  };
}

/** `rostering`, which is always shared, and what is shared beyond it. */
export function describeSharing(share: readonly DataSet[]): string {
  return share.length === 0 ? "rostering" : `rostering, ${describeShare(share)}`;
}

/** How a set changed: its members that come and go where there are many, else both sides. */
export function describeDifference({ before, after, members }: Omit<Difference, "what">): string {
  if (members === undefined || members.stay + members.added.length + members.removed.length <= 4) {
    return `${before} -> ${after}`;
  }
  const parts = [
    ...(members.added.length === 0 ? [] : [`adds ${members.added.join(", ")}`]),
    ...(members.removed.length === 0 ? [] : [`drops ${members.removed.join(", ")}`]),
    ...(members.stay === 0 ? [] : [`${members.stay} stay`]),
  ];
  return parts.join("; ");
}

/** What the vendor sees after and not before. Nothing is lost by that, but it is said aloud. */
export function wideningsBetween(before: Traits, after: Traits): readonly string[] {
  const widened: string[] = [];
  if (before.schools !== "all") {
    const { schools: now } = after;
    const seen = before.schools;
    const more = now === "all" ? [] : now.filter((school) => !seen.includes(school));
    if (now === "all") widened.push(`schools: the vendor will see all schools, not only ${describeSchools(seen)}`);
    else if (more.length > 0) widened.push(`schools: the vendor will also see ${more.join(", ")}`);
  }
  const shared = after.share.filter((item) => !before.share.includes(item));
  if (shared.length > 0) widened.push(`share: the vendor will also get ${shared.join(", ")}`);
  return widened;
}
