import { nearest } from "../../diagnostics/suggest.ts";
import { isBroken, placeIn } from "../doc.ts";
import type { Draft, DraftDistrict } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** Districts take over groups that exist, each once. */
export const checkGroups: Check = (draft) => draft.districts.flatMap((district) => ofDistrict(draft, district));

function ofDistrict({ project }: Draft, { doc }: DraftDistrict): readonly Trouble[] {
  if (project !== undefined && isBroken(project, ["groups"])) return [];
  const groups = project?.value.groups ?? {};
  const names = doc.value.groups ?? [];
  return names.flatMap((name, index) => {
    const place = placeIn(doc, "groups", index);
    if (names.indexOf(name) < index) {
      return [
        trouble({
          code: "repeated-group",
          detail: `"${name}" stands twice in the list; the first one counts. Delete the other.`,
          place,
        }),
      ];
    }
    if (Object.hasOwn(groups, name) || (project !== undefined && isBroken(project, ["groups", name]))) return [];
    return [
      trouble({
        code: "unknown-group",
        detail: `There is no group "${name}"${remedy(name, project === undefined, Object.keys(groups))}`,
        place,
      }),
    ];
  });
}

function remedy(name: string, isAlone: boolean, known: readonly string[]): string {
  if (isAlone) return ": groups stand in a project file, and this district stands alone. Write the vendors here.";
  const meant = nearest(name, known);
  if (meant !== undefined) return `. Did you mean "${meant}"?`;
  return known.length === 0
    ? ": the project file has none. Add it there."
    : `. The project file has ${known.join(", ")}.`;
}

/** A group nobody takes over is worth a word. Nothing can be said about use while some district could not be read. */
export const checkUnusedGroups: Check = ({ project, districts, isWhole }) => {
  if (project === undefined || !isWhole || districts.some(({ doc }) => isBroken(doc, ["groups"]))) return [];
  const used = new Set(districts.flatMap(({ doc }) => doc.value.groups ?? []));
  return Object.keys(project.value.groups ?? {})
    .filter((name) => !used.has(name))
    .map((name) => {
      const detail = `No district takes over the group "${name}", so that it has no effect. Add it to the \`groups\` of a district, or delete it.`;
      return trouble({ code: "unused-group", detail, place: placeIn(project, "groups", name), on: "key" });
    });
};
