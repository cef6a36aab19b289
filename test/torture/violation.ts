/** What must hold, whatever is done to processes, lines and servers. */
export const INVARIANTS = {
  "address-works": "an address that had a working connection has one at every moment",
  "vendor-works": "what a vendor works with is never disabled under it",
  "one-each": "an address has no active connection but its current one and its candidate",
  "minted-once": "nothing is minted twice for one address and generation",
  credentials: "every active connection has its credentials",
  sheet: "what lies in the sink belongs to the current connection or the candidate of its address",
  acknowledged: "what was acknowledged is in the store",
  "never-back": "what was seen once is never undone",
  journal: "the journal verifies, replays and has one line for every revision",
  rest: "after the next apply a plan holds only keep and wait",
  "same-world": "the world comes out as it does without a fault",
  "no-mistake": "whatever happens outside is told as something outside",
  "goes-on": "once the fault is over everything can be read and written again",
  ends: "every apply comes to an end",
  file: "the file of the database is sound",
} as const;

export type InvariantName = keyof typeof INVARIANTS;

/** One promise that was seen broken. */
export interface Violation {
  readonly invariant: InvariantName;
  readonly what: string;
}

export function violation(invariant: InvariantName, what: string): Violation {
  return { invariant, what };
}
