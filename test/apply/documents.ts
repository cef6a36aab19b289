import { type Address, type DistrictId, partsOf } from "../../src/model/address.ts";
import type { Desired, DesiredConnection, DesiredDistrict } from "../../src/model/desired.ts";
import { acceptanceOf, type Loss } from "../../src/model/loss.ts";
import { DEFAULT_CLAUSES, DEFAULT_QUIET_MS } from "../../src/model/requirement.ts";
import type { DataSet, SchoolScope } from "../../src/model/traits.ts";
import { SITE, SPRINGFIELD } from "../stores/world.ts";

/** Documents as values: what config would hand over, without the files. */

const PLACE = { file: "springfield.yaml", document: 0, path: [] };

export const SCHOOLS: readonly SchoolScope[] = ["all", ["Lincoln"], ["Lincoln", "Washington"]];
export const SHARES: readonly (readonly DataSet[])[] = [[], ["demographics"]];

/** Accepts every loss there is, so that a test about something else is not stopped by one. */
const EVERYTHING = everyLoss().map(acceptanceOf);

/** One line of a document. Accepts every loss but a cut-off. */
export function line(address: Address, more: Partial<DesiredConnection> = {}): DesiredConnection {
  const { district, vendor, name } = partsOf(address);
  return {
    address,
    district,
    vendor,
    ...(name === undefined ? {} : { name }),
    kind: "other",
    version: "1.1",
    schools: "all",
    share: [],
    state: "active",
    rotate: 0,
    requires: DEFAULT_CLAUSES,
    quietMs: DEFAULT_QUIET_MS,
    accepts: EVERYTHING,
    protected: false,
    labels: {},
    place: PLACE,
    places: {},
    ...more,
  };
}

/** Documents with these lines in one district each, without limits. */
export function documents(lines: readonly DesiredConnection[], more: Partial<DesiredDistrict> = {}): Desired {
  const ids = [...new Set(lines.map((one) => one.district))].sort();
  const limits = { disable: 1, switch: 1, atLeast: 1000 };
  return {
    limits,
    districts: ids.map((district) => ({
      district,
      site: siteOf(district),
      mode: "manage",
      connections: lines.filter((one) => one.district === district),
      ignored: [],
      freeze: [],
      limits,
      place: PLACE,
      ...more,
    })),
  };
}

function siteOf(district: DistrictId) {
  return district === SPRINGFIELD ? SITE : { ...SITE, app: district };
}

function everyLoss(): readonly Loss[] {
  return [
    { kind: "user-ids", from: "1.1", to: "1.2" },
    { kind: "user-ids", from: "1.2", to: "1.1" },
    { kind: "grade-book", from: "supported", to: "other" },
    { kind: "assessments", from: "supported", to: "other" },
    ...SCHOOLS.flatMap((from) => SCHOOLS.map((to) => ({ kind: "schools", from, to }) as const)),
    ...SHARES.flatMap((from) => SHARES.map((to) => ({ kind: "share", from, to }) as const)),
  ];
}
