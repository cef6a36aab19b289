import type { ClassGroup, Enrollment, Person, Resource, School } from "../district-data.ts";
import { guidOf } from "../random.ts";
import type { EnrollmentRole } from "../roles.ts";
import { guidesFor, type Taught, type Teaching } from "./courses.ts";
import type { Elder, Families } from "./families.ts";
import type { Level, SchoolPlan, Subject } from "./school-plans.ts";
import { enroll, fromRollOver, type Ledger, type Site, type Span } from "./site.ts";
import { fillPost, type Post, POSTS } from "./staff.ts";
import { seatGrade, type Seated } from "./students.ts";

const SECTION_SIZE = 25;
/** How many sections one teacher of a subject takes. */
const SECTIONS_PER_TEACHER = 5;

/** A school that is being filled. */
export interface Filling {
  readonly school: School;
  readonly schoolIndex: number;
  readonly plan: SchoolPlan;
  readonly teaching: Teaching;
  readonly families: Families;
  readonly elderAt: (schoolIndex: number) => Elder | undefined;
  /** Who teaches music, here and at the next school. */
  readonly music?: Post;
}

/** Fills one school: its staff, and grade by grade sections of students who share their classes. */
export function fillSchool(site: Site, ledger: Ledger, filling: Filling): void {
  const { school, schoolIndex, plan } = filling;
  const { level } = plan;
  for (const role of ["principal", "siteAdministrator"] as const) {
    fillPost(site, ledger, { role, schoolIndex, code: POSTS[role], index: 0, schools: [school] });
  }
  const staff = staffOf(site, ledger, filling);
  const gradeCount = level.grades.length;
  level.grades.forEach((_, at) => {
    const size = Math.floor((site.studentsPerSchool + gradeCount - 1 - at) / gradeCount);
    const seats = seatGrade(site, ledger, filling, { school, schoolIndex, level, at, size });
    const count = Math.ceil(size / SECTION_SIZE);
    const classes = Array.from({ length: count }, (__, section) =>
      openClasses(site, ledger, filling, { grade: level.grades[at] ?? "", section, staff: staff(at, section) }),
    );
    seats.forEach((holders, index) => {
      const section = Math.floor(index / SECTION_SIZE);
      for (const seated of holders)
        placeIn(site, ledger, seated, classes[section] ?? [], classes[(section + 1) % count] ?? []);
    });
  });
}

/** Who is there for a section: who teaches each subject, and who helps. */
interface SectionStaff {
  readonly teacher: (subject: Subject, at: number) => Post;
  readonly aide?: Post;
}

/** Young sections have a teacher for nearly everything; later each subject has its own. */
function staffOf(site: Site, ledger: Ledger, filling: Filling): (grade: number, section: number) => SectionStaff {
  const { school, schoolIndex, plan, music } = filling;
  const { level } = plan;
  const post = (role: "teacher" | "aide", code: number, index: number, resources: readonly Resource[] = []): Post =>
    fillPost(site, ledger, { role, schoolIndex, code, index, schools: [school], resources });
  if (level.kind === "elementary") {
    return (grade, section) => {
      const own = level.subjects.filter(({ name }) => name !== "Music");
      const guides = guidesFor(filling.teaching, level.grades.slice(grade, grade + 1), own);
      const homeroom = post("teacher", POSTS.homeroom, grade * 1000 + section, guides);
      const teacher = (subject: Subject): Post => (subject.name === "Music" && music !== undefined ? music : homeroom);
      return { teacher, ...(grade === 0 && section % 2 === 0 ? { aide: post("aide", POSTS.aide, section) } : {}) };
    };
  }
  const sections = new Map<number, number>();
  const posts = new Map<string, Post>();
  return () => ({
    teacher: (subject, at) => {
      const taken = sections.get(at) ?? 0;
      sections.set(at, taken + 1);
      const index = Math.floor(taken / SECTIONS_PER_TEACHER);
      const guides = guidesFor(filling.teaching, level.grades, [subject]);
      const known = posts.get(`${at} ${index}`) ?? post("teacher", POSTS.subject + at, index, guides);
      posts.set(`${at} ${index}`, known);
      return known;
    },
  });
}

/** The classes of a section, with those who teach and help in them. */
function openClasses(
  site: Site,
  ledger: Ledger,
  { school, plan, teaching }: Filling,
  { grade, section, staff }: { readonly grade: string; readonly section: number; readonly staff: SectionStaff },
): readonly ClassGroup[] {
  return plan.level.subjects.flatMap((subject, at) => {
    const taught = teaching.find(grade, subject);
    if (taught === undefined) return [];
    const group = classOf(site, school, taught, { subject, at, section, level: plan.level });
    ledger.classes.push(group);
    for (const { person, span } of staff.teacher(subject, at)) {
      enroll(ledger, enrollmentOf(site, group, person, "teacher"), leaving(span));
    }
    for (const { person, span } of subject.name === "Homeroom" ? (staff.aide ?? []) : []) {
      enroll(ledger, enrollmentOf(site, group, person, "aide"), leaving(span));
    }
    return [group];
  });
}

function classOf(
  site: Site,
  school: School,
  { course, forClasses }: Taught,
  {
    subject,
    at,
    section,
    level,
  }: {
    readonly subject: Subject;
    readonly at: number;
    readonly section: number;
    readonly level: Level;
  },
): ClassGroup {
  const terms = site.schoolYear.sessions.filter(({ type }) => type === "term");
  const isHomeroom = subject.name === "Homeroom";
  return {
    id: site.id(String(site.year), "class", school.name, course.code, String(section + 1)),
    title: `${course.title}, section ${section + 1}`,
    code: `${course.code}-${section + 1}`,
    course,
    school,
    isHomeroom,
    terms:
      subject.term === "all" ? terms : terms.slice(subject.term === "first" ? 0 : 1, subject.term === "first" ? 1 : 2),
    grades: course.grades,
    subjects: course.subjects,
    subjectCodes: course.subjectCodes,
    periods: level.kind === "elementary" ? [] : [String(((at + section) % level.subjects.length) + 1)],
    location: `Room ${100 + section * 10 + at}`,
    resources: forClasses,
    ...fromRollOver(site),
  };
}

/** A student's way through the year: the classes of the section, and from the day of a move those of the next one. */
function placeIn(
  site: Site,
  ledger: Ledger,
  { person, span, moves }: Seated,
  own: readonly ClassGroup[],
  next: readonly ClassGroup[],
): void {
  if (moves === undefined || own === next) {
    for (const group of own) enroll(ledger, enrollmentOf(site, group, person, "student"), leaving(span));
    return;
  }
  for (const group of own) {
    enroll(ledger, enrollmentOf(site, group, person, "student"), { until: moves, leaves: false });
  }
  for (const group of next) {
    enroll(ledger, enrollmentOf(site, group, person, "student"), { from: moves, leaves: false });
  }
}

/** An enrolment from the first to the last day of the class. */
function enrollmentOf(site: Site, group: ClassGroup, person: Person, role: EnrollmentRole): Enrollment {
  return {
    id: guidOf(group.id, person.guid),
    person,
    group,
    role,
    isPrimary: role === "teacher",
    begin: group.terms[0]?.start ?? site.schoolYear.start,
    end: group.terms.at(-1)?.end ?? site.schoolYear.end,
    ...fromRollOver(site),
  };
}

function leaving(span: Span): Span & { readonly leaves: boolean } {
  return { ...span, leaves: true };
}
