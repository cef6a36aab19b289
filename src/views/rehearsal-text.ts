import type { Address } from "../model/address.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/time.ts";
import type { Awaited } from "../plan/action.ts";
import type { Rehearsal, Rehearsed } from "../rehearsal/rehearse.ts";
import type { Behaviour, Happening } from "../rehearsal/script.ts";
import { PAGE_WIDTH, wrap } from "./layout.ts";
import type { Style } from "./style.ts";
import { describeAwaited, listOf, plural } from "./words.ts";

/** How a rehearsal is printed. */
export interface RehearsalOptions {
  readonly style: Style;
  readonly width?: number;
  /** Also every happening, a line each. */
  readonly isTold: boolean;
}

/** What each kind of vendor does, in words. */
const BEHAVES: Readonly<Record<Behaviour, string>> = {
  prompt: "enters the values on the day they arrive",
  late: "enters them after nine days",
  silent: "never enters them",
  "half-moved": "moves one of its two systems",
  "wrong-version": "enters them, and calls the other version's paths",
  "back-to-old": "moves, and enters the old values again after the cut-over",
};

/** What came of rehearsals of one plan, address by address. Ends with a line break. */
export function describeRehearsals(rehearsals: readonly Rehearsal[], options: RehearsalOptions): string {
  const { style, width = PAGE_WIDTH } = options;
  const addresses = [...new Set(rehearsals.flatMap((one) => one.addresses.map(({ address }) => address)))].sort();
  if (addresses.length === 0) return "Nothing to rehearse: the plan has no changes and nothing waits.\n";
  const blocks = addresses.map((address) => addressLines(address, rehearsals, options).join("\n"));
  const played = [...new Set(rehearsals.flatMap((one) => one.addresses.map(({ behaviour }) => behaviour)))];
  const legend = played.flatMap((one) =>
    wrap(BEHAVES[one], { width, first: `  ${one.padEnd(NAME_WIDTH)}`, rest: " ".repeat(NAME_WIDTH + 2) }),
  );
  return `${[style.bold("Vendors:"), ...legend, "", ...blocks.flatMap((one) => [one, ""]), ...verdict(rehearsals, options)].join("\n")}\n`;
}

const NAME_WIDTH = 15;

function addressLines(
  address: Address,
  rehearsals: readonly Rehearsal[],
  options: RehearsalOptions,
): readonly string[] {
  const { style, width = PAGE_WIDTH } = options;
  const frame = (name: string) => ({ width, first: `  ${name.padEnd(NAME_WIDTH)}`, rest: " ".repeat(NAME_WIDTH + 2) });
  return [
    style.bold(`# ${address}`),
    ...rehearsals.flatMap(({ addresses, days }) =>
      addresses
        .filter((one) => one.address === address)
        .flatMap((one) => [
          ...wrap(ending(one, days), frame(one.behaviour)),
          ...notes(one).flatMap((note) => wrap(note, frame(""))),
          ...(options.isTold ? one.happenings.flatMap((what) => wrap(told(what), frame(""))) : []),
        ]),
    ),
  ];
}

/** How it ended for one address, in a sentence. */
function ending({ happenings, outcome, gaps }: Rehearsed, days: number): string {
  const gap = gaps.times === 0 ? "no gap" : `WITHOUT A WORKING CONNECTION for ${describeSpan(gaps.longestMs)}`;
  return `${how(happenings, outcome, days)}; ${gap}`;
}

function how(happenings: readonly Happening[], outcome: Rehearsed["outcome"], days: number): string {
  const dayOf = (...kinds: readonly Happening["what"]["kind"][]): number | undefined =>
    happenings.findLast(({ what }) => kinds.includes(what.kind))?.day;
  if (outcome?.kind === "blocked") return `blocked: ${codesOf(outcome)}`;
  if (outcome?.kind === "failed") return `failing after ${plural(days, "day")}: ${outcome.diagnostic.code}`;
  if (outcome?.kind === "waiting") return `open after ${plural(days, "day")}: ${listOf(lacksIn(outcome.awaits))}`;
  const closed = dayOf("closed");
  if (closed !== undefined) return `finished on day ${closed}`;
  const ended = dayOf("disabled", "given-up", "changed", "adopted", "renamed");
  return ended === undefined ? "nothing was done" : `done on day ${ended}`;
}

