import { checkAcceptances } from "./checks/acceptances.ts";
import { checkAdoptions } from "./checks/adoptions.ts";
import type { Check } from "./checks/check.ts";
import { checkDuplicateDistricts } from "./checks/duplicate-districts.ts";
import { checkFreezes } from "./checks/freezes.ts";
import { checkGroupKeys } from "./checks/group-keys.ts";
import { checkGroups } from "./checks/groups.ts";
import { checkRenames } from "./checks/renames.ts";
import { checkReplacements } from "./checks/replacements.ts";
import { checkRequiredKeys } from "./checks/required-keys.ts";
import { checkRequirements } from "./checks/requirements.ts";
import { checkSimilarNames } from "./checks/similar-names.ts";
import { checkSites } from "./checks/sites.ts";
import type { Doc } from "./doc.ts";
import type { DraftConnection, DraftDistrict } from "./draft.ts";
import { groupLayers, mergeDistrict } from "./merge.ts";
import { checkShape } from "./shape/check-shape.ts";
import type { Shapes } from "./shape/shapes.ts";
import { type Trouble, trouble } from "./trouble.ts";

// The checks of documents for values that never were text: what is built in a programming language obeys the same schemas
// and the same rules, in the same words. Nothing here reads a file, parses YAML, or speaks to a store.

export type { DraftConnection, DraftDistrict, Trouble };

/** A district as a value. */
export interface SaidDistrict {
  /** What stands in messages where documents have their file. */
  readonly name: string;
  readonly district: unknown;
  /** The part of a project that districts take over from: `{ groups: ... }`. */
  readonly project?: unknown;
}

export interface CheckedDistrict {
  /** What is right about it, groups merged; absent when nothing is. */
  readonly draft?: DraftDistrict;
  /** Everything that is wrong. The places have the name as their file, and `IN_PROJECT` as document for the project. */
  readonly troubles: readonly Trouble[];
}

/** The index of the document in places inside the project. */
export const IN_PROJECT = 1;

/** What can be said about one district alone, as long as no catalogue and no store is known. */
const CHECKS: readonly Check[] = [
  checkGroups,
  checkGroupKeys,
  checkRequiredKeys,
  checkSimilarNames,
  checkAcceptances,
  checkAdoptions,
  checkReplacements,
  checkRenames,
  checkRequirements,
  checkFreezes,
];

/** Keys that a district alone cannot say where something else runs it. */
const NOT_HERE = ["store", "deliver", "probe", "catalogue", "limits"] as const;

/** Checks one district and merges its groups. Everything that is wrong comes at once; nothing is thrown. */
export function checkDistrict({ name, district, project: around }: SaidDistrict): CheckedDistrict {
  const own = docOf("district", name, 0, district);
  const project = around === undefined ? undefined : docOf("project", name, IN_PROJECT, around);
  const shape = [...own.troubles, ...(project?.troubles ?? [])];
  if (own.doc === undefined) return { troubles: shape };
  const { district: draft, troubles } = mergeDistrict(own.doc, groupLayers(project?.doc));
  // Whether a group is used by no district at all, one district cannot tell: the draft is not the whole.
  const whole = { districts: [draft], isWhole: false, ...(project?.doc === undefined ? {} : { project: project.doc }) };
  const meaning = CHECKS.flatMap((check) => check(whole));
  return { draft, troubles: [...shape, ...troubles, ...misplaced(own.doc), ...meaning] };
}

/** What can only be wrong about several districts: one that is described twice, a site that two of them name. */
export function checkTogether(districts: readonly DraftDistrict[]): readonly Trouble[] {
  return [checkDuplicateDistricts, checkSites].flatMap((check) => check({ districts, isWhole: true }));
}

interface Read<K extends keyof Shapes> {
  readonly doc: Doc<K> | undefined;
  readonly troubles: readonly Trouble[];
}

function docOf<K extends keyof Shapes>(kind: K, name: string, index: number, said: unknown): Read<K> {
  const { value, troubles, broken } = checkShape(kind, said, { file: name, document: index });
  const source = { file: name, path: name, text: "" };
  return { doc: value === undefined ? undefined : { kind, value, source, index, broken }, troubles };
}

function misplaced(doc: Doc<"district">): readonly Trouble[] {
  const place = { file: doc.source.file, document: doc.index };
  const say = (path: readonly string[], home: string) => {
    const detail = `"${path.join(".")}" is not said district by district here. Say it in ${home}, or in the rosterform.yaml that its \`project\` names.`;
    return trouble({ code: "only-in-project", detail, place: { ...place, path }, on: "key" });
  };
  return [
    ...NOT_HERE.filter((key) => doc.value[key] !== undefined).map((key) => say([key], "the provider")),
    ...(doc.value.confirm?.quiet === undefined ? [] : [say(["confirm", "quiet"], "the provider's `confirmation`")]),
  ];
}
