import type { OneRosterVersion } from "../../model/traits.ts";
import type { Indexes } from "../data/indexes.ts";
import type { KindName } from "./kinds.ts";
import type { GradeRecord } from "./records.ts";
import { type GradeView, isVisible } from "./view.ts";

/** What a path is looked up in. */
export interface PathScene {
  readonly view: GradeView;
  readonly indexes: Indexes;
  readonly ids: readonly [string, string];
}

/** A collection below an object. `belongs` answers which records are in it; nothing when the object is not visible. */
export interface NestedRead {
  readonly path: string;
  readonly many: KindName;
  readonly versions: readonly OneRosterVersion[];
  readonly belongs: (scene: PathScene) => ((record: GradeRecord) => boolean) | undefined;
}

/** A collection that can be added to. `demand` answers what is wrong with a record for this path; nothing when the object is not visible. */
export interface CollectionPost {
  readonly path: string;
  readonly many: KindName;
  readonly demand: (scene: PathScene) => ((record: GradeRecord) => readonly string[]) | undefined;
}

const BOTH: readonly OneRosterVersion[] = ["1.1", "1.2"];

const ofClass = ({ indexes, ids: [id] }: PathScene) =>
  indexes.classGroup(id) === undefined ? undefined : (record: GradeRecord) => record.references["class"] === id;

const lineItem = (view: GradeView, id: string): GradeRecord | undefined => {
  const found = view.books.find(view.district, "lineItems", id);
  return found !== undefined && isVisible(view, found) ? found : undefined;
};

/** Every nested read of the grade book (1EdTech OneRoster 1.1 and 1.2, REST bindings). */
export const NESTED_READS: readonly NestedRead[] = [
  { path: "/classes/:sourcedId/lineItems", many: "lineItems", versions: BOTH, belongs: ofClass },
  { path: "/classes/:sourcedId/results", many: "results", versions: BOTH, belongs: ofClass },
  { path: "/classes/:sourcedId/scoreScales", many: "scoreScales", versions: ["1.2"], belongs: ofClass },
  {
    path: "/classes/:sourcedId/categories",
    many: "categories",
    versions: ["1.2"],
    belongs: ({ view, indexes, ids: [id] }) => {
      if (indexes.classGroup(id) === undefined) return undefined;
      const used = new Set(
        view.books
          .list(view.district, "lineItems")
          .filter(({ references }) => references["class"] === id)
          .map(({ references }) => references["category"]),
      );
      return (record) => used.has(record.id);
    },
  },
  {
    path: "/classes/:sourcedId/lineItems/:innerId/results",
    many: "results",
    versions: BOTH,
    belongs: ({ view, ids: [id, inner] }) =>
      lineItem(view, inner)?.references["class"] === id
        ? (record) => record.references["lineItem"] === inner
        : undefined,
  },
  {
    path: "/classes/:sourcedId/students/:innerId/results",
    many: "results",
    versions: BOTH,
    belongs: ({ view, indexes, ids: [id, inner] }) => {
      const group = indexes.classGroup(id);
      const student = indexes.person(inner, view.rendering.version);
      if (group === undefined || student === undefined) return undefined;
      if (!indexes.enrollmentsOfClass(group).some(({ person }) => person === student)) return undefined;
      return ({ references }) => references["class"] === id && references["student"] === student.guid;
    },
  },
];

/** Every collection that 1.2 lets partners add to. */
export const COLLECTION_POSTS: readonly CollectionPost[] = [
  {
    path: "/classes/:sourcedId/lineItems",
    many: "lineItems",
    demand: ({ indexes, ids: [id] }) =>
      indexes.classGroup(id) === undefined
        ? undefined
        : ({ references }) => (references["class"] === id ? [] : ["class is not the class of the path"]),
  },
  {
    path: "/schools/:sourcedId/lineItems",
    many: "lineItems",
    demand: ({ indexes, ids: [id] }) =>
      indexes.school(id) === undefined
        ? undefined
        : ({ references }) => (references["school"] === id ? [] : ["school is not the school of the path"]),
  },
  {
    path: "/lineItems/:sourcedId/results",
    many: "results",
    demand: ({ view, ids: [id] }) =>
      lineItem(view, id) === undefined
        ? undefined
        : ({ references }) => (references["lineItem"] === id ? [] : ["lineItem is not the line item of the path"]),
  },
  {
    path: "/classes/:sourcedId/academicSessions/:innerId/results",
    many: "results",
    demand: ({ indexes, ids: [id, inner] }) => {
      const session = indexes.session(inner);
      if (indexes.classGroup(id) === undefined || session === undefined) return undefined;
      return ({ references, values }) => {
        const day = String(values["scoreDate"]).slice(0, 10);
        return [
          ...(references["class"] === id ? [] : ["lineItem is not of the class of the path"]),
          ...(day >= session.start && day < session.end
            ? []
            : [`scoreDate ${day} lies outside the session of the path`]),
        ];
      };
    },
  },
];
