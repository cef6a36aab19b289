import { describe, expect, it } from "vitest";
import type { DistrictId } from "../../src/model/address.ts";
import { dayOf, type Instant, shift, startOf } from "../../src/model/time.ts";
import { createCampusData } from "../../src/server/data/campus-data.ts";
import type { DistrictData, Person } from "../../src/server/data/district-data.ts";
import { schoolPlans } from "../../src/server/data/generate/school-plans.ts";
import { indexesOf } from "../../src/server/data/indexes.ts";
import { legacyRoleOf, PERSON_ROLES } from "../../src/server/data/roles.ts";
import { dataAt, rowsOf } from "./data.ts";
import { SHELBYVILLE, SPRINGFIELD } from "./stage.ts";

const OCTOBER = "2026-10-05T08:00:00.000Z";
const MAY = "2027-05-20T08:00:00.000Z";

const students = ({ people }: DistrictData): readonly Person[] => people.filter(({ role }) => role === "student");
const gone = (rows: readonly { readonly status: string }[]): number =>
  rows.filter(({ status }) => status === "tobedeleted").length;

describe("the sample data", () => {
  it("is the same for the same seed, and other people with other ids for another one", () => {
    expect(dataAt(MAY, { seed: "x" })).toEqual(dataAt(MAY, { seed: "x" }));
    const [one, other] = [rowsOf(dataAt(MAY)), rowsOf(dataAt(MAY, { seed: "x" }))];
    expect([...other.keys()].filter((key) => one.has(key))).toEqual([]);
    expect(names(dataAt(MAY))).not.toEqual(names(dataAt(MAY, { seed: "x" })));
  });

  it("is another district's in another district", () => {
    const clock = { now: () => OCTOBER as Instant };
    const data = createCampusData({ clock, studentsPerSchool: 5 });
    const [one, other] = [data.visibleTo(SPRINGFIELD, "all"), data.visibleTo(SHELBYVILLE, "all")];
    expect(one.schools.map(({ name }) => name)).toEqual(other.schools.map(({ name }) => name));
    expect([...rowsOf(other).keys()].filter((key) => rowsOf(one).has(key))).toEqual([]);
  });

  it("has the four schools first, and invented ones after them, each with another name", () => {
    const plans = schoolPlans(90);
    expect(plans.slice(0, 4).map(({ name }) => name)).toEqual(["Lincoln", "Roosevelt", "North High", "South High"]);
    expect(new Set(plans.map(({ name }) => name)).size).toBe(90);
    for (const { name } of plans) expect(name).not.toMatch(/["'[\]/]|^ | $/);
    expect(dataAt(OCTOBER, { schools: 2 }).schools.map(({ name }) => name)).toEqual(["Lincoln", "Roosevelt"]);
  });

  it("has as many students in each school as asked for when the year starts", () => {
    for (const studentsPerSchool of [1, 31, 60]) {
      const data = dataAt(OCTOBER, { studentsPerSchool, schools: 6 });
      const { peopleOfSchool } = indexesOf(data);
      const counts = data.schools.map(
        (school) => peopleOfSchool(school).filter(({ role }) => role === "student").length,
      );
      expect(counts).toEqual(data.schools.map(() => studentsPerSchool));
    }
  });

  it("gives every class a teacher who answers for it, and every student the classes of a section", () => {
    const data = dataAt(OCTOBER);
    const { enrollmentsOfClass, enrollmentsOfPerson } = indexesOf(data);
    for (const group of data.classes) {
      const enrolled = enrollmentsOfClass(group);
      expect(enrolled.filter(({ isPrimary, role }) => isPrimary && role === "teacher")).toHaveLength(1);
      expect(enrolled.filter(({ role }) => role === "student").length).toBeGreaterThan(0);
      expect(enrolled.filter(({ role }) => role === "student").length).toBeLessThanOrEqual(25);
    }
    for (const student of students(data)) {
      const grades = enrollmentsOfPerson(student).map(({ group }) => group.grades);
      expect(grades.length).toBeGreaterThanOrEqual(4);
      for (const grade of grades) expect(grade).toEqual(student.grades);
    }
    expect(data.enrollments.some(({ role }) => role === "aide")).toBe(true);
  });

  it("links guardians with their students both ways, brothers and sisters at other schools included", () => {
    const data = dataAt(MAY);
    const { agentsOf } = indexesOf(data);
    const families = data.people.filter(({ role }) => role === "parent");
    expect(families.length).toBeGreaterThan(100);
    for (const student of students(data)) {
      const guardians = agentsOf(student);
      expect(guardians.length).toBeGreaterThan(0);
      for (const guardian of guardians) expect(agentsOf(guardian)).toContain(student);
    }
    expect(families.some(({ roles }) => roles.length > 1)).toBe(true);
  });

  it("knows of every student when they were born, of an age that fits the grade", () => {
    for (const { grades, demographics } of students(dataAt(OCTOBER))) {
      const born = Number(demographics?.birthDate?.slice(0, 4));
      expect(2026 - born - Number(grades[0])).toBeGreaterThanOrEqual(5);
      expect(2026 - born - Number(grades[0])).toBeLessThanOrEqual(6);
      expect(Object.values(demographics?.flags ?? {})).toContain(true);
    }
  });

  it("says every role in the words of both versions", () => {
    expect(PERSON_ROLES.map(legacyRoleOf)).toEqual([
      "student",
      "teacher",
      "aide",
      "aide",
      "proctor",
      "administrator",
      "administrator",
      "administrator",
      "administrator",
      "guardian",
      "parent",
      "relative",
    ]);
  });
});

describe("the year", () => {
  it("begins with nobody gone and ends with leavers, newcomers and moves", () => {
    const [first, last] = [dataAt(OCTOBER), dataAt(MAY)];
    // A fall without leavers is a choice of the script: sections keep their sizes while a site settles.
    expect([gone(first.people), gone(first.enrollments)]).toEqual([0, 0]);
    expect(gone(students(last))).toBeGreaterThan(2);
    expect(students(last).length).toBeGreaterThan(students(first).length);
    const moved = students(last).filter((student) => {
      const enrolled = indexesOf(last).enrollmentsOfPerson(student);
      return student.status === "active" && gone(enrolled) > 0;
    });
    expect(dataAt(MAY, { studentsPerSchool: 200 }).enrollments.length).toBeGreaterThan(last.enrollments.length);
    expect(moved.length + gone(students(last))).toBeGreaterThan(2);
  });

  it("marks who leaves and all their enrolments from their day on, with that day", () => {
    const data = dataAt(MAY);
    for (const leaver of students(data).filter(({ status }) => status === "tobedeleted")) {
      const day = dayOf(leaver.modified);
      expect(leaver.modified).toBe(startOf(day));
      for (const enrollment of indexesOf(data).enrollmentsOfPerson(leaver)) {
        expect(enrollment).toMatchObject({ status: "tobedeleted", modified: leaver.modified });
        expect(enrollment.end <= day || enrollment.begin >= day).toBe(true);
      }
      const before = indexesOf(dataAt(shift(leaver.modified, -1))).person(leaver.guid, "1.2");
      expect(before).toMatchObject({ status: "active", legacyId: leaver.legacyId });
      expect(indexesOf(dataAt(leaver.modified)).person(leaver.guid, "1.2")).toEqual(leaver);
    }
  });

  it("takes a student from one section to the next on one day, in every class that is not over", () => {
    const data = dataAt(MAY, { studentsPerSchool: 250 });
    const movers = students(data).filter((student) => {
      const enrolled = indexesOf(data).enrollmentsOfPerson(student);
      return student.status === "active" && gone(enrolled) > 0;
    });
    expect(movers.length).toBeGreaterThan(5);
    for (const mover of movers) {
      const enrolled = indexesOf(data).enrollmentsOfPerson(mover);
      const left = enrolled.filter(({ status }) => status === "tobedeleted");
      const [day] = left.map(({ modified }) => modified);
      const entered = enrolled.filter(({ modified, status }) => status === "active" && modified === day);
      expect(new Set(left.map(({ modified }) => modified)).size).toBe(1);
      expect(entered.map(({ group }) => group.course.id).sort()).toEqual(
        left.map(({ group }) => group.course.id).sort(),
      );
    }
  });

  it("has a teacher for every class also when one goes", () => {
    const data = dataAt(MAY, { studentsPerSchool: 200 });
    expect(gone(data.people.filter(({ role }) => role === "teacher"))).toBeGreaterThan(0);
    for (const group of data.classes) {
      const teachers = indexesOf(data)
        .enrollmentsOfClass(group)
        .filter(({ role }) => role === "teacher");
      expect(teachers.filter(({ status }) => status === "active")).toHaveLength(1);
    }
  });

  it("gives the same objects as long as nothing changed, so that indexes are made once", () => {
    let now = OCTOBER as Instant;
    const campus = createCampusData({ clock: { now: () => now }, studentsPerSchool: 20 });
    const one = campus.visibleTo(SPRINGFIELD, ["Lincoln"]);
    now = "2026-10-05T09:00:00.000Z" as Instant;
    expect(campus.visibleTo(SPRINGFIELD, ["Lincoln"])).toBe(one);
    expect(indexesOf(one)).toBe(indexesOf(campus.visibleTo(SPRINGFIELD, ["Lincoln"])));
    now = MAY as Instant;
    expect(campus.visibleTo(SPRINGFIELD, ["Lincoln"])).not.toBe(one);
  });

  it("makes again, the same, what fell out of hand", () => {
    const clock = { now: () => OCTOBER as Instant };
    const campus = createCampusData({ clock, studentsPerSchool: 6, keptRows: 200 });
    const first = campus.visibleTo(SPRINGFIELD, "all");
    expect(campus.visibleTo(SPRINGFIELD, "all")).toBe(first);
    for (const district of ["a", "b", "c"]) campus.visibleTo(district as DistrictId, ["Lincoln"]);
    const again = campus.visibleTo(SPRINGFIELD, "all");
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});

describe("the roll-over on 1 July", () => {
  const [june, july] = [dataAt("2027-06-30T23:59:59.999Z"), dataAt("2027-07-01T00:00:00.000Z")];

  it("leaves no class, enrolment or session of the old year", () => {
    const [old, fresh] = [rowsOf(june), rowsOf(july)];
    const stay = [...fresh.keys()].filter((key) => old.has(key));
    expect(stay.some((key) => /^(class|enrollment|session) /.test(key))).toBe(false);
    expect(stay.some((key) => key.startsWith("course "))).toBe(true);
    expect(july.year).toMatchObject({ endsIn: 2028, start: "2027-08-10", end: "2028-07-01" });
    for (const row of rowsOf(july).values()) expect(row).toMatchObject({ modified: "2027-07-01T00:00:00.000Z" });
  });

  it("takes students up a grade with the same ids and names, and graduates away", () => {
    const before = new Map(students(june).map((student) => [student.guid, student]));
    let stayed = 0;
    for (const student of students(july)) {
      const known = before.get(student.guid);
      if (known === undefined) {
        expect(["01", "09"]).toContain(student.grades[0]);
        continue;
      }
      stayed += 1;
      expect(known.status).toBe("active");
      expect(Number(student.grades[0])).toBe(Number(known.grades[0]) + 1);
      const { legacyId, username, familyName, demographics } = known;
      expect(student).toMatchObject({ legacyId, username, familyName, demographics });
    }
    expect(stayed).toBeGreaterThan(150);
    const after = new Set(july.people.map(({ guid }) => guid));
    for (const { guid, grades } of students(june)) {
      if (["05", "12"].includes(grades[0] ?? "")) expect(after.has(guid)).toBe(false);
    }
  });

  it("keeps the staff, and everybody's number to one person over the years", () => {
    const numbers = new Map<string, string>();
    for (const year of [2021, 2024, 2025, 2026, 2027, 2030]) {
      for (const { number, familyName, givenName } of dataAt(`${year}-09-01T00:00:00.000Z`).people) {
        const name = `${givenName} ${familyName}`;
        expect(numbers.get(number) ?? name).toBe(name);
        numbers.set(number, name);
      }
    }
    const staff = (data: DistrictData) =>
      new Set(data.people.filter(({ role }) => role === "teacher").map(({ guid }) => guid));
    expect([...staff(july)].filter((guid) => staff(june).has(guid)).length).toBeGreaterThan(10);
  });
});

describe("indexes", () => {
  it("find by id what may be seen, and walk to everything that points there", () => {
    const data = dataAt(MAY, {}, ["Lincoln", "North High"]);
    const whole = dataAt(MAY);
    const indexes = indexesOf(data);
    for (const school of whole.schools) {
      expect(indexes.school(school.id)).toBe(data.schools.find(({ id }) => id === school.id));
    }
    for (const group of data.classes) {
      expect(indexes.classGroup(group.id)).toBe(group);
      expect(indexes.classesOfSchool(group.school)).toContain(group);
      expect(indexes.classesOfCourse(group.course)).toContain(group);
      expect(indexes.coursesOfSchool(group.school)).toContain(group.course);
      for (const term of group.terms) {
        expect(indexes.classesOfSession(term)).toContain(group);
        expect(indexes.sessionsIn(term).map(({ type }) => type)).toEqual(["gradingPeriod", "gradingPeriod"]);
      }
    }
    for (const enrollment of data.enrollments) {
      expect(indexes.enrollment(enrollment.id)).toBe(enrollment);
      expect(indexes.enrollmentsOfSchool(enrollment.group.school)).toContain(enrollment);
      expect(indexes.classesOfPerson(enrollment.person)).toContain(enrollment.group);
    }
    for (const person of data.people) {
      expect(indexes.person(person.guid, "1.2")).toBe(person);
      expect(indexes.person(person.legacyId, "1.1")).toBe(person);
      expect(indexes.peopleOf(person.role)).toContain(person);
      for (const { org } of person.roles) expect(indexes.peopleOfSchool(org)).toContain(person);
    }
    for (const resource of data.resources) expect(indexes.resource(resource.id)).toBe(resource);
    for (const course of data.courses) expect(indexes.course(course.id)).toBe(course);
    expect(indexes.peopleWithDemographics()).toEqual(students(data));
    expect(indexes.org(data.org.id)).toBe(data.org);
  });

  it("find nothing where no school is, not even the district and its sessions", () => {
    const data = dataAt(MAY, {}, ["Nowhere"]);
    const { org, orgs, sessions, session } = indexesOf(data);
    expect([orgs(), sessions(), org(data.org.id), session(data.year.sessions[0]?.id ?? "")]).toEqual([
      [],
      [],
      undefined,
      undefined,
    ]);
  });
});

function names({ people }: DistrictData): readonly string[] {
  return people.map(({ givenName, familyName }) => `${givenName} ${familyName}`);
}
