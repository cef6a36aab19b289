import { CHECKS_OF_ONE } from "./checks/all.ts";
import { checkDuplicateDistricts } from "./checks/duplicate-districts.ts";
import { checkMachinery } from "./checks/machinery.ts";
import { checkSites } from "./checks/sites.ts";
import type { Doc } from "./doc.ts";
import type { DraftConnection, DraftDistrict } from "./draft.ts";
import { groupLayers, mergeDistrict } from "./merge.ts";
import { saidDoc } from "./said.ts";
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

/** Where the store is, and how probes are made, something else says that runs this. */
const CHECKS = CHECKS_OF_ONE.filter((check) => check !== checkMachinery);

/** Keys that a district alone cannot say where something else runs it. */
const NOT_HERE = ["store", "deliver", "probe", "notify", "catalogue", "limits"] as const;

/** Checks one district and merges its groups. Everything that is wrong comes at once; nothing is thrown. */
export function checkDistrict({ name, district, project: around }: SaidDistrict): CheckedDistrict {
  const own = saidDoc("district", district, { file: name });
  const project = around === undefined ? undefined : saidDoc("project", around, { file: name, index: IN_PROJECT });
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
