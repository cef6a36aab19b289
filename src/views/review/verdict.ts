import { listOf, plural } from "../words.ts";
import type { Rank, Review, ReviewRow } from "./review.ts";

/** What the symbols mean, in one line. */
export const LEGEND: readonly (readonly [symbol: string, means: string])[] = [
  ["+", "generate"],
  ["+/-", "switch: generate the new one, disable the old one once that is proven"],
  ["~", "change in place"],
  ["-", "disable"],
  ["..", "waiting"],
  ["x", "blocked"],
];

/** The heading of a review: `Plan: 1 to generate and 2 to switch`. */
export function titleOf({ subject, counts, troubles, districts, digest }: Review): string {
  const errors = troubles.filter(({ severity }) => severity === "error").length;
  const { generate, switch: switches, change, disable } = counts;
  const parts = [
    ...(errors === 0 ? [] : [plural(errors, "error")]),
    ...(generate === 0 ? [] : [`${generate} to generate`]),
    ...(switches === 0 ? [] : [`${switches} to switch`]),
    ...(change === 0 ? [] : [`${change} to change`]),
    ...(disable === 0 ? [] : [`${disable} to disable`]),
  ];
  if (parts.length > 0) return `${subject}: ${listOf(parts)}`;
  if (digest === "") return `${subject}: no errors`;
  return districts.some(({ rows }) => rows.length > 0) ? `${subject}: nothing new is done` : `${subject}: no changes`;
}

/** `1 error and 2 warnings`; empty where there are none. */
export function countTroubles(troubles: Review["troubles"]): string {
  const errors = troubles.filter(({ severity }) => severity === "error").length;
  const warnings = troubles.length - errors;
  return listOf([
    ...(errors === 0 ? [] : [plural(errors, "error")]),
    ...(warnings === 0 ? [] : [plural(warnings, "warning")]),
  ]);
}

/** What a reviewer should look at before anything else; nothing where all is plain. */
export function firstLooks({ counts, districts }: Review): readonly string[] {
  const rows = districts.flatMap((one) => one.rows);
  const losing = rows.filter((row) => row.losses.length > 0);
  const open = losing.flatMap((row) => row.losses).filter(({ accepted }) => !accepted).length;
  const wider = rows.filter((row) => row.widens.length > 0).length;
  return [
    ...(counts.blocked === 0 ? [] : [`${plural(counts.blocked, "address", "addresses")} blocked`]),
    ...(open === 0 ? [] : [`${plural(open, "loss", "losses")} not accepted`]),
    ...(losing.length === 0 ? [] : [`${plural(losing.length, "address", "addresses")} with a loss`]),
    ...(wider === 0 ? [] : [`${plural(wider, "vendor")} will see more`]),
    ...(counts.waiting === 0 ? [] : [`${plural(counts.waiting, "cut-over")} will wait`]),
  ];
}

const KINDS: Readonly<Record<Rank, string>> = {
  blocked: "blocked",
  loses: "with a loss",
  waiting: "waiting",
  changes: "with changes",
  stays: "that stay as they are",
};

/** `... 12 addresses left out here for want of room (10 with changes and 2 waiting), \`rosterform plan\` ...`. */
export function leftOutOf(rows: readonly ReviewRow[]): string {
  const tally = new Map<Rank, number>();
  for (const { rank } of rows) tally.set(rank, (tally.get(rank) ?? 0) + 1);
  const kinds = listOf([...tally].map(([rank, count]) => `${count} ${KINDS[rank]}`));
  return `... ${plural(rows.length, "address", "addresses")} left out here for want of room (${kinds}). The text of the plan has them all.`;
}