/** What kept a cut-over open, in few words; a statement is only named where nothing else is missing. */
function lacksIn(awaits: readonly Awaited[]): readonly string[] {
  const lacks = awaits.map(lackOf);
  const others = lacks.filter((one) => one !== UNSAID);
  return [...new Set(others.length > 0 ? others : lacks)];
}

const UNSAID = "nobody said that the vendor moved";

function lackOf(awaited: Awaited): string {
  switch (awaited.kind) {
    case "pull":
      return "no full pull with the new values";
    case "quiet":
      return "the old values are still in use";
    case "attested":
      return UNSAID;
    case "probed":
      return "no probe that says yes";
    default:
      return describeAwaited(awaited);
  }
}

function codesOf({ diagnostics }: Extract<NonNullable<Rehearsed["outcome"]>, { kind: "blocked" }>): string {
  const codes = diagnostics.filter((one) => one.severity === "error").map(({ code }) => code);
  return codes.length === 0 ? "an error of its district or of the whole plan" : listOf([...new Set(codes)]);
}

/** What a reader should know besides how it ended. */
function notes({ happenings }: Rehearsed): readonly string[] {
  const seen: string[] = [];
  for (const { what, day } of happenings) {
    if (what.kind === "went-back") {
      seen.push(`day ${day}: it enters the old values again, and they are refused; the new ones work`);
    }
    if (what.kind === "sync-failed" && what.configured === "new")
      seen.push(`day ${day}: its syncs with the new values fail (${what.why})`);
    if (what.kind === "probe-refused" || what.kind === "probe-open") seen.push(`day ${day}: ${what.says}`);
  }
  return [...new Set(seen)];
}

/** One happening, for who wants the whole story. */
function told({ day, what }: Happening): string {
  const says = ((): string => {
    switch (what.kind) {
      case "renamed":
        return `renamed from ${what.from}`;
      case "probe-refused":
      case "probe-open":
        return `probe: ${what.code}`;
      case "sync-failed":
        return `sync fails with the ${what.configured} values (${what.why})`;
      case "failed":
        return `failed: ${what.code}`;
      case "entered":
        return "the vendor enters the new values";
      case "went-back":
        return "the vendor enters the old values again";
      case "synced":
        return `syncs with the ${what.configured} values`;
      case "attested":
        return "a person says that the vendor moved";
      case "closed":
        return what.disabled === undefined ? "cut-over closed" : "cut-over closed, the old connection is disabled";
      case "given-up":
        return "the candidate is given up";
      case "delivered":
        return "handed over";
      case "generated":
      case "tied":
      case "changed":
      case "adopted":
      case "disabled":
        return what.kind;
    }
  })();
  return `day ${day}: ${says}`;
}

function verdict(rehearsals: readonly Rehearsal[], { style }: RehearsalOptions): readonly string[] {
  const gaps = rehearsals.flatMap((one) => one.addresses.map((address) => address.gaps.longestMs));
  const longest = Math.max(0, ...gaps);
  const addresses = new Set(rehearsals.flatMap((one) => one.addresses.map(({ address }) => address))).size;
  const played = `${plural(addresses, "address", "addresses")} in ${plural(rehearsals.length, "rehearsal")}.`;
  return [style.bold(`Longest time without a working connection: ${describeSpan(longest)}.`), `Played: ${played}`];
}

/** `0 s`, `5 h`, `2 d 4 h`. */
function describeSpan(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  const minutes = Math.ceil((ms % HOUR_MS) / MINUTE_MS);
  const parts = [days > 0 ? `${days} d` : "", hours > 0 ? `${hours} h` : "", minutes > 0 ? `${minutes} min` : ""];
  return parts.filter((part) => part !== "").join(" ") || "0 s";
}

/** One address of one rehearsal, for machines. */
export function rehearsedJson(one: Rehearsed, days: number) {
  const { address, behaviour, happenings, outcome, gaps } = one;
  return {
    type: "rehearsal",
    address,
    vendor: behaviour,
    days,
    outcome: outcome?.kind ?? "none",
    awaits: outcome?.kind === "waiting" ? outcome.awaits.map(({ kind }) => kind) : [],
    longest_gap_seconds: Math.ceil(gaps.longestMs / 1000),
    gaps: gaps.times,
    happenings: happenings.map(({ day, at, what }) => ({ day, at, ...what })),
  };
}
