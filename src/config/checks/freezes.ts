import { type AnyDoc, placeIn } from "../doc.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** A window that ends before it begins would freeze nothing, without a word. */
export const checkFreezes: Check = ({ project, districts }) => [
  ...(project === undefined ? [] : backwards(project)),
  ...districts.flatMap(({ doc }) => backwards(doc)),
];

function backwards(doc: Extract<AnyDoc, { kind: "project" | "district" }>): readonly Trouble[] {
  return (doc.value.freeze ?? []).flatMap(({ from, to }, index) => {
    if (from <= to) return [];
    const detail = `The window ends on ${to}, before it begins on ${from}, so that it would freeze nothing. Exchange the two days.`;
    return [trouble({ code: "freeze-backwards", detail, place: placeIn(doc, "freeze", index, "to") })];
  });
}
