import { nearest } from "../../diagnostics/suggest.ts";
import { type Address, parseRelativeAddress, partsOf } from "../../model/address.ts";
import type { DraftConnection, DraftDistrict } from "../draft.ts";
import { type Trouble, trouble } from "../trouble.ts";
import type { Check } from "./check.ts";

/** `replaces:` ties two addresses of one district into one cut-over: the old one must be there, and must be let go. */
export const checkReplacements: Check = ({ districts }) => districts.flatMap(ofDistrict);

function ofDistrict(district: DraftDistrict): readonly Trouble[] {
  const replacing = district.connections.filter(({ keys }) => keys.replaces !== undefined);
  if (replacing.length === 0) return [];
  const present = new Map(district.connections.map((connection) => [connection.address, connection]));
  const taken = new Map<Address, DraftConnection>();
  return replacing.flatMap((connection) => {
    const text = connection.keys.replaces ?? "";
    const address = parseRelativeAddress(district.id, text);
    const place = connection.places["replaces"] ?? connection.place;
    const old = address === undefined ? undefined : present.get(address);
    if (address === connection.address) {
      const detail = `${connection.address} names itself. Name the connection it takes over from, or raise \`rotate\` to replace it like for like.`;
      return [trouble({ code: "replaces-itself", detail, place })];
    }
    if (address === undefined || old === undefined) {
      return [trouble({ code: "replaces-nowhere", detail: nowhere(district, connection, text), place })];
    }
    const other = taken.get(address);
    taken.set(address, other ?? connection);
    return [...stillActive(connection, old), ...twice(connection, address, other)];
  });
}

function nowhere(district: DraftDistrict, connection: DraftConnection, text: string): string {
  const names = district.connections
    .filter((one) => one !== connection)
    .map(({ vendor, name }) => (name === undefined ? vendor : `${vendor}["${name}"]`));
  const meant = nearest(text, names);
  const fix = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return `"${district.id}" has no connection "${text}".${fix} Keep the old connection in the document with \`state: disabled\`, so that it is disabled when the new one is proven.`;
}

function stillActive(connection: DraftConnection, old: DraftConnection): readonly Trouble[] {
  if (old.keys.state === "disabled") return [];
  const detail = `${connection.address} replaces ${old.address}, which the document still wants active. Write \`state: disabled\` there: it stays untouched until the new one is proven.`;
  return [trouble({ code: "replaced-still-active", detail, place: old.places["state"] ?? old.place, on: "key" })];
}

function twice(connection: DraftConnection, address: Address, other: DraftConnection | undefined): readonly Trouble[] {
  if (other === undefined) return [];
  const detail = `${connection.address} and ${other.address} both replace ${partsOf(address).vendor}. One of them can take over: delete \`replaces\` from the other.`;
  return [trouble({ code: "replaced-twice", detail, place: connection.places["replaces"] ?? connection.place })];
}
