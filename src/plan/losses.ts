import type { DesiredConnection } from "../model/desired.ts";
import { acceptanceOf, type Loss } from "../model/loss.ts";
import type { SchoolScope, Traits } from "../model/traits.ts";

/**
 * What the vendor or its users lose when a connection like `before` is followed by one like `after`.
 *
 * Supported to other loses grade book and assessments; another OneRoster version gives every user another sourcedId
 * (Infinite Campus knowledge base, "Supported and Unsupported Connections", "What's new in 1.2").
 */
export function lossesBetween(before: Traits, after: Traits): readonly Loss[] {
  const losses: Loss[] = [];
  if (before.version !== after.version) losses.push({ kind: "user-ids", from: before.version, to: after.version });
  if (before.kind === "supported" && after.kind === "other") {
    losses.push({ kind: "grade-book", from: before.kind, to: after.kind });
    losses.push({ kind: "assessments", from: before.kind, to: after.kind });
  }
  if (isNarrower(before.schools, after.schools)) {
    losses.push({ kind: "schools", from: before.schools, to: after.schools });
  }
  if (before.share.some((item) => !after.share.includes(item))) {
    losses.push({ kind: "share", from: before.share, to: after.share });
  }
  return losses;
}

/** The losses that no line of the document accepts; each blocks. */
export function unaccepted(losses: readonly Loss[], desired: DesiredConnection): readonly Loss[] {
  return losses.filter((loss) => !desired.accepts.includes(acceptanceOf(loss)));
}

/** Whether some school is seen before and not after. */
function isNarrower(before: SchoolScope, after: SchoolScope): boolean {
  if (after === "all") return false;
  return before === "all" || before.some((school) => !after.includes(school));
}
