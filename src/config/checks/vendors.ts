import { nearest } from "../../diagnostics/suggest.ts";
import { isBroken } from "../doc.ts";
import { trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** Where a catalogue exists it knows every vendor, so that a mistyped name does not become a connection. */
export const checkVendors: Check = ({ catalogue, districts }) => {
  if (catalogue === undefined || isBroken(catalogue, ["vendors"])) return [];
  const known = catalogue.value.vendors;
  return districts.flatMap(({ connections }) =>
    connections.flatMap(({ vendor, layers }) => {
      const [layer] = layers;
      if (Object.hasOwn(known, vendor) || isBroken(catalogue, ["vendors", vendor]) || layer === undefined) return [];
      const meant = nearest(vendor, Object.keys(known));
      const fix =
        meant === undefined
          ? `Add it to ${catalogue.source.file}.`
          : `Did you mean "${meant}"? Else add it to ${catalogue.source.file}.`;
      const place = { file: layer.doc.source.file, document: layer.doc.index, path: layer.path };
      return [
        trouble({ code: "unknown-vendor", detail: `The catalogue has no "${vendor}". ${fix}`, place, on: "key" }),
      ];
    }),
  );
};
