import type { DraftConnection } from "../draft.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** `schoology` beside `Schoology` makes two connections; somebody meant one. */
export const checkSimilarNames: Check = ({ districts }) =>
  districts.flatMap(({ connections }) => {
    const first = new Map<string, DraftConnection>();
    return connections.flatMap((connection) => {
      const key = connection.address.toLowerCase().replace(/\s+/gu, "");
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, connection);
        return [];
      }
      const detail = `${connection.address} and ${other.address} are two connections, because their names are not the same. If they are meant to be one, write the name in the same way everywhere.`;
      return [trouble({ code: "similar-names", detail, place: connection.place, on: "key" })];
    });
  });
