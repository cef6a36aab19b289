import {
  type DataSet,
  describeSchools,
  describeShare,
  type OneRosterVersion,
  type SchoolScope,
  sortedUnique,
  type TileKind,
} from "./traits.ts";

/**
 * Something the vendor or its users lose in a move. Each blocks until the document accepts that very move.
 * Which moves lose what: Infinite Campus knowledge base, "Supported and Unsupported Connections" (grade book,
 * assessments) and "What's new in 1.2" (user ids).
 */
export type Loss =
  | { readonly kind: "user-ids"; readonly from: OneRosterVersion; readonly to: OneRosterVersion }
  | { readonly kind: "grade-book"; readonly from: TileKind; readonly to: TileKind }
  | { readonly kind: "assessments"; readonly from: TileKind; readonly to: TileKind }
  | { readonly kind: "schools"; readonly from: SchoolScope; readonly to: SchoolScope }
  | { readonly kind: "share"; readonly from: readonly DataSet[]; readonly to: readonly DataSet[] }
  /** Disabling a connection that the vendor still uses. */
  | { readonly kind: "cut-off" };

/** One item of `accept:` in its canonical text, e.g. `user-ids 1.1->1.2` or `cut-off`. */
export type Acceptance = string & { readonly __acceptance: true };

/** The text that accepts exactly this loss; what the plan prints and the document says. */
export function acceptanceOf(loss: Loss): Acceptance {
  switch (loss.kind) {
    case "cut-off":
      return "cut-off" as Acceptance;
    case "schools":
      return acceptance(loss.kind, describeSchools(loss.from), describeSchools(loss.to));
    case "share":
      return acceptance(loss.kind, describeShare(loss.from), describeShare(loss.to));
    default:
      return acceptance(loss.kind, loss.from, loss.to);
  }
}

/** Reads an item of `accept:`; white space around the arrow and between names does not matter. `undefined`: it is none. */
export function parseAcceptance(text: string): Acceptance | undefined {
  const plain = text.trim().replace(/\s+/gu, " ");
  if (plain === "cut-off") return "cut-off" as Acceptance;
  const match = /^(user-ids|grade-book|assessments|schools|share) (.+?) ?-> ?(.+)$/u.exec(plain);
  const [, kind = "", from = "", to = ""] = match ?? [];
  return match === null ? undefined : acceptance(kind, from, to);
}

function acceptance(kind: string, from: string, to: string): Acceptance {
  return `${kind} ${listed(from)}->${listed(to)}` as Acceptance;
}

/** Names in one order and spacing, so that what the plan prints and what a person writes meet. */
function listed(names: string): string {
  return sortedUnique(names.split(",").map((name) => name.trim().replace(/\s+/gu, " "))).join(", ");
}
