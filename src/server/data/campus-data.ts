import type { DistrictId } from "../../model/address.ts";
import type { Clock } from "../../model/time.ts";
import { type SchoolScope, sortedUnique } from "../../model/traits.ts";
import type { DistrictData } from "./district-data.ts";
import { USUAL_SCHOOLS } from "./generate/school-plans.ts";
import { scriptYear } from "./generator.ts";
import { activeYear } from "./school-year.ts";
import { visiblePart } from "./visible-part.ts";
import { afterChanges, changesUntil, type YearScript } from "./year-script.ts";

/** The data of a campus, seen through a connection's school scope. */
export interface CampusData {
  /** What a connection with this scope may see of its district now. The same object as long as nothing changed in it. */
  visibleTo(district: DistrictId, schools: SchoolScope): DistrictData;
}

/** Which data a campus has. */
export interface CampusDataOptions {
  readonly clock: Clock;
  /** Another text gives other people; default: none. */
  readonly seed?: string;
  /** Schools of each district; default: the usual four. */
  readonly schools?: number;
  readonly studentsPerSchool: number;
  /** The data of a district that was loaded and is served as it is, whatever the clock says. Asked once for each. */
  readonly exportOf?: (district: DistrictId) => DistrictData | undefined;
  /** So many rows are kept at hand, in what was asked for last; what falls out is made again, the same. */
  readonly keptRows?: number;
}

const KEPT_ROWS = 2_500_000;

export function createCampusData(options: CampusDataOptions): CampusData {
  const {
    clock,
    seed = "",
    schools: schoolCount = USUAL_SCHOOLS,
    studentsPerSchool,
    exportOf,
    keptRows = KEPT_ROWS,
  } = options;
  const size = { seed, schools: schoolCount, studentsPerSchool };
  const scripts = createCache<YearScript>(keptRows, ({ start }) => rowsOf(start));
  const exports = new Map<DistrictId, DistrictData | undefined>();
  const parts = createCache<DistrictData>(keptRows, rowsOf);
  const whole = (district: DistrictId): { readonly data: DistrictData; readonly key: string } => {
    if (!exports.has(district)) exports.set(district, exportOf?.(district));
    const exported = exports.get(district);
    if (exported !== undefined) return { data: exported, key: district };
    const now = clock.now();
    const year = activeYear(now);
    const script = scripts.get(`${district} ${year}`, () => scriptYear(district, year, size));
    const count = changesUntil(script, now);
    const key = `${district} ${year} ${count}`;
    return { data: parts.get(key, () => afterChanges(script, count)), key };
  };
  return {
    visibleTo: (district, schools) => {
      const { data, key } = whole(district);
      if (schools === "all") return data;
      return parts.get(`${key} ${JSON.stringify(sortedUnique(schools))}`, () => visiblePart(data, schools));
    },
  };
}

interface Cache<T> {
  get(key: string, make: () => T): T;
}

/** Keeps what was asked for last. The newest one stays however large it is. */
function createCache<T>(most: number, weightOf: (value: T) => number): Cache<T> {
  const kept = new Map<string, { readonly value: T; readonly weight: number }>();
  let total = 0;
  const drop = (key: string): void => {
    total -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  };
  return {
    get: (key, make) => {
      const known = kept.get(key);
      const value = known === undefined ? make() : known.value;
      drop(key);
      const weight = known?.weight ?? weightOf(value);
      kept.set(key, { value, weight });
      total += weight;
      for (const oldest of kept.keys()) {
        if (total <= most || kept.size === 1) break;
        drop(oldest);
      }
      return value;
    },
  };
}

function rowsOf({ people, enrollments, classes }: DistrictData): number {
  return people.length + enrollments.length + classes.length;
}
