import { type Doc, placeIn } from "../doc.ts";
import { isNamed, NEVER_INHERITED, type VendorEntry } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

const WHY: Readonly<Record<string, string>> = {
  accept: "An acceptance names one move of one district",
  adopt: "A Client ID belongs to one district",
  approved: "An approval is about one connection of one district",
  attest: "A statement is about one connection of one district",
};

/** What is about one district cannot be said for all: nobody would have looked at each of them. */
export const checkGroupKeys: Check = ({ project }) => {
  if (project === undefined) return [];
  return Object.entries(project.value.groups ?? {}).flatMap(([group, value]) =>
    Object.entries(value?.vendors ?? {}).flatMap(([vendor, entry]) =>
      ofEntry(project, ["groups", group, "vendors", vendor], entry as VendorEntry),
    ),
  );
};

function ofEntry(project: Doc<"project">, path: readonly string[], entry: VendorEntry): readonly Trouble[] {
  if (entry === "ignore") return [];
  if (isNamed(entry)) {
    return Object.entries(entry.connections).flatMap(([name, keys]) =>
      ofEntry(project, [...path, "connections", name], keys),
    );
  }
  return Object.keys(entry)
    .filter((key) => NEVER_INHERITED.has(key))
    .map((key) => {
      const detail = `${WHY[key]}, so that "${key}" is never inherited. Move it to the vendor in the file of each district it is meant for.`;
      return trouble({ code: "not-in-a-group", detail, place: placeIn(project, ...path, key), on: "key" });
    });
}
