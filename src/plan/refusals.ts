import { type Diagnostic, problem, warning } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { type Address, partsOf } from "../model/address.ts";
import { isActive, type LiveConnection } from "../model/live.ts";
import { acceptanceOf, type Loss } from "../model/loss.ts";
import type { Place } from "../model/place.ts";
import type { Requirement } from "../model/requirement.ts";
import { describeDuration } from "../model/time.ts";
import type { Action } from "./action.ts";
import { unaccepted } from "./losses.ts";
import type { Row } from "./row.ts";

/** Everything about a decision that a line of the document has to allow first. */
export function whatNobodyAllowed(row: Row, actions: readonly Action[]): readonly Diagnostic[] {
  return actions.flatMap((action) => {
    switch (action.kind) {
      case "switch":
        return [...superseding(row, action.from, action.requires), ...lost(row, action.loses)];
      case "wait":
        return action.from === undefined ? [] : superseding(row, action.from, action.cutover.requires);
      case "update":
        return lost(row, action.loses);
      default:
        return [];
    }
  });
}

/** Closing a cut-over from a working connection disables it; from one that is disabled already it harms nobody. */
function superseding(row: Row, from: LiveConnection, requires: Requirement): readonly Diagnostic[] {
  if (!isActive(from)) return [];
  const own = row.desired.protected && from.id === row.current?.id ? row.desired.address : undefined;
  const line = own ?? row.protectedAt.get(from.id);
  return [
    ...(line === undefined ? [] : [isProtected(row, line)]),
    ...(requires.clauses.includes("used") && !row.observesUse ? [useNotObservable(row)] : []),
  ];
}

function lost(row: Row, losses: readonly Loss[]): readonly Diagnostic[] {
  return unaccepted(losses, row.desired).map((loss) => lossNotAccepted(row, loss));
}

const LOST: Readonly<Record<Loss["kind"], string>> = {
  "user-ids":
    "every user gets a new sourcedId, so accounts duplicate unless the vendor maps metadata.ic.legacysourceId and fully re-syncs",
  "grade-book": "only a supported connection has Grade Book",
  assessments: "only a supported connection has Assessments",
  schools: "the vendor no longer sees some schools",
  share: "the vendor no longer gets some data",
  "cut-off": "the vendor still uses the connection",
};

/** What is lost, in one clause for people. */
export function describeLoss(loss: Loss): string {
  return LOST[loss.kind];
}

function lossNotAccepted(row: Row, loss: Loss): Diagnostic {
  return problem({
    code: "plan/loss-not-accepted",
    summary: "A move loses something that the document does not accept",
    detail: `${row.desired.address}: ${describeLoss(loss)}. If that is meant, add \`accept: ["${acceptanceOf(loss)}"]\` to this connection in the district's file.`,
    ...where(row, "accept", loss.kind === "user-ids" ? "version" : "kind"),
  });
}

/** A connection is protected by its own line: it is neither switched, nor replaced, nor disabled. */
export function isProtected(row: Row, line: Address): Diagnostic {
  return problem({
    code: "plan/protected",
    summary: "A protected connection would be switched or disabled",
    detail: `${row.desired.address} would disable the connection of ${line}, whose line says \`protected: true\`. Remove that line first if this is meant.`,
    ...where(row, "protected", "replaces"),
  });
}

/** The document wants a connection and its successor at once. */
export function replacedButActive(row: Row, successor: Address): Diagnostic {
  return warning({
    code: "plan/replaced-but-active",
    summary: "A line that another one replaces still says active",
    detail: `${row.desired.address}: ${successor} takes over from it, so nothing is generated or switched here. Say \`state: disabled\` or remove the line if that is meant; otherwise take \`replaces\` away there and run \`rosterform abort '${successor}'\` if its cut-over is open.`,
    ...where(row, "state"),
  });
}

/** `state: disabled\`, but the tile has active connections that nobody manages. */
export function foundNotDisabled(row: Row): Diagnostic {
  const ids = row.found.map((connection) => connection.clientId);
  return warning({
    code: "plan/found-not-disabled",
    summary: "A disabled vendor still has active connections that nobody manages",
    detail: `${row.desired.address}: Client ID ${ids.join(", ")} stays active, because rosterform touches only what it manages. Add \`adopt: ${ids[0]}\` to have it disabled once nobody uses it.`,
    ...where(row, "state"),
  });
}

function useNotObservable(row: Row): Diagnostic {
  return problem({
    code: "plan/use-not-observable",
    summary: "The requirement asks for something the store cannot see",
    detail: `${row.desired.address} requires \`used\`, but this store does not see whether a vendor pulls, so the cut-over would wait for ever. Require \`used-or-attested\` or \`attested\` instead, and abort the cut-over if it is open.`,
    ...where(row, "require"),
  });
}

/** Somebody disabled the connection in use by hand. */
export function disabledOutside(row: Row, current: LiveConnection): Diagnostic {
  const { rotate, address } = row.desired;
  return problem({
    code: "plan/disabled-outside",
    summary: "The connection in use was disabled by someone outside",
    detail: `${address}: connection ${current.id} (Client ID ${current.clientId}) was disabled${byWhom(current)}. It is not enabled or minted again silently. Set \`rotate: ${rotate + 1}\` to generate a replacement, or \`state: disabled\` to accept it.`,
    ...where(row, "state", "rotate"),
  });
}

