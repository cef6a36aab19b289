import { isBroken } from "../doc.ts";
import type { DraftConnection } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

const EXAMPLES = { version: "version: 1.2", kind: "kind: supported" } as const;

/** Version and kind have to be known once groups and district are merged: both decide which connection it is. */
export const checkRequiredKeys: Check = ({ districts }) =>
  districts.flatMap(({ connections }) =>
    connections.flatMap((connection) => [...missing(connection, "version"), ...missing(connection, "kind")]),
  );

function missing(connection: DraftConnection, key: "version" | "kind"): readonly Trouble[] {
  if (connection.keys[key] !== undefined || isOnlyBroken(connection, key)) return [];
  const groups = connection.layers.some((layer) => layer.isGroup) ? " Neither its groups nor the district say it." : "";
  const detail = `${connection.address} has no "${key}".${groups} Add for example \`${EXAMPLES[key]}\`.`;
  return [trouble({ code: `${key}-missing`, detail, place: connection.place, on: "key" })];
}

/** It was said, but in a form that could not be read: that is another diagnostic already. */
function isOnlyBroken({ layers, name }: DraftConnection, key: string): boolean {
  return layers.some(
    ({ doc, path }) =>
      isBroken(doc, [...path, key]) ||
      doc.broken.has([...path, "connections"].join("/")) ||
      (name !== undefined && isBroken(doc, [...path, "connections", name, key])),
  );
}
