import type { Locate } from "../diagnostics/diagnostic.ts";
import type { DesiredConnection } from "../model/desired.ts";
import type { Place } from "../model/place.ts";
import { dayOf, daysBetween, type Instant } from "../model/time.ts";
import type { Action, Awaited } from "../plan/action.ts";

/** What stands in front of a change, in every view the same. `..` also marks what waits. */
export const SYMBOLS: Readonly<Record<Action["kind"], string>> = {
  generate: "+",
  switch: "+/-",
  update: "~",
  adopt: "~",
  rename: "~",
  disable: "-",
  wait: "..",
  keep: "",
};

export const KNOWN_AFTER_APPLY = "(known after apply)";
export const SENSITIVE = "(sensitive value)";

/** `1 cut-over`, `2 cut-overs`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** A moment to the minute, in UTC: `2027-06-15 08:30 UTC`. */
export function describeMoment(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** Whole days from a moment to now, for ages; 0 for what lies ahead. */
export function ageInDays(since: Instant, now: Instant): number {
  return Math.max(0, daysBetween(dayOf(since), dayOf(now)));
}

/** `districts/springfield.yaml:5`; the file alone where the line cannot be found. */
export function describePlace(place: Place, locate: Locate): string {
  const position = locate(place);
  return position === undefined ? place.file : `${position.file}:${position.line}`;
}

/** The place of the first of these keys that was written, else of the connection itself. */
export function placeOfKey(desired: DesiredConnection, ...keys: readonly string[]): Place {
  const key = keys.find((name) => desired.places[name] !== undefined);
  return (key === undefined ? undefined : desired.places[key]) ?? desired.place;
}

/** A Client ID as it stands in a plan: `3f9a..`. */
export type Short = (clientId: string) => string;

/**
 * Shortens Client IDs so that they can be told apart among all of these: to a beginning of at least four characters, or to
 * both ends where the beginning would be long.
 */
export function createShort(clientIds: Iterable<string>): Short {
  const sorted = [...new Set(clientIds)].sort();
  const beginnings = new Map<string, string>();
  const ends = new Map<string, number>();
  sorted.forEach((id, index) => {
    const shared = Math.max(sharedLength(id, sorted[index - 1] ?? ""), sharedLength(id, sorted[index + 1] ?? ""));
    beginnings.set(id, cut(id, Math.max(4, shared + 1)));
    ends.set(bothEnds(id), (ends.get(bothEnds(id)) ?? 0) + 1);
  });
  return (id) => {
    const beginning = beginnings.get(id) ?? cut(id, 4);
    return beginning.length > LONG && ends.get(bothEnds(id)) === 1 ? bothEnds(id) : beginning;
  };
}

const LONG = 12;

function cut(id: string, length: number): string {
  return id.length <= length + 2 ? id : `${id.slice(0, length)}..`;
}

function bothEnds(id: string): string {
  return id.length <= LONG ? id : `${id.slice(0, 4)}..${id.slice(-4)}`;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

const WHO: Readonly<Record<Awaited["who"], string>> = {
  calendar: "the calendar",
  district: "the district, in Campus",
  person: "a person",
  rosterform: "rosterform, in a next run",
  vendor: "the vendor",
};

/** Who can provide what is waited for. */
export function describeWho(awaited: Awaited): string {
  return WHO[awaited.who];
}

/** What is waited for, as a noun. */
export function describeAwaited(awaited: Awaited): string {
  switch (awaited.kind) {
    case "date":
      return `${awaited.until} to ${awaited.step} (${awaited.why})`;
    case "delivery":
      return "the hand-over of the four values";
    case "hands":
      return awaited.task;
    case "address":
      return `${awaited.address} to end its own cut-over first`;
    case "candidate-active":
      return "the candidate to be enabled again";
    case "probed":
      return PROBES[awaited.verdict];
    case "pull":
      return awaited.syncs === undefined
        ? "a full pull (orgs, users, enrollments) with the new credentials"
        : `${plural(awaited.syncs.asked, "good sync")} in a row (orgs, users, enrollments) with the new credentials; seen so far: ${awaited.syncs.seen}`;
    case "quiet":
      return awaited.until === undefined
        ? "the old connection to go quiet, which this store cannot see"
        : `the old connection to be quiet, at the earliest until ${describeMoment(awaited.until)}`;
    case "attested":
      return awaited.contradicted
        ? "a new statement: the vendor used the old connection after the last one"
        : "their statement, by name, that the vendor moved";
  }
}

/** One thing that is waited for, or the other way to the same end. */
export interface AwaitLine {
  readonly key: "waits for" | "or";
  readonly says: string;
}

/**
 * A line for each thing that is waited for. Use and a statement are often two ways to the same end: `isEither` says
 * whether they are here; without it the line leaves it open.
 */
export function describeAwaits(awaits: readonly Awaited[], isEither?: boolean): readonly AwaitLine[] {
  const isUseAwaited = awaits.some((one) => one.kind === "pull" || one.kind === "quiet");
  return awaits.map((one) => {
    const isOther = one.kind === "attested" && isUseAwaited && isEither !== false;
    const doubt = isOther && isEither === undefined ? "where the requirement allows it, " : "";
    return { key: isOther ? "or" : "waits for", says: `${doubt}${describeWho(one)}: ${describeAwaited(one)}` };
  });
}

const PROBES: Readonly<Record<Extract<Awaited, { kind: "probed" }>["verdict"], string>> = {
  never: "a probe of the new connection",
  stale: "a fresh probe; the last one is older than a day",
  inconclusive: "a probe that can decide; the last one was inconclusive",
  refuted: "a probe that is answered yes; the last one was refuted",
  confirmed: "a confirmed probe",
};

/** The stages of waiting in the order in which they come. */
export type Stage = "a date" | "hands" | "a delivery" | "another cut-over" | "evidence";
const STAGES: readonly Stage[] = ["a date", "hands", "a delivery", "another cut-over", "evidence"];

/** To which stage something that is waited for belongs. */
export function stageOf(awaited: Awaited): Stage {
  if (awaited.kind === "date") return "a date";
  if (awaited.kind === "hands") return "hands";
  if (awaited.kind === "delivery") return "a delivery";
  return awaited.kind === "address" ? "another cut-over" : "evidence";
}

/** `a date, then evidence` for one; `2 for evidence; 1 for a date, then evidence` for several. */
export function describeStages(waits: readonly (readonly Stage[])[]): string {
  const tally = new Map<string, number>();
  for (const stages of waits) {
    const text = STAGES.filter((stage) => stages.includes(stage)).join(", then ") || "the next run";
    tally.set(text, (tally.get(text) ?? 0) + 1);
  }
  const [only] = tally.keys();
  if (tally.size === 1 && only !== undefined) return only;
  return [...tally]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([text, count]) => `${count} for ${text}`)
    .join("; ");
}
