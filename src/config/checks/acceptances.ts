import { parseAcceptance } from "../../model/loss.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** An acceptance counts only in the words of the plan; one that matches nothing must not look like a yes. */
export const checkAcceptances: Check = ({ districts }) =>
  districts.flatMap(({ connections }) =>
    connections.flatMap(({ keys, places, place }) =>
      (keys.accept ?? []).flatMap((text, index) => {
        if (parseAcceptance(text) !== undefined) return [];
        const list = places["accept"] ?? place;
        const detail = `"${text}" accepts nothing. Write the loss and the move as the plan prints them, for example "user-ids 1.1->1.2", "grade-book supported->other" or "cut-off".`;
        return [trouble({ code: "bad-acceptance", detail, place: { ...list, path: [...list.path, index] } })];
      }),
    ),
  );
