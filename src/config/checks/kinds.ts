import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/**
 * A vendor that joined or left the partner programme is worth a word, and no more: the kind stands in the connection, so
 * that a change of the catalogue alone never plans a switch.
 */
export const checkKinds: Check = ({ catalogue, districts }) => {
  if (catalogue === undefined) return [];
  const kinds = new Map(
    Object.entries(catalogue.value.vendors).map(([name, vendor]) => [
      name,
      vendor?.status === "partner" ? "supported" : vendor?.status,
    ]),
  );
  return districts.flatMap(({ connections }) =>
    connections.flatMap(({ address, vendor, keys, places, place }) => {
      const kind = kinds.get(vendor);
      if (kind === undefined || keys.kind === undefined || keys.kind === kind || keys.state === "disabled") return [];
      const change = kind === "supported" ? "is in the partner programme" : "is not in the partner programme";
      const detail = `${address} is "${keys.kind}", and the catalogue says that "${vendor}" ${change}. Nothing changes by itself: write \`kind: ${kind}\` here when the connection is to move.`;
      return [trouble({ code: "kind-differs", detail, place: places["kind"] ?? place })];
    }),
  );
};
