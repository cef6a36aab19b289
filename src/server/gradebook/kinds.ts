import type { OneRosterVersion } from "../../model/traits.ts";

/** The collections of the grade book service by their names in the path. */
export const KIND_NAMES = [
  "categories",
  "lineItems",
  "results",
  "scoreScales",
  "assessmentLineItems",
  "assessmentResults",
] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** What a reference of a record points at. */
export type Target = "class" | "school" | "course" | "student" | "session" | "gradingPeriod" | KindName;

/** One kind of object: its members by version (1EdTech OneRoster 1.1 and 1.2, information models of the grade book). */
export interface GradeKind {
  readonly many: KindName;
  readonly one: string;
  /** Which scopes open it. */
  readonly scopes: "gradebook" | "assessment";
  readonly versions: readonly OneRosterVersion[];
  /** Members with values, as JSON Schema. */
  readonly values: Readonly<Record<string, object>>;
  /** Members that are references. */
  readonly references: Readonly<Record<string, Target>>;
  /** What an object must have. */
  readonly required: Readonly<Record<OneRosterVersion, readonly string[]>>;
  /** Members that 1.1 does not know. */
  readonly since12: readonly string[];
}

const TEXT = { type: "string", minLength: 1, maxLength: 10_000 };
const NUMBER = { type: "number" };
/** A day, or a moment. */
const DATE = {
  type: "string",
  pattern: String.raw`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$`,
};
const YES_NO = { enum: ["true", "false"] };
const SCORE_STATUS = { enum: ["exempt", "fully graded", "not submitted", "partially graded", "submitted"] };
const LEARNING_OBJECTIVES = { type: "array", maxItems: 1000, items: { type: "object" } };
const SCALE_VALUES = {
  type: "array",
  minItems: 1,
  maxItems: 1000,
  items: {
    type: "object",
    properties: { itemValueLHS: { type: "string" }, itemValueRHS: { type: "string" } },
    required: ["itemValueLHS", "itemValueRHS"],
    additionalProperties: false,
  },
};
const SINCE_12 = ["learningObjectiveSet", "inProgress", "incomplete", "late", "missing"];
const MARKS = { inProgress: YES_NO, incomplete: YES_NO, late: YES_NO, missing: YES_NO };

/** Every kind, in the order of the specification. */
export const GRADE_KINDS: Readonly<Record<KindName, GradeKind>> = {
  categories: {
    many: "categories",
    one: "category",
    scopes: "gradebook",
    versions: ["1.1", "1.2"],
    values: { title: TEXT, weight: NUMBER },
    references: {},
    required: { "1.1": ["title"], "1.2": ["title"] },
    since12: ["weight"],
  },
  lineItems: {
    many: "lineItems",
    one: "lineItem",
    scopes: "gradebook",
    versions: ["1.1", "1.2"],
    values: {
      title: TEXT,
      description: { type: "string", maxLength: 10_000 },
      assignDate: DATE,
      dueDate: DATE,
      resultValueMin: NUMBER,
      resultValueMax: NUMBER,
      learningObjectiveSet: LEARNING_OBJECTIVES,
    },
    references: {
      class: "class",
      school: "school",
      category: "categories",
      gradingPeriod: "gradingPeriod",
      academicSession: "session",
      scoreScale: "scoreScales",
    },
    required: {
      "1.1": [
        "title",
        "assignDate",
        "dueDate",
        "class",
        "category",
        "gradingPeriod",
        "resultValueMin",
        "resultValueMax",
      ],
      "1.2": ["title", "assignDate", "dueDate", "class", "school", "category"],
    },
    since12: [...SINCE_12, "school", "academicSession", "scoreScale"],
  },
  results: {
    many: "results",
    one: "result",
    scopes: "gradebook",
    versions: ["1.1", "1.2"],
    values: {
      scoreStatus: SCORE_STATUS,
      score: NUMBER,
      textScore: { type: "string", maxLength: 1000 },
      scoreDate: DATE,
      comment: { type: "string", maxLength: 10_000 },
      learningObjectiveSet: LEARNING_OBJECTIVES,
      ...MARKS,
    },
    references: { lineItem: "lineItems", student: "student", class: "class", scoreScale: "scoreScales" },
    required: {
      "1.1": ["lineItem", "student", "scoreStatus", "scoreDate"],
      "1.2": ["lineItem", "student", "scoreStatus", "scoreDate"],
    },
    since12: [...SINCE_12, "textScore", "class", "scoreScale"],
  },
  scoreScales: {
    many: "scoreScales",
    one: "scoreScale",
    scopes: "gradebook",
    versions: ["1.2"],
    values: { title: TEXT, type: TEXT, scoreScaleValue: SCALE_VALUES },
    references: { course: "course", class: "class" },
    required: { "1.1": [], "1.2": ["title", "type", "class", "scoreScaleValue"] },
    since12: [],
  },
  assessmentLineItems: {
    many: "assessmentLineItems",
    one: "assessmentLineItem",
    scopes: "assessment",
    versions: ["1.2"],
    values: {
      title: TEXT,
      description: { type: "string", maxLength: 10_000 },
      resultValueMin: NUMBER,
      resultValueMax: NUMBER,
      learningObjectiveSet: LEARNING_OBJECTIVES,
    },
    references: { class: "class", parentAssessmentLineItem: "assessmentLineItems", scoreScale: "scoreScales" },
    required: { "1.1": [], "1.2": ["title"] },
    since12: [],
  },
  assessmentResults: {
    many: "assessmentResults",
    one: "assessmentResult",
    scopes: "assessment",
    versions: ["1.2"],
    values: {
      scoreStatus: SCORE_STATUS,
      score: NUMBER,
      textScore: { type: "string", maxLength: 1000 },
      scoreDate: DATE,
      scorePercentile: NUMBER,
      comment: { type: "string", maxLength: 10_000 },
      learningObjectiveSet: LEARNING_OBJECTIVES,
      ...MARKS,
    },
    references: { assessmentLineItem: "assessmentLineItems", student: "student", scoreScale: "scoreScales" },
    required: { "1.1": [], "1.2": ["assessmentLineItem", "student", "scoreStatus", "scoreDate"] },
    since12: [],
  },
};

/** The kinds that a version has. */
export function kindsOf(version: OneRosterVersion): readonly GradeKind[] {
  return KIND_NAMES.map((name) => GRADE_KINDS[name]).filter(({ versions }) => versions.includes(version));
}

/** The members of a kind that a version knows, without those that every object has. */
export function membersOf(kind: GradeKind, version: OneRosterVersion): readonly string[] {
  const all = [...Object.keys(kind.values), ...Object.keys(kind.references)];
  return version === "1.2" ? all : all.filter((name) => !kind.since12.includes(name));
}
