import type { Instant } from "../../../model/time.ts";
import type { OneRosterVersion } from "../../../model/traits.ts";
import {
  DEMOGRAPHIC_FLAGS,
  type Demographics,
  type Org,
  type Person,
  type Resource,
  type RoleAt,
} from "../district-data.ts";
import { isFamily, LEGACY_ROLES, type LegacyRole, PERSON_ROLES, type PersonRole } from "../roles.ts";
import { guidFrom, idsFor } from "./ids.ts";
import type { Orgs } from "./orgs.ts";
import { type Reading, readingOf, readRows, type Rows } from "./rows.ts";
import type { Cells, Table } from "./table.ts";
import type { Wrong } from "./wrong.ts";

export const USER_COLUMNS = {
  "1.1": ["sourcedId", "enabledUser", "orgSourcedIds", "role", "username", "givenName", "familyName"],
  "1.2": ["sourcedId", "enabledUser", "username", "givenName", "familyName"],
} as const;
export const ROLE_COLUMNS = ["sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"];
export const DEMOGRAPHICS_COLUMNS = ["sourcedId"];

/** What a person is read from besides the row itself. */
export interface PeopleKnown {
  readonly version: OneRosterVersion;
  readonly orgs: Orgs;
  /** The district that is served, where a role stands that names an org which is not. */
  readonly district: Org;
  readonly roles: ReadonlyMap<string, readonly RoleAt[]>;
  readonly demographics: ReadonlyMap<string, Demographics>;
  readonly resources: Rows<Resource>;
  readonly links: ReadonlyMap<string, readonly Resource[]>;
  readonly unsaid: Instant;
}

export function readPeople(table: Table | undefined, known: PeopleKnown, wrong: Wrong): Rows<Person> {
  const ids = new Set((table?.rows ?? []).map((row) => row("sourcedId")));
  const taken = new Set((table?.rows ?? []).flatMap(legacyIdsIn));
  const legacyIds = new Map<string, number>();
  return readRows<Person>(table, wrong, (id, row) => {
    const roles = known.version === "1.1" ? rolesOf(row, known) : (known.roles.get(id) ?? []);
    const agents = row.list("agentSourcedIds");
    for (const agent of agents) {
      if (!ids.has(agent)) row.wrong("agentSourcedIds names a user who is not in the export.");
    }
    const [first] = roles;
    if (first === undefined) {
      if (known.version === "1.2" || row.text("role") === "") row.wrong("The user has no role.");
      return undefined;
    }
    const named = idsFor(known.version, { id, role: first.role, legacy: row.text(LEGACY_COLUMN) }, taken);
    const before = legacyIds.get(named.legacyId);
    if (before !== undefined) row.wrong(`The legacy id is that of line ${before} already.`);
    legacyIds.set(named.legacyId, row.line);
    const demographics = known.demographics.get(id);
    return {
      ...named,
      role: first.role,
      org: first.org,
      roles,
      isEnabled: row.truth("enabledUser") ?? true,
      givenName: row.needed("givenName"),
      familyName: row.needed("familyName"),
      ...row.maybe("middleName"),
      username: row.text("username"),
      ...row.maybe("email"),
      ...row.maybe("phone"),
      ...row.maybe("sms"),
      grades: row.list("grades"),
      agents: known.version === "1.1" ? agents.map(guidFrom) : agents,
      resources: [...row.referAll("resourceSourcedIds", known.resources, "resource"), ...(known.links.get(id) ?? [])],
      ...row.row(known.unsaid),
      ...(demographics === undefined ? {} : { demographics }),
    };
  });
}

const LEGACY_COLUMN = "metadata.ic.legacysourceId";

function legacyIdsIn(row: Cells): readonly string[] {
  const legacy = row(LEGACY_COLUMN);
  return legacy === "" ? [] : [legacy, ...LEGACY_ROLES.map((role) => role.charAt(0) + legacy)];
}

/** The roles of a user of 1.1: one role, at every org. */
function rolesOf(row: Reading, { orgs, district }: PeopleKnown): readonly RoleAt[] {
  const legacy = row.word("role", LEGACY_ROLES);
  const named = row.referAll("orgSourcedIds", orgs.all, "org");
  if (legacy === undefined) return [];
  if (row.text("orgSourcedIds") === "" && !isFamily(roleOf(legacy, district))) row.needed("orgSourcedIds");
  return atOrgs(named, district).map((org) => ({ role: roleOf(legacy, org), org }));
}

/** Where a role stands: at the district if no org is served that it names. */
function atOrgs(named: readonly (Org | "not served")[], district: Org): readonly Org[] {
  const served = named.filter((org) => org !== "not served");
  return served.length === 0 ? [district] : [...new Set(served)];
}

function roleOf(role: LegacyRole, org: Org): PersonRole {
  if (role !== "administrator") return role;
  return org.kind === "school" ? "siteAdministrator" : "districtAdministrator";
}

/** The roles of the users of 1.2, the primary one first. */
export function readRoles(
  table: Table | undefined,
  { users, orgs, district }: { readonly users: ReadonlySet<string>; readonly orgs: Orgs; readonly district: Org },
  wrong: Wrong,
): ReadonlyMap<string, readonly RoleAt[]> {
  const found = new Map<string, RoleAt[]>();
  const ended = new Map<string, RoleAt[]>();
  readRows(table, wrong, (_, row) => {
    const user = row.needed("userSourcedId");
    if (user !== "" && !users.has(user)) row.wrong("userSourcedId names a user who is not in the export.");
    const role = row.word("role", PERSON_ROLES);
    if (row.text("role") === "") row.needed("role");
    const org = row.refer("orgSourcedId", orgs.all, "org");
    const isPrimary = row.word("roleType", ["primary", "secondary"]) === "primary";
    if (role === undefined || org === undefined) return undefined;
    const of = row.text("status") === "tobedeleted" ? ended : found;
    const roles = of.get(user) ?? [];
    of.set(user, roles);
    const [at] = atOrgs([org], district);
    if (at !== undefined) roles.splice(isPrimary ? 0 : roles.length, 0, { role, org: at });
    return undefined;
  });
  // Who left has no other roles than those that ended.
  return new Map([...ended, ...found]);
}

export function readDemographics(
  table: Table | undefined,
  users: ReadonlySet<string>,
  wrong: Wrong,
): ReadonlyMap<string, Demographics> {
  const found = new Map<string, Demographics>();
  for (const cells of table?.rows ?? []) {
    const row = readingOf(table?.name ?? "", cells, wrong);
    const id = row.needed("sourcedId");
    if (id !== "" && !users.has(id)) row.wrong("sourcedId names a user who is not in the export.");
    if (found.has(id)) row.wrong("The demographics of this user stand in the file already.");
    const [birthDate, sex] = [row.day("birthDate"), row.word("sex", ["female", "male", "other", "unspecified"])];
    const flags = DEMOGRAPHIC_FLAGS.flatMap((flag) => {
      const said = row.truth(flag);
      return said === undefined ? [] : [[flag, said] as const];
    });
    found.set(id, {
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(sex === undefined ? {} : { sex }),
      flags: Object.fromEntries(flags),
      ...row.maybe("countryOfBirthCode"),
      ...row.maybe("stateOfBirthAbbreviation"),
      ...row.maybe("cityOfBirth"),
      ...row.maybe("publicSchoolResidenceStatus"),
    });
  }
  return found;
}
