import type { Locate } from "../diagnostics/diagnostic.ts";
import type { DesiredConnection } from "../model/desired.ts";
import { acceptanceOf, type Loss } from "../model/loss.ts";
import { describeSchools, describeShare } from "../model/traits.ts";
import { PAGE_WIDTH, padEnd, wrap } from "./layout.ts";
import type { Style } from "./style.ts";
import { describePlace, placeOfKey, type Short } from "./words.ts";

/** What every line of a plan is made with. */
export interface PlanPage {
  readonly locate: Locate;
  readonly style: Style;
  readonly width?: number;
}

/** A page on which Client IDs are shortened so that they can be told apart. */
export interface ShortPage extends PlanPage {
  readonly short: Short;
}

/** Columns in front of a key: three for the symbol, one between. */
const GUTTER = 4;
const KEY_WIDTH = 10;

/** `+/- version   1.1 -> 1.2`: a symbol, a key and a value that may go over several lines. */
export function attribute(symbol: string, key: string, value: string, page: PlanPage): readonly string[] {
  const front = `${mark(symbol)}${padEnd(`${key} `, KEY_WIDTH)}`;
  const [first = "", ...more] = wrap(value, {
    width: page.width ?? PAGE_WIDTH,
    first: front,
    rest: " ".repeat(GUTTER + KEY_WIDTH),
  });
  return [paint(symbol, page.style)(first.slice(0, GUTTER)) + first.slice(GUTTER), ...more];
}

/** The symbol at the right of its three columns. */
function mark(symbol: string): string {
  return `${symbol.padStart(GUTTER - 1)} `;
}

/** The colour that goes with a symbol; the symbol itself says the same without colour. */
function paint(symbol: string, style: Style): (text: string) => string {
  switch (symbol) {
    case "+":
      return style.green;
    case "-":
    case "!":
    case "x":
      return style.red;
    case "~":
    case "+/-":
      return style.yellow;
    case "..":
      return style.cyan;
    default:
      return (text) => text;
  }
}

/** A sentence behind a symbol, its further lines below the sentence. */
export function remark(symbol: string, text: string, page: PlanPage): readonly string[] {
  const lines = wrap(text, { width: page.width ?? PAGE_WIDTH, first: mark(symbol), rest: " ".repeat(GUTTER) });
  return lines.map(paint(symbol, page.style));
}

/** What is lost, what to do about it, and where the document accepts it. */
export function lossLines(losses: readonly Loss[], desired: DesiredConnection, page: PlanPage): readonly string[] {
  return losses.flatMap((loss) => {
    const { what, todo } = describeLost(loss);
    const accepted = desired.accepts.includes(acceptanceOf(loss))
      ? `accepted in ${describePlace(placeOfKey(desired, "accept"), page.locate)}`
      : `NOT accepted; that would be \`accept: ["${acceptanceOf(loss)}"]\``;
    const advice = wrap(todo, { width: page.width ?? PAGE_WIDTH, first: " ".repeat(GUTTER) });
    return [...remark("!", `LOSES ${what} (${accepted}).`, page), ...advice];
  });
}

/** What is lost and what to do about it. Where these facts come from stands at `Loss` in model/loss.ts. */
export function describeLost(loss: Loss): { readonly what: string; readonly todo: string } {
  switch (loss.kind) {
    case "user-ids":
      return {
        what: "user ids: every user gets a new sourcedId",
        todo: "The vendor must map metadata.ic.legacysourceId and fully re-sync, or accounts duplicate. Get their yes before delivery.",
      };
    case "grade-book":
      return {
        what: "Grade Book: only a supported connection has it",
        todo: "The vendor can no longer send assignments and scores. Tell the teachers who rely on it.",
      };
    case "assessments":
      return {
        what: "Assessments: only a supported connection has them",
        todo: "The vendor can no longer send assessment results. Ask who reads them.",
      };
    case "schools":
      return {
        what: `schools: ${droppedSchools(loss)}`,
        todo: "Ask the vendor first what becomes of the accounts and classes of those schools.",
      };
    case "share":
      return {
        what: `data: the vendor no longer gets ${describeShare(loss.from.filter((item) => !loss.to.includes(item)))}`,
        todo: "Some vendors require it. Ask this one before you apply.",
      };
    case "cut-off":
      return {
        what: "the connection while the vendor may still use it",
        todo: "The vendor is cut off at once. Tell them before you apply.",
      };
  }
}

function droppedSchools({ from, to }: Extract<Loss, { kind: "schools" }>): string {
  if (from === "all" || to === "all")
    return `the vendor sees only ${describeSchools(to)}, not ${describeSchools(from)} any more`;
  return `the vendor no longer sees ${from.filter((school) => !to.includes(school)).join(", ")}`;
}
