import { type Address, parseRelativeAddress, partsOf } from "../../model/address.ts";
import type { DraftConnection, DraftDistrict } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** `was:` moves what is kept under an old name; that name must be free, and only one can have had it. */
export const checkRenames: Check = ({ districts }) => districts.flatMap(ofDistrict);

function ofDistrict(district: DraftDistrict): readonly Trouble[] {
  const renamed = district.connections.filter(({ keys }) => keys.was !== undefined);
  if (renamed.length === 0) return [];
  const present = new Set(district.connections.map(({ address }) => address));
  const taken = new Map<Address, DraftConnection>();
  return renamed.flatMap((connection) => {
    const place = connection.places["was"] ?? connection.place;
    const say = (
      code: "was-nowhere" | "was-itself" | "was-still-there" | "was-twice",
      detail: string,
    ): readonly Trouble[] => [trouble({ code, detail, place })];
    const text = connection.keys.was ?? "";
    const old = parseRelativeAddress(district.id, text);
    if (old === undefined || partsOf(old).district !== district.id) {
      return say(
        "was-nowhere",
        `"${text}" is no address in "${district.id}". Write the former name as the document had it, for example \`was: Bluebird\` or \`was: Edlink["north"]\`.`,
      );
    }
    if (old === connection.address)
      return say("was-itself", `${connection.address} has that name now. Delete \`was\`, or write the former name.`);
    if (present.has(old)) {
      return say(
        "was-still-there",
        `${connection.address} says that it was ${old}, which the document still has. Delete the old entry if it was renamed; use \`replaces\` if one takes over from the other.`,
      );
    }
    const other = taken.get(old);
    taken.set(old, other ?? connection);
    return other === undefined
      ? []
      : say(
          "was-twice",
          `${connection.address} and ${other.address} both say that they were ${old}. Only one can have been: delete \`was\` from the other.`,
        );
  });
}
