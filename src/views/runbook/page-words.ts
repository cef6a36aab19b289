import { describeMoment, plural } from "../words.ts";
import { CANNOT_STOP } from "./campus-words.ts";
import { countStates } from "./model.ts";
import type { Runbook, RunbookStep } from "./runbook.ts";

/** Sentences that both kinds of page say in the same words. */

export const TITLE = "Runbook";

export const OTHERWISE = "If you see something else";
export const UNDO = "If you change your mind";

/** How to read the page. */
export function introduction(runbook: Runbook): readonly string[] {
  const { madeAt, isByHand, partial } = runbook;
  const counts = countStates(runbook);
  const total = counts.done + counts.now + counts["not-yet"] + counts.refused;
  const first = isByHand ? "rosterform do" : "rosterform apply";
  return [
    `Made on ${describeMoment(madeAt)}. ${plural(total, "step")}: ${counts.done} done, ${counts.now} allowed now, ${counts["not-yet"]} not allowed yet, ${counts.refused} refused.`,
    `Work from top to bottom. A step that is allowed now has boxes to tick; a step that is not allowed yet has none and says what it waits for. Nothing is recorded by a tick on this page: \`${first}\` records who did what, and when.`,
    ...(isByHand ? [CANNOT_STOP] : []),
    ...(partial ? ["This is a part of the plan: some addresses were left out on purpose."] : []),
    "No secret stands here. Client IDs are shortened: two dots stand for what is left out. When something was done, or a day has passed, make a new runbook: its digest tells whether the plan changed.",
  ];
}

/** The state of a step in words; colour never says it alone. */
export function stateWords({ state }: RunbookStep): string {
  switch (state.kind) {
    case "done":
      return "Done";
    case "now":
      return state.after === undefined ? "Allowed now" : `Allowed now, after step ${state.after}`;
    case "not-yet":
      return "Not allowed yet";
    case "refused":
      return "Refused";
  }
}
