import { isBroken, placeIn } from "../doc.ts";
import type { DraftDistrict } from "../draft.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** One district is described once: two descriptions would both claim its addresses. */
export const checkDuplicateDistricts: Check = ({ districts }) => {
  const first = new Map<string, DraftDistrict>();
  return districts.flatMap((district) => {
    if (isBroken(district.doc, ["district"])) return [];
    const other = first.get(district.id);
    if (other === undefined) {
      first.set(district.id, district);
      return [];
    }
    const detail = `"${district.id}" is already described in ${other.doc.source.file}, so that every address would stand twice. Merge the two, or give one another id.`;
    return [trouble({ code: "duplicate-district", detail, place: placeIn(district.doc, "district") })];
  });
};
