import type { Org } from "../district-data.ts";
import { readRows, present, type Rows } from "./rows.ts";
import type { Instant } from "../../../model/time.ts";
import type { Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

/** The orgs of an export. A campus serves its district and schools; others are known, so that rows may name them. */
export interface Orgs {
  readonly all: Rows<Org | "not served">;
  /** The district of the export, if it names one. */
  readonly district?: Org;
  readonly schools: readonly Org[];
}

export const ORG_COLUMNS = ["sourcedId", "name", "type"];
const TYPES = ["department", "school", "district", "local", "state", "national"] as const;

export function readOrgs(table: Table | undefined, unsaid: Instant, wrong: Wrong): Orgs {
  let district: Org | undefined;
  const all = readRows<Org | "not served">(table, wrong, (id, row) => {
    const kind = row.word("type", TYPES);
    const name = row.needed("name");
    if (row.text("type") === "") row.needed("type");
    if (kind !== "school" && kind !== "district") return kind === undefined ? undefined : "not served";
    const org: Org = { id, kind, name, identifier: row.text("identifier"), ...row.row(unsaid) };
    if (kind === "school") return org;
    if (district !== undefined) row.wrong("It is a second district; an export is loaded for one.");
    district ??= org;
    return org;
  });
  const schools = present(all).filter((org): org is Org => org !== "not served" && org.kind === "school");
  if (table !== undefined && schools.length === 0) wrong.file(table.name, "it names no school.");
  return { all, schools, ...(district === undefined ? {} : { district }) };
}
