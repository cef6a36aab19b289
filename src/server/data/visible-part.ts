import type { DistrictData, Person, Resource, RoleAt } from "./district-data.ts";
import { isFamily } from "./roles.ts";

/**
 * Only what belongs to the named schools. Without any school nothing is left, not even the district itself. What is left
 * refers to nothing outside: a person keeps the roles and the agents that may be seen.
 */
export function visiblePart(data: DistrictData, names: readonly string[]): DistrictData {
  const schools = data.schools.filter((school) => names.includes(school.name));
  const ids = new Set(schools.map((school) => school.id));
  const classes = data.classes.filter((group) => ids.has(group.school.id));
  const courses = new Set(classes.map((group) => group.course));
  const people = visiblePeople(data.people, ids);
  const byGuid = new Map(people.map((person) => [person.guid, person]));
  const used = new Set<Resource>();
  for (const { resources } of [...courses, ...classes, ...people]) {
    for (const resource of resources) used.add(resource);
  }
  return {
    ...data,
    schools,
    courses: data.courses.filter((course) => courses.has(course)),
    classes,
    people,
    enrollments: data.enrollments.flatMap((enrollment) => {
      const person = byGuid.get(enrollment.person.guid);
      if (person === undefined || !ids.has(enrollment.group.school.id)) return [];
      return person === enrollment.person ? [enrollment] : [{ ...enrollment, person }];
    }),
    resources: data.resources.filter((resource) => used.has(resource)),
  };
}

/** People with a role at a visible school, and the families of visible students. */
function visiblePeople(people: readonly Person[], schools: ReadonlySet<string>): readonly Person[] {
  const students = new Map<string, readonly RoleAt[]>();
  for (const person of people) {
    const roles = rolesAt(person, schools);
    if (roles.some(({ role }) => role === "student")) students.set(person.guid, roles);
  }
  const roles = new Map<string, readonly [RoleAt, ...(readonly RoleAt[])]>();
  for (const person of people) {
    const [first, ...others] = rolesAt(person, schools, students);
    if (first !== undefined) roles.set(person.guid, [first, ...others]);
  }
  return people.flatMap((person) => {
    const kept = roles.get(person.guid);
    if (kept === undefined) return [];
    const agents = person.agents.every((guid) => roles.has(guid))
      ? person.agents
      : person.agents.filter((guid) => roles.has(guid));
    const isWhole = kept.length === person.roles.length && kept.every((role, index) => role === person.roles[index]);
    if (isWhole && agents === person.agents) return [person];
    return [{ ...person, role: kept[0].role, org: kept[0].org, roles: kept, agents }];
  });
}

/**
 * A person's roles at visible schools. With the visible students, also those of the family: a role in a family counts at
 * a visible school if one of the students is visible, and at the school of that student if it was said for none.
 */
function rolesAt(
  person: Person,
  schools: ReadonlySet<string>,
  students?: ReadonlyMap<string, readonly RoleAt[]>,
): readonly RoleAt[] {
  const here = person.roles.filter(({ org }) => schools.has(org.id));
  if (!person.roles.some(({ role }) => isFamily(role))) return here;
  const theirs = students === undefined ? [] : person.agents.flatMap((guid) => students.get(guid) ?? []);
  const [student] = theirs;
  if (student === undefined) return here.filter(({ role }) => !isFamily(role));
  if (here.length > 0) return here;
  return person.roles.filter(({ role }) => isFamily(role)).map(({ role }) => ({ role, org: student.org }));
}
