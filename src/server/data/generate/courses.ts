import type { Course, Resource } from "../district-data.ts";
import { type Level, type SchoolPlan, type Subject } from "./school-plans.ts";
import { fromRollOver, type Site } from "./site.ts";

/** A course, and what its classes and its teachers get for it. */
export interface Taught {
  readonly course: Course;
  readonly forClasses: readonly Resource[];
  readonly forTeachers: readonly Resource[];
}

/** Everything that is taught in the district, by grade and subject. */
export interface Teaching {
  readonly courses: readonly Course[];
  readonly resources: readonly Resource[];
  find(grade: string, subject: Subject): Taught | undefined;
}

export function teachingOf(site: Site, plans: readonly SchoolPlan[]): Teaching {
  const levels: readonly Level[] = [...new Set(plans.map(({ level }) => level))];
  const taught = new Map<string, Taught>();
  for (const { grades, subjects } of levels) {
    for (const grade of grades) {
      for (const subject of subjects) taught.set(`${grade} ${subject.name}`, taughtAs(site, grade, subject.name));
    }
  }
  const all = [...taught.values()];
  return {
    courses: all.map(({ course }) => course),
    resources: all.flatMap(({ course, forClasses, forTeachers }) => [
      ...course.resources,
      ...forClasses.filter((resource) => !course.resources.includes(resource)),
      ...forTeachers,
    ]),
    find: (grade, subject) => taught.get(`${grade} ${subject.name}`),
  };
}

/** What those get who teach these subjects in these grades. */
export function guidesFor(
  teaching: Teaching,
  grades: readonly string[],
  subjects: readonly Subject[],
): readonly Resource[] {
  return grades.flatMap((grade) => subjects.flatMap((subject) => teaching.find(grade, subject)?.forTeachers ?? []));
}

/** Nothing digital is needed for a homeroom; everything else has a text, exercises, and a guide for teachers. */
function taughtAs(site: Site, grade: string, subject: string): Taught {
  const title = `${subject} ${Number(grade)}`;
  const code = `${subject.slice(0, 3).toUpperCase()}${grade}`;
  const resource = (what: string, more: Pick<Resource, "importance" | "roles">, number: number): Resource => ({
    id: site.id("resource", code, what),
    title: `${title}: ${what}`,
    ...more,
    vendorResourceId: `${code}-${number}`,
    vendorId: "paper-lantern-press",
    applicationId: "paper-lantern-reader",
    ...fromRollOver(site),
  });
  const both = ["student", "teacher"] as const;
  const isHomeroom = subject === "Homeroom";
  const text = isHomeroom ? [] : [resource("text", { importance: "primary", roles: both }, 1)];
  const exercises = isHomeroom ? [] : [resource("exercises", { importance: "secondary", roles: both }, 2)];
  const guide = isHomeroom ? [] : [resource("guide", { importance: "secondary", roles: ["teacher"] }, 3)];
  const course: Course = {
    id: site.id("course", grade, subject),
    title,
    code,
    grades: [grade],
    subjects: [subject],
    subjectCodes: [],
    resources: text,
    ...fromRollOver(site),
  };
  return { course, forClasses: [...text, ...exercises], forTeachers: guide };
}
