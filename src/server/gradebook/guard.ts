import type { OneRosterVersion } from "../../model/traits.ts";
import type { Access } from "../oneroster/access.ts";
import { type Fault, FORBIDDEN, UNKNOWN } from "../oneroster/errors.ts";
import type { ScopeName } from "../scopes.ts";
import type { GradeKind } from "./kinds.ts";
import { opensGradeBook, type Partners } from "./partners.ts";

/** What a request wants to do with a collection. */
export type Deed = "read" | "read-nested" | "put" | "post" | "delete";

const NO_VENDOR_KEY: Fault = {
  status: 403,
  minor: "forbidden",
  description: "Grade book calls need x-vendor-authorization with the vendor key of this connection's application.",
};

/** Why this connection may not do this; `undefined` when it may. Grade book belongs to supported connections only. */
export function obstacleToDeed(
  deed: Deed,
  { scopes }: Pick<GradeKind, "scopes">,
  version: OneRosterVersion,
  { connection, grant }: Access,
  { partners, header }: { readonly partners: Partners; readonly header: unknown },
): Fault | undefined {
  if (connection.version !== version) return UNKNOWN;
  if (connection.kind === "other") return FORBIDDEN;
  if (!scopesFor(deed, scopes).some((name) => grant.scopes.has(name))) return FORBIDDEN;
  return opensGradeBook(partners, connection.application, header) ? undefined : NO_VENDOR_KEY;
}

/** The scopes each of which is enough (1EdTech OneRoster 1.2 grade book service, security section). */
function scopesFor(deed: Deed, family: GradeKind["scopes"]): readonly ScopeName[] {
  if (family === "assessment") {
    if (deed === "delete") return ["assessment.delete"];
    return deed === "put" || deed === "post" ? ["assessment.createput"] : ["assessment.readonly"];
  }
  if (deed === "read") return ["gradebook-core.readonly", "gradebook.readonly"];
  if (deed === "read-nested") return ["gradebook.readonly"];
  if (deed === "put") return ["gradebook.createput"];
  return deed === "post" ? ["gradebook.createpost"] : ["gradebook.delete"];
}