/** Somebody disabled the candidate by hand. */
export function candidateDisabled(row: Row, candidate: LiveConnection): Diagnostic {
  const { rotate, address } = row.desired;
  return problem({
    code: "plan/candidate-disabled",
    summary: "The candidate was disabled by someone outside",
    detail: `${address}: candidate ${candidate.id} (Client ID ${candidate.clientId}) was disabled${byWhom(candidate)}, so the cut-over cannot end. Set \`rotate: ${rotate + 1}\` to try with another one, or run \`rosterform abort '${address}'\`.`,
    ...where(row, "rotate", "version"),
  });
}

/** Who and when, as far as the store knows. */
function byWhom({ status }: LiveConnection): string {
  invariant(status.kind === "disabled", "only a disabled connection was disabled by somebody");
  return `${status.by === "unknown" ? "" : ` by ${status.by}`} at ${status.at}`;
}

/** The vendor has connections already that no document adopted. */
export function foundNotManaged(row: Row): Diagnostic {
  const ids = row.found.map((connection) => connection.clientId);
  const many = ids.length > 1;
  return problem({
    code: "plan/found-not-managed",
    summary: "The vendor already has connections that nobody manages",
    detail: `${row.desired.address}: found ${ids.length} active connection${many ? "s" : ""} in this tile (Client ID ${ids.join(", ")}). Generating another one could leave ${many ? "them" : "it"} forgotten. Add \`adopt: ${ids[0]}\` to manage ${many ? "one of them" : "it"}.`,
    ...where(row),
  });
}

/** `adopt:` cannot be followed; `undefined` when it can. */
export function adoption(row: Row): Diagnostic | undefined {
  const { desired, adoptee, adopteeHolder, current, candidate } = row;
  const fault = (code: string, summary: string, why: string): Diagnostic =>
    problem({ code, summary, detail: `${desired.address}: Client ID ${desired.adopt} ${why}`, ...where(row, "adopt") });
  if (adoptee === undefined) {
    return fault(
      "plan/adopt-not-found",
      "The connection to adopt does not exist",
      "is not among the live connections of this district. `rosterform adopt` lists them.",
    );
  }
  if (adopteeHolder !== undefined) {
    return fault(
      "plan/adopt-already-managed",
      "The connection to adopt is managed already",
      `belongs to ${adopteeHolder}. Use \`was: ${partsOf(adopteeHolder).vendor}\` if the vendor was renamed.`,
    );
  }
  if (!isActive(adoptee)) {
    return fault(
      "plan/adopt-disabled",
      "The connection to adopt is disabled",
      "is disabled, so there is nothing to keep working. Remove the line to generate a new connection.",
    );
  }
  if (current !== undefined || candidate !== undefined) {
    return fault(
      "plan/adopt-occupied",
      "The address that adopts has a connection already",
      `cannot be adopted, because connection ${(current ?? candidate)?.id} is here already. Give the found one a name of its own under this vendor, or remove the line.`,
    );
  }
  return undefined;
}

/** `state: disabled`, but the vendor is still there. */
export function stillInUse(row: Row, current: LiveConnection): Diagnostic {
  const { use } = current;
  const seen =
    use.kind === "unobservable"
      ? "this store cannot see whether it is used"
      : `it was ${use.last === undefined ? `watched only since ${use.since}` : `last used at ${use.last}`}`;
  return problem({
    code: "plan/still-in-use",
    summary: "A connection that may be in use would be disabled",
    detail: `${row.desired.address}: ${seen}; it counts as unused after ${describeDuration(row.desired.quietMs)} without use. Wait, let another address say \`replaces:\`, or accept it with \`accept: [cut-off]\`.`,
    ...where(row, "state"),
  });
}

/** `state: disabled`, but the vendor already moved to the other side of the open cut-over. */
export function candidateInUse(row: Row, used: LiveConnection): Diagnostic {
  return problem({
    code: "plan/candidate-in-use",
    summary: "The vendor already uses the other connection of an open cut-over",
    detail: `${row.desired.address}: connection ${used.id} (Client ID ${used.clientId}) is in use, so the cut-over cannot be given up. Leave the line active until the cut-over has ended, then disable it.`,
    ...where(row, "state"),
  });
}

/** The document stopped saying `replaces:` after the vendor had moved. */
export function replacesWithdrawn(row: Row): Diagnostic {
  return problem({
    code: "plan/replaces-withdrawn",
    summary: "A replacement that is under way is no longer written down",
    detail: `${row.desired.address}: its open cut-over takes over from ${row.fromHolder}, the vendor already uses it, and the document no longer says so. Put \`replaces: ${row.fromHolder}\` back until the cut-over has ended.`,
    ...where(row),
  });
}

function where(
  row: Row,
  ...keys: readonly string[]
): { readonly place: Place; readonly address: Row["desired"]["address"] } {
  const { place, places, address } = row.desired;
  const key = keys.find((name) => places[name] !== undefined);
  return { place: (key === undefined ? undefined : places[key]) ?? place, address };
}
