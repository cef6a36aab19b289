/**
 * The stable name of one logical connection, in its printed form: `district/Vendor` or `district/Vendor["name"]`.
 * The name part stands only where a vendor has several connections in one district.
 */
export type Address = string & { readonly __address: true };

/** A district's identifier in documents and stores, e.g. `springfield`. */
export type DistrictId = string & { readonly __district: true };

/** The three parts of an address. */
export interface AddressParts {
  readonly district: DistrictId;
  readonly vendor: string;
  readonly name?: string;
}

/** Lower-case letters, digits and hyphens; starts with a letter or digit; at most 64 characters. */
export const DISTRICT_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What a vendor or connection name may look like: no control characters, quotes, brackets or slashes; 1 to 80 characters. */
const NAME_PATTERN = /^(?! )[^\p{C}"'[\]/\\]{1,80}(?<! )$/u;

/** Builds an address from checked parts. */
export function addressOf(district: DistrictId, vendor: string, name?: string): Address {
  return (name === undefined ? `${district}/${vendor}` : `${district}/${vendor}["${name}"]`) as Address;
}

/** Reads `district/Vendor["name"]`; `undefined` when the text is no address. */
export function parseAddress(text: string): Address | undefined {
  return partsFrom(text) === undefined ? undefined : (text as Address);
}

/**
 * Reads an address that may leave the district out, as documents do inside a district: `Vendor["name"]`.
 * `undefined` when the text is neither form.
 */
export function parseRelativeAddress(district: DistrictId, text: string): Address | undefined {
  return parseAddress(text) ?? parseAddress(`${district}/${text}`);
}

/** Takes an address apart. */
export function partsOf(address: Address): AddressParts {
  return partsFrom(address) ?? { district: "" as DistrictId, vendor: address };
}

function partsFrom(text: string): AddressParts | undefined {
  const match = /^([^/]+)\/([^/[]+)(?:\["([^"]+)"\])?$/u.exec(text);
  const [, district = "", vendor = "", name] = match ?? [];
  if (!DISTRICT_PATTERN.test(district) || !NAME_PATTERN.test(vendor)) return undefined;
  if (name === undefined) return { district: district as DistrictId, vendor };
  return NAME_PATTERN.test(name) ? { district: district as DistrictId, vendor, name } : undefined;
}
