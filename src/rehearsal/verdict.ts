import { type Diagnostic, problem } from "../diagnostics/diagnostic.ts";
import type { Rehearsal } from "./rehearse.ts";

/** The longest time in milliseconds, over all addresses and rehearsals, in which a vendor had no working connection. */
export function longestGapMs(rehearsals: readonly Rehearsal[]): number {
  return Math.max(0, ...rehearsals.flatMap((one) => one.addresses.map(({ gaps }) => gaps.longestMs)));
}

/** An error for every address at which a vendor was without a working connection in some rehearsal. */
export function judgeRehearsals(rehearsals: readonly Rehearsal[]): readonly Diagnostic[] {
  const addresses = rehearsals.flatMap((one) => one.addresses.filter(({ gaps }) => gaps.times > 0));
  return addresses.map(({ address, behaviour, desired }) =>
    problem({
      code: "rehearsal/gap",
      summary: "In a rehearsal a vendor had no working connection for a while",
      detail: `${address}, with a vendor that is ${behaviour}: the report says for how long. Do not apply this plan. This should never happen, so please report it with the documents that led to it.`,
      place: desired.place,
      address,
    }),
  );
}
