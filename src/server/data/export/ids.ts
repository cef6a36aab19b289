import type { OneRosterVersion } from "../../../model/traits.ts";
import { guidOf } from "../random.ts";
import { legacyRoleOf, type PersonRole } from "../roles.ts";

/** The three ways in which a person is named. */
export interface Ids {
  readonly legacyId: string;
  readonly guid: string;
  readonly number: string;
}

/**
 * A person keeps the export's id in its version; the other one follows from it, the same every time. `legacy` is the
 * legacy id that an export of 1.2 may carry. `taken` holds the ids of 1.1 that exist, for what is made up here must be new.
 */
export function idsFor(
  version: OneRosterVersion,
  { id, role, legacy }: { readonly id: string; readonly role: PersonRole; readonly legacy: string },
  taken: ReadonlySet<string>,
): Ids {
  const letter = legacyRoleOf(role).charAt(0);
  if (version === "1.1") {
    const bare = new RegExp(`^${letter}(\\d+)$`).exec(id)?.[1];
    return { legacyId: id, guid: guidFrom(id), number: bare ?? id };
  }
  if (/^[a-z]\d+$/.test(legacy)) return { legacyId: legacy, guid: id, number: legacy.slice(1) };
  if (legacy !== "") return { legacyId: letter + legacy, guid: id, number: legacy };
  for (let round = 0; ; round += 1) {
    const number = madeUp(id, round);
    if (!taken.has(letter + number)) return { legacyId: letter + number, guid: id, number };
  }
}

/** The id of 1.2 for a person of an export of 1.1. */
export function guidFrom(legacyId: string): string {
  return guidOf("export", legacyId);
}

/** Thirteen digits, with a nine before them. */
function madeUp(id: string, round: number): string {
  const hex = guidOf("export", id, String(round)).replaceAll("-", "").slice(20, 31);
  return `9${String(Number.parseInt(hex, 16)).padStart(14, "0").slice(-13)}`;
}
