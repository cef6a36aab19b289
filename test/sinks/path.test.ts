import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, addressOf, type DistrictId } from "../../src/model/address.ts";
import { pathOf } from "../../src/sinks/path.ts";

const DISTRICT = "springfield" as DistrictId;

function pathIn(vendor: string, name?: string): string {
  const { folder, file } = pathOf(addressOf(DISTRICT, vendor, name));
  return `${folder}/${file}`;
}

describe("the path of an address", () => {
  it.each([
    ["Otus", undefined, "springfield/otus"],
    ["Google Classroom", undefined, "springfield/google-classroom"],
    ["Edlink", "north", "springfield/edlink--north"],
    ["Edlink", "north wing 2", "springfield/edlink--north-wing-2"],
  ])("is plain where a name can be told from it: %s %s", (vendor, name, path) => {
    expect(pathIn(vendor, name)).toBe(path);
  });

  it.each([["OTUS"], ["otus"], ["Ótus"], ["Otus."], ["Otus ..  "], ["東京"], ["-"]])(
    "carries a piece of a hash where it cannot: %s",
    (vendor) => {
      expect(pathIn(vendor.trim())).toMatch(/^springfield\/[a-z0-9-]+\.[0-9a-f]{10}$/);
    },
  );

  it("keeps names apart that look alike", () => {
    const names = ["Otus", "otus", "OTUS", "Ótus", "O tus", "O-tus", "Otus North", "Otus-North"];
    const paths = [...names.map((vendor) => pathIn(vendor)), pathIn("Otus", "north"), pathIn("Otus", "North")];
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("is never shared, and never leaves its folder, whatever an address is called", () => {
    const name = fc
      .stringMatching(/^[A-Za-zÉ東0-9. _-]{1,12}$/)
      .map((text) => text.trim())
      .filter((text) => text !== "");
    const parts = fc.record({ vendor: name, name: fc.option(name, { nil: undefined }) });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [first, second] = [a, b].map(({ vendor, name: part }) => pathIn(vendor, part));
        expect(first).toMatch(/^springfield\/[a-z0-9][a-z0-9.-]*$/);
        expect(first === second).toBe(addressOf(DISTRICT, a.vendor, a.name) === addressOf(DISTRICT, b.vendor, b.name));
      }),
    );
  });

  it("is not made up for something that is no address", () => {
    expect(() => pathOf("../../etc/passwd" as Address)).toThrow(/well-formed/);
  });
});
