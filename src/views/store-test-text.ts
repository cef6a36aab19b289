import type { Left } from "../conformance/over-http/leaving.ts";
import type { StoreTestReport, Tried } from "../conformance/store-test.ts";
import type { Outcome, Result } from "../conformance/telling.ts";
import { padEnd, wrap } from "./layout.ts";
import type { Style } from "./style.ts";

/** How a store test is laid out. */
export interface StoreTestPage {
  readonly width: number;
  readonly style: Style;
}

const WORDS: Readonly<Record<Outcome["kind"], string>> = { kept: "kept", broken: "broken", "not-tried": "not tried" };
/** Two blanks, the longest word, two blanks. */
const INDENT = 13;
const SHOWN = 10;

/** What is said before the first story. */
export function describeTried({ site, operator, can, rehearses, prefix }: Tried, { width }: StoreTestPage): string {
  const cannot = [...(can.observesUse ? [] : ["see use"]), ...(can.enables ? [] : ["enable what was disabled"])];
  const sees = cannot.length === 0 ? "" : ` It says that it cannot ${cannot.join(" or ")}.`;
  const plays = rehearses
    ? "It rehearses, so people, consumers and time are played."
    : "It does not rehearse: what needs people, consumers or time to be played is not tried.";
  const text = `The store at ${site}, as ${operator}. ${plays}${sees} Districts are made for this run: ${prefix}-...`;
  return `${wrap(text, { width }).join("\n")}\n`;
}

/** An area with a line for each of its promises. */
export function describeArea(name: string, results: readonly Result[], page: StoreTestPage): string {
  return ["", page.style.bold(name), ...results.flatMap((result) => promiseLines(result, page))].join("\n");
}

function promiseLines({ says, outcome }: Result, { width, style }: StoreTestPage): readonly string[] {
  const paint = { kept: style.green, broken: style.red, "not-tried": style.yellow }[outcome.kind];
  const rest = " ".repeat(INDENT);
  const lead = `  ${padEnd(WORDS[outcome.kind], INDENT - 2)}`;
  const [line = "", ...further] = wrap(says, { width, first: lead, rest });
  const head = [`  ${paint(WORDS[outcome.kind])}${line.slice(2 + WORDS[outcome.kind].length)}`, ...further];
  return [...head, ...reasonsOf(outcome).flatMap((reason) => wrap(reason, { width, first: rest }))];
}

function reasonsOf(outcome: Outcome): readonly string[] {
  if (outcome.kind === "kept") return [];
  if (outcome.kind === "not-tried") return [`(${outcome.why})`];
  return [`${outcome.why}.`, ...(outcome.asked.length === 0 ? [] : [`Last asked: ${outcome.asked.join(", ")}.`])];
}

/** What stays on the server, and the counts as the last line. */
export function describeStoreTest({ results, left }: StoreTestReport, { width }: StoreTestPage): string {
  const { kept, broken, notTried } = countOutcomes(results);
  const counts = `Store test: ${kept} kept, ${broken} broken, ${notTried} not tried.`;
  return ["", ...leftLines(left).flatMap((line) => wrap(line, { width, rest: "  " })), "", counts].join("\n");
}

function leftLines(left: readonly Left[]): readonly string[] {
  if (left.length === 0) return ["No district was left behind."];
  const names = left.map(({ district }) => district);
  const range = names.length === 1 ? names[0] : `${names[0]} to ${names.at(-1)}`;
  const many = names.length === 1 ? "1 district was" : `${names.length} districts were`;
  const open = left.filter(({ active }) => active !== 0);
  if (open.length === 0) return [`${many} left behind, with no connection that still works: ${range}.`];
  const listed = open
    .slice(0, SHOWN)
    .map(({ district, active }) => `${district} (${active === undefined ? "not looked at" : `${active} still work`})`);
  const more = open.length > SHOWN ? `, and ${open.length - SHOWN} more` : "";
  return [`${many} left behind: ${range}.`, `Not everything could be disabled: ${listed.join(", ")}${more}.`];
}

/** How many promises came to what. */
export function countOutcomes(results: readonly Result[]): {
  readonly kept: number;
  readonly broken: number;
  readonly notTried: number;
} {
  const count = (kind: Outcome["kind"]) => results.filter(({ outcome }) => outcome.kind === kind).length;
  return { kept: count("kept"), broken: count("broken"), notTried: count("not-tried") };
}
