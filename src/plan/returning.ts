import { type Diagnostic, warning } from "../diagnostics/diagnostic.ts";
import type { LiveConnection } from "../model/live.ts";
import type { Row } from "./row.ts";

/** The vendor asked with the old values after the cut-over was closed: it had not moved for good. It never acts. */
export function warnOfReturning(
  { desired, current }: Row,
  previous: LiveConnection | undefined,
): readonly Diagnostic[] {
  // An address that was taken over has none in use; it is warned of where the successor stands.
  if (current === undefined) return [];
  if (previous?.status.kind !== "disabled" || previous.status.how !== "closed") return [];
  const { use } = previous;
  if (use.kind !== "observed" || use.last === undefined || use.last <= previous.status.at) return [];
  const { address, contact } = desired;
  return [
    warning({
      code: "plan/vendor-had-not-moved",
      summary: "A vendor still asks with values whose connection was disabled after its move",
      detail: `${address}: connection ${previous.clientId} was disabled on ${previous.status.at.slice(0, 10)}, and was asked with on ${use.last.slice(0, 10)} again. The vendor (${contact ?? "no contact given"}) had not moved for good, or not everywhere. It works with the new values, which it has; if it cannot, \`rosterform rollback '${address}'\` brings the old ones back next to them.`,
      place: desired.place,
      address,
    }),
  ];
}
