import type { DistrictId } from "../../model/address.ts";
import type { Clock } from "../../model/time.ts";
import { type SchoolScope, sortedUnique } from "../../model/traits.ts";
import type { DistrictData } from "./district-data.ts";
import { generateDistrict } from "./generator.ts";
import { activeYear } from "./school-year.ts";

/** The sample data of a campus, seen through a connection's school scope. */
export interface CampusData {
  /** What a connection with this scope may see of its district in the active school year. */
  visibleTo(district: DistrictId, schools: SchoolScope): DistrictData;
}

/** Districts and scopes whose data is kept at hand; what falls out is made again, the same. */
const KEPT = 64;

export function createCampusData(options: { readonly clock: Clock; readonly studentsPerSchool: number }): CampusData {
  const whole = new Map<string, DistrictData>();
  const parts = new Map<string, DistrictData>();
  return {
    visibleTo: (district, schools) => {
      const year = activeYear(options.clock.now());
      const all = kept(whole, `${district} ${year}`, () => generateDistrict(district, year, options.studentsPerSchool));
      if (schools === "all") return all;
      return kept(parts, `${district} ${year} ${JSON.stringify(sortedUnique(schools))}`, () => narrowed(all, schools));
    },
  };
}

/** Only what belongs to the named schools. Without any school nothing is left, not even the district itself. */
function narrowed(data: DistrictData, names: readonly string[]): DistrictData {
  const schools = data.schools.filter((school) => names.includes(school.name));
  const ids = new Set(schools.map((school) => school.id));
  const classes = data.classes.filter((group) => ids.has(group.school.id));
  const courses = new Set(classes.map((group) => group.course.id));
  return {
    ...data,
    schools,
    courses: data.courses.filter((course) => courses.has(course.id)),
    classes,
    people: data.people.filter((person) => ids.has(person.org.id)),
    enrollments: data.enrollments.filter((enrollment) => ids.has(enrollment.group.school.id)),
  };
}

function kept(cache: Map<string, DistrictData>, key: string, make: () => DistrictData): DistrictData {
  const found = cache.get(key) ?? make();
  cache.delete(key);
  cache.set(key, found);
  const oldest = cache.keys().next();
  if (cache.size > KEPT && oldest.done !== true) cache.delete(oldest.value);
  return found;
}
