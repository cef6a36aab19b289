import { parseAddress, partsOf } from "../../model/address.ts";
import { textOf } from "../translate/narrow.ts";
import type { ProviderFunction } from "../wire/provider.ts";
import { PARSE_ADDRESS } from "./reading-schemas.ts";

/** The function `parse_address`. */
export const parseAddressFunction: ProviderFunction = {
  schema: PARSE_ADDRESS,
  call: ([argument]) => {
    const text = textOf(argument) ?? "";
    const address = parseAddress(text);
    if (address === undefined) {
      return {
        error: `"${text}" is no address; write district/vendor, or district/vendor["name"]`,
        argument: 0,
      };
    }
    const { district, vendor, name } = partsOf(address);
    return { result: { district, vendor, name: name ?? null } };
  },
};
