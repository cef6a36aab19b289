import fc from "fast-check";
import { addressOf, DISTRICT_PATTERN, type DistrictId } from "../../src/model/address.ts";

const name = fc
  .oneof(fc.stringMatching(/^[ab AB._-]{1,5}$/), fc.stringMatching(/^[A-Za-zÉ東0-9. _-]{1,12}$/))
  .map((text) => text.trim())
  .filter((text) => text !== "");

const district = fc
  .oneof(fc.stringMatching(/^[ab][ab-]{0,4}$/), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/))
  .filter((text) => DISTRICT_PATTERN.test(text));

/** Addresses of every shape; many of them look alike once letters and signs are folded. */
export const addresses = fc
  .record({ district, vendor: name, part: fc.option(name, { nil: undefined }) })
  .map(({ district: of, vendor, part }) => addressOf(of as DistrictId, vendor, part));
