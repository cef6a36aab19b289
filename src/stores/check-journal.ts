import type { DistrictId } from "../model/address.ts";
import { createReplay, type Replay } from "./replay.ts";
import { CHAIN_START, linkAfter } from "./rules/chain.ts";
import type { JournalEntry, StoreReader } from "./store.ts";

/** Something about a journal that cannot be as it is written. */
export interface JournalFault {
  /** `chain`: a line was changed, taken out or put in. `end`: lines at the end are missing. `impossible`: no store makes this step here. */
  readonly kind: "chain" | "end" | "impossible";
  readonly district: DistrictId;
  /** The line where it shows; absent where it is the end that is missing. */
  readonly entry?: JournalEntry;
  readonly why: string;
}

/** What a look through a whole journal came to. */
export interface JournalCheck {
  readonly lines: number;
  readonly districts: number;
  /** Lines from before journals were chained; they are covered by the first chained line after them. */
  readonly unchained: number;
  readonly faults: readonly JournalFault[];
}

interface Walk {
  readonly replay: Replay;
  readonly links: Set<string>;
  head: string;
  isChained: boolean;
  isImpossible: boolean;
}

/**
 * Walks the journal once: is the chain of every district whole, and could every step be made? Names every place
 * where a chain breaks, and of each district the first step that was not possible.
 */
export async function checkJournal(reader: Pick<StoreReader, "journal" | "journalHeads">): Promise<JournalCheck> {
  const heads = await reader.journalHeads();
  const walks = new Map<DistrictId, Walk>();
  const faults: JournalFault[] = [];
  let [lines, unchained] = [0, 0];
  for await (const entry of reader.journal()) {
    const walk = walks.get(entry.district) ?? begin();
    walks.set(entry.district, walk);
    lines += 1;
    if (entry.link === undefined) unchained += 1;
    faults.push(...faultsAt(walk, entry));
  }
  for (const [district, head] of heads) {
    if (walks.get(district)?.links.has(head) === true) continue;
    faults.push({
      kind: "end",
      district,
      why: "the last line that the store remembers is not in the journal: lines at the end were taken away or changed",
    });
  }
  return { lines, districts: walks.size, unchained, faults };
}

function begin(): Walk {
  return { replay: createReplay(), links: new Set(), head: CHAIN_START, isChained: false, isImpossible: false };
}

function faultsAt(walk: Walk, entry: JournalEntry): readonly JournalFault[] {
  const { district } = entry;
  const faults: JournalFault[] = [];
  const expected = linkAfter(walk.head, entry);
  if (entry.link === undefined ? walk.isChained : entry.link !== expected) {
    const why = "this line, or the one before it, was changed, taken out or put in by another hand";
    faults.push({ kind: "chain", district, entry, why });
  }
  walk.head = entry.link ?? expected;
  walk.isChained ||= entry.link !== undefined;
  walk.links.add(walk.head);
  const why = walk.isImpossible ? undefined : walk.replay.step(entry);
  if (why === undefined) return faults;
  // What follows an impossible step proves nothing more.
  walk.isImpossible = true;
  return [...faults, { kind: "impossible", district, entry, why }];
}
