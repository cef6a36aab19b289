import { type Address, addressOf, type DistrictId } from "../../src/model/address.ts";
import type { Desired } from "../../src/model/desired.ts";
import { documents } from "../apply/documents.ts";
import type { Dice } from "./dice.ts";
import type { Part, Story } from "./part.ts";
import { PARTS } from "./parts.ts";

const DISTRICTS = ["springfield", "shelbyville", "ogdenville"] as const;
const VENDORS = ["Otus", "Canvas", "Bluebird"] as const;

/** A story that depends on the dice alone. */
export function storyFrom(dice: Dice): Story {
  const count = 2 + dice.below(DISTRICTS.length - 1);
  const parts = DISTRICTS.slice(0, count).flatMap((name) => {
    const vendors = VENDORS.slice(0, 1 + dice.below(VENDORS.length));
    return vendors.map((vendor) => dice.pick(PARTS)(addressOf(name as DistrictId, vendor), dice));
  });
  return { parts };
}

/** The documents of one moment. Client IDs of found connections are known only once they were made. */
export function documentsOf(
  story: Story,
  moment: "before" | "opened" | "after",
  found: ReadonlyMap<Address, string>,
): Desired {
  const lines = story.parts.flatMap((part) => (moment === "opened" ? (part.opened ?? part.before) : part[moment]));
  return documents(
    lines.map((line) => {
      const adopt = found.get(line.address);
      return adopt === undefined ? line : { ...line, adopt };
    }),
  );
}

/** The documents of some districts alone. */
export function ofDistricts(desired: Desired, districts: readonly DistrictId[]): Desired {
  return { ...desired, districts: desired.districts.filter(({ district }) => districts.includes(district)) };
}

/** Every address that a part ever speaks of. */
export function addressesOf(part: Part): readonly Address[] {
  return [...part.addresses, ...part.after.map(({ address }) => address)];
}
