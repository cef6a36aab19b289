import type { OneRosterVersion } from "../../../model/traits.ts";
import { DEMOGRAPHIC_FLAGS } from "../../data/district-data.ts";
import { GRADE_KINDS, type GradeKind, KIND_NAMES, kindsOf, membersOf } from "../../gradebook/kinds.ts";

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const day = { type: "string", format: "date" };
const moment = { type: "string", format: "date-time" };
const yesNo = { type: "string", enum: ["true", "false"] };
const texts = listOf(text);
const reference = { $ref: "#/components/schemas/Reference" };
const references = listOf(reference);

/** The members of one kind of object beside those that all have. */
interface Shape {
  readonly members: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

const SHAPES: Readonly<Record<string, Shape>> = {
  org: {
    members: {
      name: text,
      type: oneOf("department", "school", "district", "local", "state", "national"),
      identifier: text,
      parent: reference,
      children: references,
    },
    required: ["name", "type"],
  },
  academicSession: {
    members: {
      title: text,
      startDate: day,
      endDate: day,
      type: oneOf("gradingPeriod", "semester", "schoolYear", "term"),
      parent: reference,
      children: references,
      schoolYear: text,
    },
    required: ["title", "startDate", "endDate", "type", "schoolYear"],
  },
  course: {
    members: {
      title: text,
      schoolYear: reference,
      courseCode: text,
      grades: texts,
      subjects: texts,
      org: reference,
      subjectCodes: texts,
      resources: references,
    },
    required: ["title", "org"],
  },
  class: {
    members: {
      title: text,
      classCode: text,
      classType: oneOf("homeroom", "scheduled"),
      location: text,
      grades: texts,
      subjects: texts,
      course: reference,
      school: reference,
      terms: { ...references, minItems: 1 },
      subjectCodes: texts,
      periods: texts,
      resources: references,
    },
    required: ["title", "classType", "course", "school", "terms"],
  },
  enrollment: {
    members: {
      user: reference,
      class: reference,
      school: reference,
      role: oneOf("administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"),
      primary: yesNo,
      beginDate: day,
      endDate: day,
    },
    required: ["user", "class", "school", "role"],
  },
  demographics: {
    members: {
      birthDate: day,
      sex: text,
      ...Object.fromEntries(DEMOGRAPHIC_FLAGS.map((flag) => [flag, yesNo])),
      countryOfBirthCode: text,
      stateOfBirthAbbreviation: text,
      cityOfBirth: text,
      publicSchoolResidenceStatus: text,
    },
    required: [],
  },
  resource: {
    members: {
      title: text,
      roles: texts,
      importance: oneOf("primary", "secondary"),
      vendorResourceId: text,
      vendorId: text,
      applicationId: text,
    },
    required: ["vendorResourceId"],
  },
};

const PERSON: Readonly<Record<string, Schema>> = {
  username: text,
  userIds: listOf({
    type: "object",
    properties: { type: text, identifier: text },
    required: ["type", "identifier"],
    additionalProperties: false,
  }),
  enabledUser: yesNo,
  givenName: text,
  familyName: text,
  middleName: text,
  identifier: text,
  email: text,
  sms: text,
  phone: text,
  agents: references,
  grades: texts,
  password: text,
};

const USERS: Readonly<Record<OneRosterVersion, Shape>> = {
  "1.1": {
    members: { ...PERSON, role: text, orgs: { ...references, minItems: 1 } },
    required: ["username", "enabledUser", "givenName", "familyName", "role", "orgs"],
  },
  "1.2": {
    members: {
      ...PERSON,
      userMasterIdentifier: text,
      preferredFirstName: text,
      preferredMiddleName: text,
      preferredLastName: text,
      pronouns: text,
      roles: {
        ...listOf({
          type: "object",
          properties: {
            roleType: oneOf("primary", "secondary"),
            role: text,
            org: reference,
            userProfile: text,
            beginDate: day,
            endDate: day,
          },
          required: ["roleType", "role", "org"],
          additionalProperties: false,
        }),
        minItems: 1,
      },
      userProfiles: listOf({ type: "object" }),
      primaryOrg: reference,
      resources: references,
    },
    required: ["enabledUser", "givenName", "familyName", "roles"],
  },
};

/** Names of the lists, by the name of one object of them. */
const LISTS: Readonly<Record<string, string>> = {
  org: "orgs",
  academicSession: "academicSessions",
  course: "courses",
  class: "classes",
  user: "users",
  enrollment: "enrollments",
  demographics: "demographics",
  resource: "resources",
  ...Object.fromEntries(KIND_NAMES.map((many) => [GRADE_KINDS[many].one, many])),
};

/**
 * JSON Schemas of everything that a version serves (1EdTech OneRoster 1.1 and 1.2, information models): for each kind its
 * object (`Org`), one of it in its wrapper (`SingleOrg`), a list (`ListOfOrg`), then `Reference` and `Error`.
 */
export function objectSchemas(version: OneRosterVersion): Readonly<Record<string, Schema>> {
  const grades = kindsOf(version).map((kind): readonly [string, Shape] => [kind.one, gradeShape(kind, version)]);
  const shapes = Object.entries({ ...SHAPES, user: USERS[version], ...Object.fromEntries(grades) });
  const named = shapes.flatMap(([one, shape]): readonly (readonly [string, Schema])[] => {
    const name = schemaName(one);
    const ref = { $ref: `#/components/schemas/${name}` };
    const many = LISTS[one] ?? one;
    const warnings = version === "1.1" ? { statusInfoSet: { type: "array" } } : {};
    return [
      [name, objectOf(shape)],
      [`Single${name}`, wrapper({ [one]: ref }, [one])],
      [`ListOf${name}`, wrapper({ [many]: listOf(ref), ...warnings }, [many])],
    ];
  });
  return { ...Object.fromEntries(named), Reference: REFERENCE, Error: version === "1.1" ? ERRORS_11 : ERROR };
}

/** `lineItem` -> `LineItem`. */
export function schemaName(one: string): string {
  return one.charAt(0).toUpperCase() + one.slice(1);
}

function objectOf({ members, required }: Shape): Schema {
  return {
    type: "object",
    properties: {
      sourcedId: text,
      status: oneOf("active", "tobedeleted"),
      dateLastModified: moment,
      metadata: { type: "object" },
      ...members,
    },
    required: ["sourcedId", "status", "dateLastModified", ...required],
    additionalProperties: false,
  };
}

function gradeShape(kind: GradeKind, version: OneRosterVersion): Shape {
  const members = membersOf(kind, version).map((name): [string, Schema] => [
    name,
    { ...(kind.references[name] === undefined ? kind.values[name] : reference) },
  ]);
  return { members: Object.fromEntries(members), required: kind.required[version] };
}

const REFERENCE: Schema = {
  type: "object",
  properties: { href: { type: "string", format: "uri" }, sourcedId: text, type: text },
  required: ["href", "sourcedId", "type"],
  additionalProperties: false,
};
const ERROR: Schema = wrapper(
  {
    imsx_codeMajor: oneOf("success", "processing", "failure", "unsupported"),
    imsx_severity: oneOf("status", "warning", "error"),
    imsx_description: text,
    imsx_CodeMinor: wrapper(
      {
        imsx_codeMinorField: listOf(
          wrapper({ imsx_codeMinorFieldName: text, imsx_codeMinorFieldValue: text }, [
            "imsx_codeMinorFieldName",
            "imsx_codeMinorFieldValue",
          ]),
        ),
      },
      ["imsx_codeMinorField"],
    ),
  },
  ["imsx_codeMajor", "imsx_severity", "imsx_description", "imsx_CodeMinor"],
);
const ERRORS_11: Schema = wrapper({ statusInfoSet: listOf(ERROR) }, ["statusInfoSet"]);

function wrapper(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

function listOf(items: Schema): Schema {
  return { type: "array", items };
}

function oneOf(...values: readonly string[]): Schema {
  return { type: "string", enum: values };
}
