import type { DistrictId } from "../../model/address.ts";
import type { Day } from "../../model/time.ts";
import type { ClassGroup, Course, DistrictData, Enrollment, Org, Person, School } from "./district-data.ts";
import { guidOf, pickerOf } from "./random.ts";
import { type PersonRole, legacyRoleOf } from "./roles.ts";
import { rollOverTo, type SchoolYear, schoolYearFrom } from "./school-year.ts";

const ELEMENTARY = {
  grades: ["01", "02", "03", "04", "05"],
  subjects: ["Homeroom", "Mathematics", "Reading"],
  youngest: 6,
};
const HIGH = {
  grades: ["09", "10", "11", "12"],
  subjects: ["English", "Mathematics", "Science", "History"],
  youngest: 14,
};
/** The schools of every district, so that a document's `schools:` finds them everywhere. */
const SCHOOLS = [
  { name: "Lincoln", ...ELEMENTARY },
  { name: "Roosevelt", ...ELEMENTARY },
  { name: "North High", ...HIGH },
  { name: "South High", ...HIGH },
] as const;
const SECTION_SIZE = 25;
const GIVEN = [
  "Ada",
  "Ben",
  "Cora",
  "Dev",
  "Elif",
  "Finn",
  "Gwen",
  "Hugo",
  "Ines",
  "Jamal",
  "Kira",
  "Luis",
  "Mei",
  "Noor",
  "Otto",
  "Pia",
];
const FAMILY = [
  "Abbott",
  "Brandt",
  "Castillo",
  "Duval",
  "Eriksen",
  "Fofana",
  "Garza",
  "Hoang",
  "Ito",
  "Jansen",
  "Khan",
  "Lopez",
  "Moreau",
];

/** Makes a district's data. The same district, year and size give the same data on every machine. */
export function generateDistrict(district: DistrictId, year: number, studentsPerSchool: number): DistrictData {
  const schoolYear = schoolYearFrom(year, (key) => guidOf(district, String(year), "session", key));
  const courses = coursesOf(district, year);
  const made: Made = { classes: [], people: [], enrollments: [] };
  const schools = SCHOOLS.map((plan, index) => {
    const school: School = {
      id: guidOf(district, "school", plan.name),
      kind: "school",
      name: plan.name,
      identifier: `${index + 1}0${index + 1}`,
      status: "active",
      modified: rollOverTo(year),
    };
    populate(made, {
      district,
      year,
      schoolYear,
      school,
      plan,
      courses,
      studentsPerSchool,
      firstNumber: 100_000 * (index + 1),
    });
    return school;
  });
  const org: Org = {
    id: guidOf(district, "district"),
    kind: "district",
    name: `${district} district`,
    identifier: district,
    status: "active",
    modified: rollOverTo(year),
  };
  return { district, org, schools, year: schoolYear, courses, ...made, resources: [] };
}

interface Made {
  readonly classes: ClassGroup[];
  readonly people: Person[];
  readonly enrollments: Enrollment[];
}

interface Filling {
  readonly district: DistrictId;
  readonly year: number;
  readonly schoolYear: SchoolYear;
  readonly school: School;
  readonly plan: (typeof SCHOOLS)[number];
  readonly courses: readonly Course[];
  readonly studentsPerSchool: number;
  readonly firstNumber: number;
}

function coursesOf(district: DistrictId, year: number): readonly Course[] {
  return [ELEMENTARY, HIGH].flatMap(({ grades, subjects }) =>
    grades.flatMap((grade) =>
      subjects.map((subject) => ({
        id: guidOf(district, "course", grade, subject),
        title: `${subject} ${Number(grade)}`,
        code: `${subject.slice(0, 3).toUpperCase()}${grade}`,
        grades: [grade],
        subjects: [subject],
        subjectCodes: [],
        resources: [],
        status: "active" as const,
        modified: rollOverTo(year),
      })),
    ),
  );
}

/** Fills one school: its staff, and grade by grade sections of students who share their classes. */
function populate(made: Made, filling: Filling): void {
  const { school, plan, studentsPerSchool } = filling;
  const join = personMaker(made, filling);
  join("principal");
  const teachers = plan.subjects.map(() => join("teacher"));
  plan.grades.forEach((grade, index) => {
    const size = Math.floor((studentsPerSchool + plan.grades.length - 1 - index) / plan.grades.length);
    const students = Array.from({ length: size }, () => join("student", grade));
    for (let first = 0; first < size; first += SECTION_SIZE) {
      const section = students.slice(first, first + SECTION_SIZE);
      plan.subjects.forEach((subject, at) => {
        const course = filling.courses.find(
          (candidate) => candidate.grades[0] === grade && candidate.subjects[0] === subject,
        );
        const teacher = teachers[at];
        if (course !== undefined && teacher !== undefined) {
          teach(made, filling, { course, school, teacher, section, number: first / SECTION_SIZE + 1 });
        }
      });
    }
  });
}

function teach(
  made: Made,
  { district, year, schoolYear }: Filling,
  {
    course,
    school,
    teacher,
    section,
    number,
  }: {
    readonly course: Course;
    readonly school: School;
    readonly teacher: Person;
    readonly section: readonly Person[];
    readonly number: number;
  },
): void {
  const id = guidOf(district, String(year), "class", school.name, course.code, String(number));
  const group: ClassGroup = {
    id,
    title: `${course.title}, section ${number}`,
    code: `${course.code}-${number}`,
    course,
    school,
    isHomeroom: course.subjects.includes("Homeroom"),
    terms: schoolYear.sessions.filter((session) => session.type === "term"),
    grades: course.grades,
    subjects: course.subjects,
    subjectCodes: [],
    periods: [],
    resources: [],
    status: "active",
    modified: rollOverTo(year),
  };
  made.classes.push(group);
  for (const person of [teacher, ...section]) {
    const isTeacher = person === teacher;
    made.enrollments.push({
      id: guidOf(id, person.guid),
      person,
      group,
      role: isTeacher ? "teacher" : "student",
      isPrimary: isTeacher,
      begin: schoolYear.start,
      end: schoolYear.end,
      status: "active",
      modified: rollOverTo(year),
    });
  }
}

function personMaker(made: Made, { district, year, school, plan, firstNumber }: Filling) {
  const pick = pickerOf(`${district}\n${school.name}`);
  let number = firstNumber;
  return (role: PersonRole, grade?: string): Person => {
    number += 1;
    const givenName = GIVEN[pick(GIVEN.length)] ?? "Ada";
    const familyName = FAMILY[pick(FAMILY.length)] ?? "Abbott";
    const [month, day, sex] = [pick(12) + 1, pick(28) + 1, pick(2) === 0 ? "female" : "male"] as const;
    const born = year - plan.youngest - plan.grades.findIndex((candidate) => candidate === grade);
    const person: Person = {
      legacyId: `${legacyRoleOf(role).charAt(0)}${number}`,
      number: String(number),
      guid: guidOf(district, "person", String(number)),
      role,
      org: school,
      roles: [{ role, org: school }],
      isEnabled: true,
      givenName,
      familyName,
      username: `${givenName}.${familyName}.${number}`.toLowerCase(),
      email: `${givenName}.${familyName}.${number}@${district}.example`.toLowerCase(),
      grades: grade === undefined ? [] : [grade],
      agents: [],
      resources: [],
      status: "active",
      modified: rollOverTo(year),
      ...(grade === undefined ? {} : { demographics: { birthDate: isoDay(born, month, day), sex, flags: {} } }),
    };
    made.people.push(person);
    return person;
  };
}

function isoDay(year: number, month: number, day: number): Day {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}` as Day;
}
