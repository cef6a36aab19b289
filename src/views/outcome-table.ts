import type { AddressOutcome, ApplyReport } from "../apply/event.ts";
import { describeWaiting } from "./apply-text.ts";
import { layTable } from "./table.ts";
import { plural } from "./words.ts";

/** From so many addresses on, lists of what went wrong scroll away, and a table at the end says where to look. */
const WORTH_A_TABLE = 10;
/** A run in which everything fails says so in its counts. */
const MOST_ROWS = 100;

const ORDER = ["failed", "blocked", "waiting"] as const;

/** What failed, is blocked and waits, an address a line; empty while a glance over the lists above does. */
export function outcomeTable({ outcomes }: ApplyReport, width: number): readonly string[] {
  const open = ORDER.flatMap((kind) => outcomes.filter((one) => one.kind === kind));
  if (open.length < WORTH_A_TABLE) return [];
  const rows = open.slice(0, MOST_ROWS).map((one) => [one.address, one.kind, whyOf(one)]);
  const { heading, rows: laid } = layTable(["ADDRESS", "STATE", "WHY"], rows, width);
  const more = open.length - rows.length;
  return [heading, ...laid.flat(), ...(more > 0 ? [`... and ${plural(more, "address", "addresses")} more`] : [])];
}

function whyOf(outcome: AddressOutcome): string {
  switch (outcome.kind) {
    case "failed":
      return outcome.diagnostic.code;
    case "blocked":
      return [...new Set(outcome.diagnostics.map(({ code }) => code))].join(", ");
    case "waiting":
      return describeWaiting(outcome.awaits);
    default:
      return "";
  }
}
