import { describe, expect, it } from "vitest";
import {
  type Address,
  addressOf,
  type DistrictId,
  parseAddress,
  parseRelativeAddress,
  partsOf,
} from "../../src/model/address.ts";

const springfield = "springfield" as DistrictId;

describe("an address", () => {
  it("names district and vendor, and a connection where the vendor has several", () => {
    expect(addressOf(springfield, "Google Classroom")).toBe("springfield/Google Classroom");
    expect(addressOf(springfield, "Edlink", "north")).toBe('springfield/Edlink["north"]');
  });

  it("is taken apart again", () => {
    expect(partsOf(addressOf(springfield, "Otus"))).toEqual({ district: "springfield", vendor: "Otus" });
    expect(partsOf(addressOf(springfield, "Edlink", "north"))).toEqual({
      district: "springfield",
      vendor: "Edlink",
      name: "north",
    });
  });

  it("takes what is no address for the name of a vendor", () => {
    expect(partsOf("Otus" as Address)).toEqual({ district: "", vendor: "Otus" });
  });

  it("may leave the district out where that is known", () => {
    expect(parseRelativeAddress(springfield, "Otus")).toBe("springfield/Otus");
    expect(parseRelativeAddress(springfield, 'Edlink["north"]')).toBe('springfield/Edlink["north"]');
    expect(parseRelativeAddress(springfield, "shelbyville/Otus")).toBe("shelbyville/Otus");
    expect(parseRelativeAddress(springfield, 'Edlink["north')).toBeUndefined();
  });

  it.each([
    "",
    "springfield",
    "springfield/",
    "/Otus",
    "Springfield/Otus",
    "spring field/Otus",
    "springfield/Otus/more",
    "springfield/ Otus",
    "springfield/Otus ",
    'springfield/Otus[""]',
    'springfield/Otus["a b"]x',
    'springfield/Otus[" a"]',
    "springfield/Otus[north]",
    "springfield/Ot\u0007us",
    `springfield/${"x".repeat(81)}`,
  ])("is not %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
