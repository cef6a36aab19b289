import type { DraftConnection } from "../draft.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** A found connection becomes the current one of one address. */
export const checkAdoptions: Check = ({ districts }) =>
  districts.flatMap(({ connections }) => {
    const first = new Map<string, DraftConnection>();
    return connections.flatMap((connection) => {
      const { adopt } = connection.keys;
      if (adopt === undefined) return [];
      const other = first.get(adopt);
      if (other === undefined) {
        first.set(adopt, connection);
        return [];
      }
      const detail = `${connection.address} and ${other.address} both adopt "${adopt}". A connection belongs to one address: delete one of the two lines.`;
      return [trouble({ code: "adopted-twice", detail, place: connection.places["adopt"] ?? connection.place })];
    });
  });
