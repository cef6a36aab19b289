import type { Place } from "../../model/place.ts";
import { type Clause, isEnoughToSupersede } from "../../model/requirement.ts";
import { placeIn } from "../doc.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/**
 * A working connection is disabled only when the credentials of the new one work *and* the vendor moved. A document
 * cannot ask for less.
 */
export const checkRequirements: Check = ({ project, districts }) => [
  ...(project === undefined ? [] : tooWeak(project.value.confirm?.require, placeIn(project, "confirm", "require"))),
  ...districts.flatMap(({ doc }) => tooWeak(doc.value.confirm?.require, placeIn(doc, "confirm", "require"))),
  ...districts.flatMap(({ connections }) =>
    connections.flatMap(({ keys, places, place }) =>
      tooWeak(keys.confirm?.require, places["confirm.require"] ?? place),
    ),
  ),
];

function tooWeak(require: readonly Clause[] | undefined, place: Place): readonly Trouble[] {
  if (require === undefined || isEnoughToSupersede(require)) return [];
  const lacks = require.includes("probed")
    ? "`probed` says that the credentials work, not that the vendor moved. Add `used`, `attested` or `used-or-attested`."
    : "Nothing in it says that the credentials work. Add `probed`.";
  return [trouble({ code: "require-too-weak", detail: lacks, place })];
}
