import { isActive, type LiveConnection } from "../../model/live.ts";
import type { OneRosterVersion } from "../../model/traits.ts";
import type { CampusSide } from "../../stores/campus-side.ts";
import { GRADE_KINDS } from "../gradebook/kinds.ts";
import { type ScopeName, sharesDemographics } from "../scopes.ts";
import type { Grant, Tokens } from "../tokens.ts";
import { type Fault, FORBIDDEN, UNAUTHORISED, UNKNOWN } from "./errors.ts";

/** A request that carries a good token. */
export interface Access {
  readonly connection: LiveConnection;
  readonly grant: Grant;
}

/** Whose request it is, or why it is nobody's. `late` names the connection of a token that was revoked. */
export type Admission =
  | { readonly kind: "admitted"; readonly access: Access }
  | { readonly kind: "turned-away"; readonly fault: Fault; readonly late?: Grant };

/** Everything that decides which connection a request may speak for: the token, the connection's status, its site. */
export async function admit(
  { store, tokens }: { readonly store: CampusSide; readonly tokens: Tokens },
  authorization: string | undefined,
  app: string | undefined,
): Promise<Admission> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? "")?.[1];
  const late = token === undefined ? undefined : tokens.revoked(token);
  const grant = token === undefined ? undefined : tokens.find(token);
  if (token === undefined || grant === undefined) return turnedAway(late);
  const connection = await store.connection(grant.connection);
  // The status is asked at every request, so that a disabled connection reads nothing more with what it was given.
  if (connection === undefined || (!isActive(connection) && tokens.onDisable === "revoke")) {
    tokens.revoke(token);
    return turnedAway(grant);
  }
  const site = await store.siteOf(connection.district);
  if (app !== undefined && app !== site?.app) return turnedAway(grant);
  return { kind: "admitted", access: { connection, grant } };
}

/** Why this connection may not read this collection; `undefined` when it may. */
export function obstacleTo(
  collection: string,
  version: OneRosterVersion,
  { connection, grant }: Access,
): Fault | undefined {
  if (connection.version !== version) return UNKNOWN;
  if (collection === "demographics") {
    return sharesDemographics(connection) && grant.scopes.has("roster-demographics.readonly") ? undefined : FORBIDDEN;
  }
  const enough: readonly ScopeName[] = ["roster-core.readonly", "roster.readonly"];
  return enough.some((name) => grant.scopes.has(name)) ? undefined : FORBIDDEN;
}

/** The same of a collection below an object, which the scope for top-level collections does not reach. */
export function obstacleToNested(version: OneRosterVersion, { connection, grant }: Access): Fault | undefined {
  if (connection.version !== version) return UNKNOWN;
  return grant.scopes.has("roster.readonly") ? undefined : FORBIDDEN;
}

/** Why this connection may not read resources: only supported ones may, and below an object the core scope does not reach. */
export function obstacleToResources(
  isNested: boolean,
  version: OneRosterVersion,
  { connection, grant }: Access,
): Fault | undefined {
  if (connection.version !== version) return UNKNOWN;
  const enough: readonly ScopeName[] = isNested
    ? ["resource.readonly"]
    : ["resource-core.readonly", "resource.readonly"];
  return enough.some((name) => grant.scopes.has(name)) ? undefined : FORBIDDEN;
}

/** What a path answers that leads nowhere: the kind `other` learns that no grade book is served to it, wherever it looks. */
export function refusalOf(names: readonly string[], { connection }: Access): Fault {
  const isGradeBook = names.some((name) => Object.hasOwn(GRADE_KINDS, name));
  return isGradeBook && connection.kind === "other" ? FORBIDDEN : UNKNOWN;
}

function turnedAway(late: Grant | undefined): Admission {
  return { kind: "turned-away", fault: UNAUTHORISED, ...(late === undefined ? {} : { late }) };
}
