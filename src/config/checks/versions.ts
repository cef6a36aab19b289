import { isBroken } from "../doc.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** A connection of a version the vendor does not work with would never be used. */
export const checkVersions: Check = ({ catalogue, districts }) => {
  if (catalogue === undefined || isBroken(catalogue, ["vendors"])) return [];
  const offers = new Map(
    Object.entries(catalogue.value.vendors).map(([name, vendor]) => [name, vendor?.versions?.map(String)]),
  );
  return districts.flatMap(({ connections }) =>
    connections.flatMap(({ address, vendor, keys, places, place }) => {
      const versions = offers.get(vendor);
      if (versions === undefined || keys.version === undefined || keys.state === "disabled") return [];
      if (versions.includes(String(keys.version))) return [];
      const detail = `${address} asks for ${keys.version}, and the catalogue says that "${vendor}" works with ${versions.join(" and ")}. Correct the version here, or the catalogue when the vendor has moved on.`;
      return [trouble({ code: "version-not-offered", detail, place: places["version"] ?? place })];
    }),
  );
};
