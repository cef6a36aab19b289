import type { DistrictId } from "../../model/address.ts";
import type { Org, School } from "./district-data.ts";
import { guidesFor, type Teaching, teachingOf } from "./generate/courses.ts";
import { createFamilies, type Elder } from "./generate/families.ts";
import { ELEMENTARY, type SchoolPlan, schoolPlans } from "./generate/school-plans.ts";
import { fillSchool } from "./generate/schools.ts";
import { fromRollOver, type Ledger, type Site, siteOf } from "./generate/site.ts";
import { fillPost, type Post, POSTS } from "./generate/staff.ts";
import { guidOf } from "./random.ts";
import { schoolYearFrom } from "./school-year.ts";
import type { YearScript } from "./year-script.ts";

/** How much sample data there is, and which. */
export interface Size {
  /** Another text gives other people. */
  readonly seed: string;
  readonly schools: number;
  readonly studentsPerSchool: number;
}

/** Writes a district's school year. The same district, year and size give the same script on every machine. */
export function scriptYear(district: DistrictId, year: number, size: Size): YearScript {
  const schoolYear = schoolYearFrom(year, (key) => guidOf(size.seed, district, String(year), "session", key));
  const site = siteOf({ seed: size.seed, district }, year, schoolYear, size.studentsPerSchool);
  const plans = schoolPlans(size.schools);
  const teaching = teachingOf(site, plans);
  const families = createFamilies(site);
  const ledger: Ledger = { people: [], classes: [], enrollments: [], changes: [] };
  const schools = plans.map(
    ({ name }, index): School => ({
      id: site.id("school", name),
      kind: "school",
      name,
      identifier: `${index + 1}0${index + 1}`,
      ...fromRollOver(site),
    }),
  );
  const music = musicTeachers(site, ledger, { plans, schools, teaching });
  schools.forEach((school, schoolIndex) => {
    const plan = plans[schoolIndex];
    const shared = music.get(schoolIndex);
    if (plan === undefined) return;
    fillSchool(site, ledger, {
      school,
      schoolIndex,
      plan,
      teaching,
      families,
      elderAt: elders(plans),
      ...(shared === undefined ? {} : { music: shared }),
    });
  });
  families.enterGuardians(ledger);
  const org: Org = {
    id: site.id("district"),
    kind: "district",
    name: `${district} district`,
    identifier: district,
    ...fromRollOver(site),
  };
  const { courses, resources } = teaching;
  const { people, classes, enrollments, changes } = ledger;
  return {
    start: { district, org, schools, year: schoolYear, courses, classes, people, enrollments, resources },
    // Sorting is stable: what happens on one day keeps its order.
    changes: changes.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)),
  };
}

/** Two elementary schools share those who teach music: by the school's index. */
function musicTeachers(
  site: Site,
  ledger: Ledger,
  all: { readonly plans: readonly SchoolPlan[]; readonly schools: readonly School[]; readonly teaching: Teaching },
): ReadonlyMap<number, Post> {
  const young = all.plans.flatMap(({ level }, index) => (level.kind === "elementary" ? [index] : []));
  const subjects = ELEMENTARY.subjects.filter(({ name }) => name === "Music");
  const resources = guidesFor(all.teaching, ELEMENTARY.grades, subjects);
  const found = new Map<number, Post>();
  for (let at = 0; at < young.length; at += 2) {
    const pair = young.slice(at, at + 2);
    const [schoolIndex] = pair;
    const [home, ...next] = pair.flatMap((index) => all.schools[index] ?? []);
    if (home === undefined || schoolIndex === undefined) continue;
    const schools = [home, ...next] as const;
    const post = fillPost(site, ledger, {
      role: "teacher",
      schoolIndex,
      code: POSTS.music,
      index: 0,
      schools,
      resources,
    });
    for (const index of pair) found.set(index, post);
  }
  return found;
}

/** Where brothers and sisters of the young ones are: each elementary school has its high school. */
function elders(plans: readonly SchoolPlan[]): (schoolIndex: number) => Elder | undefined {
  const indexesOf = (kind: SchoolPlan["level"]["kind"]): readonly number[] =>
    plans.flatMap(({ level }, index) => (level.kind === kind ? [index] : []));
  const [young, old] = [indexesOf("elementary"), indexesOf("high")];
  return (schoolIndex) => {
    const at = young.indexOf(schoolIndex);
    const elder = at === -1 ? undefined : old[at % Math.max(1, old.length)];
    return elder === undefined ? undefined : { schoolIndex: elder, later: 8 };
  };
}
