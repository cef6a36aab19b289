import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** Least privilege: what the vendor does not ask for is not shared by mistake. */
export const checkShares: Check = ({ catalogue, districts }) => {
  if (catalogue === undefined) return [];
  const asks = new Map(Object.entries(catalogue.value.vendors).map(([name, vendor]) => [name, vendor?.data]));
  return districts.flatMap(({ connections }) =>
    connections.flatMap(({ address, vendor, keys, places, place }) => {
      const data = asks.get(vendor);
      const extra = data === undefined ? [] : (keys.share ?? []).filter((item) => !data.includes(item));
      if (extra.length === 0 || keys.state === "disabled") return [];
      const detail = `${address} shares ${extra.join(", ")}, and the catalogue says that "${vendor}" does not ask for it. Take it away here, or add it to the vendor's \`data\` in the catalogue.`;
      return [trouble({ code: "share-not-needed", detail, place: places["share"] ?? place })];
    }),
  );
};
