import { type Doc, placeIn } from "../doc.ts";
import { isNamed, type VendorEntry } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** Keys that a district file says once for all of its connections. */
const FOR_ALL = ["owner", "confirm"] as const;

/** What an agency locked is said in its project file and catalogue only. Every district's line is told at once. */
export const checkLocked: Check = ({ project, districts }) => {
  const locked = project?.value.locked ?? [];
  if (project === undefined || locked.length === 0) return [];
  return districts.flatMap(({ doc }) => {
    const found: (readonly string[])[] = FOR_ALL.filter((key) => doc.value[key] !== undefined).map((key) => [key]);
    const entries = Object.entries(doc.value.vendors ?? {}) as [string, VendorEntry][];
    found.push(...entries.flatMap(([vendor, entry]) => pathsOf(["vendors", vendor], entry)));
    return found.flatMap((path) => {
      const index = locked.findIndex((key) => key === path.at(-1));
      return index < 0 ? [] : [refused(project, index, doc, path)];
    });
  });
};

function pathsOf(path: readonly string[], entry: VendorEntry): readonly (readonly string[])[] {
  if (entry === "ignore") return [];
  if (!isNamed(entry)) return Object.keys(entry).map((key) => [...path, key]);
  return Object.entries(entry.connections).flatMap(([name, keys]) => pathsOf([...path, "connections", name], keys));
}

function refused(project: Doc<"project">, index: number, doc: Doc<"district">, path: readonly string[]): Trouble {
  const key = path.at(-1) ?? "";
  const detail = `The agency locked "${key}" (${project.source.file}, \`locked\`), so that a district's file does not set it. Take the line away, or ask whoever keeps ${project.source.file} to set it there or to take "${key}" off the list.`;
  return trouble({
    code: "locked",
    detail,
    place: placeIn(doc, ...path),
    on: "key",
    also: { says: "Locked here", place: placeIn(project, "locked", index) },
  });
}
